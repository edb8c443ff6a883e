"""Anniversary: thanks to somebody who first bought one, two, … years ago today, once per year.

Who first bought on 29 February is thanked on 28 February of a year that has no 29. An anniversary is kept for a few
days, so that neither a missed run nor a day without room loses anybody; who stood beyond it when the campaign was
switched on waits for the next one. Whoever is late by their own rhythm is left to a win-back.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import days, fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.models import Stage

KEPT_FOR = 7
"""Days on which an anniversary is thanked for, itself included."""
MOST_YEARS = 60


def anniversaries(today: date) -> dict[date, date]:
    """First day → its anniversary, of all that are kept on this day."""
    kept = [today - timedelta(days=back) for back in range(KEPT_FOR)]
    return {first: day for day in kept for years in range(1, MOST_YEARS + 1) for first in _first(day, years)}


def _first(day: date, years: int) -> list[date]:
    """The days whose anniversary of so many years falls on this one."""
    year = day.year - years
    leap, here = (_is_leap(one) for one in (year, day.year))
    if (day.month, day.day) == (2, 29):
        return [date(year, 2, 29)] if leap else []
    extra = [date(year, 2, 29)] if (day.month, day.day) == (2, 28) and leap and not here else []
    return [day.replace(year=year), *extra]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _parameters(now: datetime, today: date) -> Mapping[str, Any]:
    kept = anniversaries(today)
    return {"first_days": [*kept], "anniversaries": [*kept.values()]}


_FIRST = f"SELECT profile_id FROM {tables.CUSTOMER_SUMMARY} WHERE first_day = ANY(%s::date[])"


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Whose anniversary has begun since `after`."""
    kept = [day for back in range(KEPT_FOR) for day in [days.today(until) - timedelta(days=back)]]
    begun = [day for day in days.begun(after, until) if day in kept]
    first = {one for day in begun for years in range(1, MOST_YEARS + 1) for one in _first(day, years)}
    return [row[0] for row in sql.rows(_FIRST, [sorted(first)])] if first else []


_COMING = f"""SELECT (day - make_interval(years => years))::date
    FROM generate_series(%(today)s::date + 1, (%(until)s AT TIME ZONE %(zone)s)::date, interval '1 day') day,
         generate_series(1, {MOST_YEARS}) years"""
"""A query: first days whose anniversary comes until %(until)s."""
_DAY = "(%(anniversaries)s::date[])[array_position(%(first_days)s::date[], s.first_day)]"

KIND = CampaignKind(
    name="anniversary",
    goal=Goal.RETAIN,
    title=_("Anniversary"),
    aim=_("Customers know that their years with us are noticed."),
    hypothesis=_("Thanks on the day of the first order keep customers coming."),
    believes=False,
    message_lasts=timedelta(days=2),
    steps=(Step(message="anniversary"),),
    stages=(Stage.NEW.value, Stage.ACTIVE.value, Stage.LOYAL.value, Stage.RECOVERED.value),
    control_share=Decimal("0.2"),
    prior_lift=0.03,
    window_days=30,
    open="s.stage = ANY(%(stages)s) AND s.first_day = ANY(%(first_days)s::date[])",
    opens="true",
    cycle=f"{_DAY}::text",
    # Another first day, because an order was taken back or an older one came to light, is no second anniversary.
    begun_at=f"({_DAY} - 300)::timestamptz",
    waits_from=days.midnight(_DAY),
    opened_at="%(now)s::timestamptz",  # an order meanwhile is no reason against it
    # Days that come: all of them are known.
    comes=f"s.stage = ANY(%(stages)s) AND s.first_day IN ({_COMING})",
    ended=fragments.NOTHING_BOUGHT,
    ended_reason="taken_back",
    parameters=_parameters,
    turns=turns,
    over_at=days.midnight(f"{_DAY} + {KEPT_FOR}"),
    occasion={"years": f"(extract(year FROM {_DAY}) - extract(year FROM s.first_day))::int"},
)
