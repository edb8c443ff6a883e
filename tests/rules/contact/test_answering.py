"""By when somebody is answered: only hours of opening days count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.rules.contact import answering

MADRID = ZoneInfo("Europe/Madrid")


def madrid(*when: int) -> datetime:
    return datetime(*when, tzinfo=MADRID)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("at", "hours", "opening_days", "closed", "due"),
    [
        (madrid(2026, 3, 2, 12), 24, (), (), madrid(2026, 3, 3, 12)),
        (madrid(2026, 3, 2, 12), 8, (1, 2), (), madrid(2026, 3, 2, 20)),
        # On Friday evening, closed at weekends: four hours of Friday, four of Monday.
        (madrid(2026, 3, 6, 20), 8, (1, 2, 3, 4, 5), (), madrid(2026, 3, 9, 4)),
        (madrid(2026, 3, 6, 20), 8, (1, 2, 3, 4, 5), (date(2026, 3, 9),), madrid(2026, 3, 10, 4)),
        # Told on a closed day: it begins with the next one that is not.
        (madrid(2026, 3, 7, 9), 24, (1, 2, 3, 4, 5), (), madrid(2026, 3, 10, 0)),
        # The night in which clocks go forward has 23 hours.
        (madrid(2026, 3, 28, 12), 24, (), (), madrid(2026, 3, 29, 13)),
    ],
)
def test_hours_of_opening_days(
    at: datetime, hours: int, opening_days: tuple[int, ...], closed: tuple[date, ...], due: datetime
) -> None:
    assert answering.due(at, hours, MADRID, opening_days=opening_days, closed=closed) == due


def test_a_shop_that_never_opens_answers_by_the_clock() -> None:
    """Every day of two years is a holiday: a promise that is due never would be none."""
    start = date(2026, 3, 1)
    closed = {start + timedelta(days=number) for number in range(900)}
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert answering.due(at, 24, MADRID, closed=closed) == at + timedelta(hours=24)
