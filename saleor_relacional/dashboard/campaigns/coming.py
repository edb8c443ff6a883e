"""The coming days beside a campaign: what it would send, and what the others do on the same days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.calendar.calendars import CampaignDay
from saleor_relacional.models import Campaign

DAYS = 14
WIDTH, HEIGHT, ROOM = 280, 72, 4
"""Of the drawing, and the gap between two days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day; lengths in units of the drawing."""

    day: date
    own: int
    control: int
    others: int
    waiting: int
    x: float
    width: float
    own_y: float
    own_height: float
    others_y: float
    others_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What was rehearsed last, or as if the campaign began now."""

    as_of: datetime
    days: Sequence[Day]
    most: int
    """Mails of the fullest day."""
    being_made: bool = False
    assumed: bool = False
    """It is for a campaign that does not run: as if it were switched on."""
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def own(self) -> int:
        """Mails of this campaign in all these days."""
        return sum(one.own for one in self.days)


def days(campaign: Campaign, now: datetime) -> Coming | None:
    """None until a calendar has been made."""
    kept = calendars.latest()
    if kept is None:
        return None
    made = _drawn(campaign, calendars.days(kept), kept.as_of)
    return replace(made, being_made=calendars.wanted(now))


def as_if_on(campaign: Campaign, now: datetime) -> Coming | None:
    """Of a campaign that does not run; None in a shop of too many people to be waited for."""
    found = calendars.foreseen(campaign, now, days=DAYS)
    return None if found is None else replace(_drawn(campaign, found, now), assumed=True)


def _drawn(campaign: Campaign, found: Mapping[date, Sequence[CampaignDay]], as_of: datetime) -> Coming:
    numbers = []
    for day, some in [*found.items()][:DAYS]:
        own = next((one for one in some if one.campaign_id == campaign.pk), None)
        others = sum(one.treated for one in some if one.campaign_id != campaign.pk)
        numbers.append(
            (day, own.treated if own else 0, own.control if own else 0, others, own.waiting if own else 0)
        )
    most = max((own + others for _, own, _, others, _ in numbers), default=0)
    place = WIDTH / max(len(numbers), 1)
    return Coming(
        as_of=as_of, most=most,
        days=[_day(number, place, most, *row) for number, row in enumerate(numbers)],
    )  # fmt: skip


def _day(
    number: int, place: float, most: int, day: date, own: int, control: int, others: int, waiting: int
) -> Day:
    up = HEIGHT / most if most else 0.0
    return Day(
        day=day, own=own, control=control, others=others, waiting=waiting, x=round(number * place, 1),
        width=round(max(place - ROOM, 2), 1), own_height=round(own * up, 1), own_y=round(HEIGHT - own * up, 1),
        others_height=round(others * up, 1), others_y=round(HEIGHT - (own + others) * up, 1),
    )  # fmt: skip
