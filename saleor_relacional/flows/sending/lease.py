"""Who sends which touch. Every step is one conditional UPDATE of its own: losing it means that somebody
else has it, or that a purchase or an opt-out ended it.

queued, waiting → claimed → handing_over → sent | failed | unknown. Leases live by the database's clock. A
claim that ran out before the hand-over goes back; one that ran out after it began may have reached the
mail server, so it is `unknown` and is not sent again.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import capacity, ranking
from saleor_relacional.flows.campaigns.kinds.kind import CampaignPurpose, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.incentives import staff_tasks, stop

CLAIM = timedelta(minutes=5)
"""For the whole batch."""
HAND_OVER = timedelta(minutes=2)
"""For one mail; longer than a mail server may take to answer."""

CLAIMED = "claimed"
HANDING_OVER = "handing_over"
UNKNOWN = "unknown"

_BACK = f"""
UPDATE {tables.TOUCH}
SET state = 'queued', attempts = attempts + 1, claim_token = NULL, lease_until = NULL
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state = 'claimed' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
"""
_UNKNOWN = f"""
UPDATE {tables.TOUCH} SET state = 'unknown', reason = 'interrupted', ended_at = %(now)s
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state = 'handing_over' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
"""
_EXPIRE = f"""
UPDATE {tables.TOUCH}
SET state = 'expired', ended_at = %(now)s, reason = CASE WHEN reason = '' THEN 'too_late' ELSE reason END
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE state IN ('queued', 'waiting') AND expires_at <= %(now)s FOR UPDATE SKIP LOCKED)
RETURNING enrolment_id, service_id
"""
_CLAIM_SERVICE = f"""
UPDATE {tables.TOUCH} t
SET state = 'claimed', claim_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
WHERE id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE service_id IS NOT NULL AND state IN ('queued', 'waiting') AND due_at <= %(now)s AND expires_at > %(now)s
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING t.due_at, t.id
"""
_CLAIM = f"""
WITH used AS (
    SELECT e.campaign_id, count(*) AS mails
    FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
    WHERE t.state IN ('claimed', 'handing_over')
       OR (t.state IN ('sent', 'unknown') AND t.ended_at >= %(today)s)
    GROUP BY e.campaign_id
), due AS (
    SELECT t.id, c.id AS campaign_id, {ranking.place("t.id", "e.currency", "e.year_value")} AS rank,
           (%(goals)s::jsonb ->> coalesce(nullif(latest.objective, ''), c.kind))::int AS goal,
           latest.daily_capacity - coalesce(used.mails, 0) AS room
    FROM {tables.TOUCH} t
    JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
    JOIN {tables.CAMPAIGN} c
      ON c.id = e.campaign_id AND c.state = 'active' AND c.activated_url = %(url)s
    JOIN LATERAL (
        SELECT v.daily_capacity, v.objective FROM {tables.CAMPAIGN_VERSION} v WHERE v.campaign_id = c.id
        ORDER BY v.number DESC LIMIT 1
    ) latest ON true
    LEFT JOIN used ON used.campaign_id = c.id
    WHERE t.state IN ('queued', 'waiting') AND t.due_at <= %(now)s AND t.expires_at > %(now)s
), placed AS (
    SELECT id, goal, rank, room, row_number() OVER (PARTITION BY campaign_id ORDER BY rank, id) AS place FROM due
), chosen AS (
    SELECT id, goal, rank FROM placed WHERE place <= room ORDER BY goal, rank, id
    LIMIT least(%(limit)s, greatest(0, %(capacity)s - (SELECT coalesce(sum(mails), 0) FROM used)))::bigint
)
UPDATE {tables.TOUCH} t
SET state = 'claimed', claim_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM chosen WHERE t.id = chosen.id AND t.id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE id IN (SELECT id FROM chosen) AND state IN ('queued', 'waiting') FOR UPDATE SKIP LOCKED)
RETURNING chosen.goal, chosen.rank, t.id
"""
_BEGIN = f"""
UPDATE {tables.TOUCH} t
SET state = 'handing_over', lease_until = clock_timestamp() + %(lease)s,
    template_version = %(template_version)s, data_hash = %(data_hash)s, because = %(because)s::jsonb
