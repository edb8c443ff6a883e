"""The plan of one person: what campaigns have said to them, what is on its way, and what waits for their turn, with the
reason. Staff see all of it; the person sees what reaches them, and nothing of who is held out to measure against."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.flows.campaigns.kinds.registry import kind_of, kinds
from saleor_relacional.flows.sending import why
from saleor_relacional.flows.shop_control.entries import REASON

PAST = 50
"""Messages of the past, the latest, of each person."""

_OVER = "(campaign.state = 'finished' OR e.window_ends_at <= %(now)s)"
"""Nobody measures by them any more."""
_MESSAGES = f"""
SELECT told.*, person.channel FROM unnest(%(ids)s::bigint[]) AS wanted (id)
JOIN {tables.PROFILE} person ON person.id = wanted.id
CROSS JOIN LATERAL (
    SELECT c.profile_id, campaign.kind, campaign.name, campaign.public_id, step.number, e.arm,
           CASE
               WHEN t.state IN ('queued', 'waiting') AND campaign.state = 'paused' THEN 'paused'
               WHEN t.state IS NOT NULL THEN t.state
               WHEN e.arm = 'control' AND {_OVER} THEN 'was_held_out'
               WHEN e.arm = 'control' THEN 'held_out'
               WHEN campaign.state = 'finished' THEN 'expired'
               WHEN c.at < %(now)s - (%(lasts)s::jsonb ->> campaign.kind)::interval THEN 'expired'
               WHEN campaign.state = 'paused' THEN 'paused'
               ELSE 'booked' END, coalesce(t.reason, ''),
           CASE WHEN t.state IN ('queued', 'waiting') THEN CASE campaign.state WHEN 'paused' THEN NULL ELSE t.due_at END
                WHEN t.id IS NULL AND e.arm = 'control' AND {_OVER} THEN c.at ELSE t.ended_at END,
           coalesce(t.because, '{{}}')
    FROM {tables.CONTACT} c
    JOIN {tables.ENROLMENT} e ON e.id = c.enrolment_id JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
    JOIN {tables.CAMPAIGN_STEP} step ON step.id = c.step_id
    LEFT JOIN {tables.TOUCH} t ON t.enrolment_id = c.enrolment_id AND t.step_id = c.step_id
    WHERE c.profile_id = wanted.id AND c.kind = 'message' ORDER BY c.at DESC, c.id DESC LIMIT {PAST}
) told
UNION ALL
SELECT e.profile_id, campaign.kind, campaign.name, campaign.public_id, 1, e.arm, 'turn', e.reason,
       CASE WHEN e.next_try_at > %(now)s THEN e.next_try_at WHEN e.state = 'waiting' THEN %(tomorrow)s END,
       '{{}}', ''
FROM {tables.ENROLMENT} e JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id AND campaign.state = 'active'
WHERE e.profile_id = ANY(%(ids)s) AND e.state IN ('waiting', 'suppressed')
"""
"""A suppressed enrolment is tried again like a waiting one: what holds it is its reason."""

_STATES = {
    "sent": "sent", "unknown": "sent", "queued": "on_its_way", "waiting": "on_its_way", "claimed": "on_its_way",
    "handing_over": "on_its_way", "booked": "on_its_way", "held_out": "held_out", "was_held_out": "held_out",
    "turn": "waits", "paused": "paused",
}  # fmt: skip


class PlanState(StrEnum):
    """Where a message stands."""

    SENT = "sent"
    ON_ITS_WAY = "on_its_way"
    WAITS = "waits"
    """Their turn has not come."""
    PAUSED = "paused"
    """Its campaign is paused: it leaves once that is switched on again, unless it has become too late by then."""
    STOPPED = "stopped"
    HELD_OUT = "held_out"
    """Nothing leaves: they are in the control group, of the campaign or of the shop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One message to one person, past or coming."""

    kind: str
    campaign: str
    """Name that the owner gave it."""
    campaign_id: UUID
    step: int
    state: PlanState
    reason: str
    """Code of what holds it or stopped it; empty otherwise."""
    when: datetime | None
    """When it left, or when it will leave or be tried at the earliest."""
    treated: bool
    over: bool = False
    """It is of the past: nothing of it is to come, nor measured any more."""
    because: Mapping[str, Any] = field(default_factory=dict)
    """Why they were written to, as it was kept when it left; empty until then."""
    channel: str = ""
    """Of the person, once it has left: in its voice they are told why."""

    @property
    def title(self) -> str:
        """What it is, in the reader's language."""
        return str(kind_of(self.kind).title)

    def told(self, language: str) -> str | None:
        """Why they got it, as its foot says; None: it has not left. `language`: a tongue of voices.py, or a tag."""
        return why.sentence(self.because, language) or None

    @property
    def why(self) -> str:
        """What it is for, in the reader's language."""
        return str(kind_of(self.kind).aim)


def of(ids: Sequence[int], now: datetime, *, using: str | None = None) -> Mapping[int, list[PlanEntry]]:
    """Person → their messages, the latest first; what has no moment yet comes first."""
    found: dict[int, list[PlanEntry]] = defaultdict(list)
    lasts = json.dumps({name: f"{kind.message_lasts.days} days" for name, kind in kinds().items()})
    tomorrow = capacity.day_began(now) + timedelta(days=1)
    for profile_id, *told in sql.rows(
        _MESSAGES,
        {"ids": sql.keys(ids), "now": now, "lasts": lasts, "tomorrow": tomorrow},
        using=using,
    ):
        found[profile_id].append(_entry(told))
    latest = datetime.max
    for entries in found.values():
        entries.sort(key=lambda one: one.when.replace(tzinfo=None) if one.when else latest, reverse=True)
    return found


def coming(entries: Sequence[PlanEntry]) -> list[PlanEntry]:
    """What is still to come of them, the next first; what has no moment yet comes last."""
    there = [one for one in entries if not one.over]
    return sorted(there, key=lambda one: (one.when is None, one.when and one.when.timestamp()))


def seen_by_them(entries: Sequence[PlanEntry]) -> list[PlanEntry]:
    """What the person themself is told: who is held out learns of nothing that is measured by it."""
    return [one for one in entries if one.treated]


def _entry(told: Sequence[Any]) -> PlanEntry:
    kind, campaign, campaign_id, step, arm, told_state, reason, when, because, channel = told
    state = PlanState(_STATES.get(told_state, "stopped"))
    return PlanEntry(
        kind=kind, campaign=campaign, campaign_id=campaign_id, step=step, reason=reason, when=when,
        because=json.loads(because), channel=channel, treated=arm == "treated" and reason != REASON,
        over=state in (PlanState.SENT, PlanState.STOPPED) or told_state == "was_held_out",
        state=PlanState.HELD_OUT if reason == REASON else state,
    )  # fmt: skip
