"""Days of the shop, as kinds count them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from saleor_relacional import conf

MOST = 400
"""Days that are told apart: who was away for longer meets all of a year."""


def today(now: datetime) -> date:
    """The day of the shop."""
    return now.astimezone(conf.time_zone()).date()


def begun(after: datetime, until: datetime) -> Sequence[date]:
    """The days of the shop that have begun after one moment and until another, at most the last MOST of them."""
    last = today(until)
    return [last - timedelta(days=back) for back in range(min((last - today(after)).days, MOST))]


def midnight(day: str) -> str:
    """SQL: the moment at which a day of the shop begins; asks for %(zone)s."""
    return f"(({day})::timestamp AT TIME ZONE %(zone)s)"
