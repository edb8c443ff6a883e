"""What people who wait are shown."""

from io import StringIO

import pytest

from saleor_relacional.management import progress
from saleor_relacional.management.progress import Bar


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, told by the test."""
    shown = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: shown[0])
    return shown


def test_share_count_and_time_left(clock: list[float]) -> None:
    """Ten seconds for the first quarter: half a minute is left. What an interrupted run had done says nothing about
    the pace."""
    bar = Bar("orders", 2_000, Screen())
    bar.at(1_000)
    clock[0] += 10
    bar.at(1_250)
    assert bar.text() == f"orders       {'█' * 19}{'░' * 11}  62%  1,250 of about 2,000  0:30 left"


def test_nobody_knows_how_many(clock: list[float]) -> None:
    """A file is read to its end: a count, and no bar that is full from the start."""
    bar = Bar("lines", 0, Screen())
    bar.at(10_000)
    assert bar.text() == "lines        10,000"


def test_more_than_expected(clock: list[float]) -> None:
    """The shop sold while we read: the share stays at most the whole, and nothing is left."""
    bar = Bar("orders", 10, Screen())
    bar.at(12)
    assert bar.text() == f"orders       {'█' * 30} 100%  12 of about 12"


def test_on_a_terminal_it_stays_in_place_and_ends_its_line(clock: list[float]) -> None:
    """Redrawn, not repeated; in a log one line every ten seconds."""
    screen, log = Screen(), StringIO()
    for stream in (screen, log):
        with Bar("orders", 100, stream) as bar:
            for done in range(0, 100, 10):
                clock[0] += 1
                bar.at(done)
    assert screen.getvalue().count("\r") == 11 and screen.getvalue().count("\n") == 1
    assert "\r" not in log.getvalue() and log.getvalue().count("\n") == 2
