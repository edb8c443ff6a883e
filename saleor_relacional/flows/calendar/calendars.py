"""The calendar as it was last made: made anew by a task, and read by days and by people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q

from saleor_relacional import conf
from saleor_relacional.db import counts, locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import cursors
from saleor_relacional.flows.calendar import rehearse
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.models import (
    Arm,
    Calendar,
    CalendarDay,
    CalendarEntry,
    Campaign,
    CampaignState,
    CampaignVersion,
    ContactPolicy,
    Cursor,
    Exclusion,
    Policy,
    Sender,
)

MOST = 100
"""Entries on one page."""
_WANTED = "calendar"
"""Name of the row that says when somebody last asked for a new one."""
CENT = Decimal("0.01")
_MANY = f"SELECT EXISTS (SELECT 1 FROM {tables.CUSTOMER_SUMMARY} OFFSET {counts.EXACT})"
"""Whether there are more than are rehearsed while somebody waits."""

_TOTALS = f"""
SELECT day, campaign_id, arm, cost_currency, currency, count(*), sum(cost), sum(gain)
FROM {tables.CALENDAR_ENTRY} WHERE calendar_id = %s GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2
"""


@dataclass(slots=True, kw_only=True)
class CampaignDay:
    """One campaign on one day."""

    campaign_id: int
    treated: int = 0
    """Messages that would leave."""
    control: int = 0
    """Messages that would be held out."""
    waiting: int = 0
    """People for whom there would be no room by the end of the day."""
    cost: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Currency → what offers take off at most."""
    gain: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Currency → what is expected of those who start, by the lift that each kind is assumed to bring."""


def make(now: datetime, *, days: int = rehearse.DAYS) -> Calendar | None:
    """Rehearse the coming days and keep them in place of what was kept; None where somebody is making it."""
    with sql.atomic():
        if not locks.try_lock(Lock.CALENDAR):
            return None
        done = rehearse.rehearse(now, days=days)
        zone = conf.time_zone()
        made = Calendar.objects.create(as_of=now, days=days)
        CalendarDay.objects.bulk_create(
            CalendarDay(calendar=made, campaign_id=campaign, day=day, waiting=waiting)
            for (day, campaign), waiting in done.waiting.items()
        )
        there = set(locks.lock_people({one.profile_id for one in done.said}, locks.Hold.STAY))
        CalendarEntry.objects.bulk_create(
            (_entry(made, one, zone) for one in done.said if one.profile_id in there),
            batch_size=2_000, ignore_conflicts=True,
        )  # fmt: skip
        Calendar.objects.exclude(pk=made.pk).delete()
    return made


def want(now: datetime) -> None:
    """Have it made anew at the next run of the task."""
    cursors.make(_WANTED)
    Cursor.objects.filter(name=_WANTED).update(position_at=now)


def wanted(now: datetime) -> bool:
    """Whether the task has something to do: a new day, a campaign switched on or off or edited since, another decision
    of the owner (capacity, contact policy, senders, exclusions), somebody who asks for it. A shop without an active
    campaign has a calendar only to empty it."""
    kept = latest()
    active = Campaign.objects.filter(state=CampaignState.ACTIVE)
    if kept is None:
        return active.exists()
    told = set(CalendarDay.objects.filter(calendar=kept).values_list("campaign_id", flat=True))
    return (
        today(kept.as_of) < today(now)
        or told != set(active.values_list("pk", flat=True))
        or active.filter(activated_at__gt=kept.as_of).exists()
        or CampaignVersion.objects.filter(created_at__gt=kept.as_of, campaign__in=active).exists()
        or Cursor.objects.filter(name=_WANTED, position_at__gte=kept.as_of).exists()
        or any(
            decided.objects.filter(updated_at__gt=kept.as_of).exists()
            for decided in (Policy, ContactPolicy, Sender)
        )
        or Exclusion.objects.filter(created_at__gt=kept.as_of).exists()
    )


def _entry(calendar: Calendar, one: rehearse.Said, zone: ZoneInfo) -> CalendarEntry:
    return CalendarEntry(
        calendar=calendar, campaign_id=one.campaign_id, step_id=one.step_id, profile_id=one.profile_id, at=one.at,
        day=one.at.astimezone(zone).date(), arm=one.arm, stage=one.stage, cost=one.cost,
        cost_currency=one.cost_currency,
        gain=one.gain, currency=one.currency,
    )  # fmt: skip


def latest(*, using: str | None = None) -> Calendar | None:
    """The one that is shown."""
    return Calendar.objects.using(using).order_by("-pk").first()


def days(calendar: Calendar, *, using: str | None = None) -> Mapping[date, Sequence[CampaignDay]]:
    """Day → each campaign on it that says something or leaves somebody waiting, by its key."""
    found: dict[date, dict[int, CampaignDay]] = defaultdict(dict)
    for day, campaign, arm, costs, pays, number, cost, gain in sql.rows(_TOTALS, [calendar.pk], using=using):
        row = found[day].setdefault(campaign, CampaignDay(campaign_id=campaign))
        if arm == Arm.TREATED:
            row.treated += number
        else:
            row.control += number
        if cost:
            row.cost[costs] += cost.quantize(CENT)
        if gain:
            row.gain[pays] += Decimal(gain).quantize(CENT)
    kept = CalendarDay.objects.using(using).filter(calendar=calendar)
    for day, campaign, waiting in kept.values_list("day", "campaign_id", "waiting"):
        row = found[day].setdefault(campaign, CampaignDay(campaign_id=campaign))
        row.waiting = waiting
    return {day: [found[day][key] for key in sorted(found[day])] for day in sorted(found)}


def foreseen(
    campaign: Campaign, now: datetime, *, days: int
) -> Mapping[date, Sequence[CampaignDay]] | None:  # fmt: skip
    """Day → each campaign on it, as if this one were switched on now; keeps nothing. None in a shop of many people, of
    whom that takes too long to be waited for."""
    if sql.rows(_MANY)[0][0]:
        return None
    done, zone = rehearse.rehearse(now, days=days, also=campaign), conf.time_zone()
    found: dict[date, dict[int, CampaignDay]] = defaultdict(dict)
    for (day, key), waiting in done.waiting.items():
        found[day][key] = CampaignDay(campaign_id=key, waiting=waiting)
    for one in done.said:
        day = one.at.astimezone(zone).date()
        row = found[day].setdefault(one.campaign_id, CampaignDay(campaign_id=one.campaign_id))
        if one.arm == Arm.TREATED:
            row.treated += 1
        else:
            row.control += 1
    return {day: [found[day][key] for key in sorted(found[day])] for day in sorted(found)}


def page(
    calendar: Calendar, *, first: int, after: tuple[datetime, int] | None = None, day: date | None = None,
    campaign_id: int | None = None, using: str | None = None,
) -> list[CalendarEntry]:  # fmt: skip
    """At most `first` entries by their moment, after one (moment and key). Whoever became part of another person
    meanwhile is left out. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = CalendarEntry.objects.using(using).filter(calendar=calendar, profile__merged_into=None)
    if day is not None:
        rows = rows.filter(day=day)
    if campaign_id is not None:
        rows = rows.filter(campaign=campaign_id)
    if after is not None:
        at, key = after
        rows = rows.filter(Q(at__gt=at) | Q(at=at, pk__gt=key))
    return list(rows.select_related("campaign", "step").order_by("at", "pk")[:first])
