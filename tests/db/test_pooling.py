"""A pool may give each transaction another connection (PgBouncer's transaction pooling): nothing of ours outlives its
own."""

import re
from pathlib import Path

import saleor_relacional

OURS = Path(saleor_relacional.__file__).parent

OUTLIVES = {
    "a cursor of the server's, WITH HOLD outside a transaction: read pages by key": r"\.iterator\(|WITH HOLD|fetchmany",
    "a lock of the session: take one of the transaction": r"pg_(try_)?advisory_lock",
    "a setting of the session: set it for the transaction": (
        r"\bSET (SESSION|TIME|\w+_timeout|jit|work_mem|search_path)|set_config\([^()]*, false\)"
    ),
    "a temporary table of the session: end it with the transaction": (
        r"CREATE TEMP TABLE(?![^;\"]*ON COMMIT DROP)|ON COMMIT PRESERVE"
    ),
    "word from another session: it never comes": r"\bLISTEN [a-z]",
}
"""What it is, with the cure → how it is spelt."""


def test_nothing_outlives_its_transaction() -> None:
    """Neither cursors nor locks, settings or temporary tables; in the whole of what we ship, demo apart."""
    files = [path for path in OURS.rglob("*.py") if "demo" not in path.parts]
    found = [
        f"{path.relative_to(OURS)}: {what}"
        for path in files
        for what, spelt in OUTLIVES.items()
        if re.search(spelt, path.read_text("utf-8"))
    ]
    assert len(files) > 250 and found == []


def test_each_of_them_is_noticed() -> None:
    """The spellings are those that would be written."""
    written = [
        "for row in Profile.objects.all().iterator():", "SELECT pg_advisory_lock(%s)",
        "set_config('lock_timeout', '1s', false)", "CREATE TEMP TABLE x (a int);\"", "LISTEN news",
    ]  # fmt: skip
    assert [
        what for line, (what, spelt) in zip(written, OUTLIVES.items(), strict=True) if re.search(spelt, line)
    ] == list(OUTLIVES)
