"""The coming days, rehearsed: what the planner would do day by day if nobody did anything, by the planner itself, on
copies of what it writes (db/rehearsal.py).

Each day is planned twice: when it begins, which gives out its mails to whoever waits, and in its last quarter of an
hour, for whom it has brought and for the room that is left. Messages leave when they are due, as the sender claims
them within the day's mails and the hours of whoever gets them, unless their cycle is over by then. Time moves people
on through their stages; nobody buys, answers, objects or opens an account.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import rehearsal, sql, tables
from saleor_relacional.flows.campaigns import capacity, cycles, plan
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.contact import booking, contact_policy, standing
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.sending import claims
from saleor_relacional.models import Campaign, CampaignState, CampaignVersion
from saleor_relacional.rules.contact import hours

DAYS = 30
MOST = 10**6
"""Mails that leave at once."""
HOUR = timedelta(hours=1)
LAST_PLAN = timedelta(minutes=15)
"""Before the end of a day: as often as the beat plans."""

COPIED: Mapping[str, str] = {
    tables.PROFILE: "", tables.CUSTOMER_SUMMARY: "", tables.ENROLMENT: "", tables.TOUCH: "", tables.CONTACT: "",
    tables.CAMPAIGN: "", tables.UNPLANNED: "", tables.CURSOR: "", tables.INCENTIVE: "", tables.RUNNING_OUT: "",
    tables.STAFF_TASK: "", tables.ERROR_COUNT: "", tables.AUDIENCE: "", tables.SHOP_CONTROL_PERIOD: "",
    tables.SHOP_CONTROL_ENTRY: "",
    tables.BUDGET_ENTRY: "NOT counted", tables.RUNG_DECISION: "", tables.RUNG_MODEL: "", tables.RUNG_STOP: "",
    # Of those whom something else than time moved on last, one asks what time had done before.
    tables.STAGE_CHANGE: f"""profile_id IN (SELECT s.profile_id FROM {tables.CUSTOMER_SUMMARY} s
        WHERE s.stage_cause NOT IN ('time', 'history') AND s.stage IN ('slipping', 'lapsed', 'lost'))""",
}  # fmt: skip
"""What planning and passing time write."""

_OPEN = f"""
UPDATE {tables.TOUCH} SET state = CASE state WHEN 'waiting' THEN state ELSE 'queued' END, claim_token = NULL,
    lease_until = NULL
WHERE state IN ('queued', 'waiting', 'claimed', 'handing_over') RETURNING id
"""
"""What a sender holds at this moment leaves as what is queued does."""
_CLAIMED = f"""
SELECT t.id, e.version_id, t.due_at, p.time_zone, asks.quiet_from, asks.quiet_to
FROM {tables.TOUCH} t
JOIN LATERAL (SELECT version_id FROM {tables.ENROLMENT} WHERE id = t.enrolment_id LIMIT 1) e ON true
JOIN LATERAL (SELECT time_zone FROM {tables.PROFILE} WHERE id = t.profile_id LIMIT 1) p ON true
LEFT JOIN {tables.PREFERENCE} asks ON asks.profile_id = t.profile_id
WHERE t.id = ANY(%s) ORDER BY t.id
"""
_LEFT = f"""
UPDATE {tables.CONTACT} c SET sent_at = t.ended_at FROM {tables.TOUCH} t
WHERE t.id = ANY(%(left)s) AND c.enrolment_id = t.enrolment_id AND c.step_id = t.step_id AND c.sent_at IS NULL
"""
_WAITING = f"""
SELECT campaign_id, count(*) FROM {tables.ENROLMENT} WHERE state = 'waiting' AND campaign_id = ANY(%s) GROUP BY 1
"""

# A message that was on its way before the first day leaves when it is due, or at once where that has passed.
_SAID = f"""
SELECT c.profile_id, e.campaign_id, c.step_id, coalesce(t.ended_at, c.at), e.arm, e.stage, e.year_value, e.currency,
       e.cost, e.cost_currency, step.number, step.offers, campaign.kind
FROM {tables.CONTACT} c
JOIN {tables.ENROLMENT} e ON e.id = c.enrolment_id
JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
JOIN {tables.CAMPAIGN_STEP} step ON step.id = c.step_id
LEFT JOIN {tables.TOUCH} t ON t.enrolment_id = c.enrolment_id AND t.step_id = c.step_id
WHERE (c.id > %(after)s AND (e.arm = 'control' OR t.state = 'sent') OR t.id = ANY(%(open)s) AND t.state = 'sent')
  AND coalesce(t.ended_at, c.at) < %(ends)s
ORDER BY 4, c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message that would leave, or be held out."""

    profile_id: int
    campaign_id: int
    step_id: int
    at: datetime
    arm: str
    stage: str
    cost: Decimal
    cost_currency: str
    gain: float
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What became of the days."""

    said: Sequence[Said]
    """By the moment."""
    waiting: Mapping[tuple[date, int], int]
    """(day, campaign) → people for whom there was no room by the end of the day."""


