"""The demo from its first line to its last, on a tiny history, with a worker and a mail server of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

import psycopg
import pytest

PEOPLE = 60


def history(folder: Path) -> Path:
    """Sixty people, each with a rhythm of her own; a third of them should have been back by now."""
    lines = ["order,customer,placed_at,total"]
    for person in range(PEOPLE):
        gap = 7 + person % 20
        silent = 2 * gap if person % 3 == 0 else 3
        for order in range(5):
            day = 400 - silent - (4 - order) * gap
            date = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_700_000_000 + day * 86_400))
            lines.append(f"{person}-{order},P{person},{date},{20 + person}.50")
    lines.append(lines[1].replace("0-0,", "C0-0,").replace(",20.50", ",-20.50"))
    file = folder / "tiny.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An empty database on the tests' own server; two where ours are a database of their own."""
    variables = [name for name in ("DATABASE_URL", "RELACIONAL_DATABASE_URL") if name in os.environ]
    given = urlsplit(os.environ["DATABASE_URL"])
    names = {variable: f"demo_{os.getpid()}_{time.time_ns()}_{variable.lower()}" for variable in variables}
    with psycopg.connect(urlunsplit(given._replace(path="/postgres")), autocommit=True) as admin:
        for name in names.values():
            admin.execute(f'CREATE DATABASE "{name}"')
        yield {
            **os.environ,
            **{variable: urlunsplit(given._replace(path=f"/{name}")) for variable, name in names.items()},
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
        }
        for name in names.values():
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _hears_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def demo(environment: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    """Start it, in a process group of its own and with Ctrl-C as it is in a terminal, wherever the tests run."""
    command = [sys.executable, "-m", "saleor_relacional.demo", "relacional_demo", *words]
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=_hears_ctrl_c,
    )


def left_behind(pid: int) -> list[str]:
    """Commands of processes that the demo started and that still run."""
    commands = (Path("/proc") / name / "cmdline" for name in os.listdir("/proc") if name.isdigit())
    found = []
    for file in commands:
        try:
            text = file.read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended meanwhile
        if f"relacional-demo-{pid}@" in text:
            found.append(text)
    return found


def test_it_lives_and_its_last_line_adds_up(tmp_path: Path, environment: dict[str, str]) -> None:
    """Four days: people are written to by real SMTP, and the numbers of the last line agree with each other and the
    file. Nothing that it started runs on."""
    process = demo(environment, "--orders", str(history(tmp_path)), "--days", "4", "--once")
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    numbers = json.loads(out.splitlines()[-1])
    assert numbers["imported"] == {
        "lines": PEOPLE * 5 + 1,
        "purchases": PEOPLE * 5,
        "buyers": PEOPLE,
        "profiles": PEOPLE,
        "sold": 5 * sum(20.5 + person for person in range(PEOPLE)),
        "refunded": 20.5,
        "kept": 5 * sum(20.5 + person for person in range(PEOPLE)) - 20.5,
    }
    assert sum(numbers["stages"].values()) == PEOPLE
    parts = [numbers[name] for name in ("treated", "control", "suppressed", "waiting")]
    assert numbers["considered"] == sum(parts) > 0
    assert 0 < numbers["sent"] <= numbers["treated"]
    assert len(numbers["campaigns"]) == 5 and numbers["contests"] >= 0
    for its in numbers["campaigns"].values():
        assert its["considered"] == sum(its[part] for part in ("treated", "control", "suppressed", "waiting"))
    assert {name: numbers[name] for name in ("considered", "treated", "sent")}.items() <= numbers[
        "campaigns"
    ]["win_back"].items()
    assert set(numbers["lift"]) == {"estimate", "low", "high", "truth", "came_back", "margin"}
    assert set(numbers["lift"]["came_back"]) == {"estimate", "low", "high", "truth", "verdict"}
    assert set(numbers["seconds"]) == {"import", "score", "open", "plan", "send", "calendar", "total"}
    assert "The truth, which only a simulation knows" in out
    assert left_behind(process.pid) == []


def test_the_pages_are_open_while_the_shop_lives(tmp_path: Path, environment: dict[str, str]) -> None:
    """The links are printed before the first day, and each answers in the middle of the days. Ctrl-C ends everything in
    order: no traceback, and the worker is gone."""
    process = demo(environment, "--orders", str(history(tmp_path)), "--days", "300", "--once")
    assert process.stdout is not None
    links = []
    for line in process.stdout:
        if line.strip().startswith("http"):
            links.append(line.strip())
        if "Living" in line:
            break
    try:
        assert any("checklist" in link for link in links) and any("mailbox" in link for link in links)
        for link in links:
            with urlopen(link.partition("#")[0], timeout=60) as answer:
                assert answer.status == 200, link
        place = links[0].partition("/dashboard/")[0]
        token = unquote(links[0].partition("token=")[2])
        for page in ("home", "campaigns", "slipping", "checklist", "calibration"):
            asked = Request(
                f"{place}/dashboard/content/{page}/", headers={"Authorization": f"Bearer {token}"}
            )
            with urlopen(asked, timeout=60) as answer:
                assert answer.status == 200, page
        assert process.poll() is None and left_behind(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert left_behind(process.pid) == []
