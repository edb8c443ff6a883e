"""Whom a campaign has started and who is still in the state that it is for: who was written to already, or is measured
against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.models import Arm, CampaignVersion, TouchState

LOOKED_AT = 2_000
"""Latest starts among which people are looked for: most of them are still late."""

_LEFT = (TouchState.SENT, TouchState.UNKNOWN)
_ENDED = (TouchState.FAILED, TouchState.SUPPRESSED, TouchState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Somebody whom the campaign has started in the cycle that they are in."""

    profile_id: int
    control: bool
    """Gets nothing, to measure against."""
    stage: str
    last_day: date | None
    """Of their last purchase; None of a prospect."""
    started_at: datetime
    year_value: float
    currency: str
    written_at: datetime | None
    """When the last message left; None while none has."""
    stopped: str
    """Code of why the last message will not leave; empty otherwise, and where an earlier one has left."""


def _latest(kind: CampaignKind) -> str:
    return f"""
SELECT e.profile_id, e.arm, s.stage, s.last_day, e.started_at, e.year_value, e.currency, last.state, last.ended_at,
       last.reason
FROM (
    SELECT * FROM {tables.ENROLMENT} WHERE campaign_id = %(campaign)s AND started_at <= %(now)s
    ORDER BY started_at DESC LIMIT {LOOKED_AT}
) e
JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
LEFT JOIN LATERAL (
    SELECT touch.state, touch.ended_at, touch.reason FROM {tables.TOUCH} touch
    JOIN {tables.CAMPAIGN_STEP} step ON step.id = touch.step_id
    WHERE touch.enrolment_id = e.id ORDER BY touch.state = ANY(%(left)s) DESC, step.number DESC LIMIT 1
) last ON true
WHERE {cycles.current(kind)}
ORDER BY e.started_at DESC, e.id DESC LIMIT %(limit)s
"""


def latest(version: CampaignVersion, now: datetime, *, limit: int) -> Sequence[UnderWay]:
    """The latest started ones who are still in the state that the campaign is for, at most so many."""
    asked = {
        **cycles.parameters(version, now), "campaign": version.campaign_id, "limit": limit,
        "left": [str(state) for state in _LEFT],
    }  # fmt: skip
    return [_read(row) for row in sql.rows(_latest(cycles.kind(version)), asked)]


def _read(row: tuple[Any, ...]) -> UnderWay:
    profile_id, arm, stage, last_day, started_at, year_value, currency, state, ended_at, reason = row
    return UnderWay(
        profile_id=profile_id, control=arm == Arm.CONTROL, stage=stage, last_day=last_day, started_at=started_at,
        year_value=year_value, currency=currency, written_at=ended_at if state in _LEFT else None,
        stopped=reason or state if state in _ENDED else "",
    )  # fmt: skip
