"""Exports as platforms write them, with invented people: each comes out right, or is refused with the cure."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "import"

pytestmark = pytest.mark.django_db

SAID: dict[str, dict[str, str]] = {
    "superstore": {"date_order": "mdy"}, "woo_webtoffee": {}, "dunnhumby": {}, "cdnow": {},
}  # fmt: skip
"""What the file's owner says once they were asked."""

REFUSED = {
    "cdnow": "--order", "dunnhumby": "replace DAY by dates", "excel_scientific": "set to text",
    "klaviyo_profiles": "export the orders",
    "paypal_es": "Export the orders from the shop", "superstore": "--date-order",
    "min_empty": "holds no rows", "min_exactly": "--date-order dmy or mdy",
    "min_pct": "is not a number", "min_twice_total": "rename",
}  # fmt: skip
"""Files that are refused as they stand → a part of what the refusal says."""


def load(path: Path, expected: dict[str, Any], tmp_path: Path, now: datetime, **said: str) -> Imported:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    currencies = list(expected.get("sold", {}))
    signed = "currency" in said or path.stem in {"ebay_orders", "ebay_cut", "uci2_kaggle", "uci2_pandas"}
    options = {"currency": currencies[0]} if currencies and not signed and not _has_currency(path) else {}
    with sql.atomic():
        done = import_file(copy, Options(**{**options, **said}), now=now)
        transaction.set_rollback(True, using=conf.database())  # some files tell the orders of others
    return done


def _has_currency(path: Path) -> bool:
    return b"urrency" in path.read_bytes()[:4000]


@pytest.mark.skipif(not CASES.exists(), reason="../shared/cases/import is not there")
def test_every_case_is_right_or_refused_with_the_cure(shop: Any, tmp_path: Path) -> None:
    """To the cent, in orders, in people; what is refused names what to do."""
    now = datetime(2027, 1, 1, tzinfo=UTC)
    wrong: dict[str, Any] = {}
    paths = [path for path in sorted(CASES.iterdir()) if path.suffix in {".csv", ".txt"}]
    assert len(paths) > 40
    for path in paths:
        told = path.with_name(path.stem + ".expected.json")
        expected = json.loads(told.read_text()) if told.exists() else {}
        try:
            done = load(path, expected, tmp_path, now)
        except BadInput as error:
            if path.stem not in REFUSED or REFUSED[path.stem] not in error.message:
                wrong[path.stem] = error.message
            if not SAID.get(path.stem):
                continue
            done = load(path, expected, tmp_path, now, **SAID[path.stem])
        else:
            if path.stem in REFUSED:
                wrong[path.stem] = "not refused"
        if expected and (differs := _differs(done, expected)):
            wrong[path.stem] = differs
    assert wrong == {}


def _differs(done: Imported, expected: dict[str, Any]) -> dict[str, Any]:
    refunded = {currency: str(amount) for currency, amount in done.refunded.items() if amount}
    found = {
        "orders": done.purchases, "buyers": done.buyers,
        "sold": {currency: str(amount) for currency, amount in done.sold.items()}, "refunded": refunded,
    }  # fmt: skip
    return {key: (value, expected[key]) for key, value in found.items() if value != expected[key]}