WHERE t.id = %(touch)s AND t.claim_token = %(token)s AND t.state = 'claimed' AND t.profile_id = %(profile)s
  AND (t.service_id IS NOT NULL OR EXISTS (
    SELECT FROM {tables.ENROLMENT} e JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id
    WHERE e.id = t.enrolment_id AND c.state = 'active' AND c.activated_url = %(url)s))
"""
_END = f"""
UPDATE {tables.TOUCH}
SET state = %(state)s, reason = %(reason)s, ended_at = %(now)s, claim_token = NULL, lease_until = NULL
WHERE id = %(touch)s AND claim_token = %(token)s AND state = ANY(%(from)s) RETURNING enrolment_id
"""
_WAIT = f"""
UPDATE {tables.TOUCH}
SET state = %(state)s, reason = %(reason)s, due_at = %(due_at)s, attempts = attempts + %(attempt)s,
    claim_token = NULL, lease_until = NULL
WHERE id = %(touch)s AND claim_token = %(token)s AND state = %(from)s
"""


def recover(now: datetime) -> None:
    """Name what dead senders left behind, and end what is too late."""
    sql.run(_BACK)
    sql.run(_UNKNOWN, {"now": now})
    stop.release(sql.rows(_EXPIRE, {"now": now}), now)
    staff_tasks.appear()


def claim(token: UUID, now: datetime, limit: int) -> list[int]:
    """Steps of campaigns that are ours until the lease runs out, by the goals of their campaigns and the most promising
    first, within what may still leave today."""
    asked = {
        "token": token, "now": now, "limit": limit, "lease": CLAIM, "today": capacity.day_began(now),
        "url": conf.host().public_url(), "capacity": policy.current(now).daily_capacity or 0,
        "goals": json.dumps(_goals()), **ranking.parameters(now),
    }  # fmt: skip
    with sql.atomic():
        locks.lock(Lock.SENDING)  # so that two senders cannot both use the day's last mail
        return [touch for _, _, touch in sorted(sql.rows(_CLAIM, asked))]


def claim_service(token: UUID, now: datetime, limit: int) -> list[int]:
    """Service messages that are ours likewise, those due first before the others. No day's capacity holds for them."""
    asked = {"token": token, "now": now, "limit": limit, "lease": CLAIM}
    return [touch for _, touch in sorted(sql.rows(_CLAIM_SERVICE, asked))]


def _goals() -> dict[str, int]:
    """Kind of a campaign, and objective that an owner may give it → its place: those that serve first, then by goal."""
    by_kind = {
        name: -1 if kind.purpose is CampaignPurpose.SERVICE else list(Goal).index(kind.goal)
        for name, kind in kinds().items()
    }
    return by_kind | {str(goal): place for place, goal in enumerate(Goal)}


def begin(
    touch: int, token: UUID, *, profile: int, template_version: str, data_hash: str,
    because: Mapping[str, Any] = MappingProxyType({}),
) -> bool:  # fmt: skip
    """The last moment at which it can be stopped. False: it was, or its campaign was, or the person was
    forgotten."""
    return _one(
        _BEGIN, touch, token, profile=profile, template_version=template_version, data_hash=data_hash,
        because=json.dumps(dict(because)), lease=HAND_OVER, url=conf.host().public_url(),
    )  # fmt: skip


def end(touch: int, token: UUID, state: str, reason: str, now: datetime, *, before: Sequence[str]) -> bool:
    """Its end, if it is still ours in one of these states."""
    return _one(_END, touch, token, state=state, reason=reason, now=now, **{"from": list(before)})


def wait(touch: int, token: UUID, reason: str, due_at: datetime, *, before: str) -> bool:
    """Held, with a next try, if it is still ours in this state."""
    return _one(
        _WAIT, touch, token, state="waiting", reason=reason, due_at=due_at, attempt=1, **{"from": before}
    )


def put_back(touch: int, token: UUID, due_at: datetime) -> bool:
    """As if we had never claimed it."""
    return _one(_WAIT, touch, token, state="queued", reason="", due_at=due_at, attempt=0, **{"from": CLAIMED})


def _one(statement: str, touch: int, token: UUID, **more: Any) -> bool:
    return sql.run(statement, {"touch": touch, "token": token, **more}) == 1
