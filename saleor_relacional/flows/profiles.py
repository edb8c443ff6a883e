"""Reading relationships: by account, by id, many at once. Every function is one statement, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from saleor_relacional import conf
from saleor_relacional.insight import rhythm
from saleor_relacional.models import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """What we know and believe about one customer, as read."""

    id: int
    """Ours, never shown."""
    public_id: UUID
    account: str | None
    """Reference at the host; None for a guest."""
    email: str
    first_name: str
    language: str
    channel: str
    joined_at: datetime | None
    stage: str
    since: datetime
    cause: str
    purchases: int
    purchase_days: int
    first_day: date | None
    last_at: datetime | None
    currency: str
    """Of the money beside it; empty before the first purchase."""
    sold: Decimal
    refunded: Decimal
    log_mean: float | None
    log_sd: float | None
    next_change_at: datetime | None
    scored_at: datetime | None
    believed_at: datetime | None
    """As of when the beliefs below hold; None where there are none."""
    alive: float | None
    order_30: float | None
    order_90: float | None
    order_365: float | None
    order_value: float | None
    promise: float | None

    @property
    def kept(self) -> Decimal:
        """Sold less refunded."""
        return self.sold - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One customer's own rhythm, as it looks at an instant."""

    own_gaps: int
    """Gaps of their own behind it; 0 means that it is the shop's."""
    typical_days: float
    """As likely to be back before as after so many days."""
    overdue: float
    """Probability that a customer with this rhythm would have been back by now."""
    earliest: datetime
    """The next order, if there is one, falls between these two in 8 of 10 cases."""
    latest: datetime


READ = """
SELECT profile.id, profile.public_id,
       (SELECT min(key) FROM saleor_relacional_identity identity
        WHERE identity.profile_id = profile.id AND kind = 'account' AND source = %(source)s),
       profile.email, profile.first_name, profile.language, profile.channel, profile.joined_at,
       coalesce(standing.stage, 'prospect'), coalesce(standing.since, profile.created_at),
       coalesce(standing.stage_cause, 'history'), coalesce(standing.purchases, 0),
       coalesce(standing.purchase_days, 0), standing.first_day, standing.last_at,
       coalesce(standing.currency, ''), coalesce(standing.sold, 0), coalesce(standing.refunded, 0),
       standing.rhythm_log_mean, standing.rhythm_log_sd, standing.next_change_at, standing.scored_at,
       belief.as_of, belief.alive, belief.order_30, belief.order_90, belief.order_365, belief.order_value,
       belief.promise
FROM saleor_relacional_profile profile
LEFT JOIN saleor_relacional_standing standing ON standing.profile_id = profile.id
LEFT JOIN saleor_relacional_belief belief ON belief.profile_id = profile.id
"""
"""The columns of Relationship, in its order."""

BY_ID = READ + "WHERE profile.id = ANY(%(ids)s)"
BY_PUBLIC_ID = READ + "WHERE profile.public_id = ANY(%(ids)s) AND profile.merged_into_id IS NULL"
ACCOUNTS = """
SELECT key, profile_id FROM saleor_relacional_identity
WHERE kind = 'account' AND source = %(source)s AND key = ANY(%(keys)s)
"""
RECENT = """
SELECT asked.id, recent.placed_at FROM unnest(%(ids)s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT placed_at FROM saleor_relacional_purchase purchase
    WHERE purchase.profile_id = asked.id AND state = 'counts' AND placed_at <= %(now)s
    ORDER BY placed_at DESC LIMIT %(most)s
) recent ORDER BY asked.id, recent.placed_at
"""
CHANGES = """
SELECT asked.id, change.stage, change.previous, change.happened_at, change.cause
FROM unnest(%(ids)s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT id, stage, previous, happened_at, cause FROM saleor_relacional_stagechange told
    WHERE told.profile_id = asked.id ORDER BY happened_at DESC, id DESC LIMIT %(most)s
) change ORDER BY asked.id, change.happened_at DESC, change.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of the dated history of stages."""

    stage: str
    previous: str
    """Empty at the first scoring."""
    happened_at: datetime
    cause: str


def parameters(**more: Any) -> dict[str, Any]:
    """What READ needs, and more."""
    return {"source": conf.host().source, **more}


def relationships(rows: Sequence[tuple[Any, ...]]) -> list[Relationship]:
    """Rows of READ."""
    names = [field.name for field in fields(Relationship)]
    return [Relationship(**dict(zip(names, row, strict=True))) for row in rows]


def of_accounts(accounts: Sequence[str], *, using: str | None = None) -> dict[str, Relationship]:
    """Account reference → relationship, where we know one. An account that the host does not vouch for has a profile
    of its own: what a guest with the same address did is not in it."""
    owners = dict(sql.rows(ACCOUNTS, parameters(keys=list(accounts)), using=using))
    found = of_ids(list(owners.values()), using=using)
    return {account: found[owner] for account, owner in owners.items() if owner in found}


def of_ids(ids: Sequence[int], *, using: str | None = None) -> dict[int, Relationship]:
    """Our id → relationship."""
    return {one.id: one for one in relationships(sql.rows(BY_ID, parameters(ids=list(ids)), using=using))}


def of_public_ids(ids: Sequence[UUID], *, using: str | None = None) -> dict[UUID, Relationship]:
    """Public id → relationship; merged and forgotten ones are not found."""
    rows = sql.rows(BY_PUBLIC_ID, parameters(ids=list(ids)), using=using)
    return {one.public_id: one for one in relationships(rows)}


def beat(person: Relationship, now: datetime) -> Beat | None:
    """The rhythm of one customer at `now`; None before the first purchase."""
    if person.last_at is None or person.log_mean is None or person.log_sd is None:
        return None
    own = rhythm.Rhythm(log_mean=np.array([person.log_mean]), log_sd=np.array([person.log_sd]))
    idle = [max((now - person.last_at).total_seconds(), 0) / 86400]
    window = rhythm.next_order_window(own, idle)
    return Beat(
        own_gaps=max(person.purchase_days - 1, 0),
        typical_days=float(rhythm.quantile(own, 0.5)[0]),
        overdue=float(rhythm.overdue(own, idle)[0]),
        earliest=_after(person.last_at, float(window.low[0])),
        latest=_after(person.last_at, float(window.high[0])),
    )


FARTHEST = 36_525.0
"""Days. A window that ends later than a century is shown as ending then."""


def _after(moment: datetime, days: float) -> datetime:
    return moment + timedelta(days=min(days, FARTHEST))


def recent_purchases(
    ids: Sequence[int], now: datetime, *, most: int = 24, using: str | None = None
) -> dict[int, list[datetime]]:
    """Our id → moments of the last purchases, oldest first."""
    found: dict[int, list[datetime]] = {}
    for profile, placed_at in sql.rows(RECENT, {"ids": list(ids), "now": now, "most": most}, using=using):
        found.setdefault(profile, []).append(placed_at)
    return found


def stage_changes(ids: Sequence[int], *, most: int = 20, using: str | None = None) -> dict[int, list[Change]]:
    """Our id → the latest changes of stage, newest first."""
    found: dict[int, list[Change]] = {}
    for profile, stage, previous, happened_at, cause in sql.rows(
        CHANGES, {"ids": list(ids), "most": most}, using=using
    ):
        found.setdefault(profile, []).append(
            Change(stage=stage, previous=previous, happened_at=happened_at, cause=cause)
        )
    return found
