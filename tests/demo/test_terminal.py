"""What the demo prints can be read in a terminal and in a log."""

import io

import pytest

from saleor_relacional.demo import days
from saleor_relacional.demo.terminal import Terminal, bar
from saleor_relacional.tasks import BEAT, PREFIX


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, ""), (1, "████"), (0.5, "██"), (0.53125, "██▏"), (-1, ""), (7, "████")]
)
def test_a_bar_is_as_long_as_its_share_to_the_eighth(share: float, drawn: str) -> None:
    """Four characters wide; what is out of range is cut."""
    assert bar(share, 4) == drawn


def test_bars_are_measured_against_the_most() -> None:
    """Half as many, half as long; the numbers stand under each other."""
    out = io.StringIO()
    Terminal(out).bars([("active", 1_200, ""), ("lost", 600, "gone")])
    first, second = out.getvalue().splitlines()
    assert first == f"  active    1,200  {'█' * 24}"
    assert second == f"  lost        600  {'█' * 12}{' ' * 12} gone"


def test_progress_in_a_log_is_a_line_a_quarter() -> None:
    """Where no line can be written over, sixty days make four lines."""
    out = io.StringIO()
    with Terminal(out, clock=lambda: 0.0).progress("day", 60) as step:
        for day in range(1, 61):
            step(day)
    assert [line.split()[2] for line in out.getvalue().splitlines()] == ["15/60", "30/60", "45/60", "60/60"]


def test_progress_in_a_terminal_stays_on_its_line() -> None:
    """Drawn over with a carriage return, ten times a second at most, and at the end."""

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, now = Screen(), [0.0]
    with Terminal(out, clock=lambda: now[0]).progress("day", 60) as step:
        for day in range(1, 61):
            now[0] += 0.0625
            step(day)
    drawn = out.getvalue()
    assert drawn.count("\n") == 1 and drawn.endswith("\n")
    assert drawn.count("\r") == 30
    assert "60/60" in drawn


def test_every_task_of_the_timetable_runs_each_morning() -> None:
    """A task that is added to the timetable must be lived by the demo too; the calendar is made once, at its end."""
    lived = {f"{PREFIX}{task}" for tasks in days.MORNING for task in tasks}
    assert lived | {f"{PREFIX}calendar"} == {name for name, _ in BEAT}
