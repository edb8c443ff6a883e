"""Who claims which touches: service messages first, then the steps of campaigns by their goals, within what the day
and the provider still let through. One sender claims at a time, so that two cannot both use the day's last mail."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import capacity, ranking
from saleor_relacional.flows.campaigns.kinds.kind import CampaignPurpose, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.flows.sending.mail_server.providers import Room

CLAIM = timedelta(minutes=5)
"""For the whole batch."""

_CLAIM_SERVICE = f"""
UPDATE {tables.TOUCH} t
SET state = 'claimed', claim_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
WHERE id IN (
    SELECT id FROM {tables.TOUCH} asked
    WHERE service_id IS NOT NULL AND state IN ('queued', 'waiting') AND due_at <= %(now)s AND expires_at > %(now)s
      AND EXISTS (SELECT FROM {tables.SERVICE_MESSAGE} s WHERE s.id = asked.service_id AND s.url = %(url)s)
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
    SELECT t.id, t.profile_id, c.id AS campaign_id,
           {ranking.place("t.profile_id", "e.currency", "e.year_value")} AS rank,
           (%(goals)s::jsonb ->> coalesce(nullif(latest.objective, ''), c.kind))::int AS goal,
           t.due_at >= %(today)s AS today,
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
    SELECT *, row_number() OVER (PARTITION BY campaign_id ORDER BY today, rank, profile_id, id) AS place FROM due
), chosen AS (
    SELECT id, profile_id, today, goal, rank FROM placed WHERE place <= room
    ORDER BY today, goal, rank, profile_id, id
    LIMIT least(%(limit)s, greatest(0, %(capacity)s - (SELECT coalesce(sum(mails), 0) FROM used)))::bigint
)
UPDATE {tables.TOUCH} t
SET state = 'claimed', claim_token = %(token)s, lease_until = clock_timestamp() + %(lease)s
FROM chosen WHERE t.id = chosen.id AND t.id IN (
    SELECT id FROM {tables.TOUCH}
    WHERE id IN (SELECT id FROM chosen) AND state IN ('queued', 'waiting') FOR UPDATE SKIP LOCKED)
RETURNING chosen.today, chosen.goal, chosen.rank, chosen.profile_id, t.id
"""
"""What there was no room for on an earlier day comes first: nobody waits for ever because others serve or recover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Touches that are ours until the lease runs out, in the order in which they leave."""

    touches: list[int]
    room: Room


def claim_due(token: UUID, now: datetime, limit: int, *, campaigns: bool) -> Claimed:
    """Claim up to so many touches, and their places in time. `campaigns`: steps of campaigns, too."""
    with sql.atomic():
        locks.lock(Lock.SENDING)
        room = providers.room(now, limit)
        found = _service(token, now, room.mails) if room.mails else []
        if campaigns and len(found) < room.mails:
            found += claim(token, now, room.mails - len(found))
        if room.per_second is not None:
            providers.take(len(found))
    return Claimed(touches=found, room=room)


def claim(token: UUID, now: datetime, limit: int) -> list[int]:
    """Steps of campaigns that are ours until the lease runs out, within what may still leave today: those of earlier
    days first, then by the goals of their campaigns, and the most promising first."""
    asked = {
        "token": token, "now": now, "limit": limit, "lease": CLAIM, "today": capacity.day_began(now),
        "url": conf.host().public_url(), "capacity": policy.current(now).daily_capacity or 0,
        "goals": json.dumps(_goals()), **ranking.parameters(now),
    }  # fmt: skip
    with sql.atomic():
        locks.lock(Lock.SENDING)
        return [touch for *_, touch in sorted(sql.rows(_CLAIM, asked))]


def _service(token: UUID, now: datetime, limit: int) -> list[int]:
    """Service messages, those due first before the others. No day's capacity holds for them."""
    asked = {
        "token": token, "now": now, "limit": limit, "lease": CLAIM, "url": conf.host().public_url()
    }  # fmt: skip
    return [touch for _, touch in sorted(sql.rows(_CLAIM_SERVICE, asked))]


def _goals() -> dict[str, int]:
    """Kind of a campaign, and objective that an owner may give it → its place: those that serve first, then by goal."""
    by_kind = {
        name: -1 if kind.purpose is CampaignPurpose.SERVICE else list(Goal).index(kind.goal)
        for name, kind in kinds().items()
    }
    return by_kind | {str(goal): place for place, goal in enumerate(Goal)}