def rehearse(now: datetime, *, days: int = DAYS, also: Campaign | None = None) -> Rehearsed:
    """The coming days from now on, today included; `also`: as if this campaign were switched on now. Writes nothing."""
    with rehearsal.on_copies(COPIED):
        if also is not None:
            Campaign.objects.filter(pk=also.pk).update(
                state=CampaignState.ACTIVE, activated_at=now, activated_url=conf.host().public_url(),
                planned_under="", paused_for="", fixed_at=also.fixed_at or now,
            )  # fmt: skip
        [(after,)] = sql.rows(f"SELECT coalesce(max(id), 0) FROM {tables.CONTACT}")
        open_ = [row[0] for row in sql.rows(_OPEN)]
        waiting: dict[tuple[date, int], int] = {}
        for moment, ends_day in _moments(now, days):
            _leave(moment)
            while score.pass_time(moment).profiles:
                pass
            plan.consider_all(moment)
            if ends_day:
                active = list(
                    Campaign.objects.filter(state=CampaignState.ACTIVE).values_list("pk", flat=True)
                )
                found = dict(sql.rows(_WAITING, [active]))
                waiting |= {(today(moment), key): found.get(key, 0) for key in active}
        ends = moment + LAST_PLAN
        _leave(ends)
        said = [_said(row) for row in sql.rows(_SAID, {"after": after, "open": open_, "ends": ends})]
    return Rehearsed(said=said, waiting=waiting)


def _moments(now: datetime, days: int) -> Iterator[tuple[datetime, bool]]:
    """When it is planned, and whether that ends the day."""
    begins = now
    for _ in range(days):
        ends = capacity.day_began(capacity.day_began(begins) + timedelta(hours=26))
        yield begins, False
        yield max(begins, ends - LAST_PLAN), True
        begins = ends


def _leave(now: datetime) -> None:
    """What is due leaves, as far as the day's mails reach. Where they do not reach everybody, who is due first leaves
    first: hour by hour, as senders go through the day."""
    began = capacity.day_began(now)
    if capacity.overdrawn(now):
        for hour in range(1 + int((now - began) / HOUR)):
            _leave_at(began + hour * HOUR)
    _leave_at(now)


def _leave_at(now: datetime) -> None:
    """What is due at this moment leaves, each as soon as it may where the person lives; what is about a cycle that is
    over does not."""
    began, own = capacity.day_began(now), conf.time_zone().key
    claimed = claims.claim(uuid4(), now, MOST)
    by_version: dict[int, list[tuple[int, datetime, str, hours.Quiet | None]]] = {}
    for touch, version, due, zone, *quiet in sql.rows(_CLAIMED, [claimed]):
        hushed = None if quiet[0] is None else (quiet[0], quiet[1])
        by_version.setdefault(version, []).append((touch, due, standing.known_zone(zone) or own, hushed))
    for key, some in by_version.items():
        version = CampaignVersion.objects.select_related("campaign").get(pk=key)
        policy = contact_policy.of(version)
        at = [
            (touch, hours.next_open(max(due, began), ZoneInfo(zone), policy, quiet) or due)
            for touch, due, zone, quiet in some
        ]
        _hand_over(version, at, now)


def _hand_over(version: CampaignVersion, some: Sequence[tuple[int, datetime]], now: datetime) -> None:
    kind = cycles.kind(version)
    touches, moments = zip(*some, strict=True)
    asked = {**cycles.parameters(version, now), "touches": list(touches), "at": list(moments)}
    ended = sql.rows(_ended(kind), asked)
    left = [(touch, person, at) for touch, state, person, at in ended if state == "sent"]
    sql.run(_LEFT, {"left": [touch for touch, _, _ in left]})
    if kind.apologises:
        for _, person, at in left:
            booking.apologised(person, at)


def _ended(kind: CampaignKind) -> str:
    """What becomes of touches, each at its moment: it waits for it, it leaves, or its cycle is over."""
    return f"""
UPDATE {tables.TOUCH} t SET claim_token = NULL, lease_until = NULL,
    due_at = CASE WHEN told.at > %(now)s THEN told.at ELSE t.due_at END,
    ended_at = CASE WHEN told.at <= %(now)s THEN told.at END,
    state = CASE WHEN told.at > %(now)s THEN 'waiting'
                 WHEN {cycles.current(kind)} AND NOT coalesce({kind.ended}, false) THEN 'sent' ELSE 'suppressed' END
FROM unnest(%(touches)s::bigint[], %(at)s::timestamptz[]) AS told (id, at), {tables.ENROLMENT} e
LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
WHERE t.id = told.id AND e.id = t.enrolment_id RETURNING t.id, t.state, t.profile_id, t.ended_at"""


def _said(row: tuple[Any, ...]) -> Said:
    profile, campaign, step, at, arm, stage, worth, currency, cost, cost_currency, number, offers, kind = row
    treated = arm == "treated"
    return Said(
        profile_id=profile, campaign_id=campaign, step_id=step, at=at, arm=arm, stage=stage,
        cost=cost if treated and offers else Decimal(0), cost_currency=cost_currency if treated and offers else "",
        gain=worth * kind_of(kind).prior_lift if treated and number == 1 else 0.0, currency=currency,
    )  # fmt: skip
