"""Reading relationships: by account, by id, many at once. Every function is one statement, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import sql, tables


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
    last_day: date | None
    last_at: datetime | None
    currency: str
    """Of the money beside it; empty before the first purchase."""
    sold: Decimal
    refunded: Decimal
    valued_purchases: int
    """Purchases that `sold` adds up."""
    rhythm_gaps: int
    """Gaps of their own that the two sums of logarithms are of."""
    gap_log_sum: float
    gap_log_squares: float
    log_mean: float | None
    log_sd: float | None
    next_change_at: datetime | None
    scored_at: datetime | None
    believed_at: datetime | None
    """As of when the beliefs below hold; None where there are none."""
    fit_id: int | None
    """With which they were computed."""
    alive: float | None
    order_30: float | None
    order_90: float | None
    order_365: float | None
    expected_30: float | None
    expected_90: float | None
    expected_365: float | None
    order_value: float | None
    year_value: float | None
    rfm_recency: int | None
    rfm_frequency: int | None
    rfm_monetary: int | None
    """Quintiles, 5 best; 0 where there is nothing to compare."""
    every_days: float | None
    not_before: date | None
    declared_by: str | None
    """customer or staff; None where nothing is declared."""
    declared_at: datetime | None

    @property
    def kept(self) -> Decimal:
        """Sold less refunded."""
        return self.sold - self.refunded


READ = f"""
SELECT profile.id, profile.public_id,
       (SELECT min(key) FROM {tables.IDENTITY} identity
        WHERE identity.profile_id = profile.id AND kind = 'account' AND source = %(source)s),
       profile.email, profile.first_name, profile.language, profile.channel, profile.joined_at,
       coalesce(standing.stage, 'prospect'), coalesce(standing.since, profile.created_at),
       coalesce(standing.stage_cause, 'history'), coalesce(standing.purchases, 0),
       coalesce(standing.purchase_days, 0), standing.first_day, standing.last_day, standing.last_at,
       coalesce(standing.currency, ''), coalesce(standing.sold, 0), coalesce(standing.refunded, 0),
       coalesce(standing.valued_purchases, 0), coalesce(standing.rhythm_gaps, 0),
       coalesce(standing.gap_log_sum, 0), coalesce(standing.gap_log_squares, 0),
       standing.rhythm_log_mean, standing.rhythm_log_sd, standing.next_change_at, standing.scored_at,
       belief.as_of, belief.fit_id, belief.alive, belief.order_30, belief.order_90, belief.order_365,
       belief.expected_30, belief.expected_90, belief.expected_365, belief.order_value, belief.year_value,
       belief.rfm_recency, belief.rfm_frequency, belief.rfm_monetary,
       declared.every_days, declared.not_before, declared.declared_by, declared.declared_at
FROM {tables.PROFILE} profile
LEFT JOIN {tables.CUSTOMER_SUMMARY} standing ON standing.profile_id = profile.id
LEFT JOIN {tables.PREDICTION} belief ON belief.profile_id = profile.id
LEFT JOIN {tables.DECLARATION} declared ON declared.profile_id = profile.id
"""
"""The columns of Relationship, in its order."""

BY_ID = READ + "WHERE profile.id = ANY(%(ids)s)"
BY_PUBLIC_ID = READ + "WHERE profile.public_id = ANY(%(ids)s) AND profile.merged_into_id IS NULL"
ACCOUNTS = f"""
SELECT key, profile_id FROM {tables.IDENTITY}
WHERE kind = 'account' AND source = %(source)s AND key = ANY(%(keys)s)
"""
RECENT = f"""
SELECT asked.id, recent.placed_at FROM unnest(%(ids)s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT placed_at FROM {tables.PURCHASE} purchase
    WHERE purchase.profile_id = asked.id AND state = 'counts' AND placed_at <= %(now)s
    ORDER BY placed_at DESC LIMIT %(most)s
) recent ORDER BY asked.id, recent.placed_at
"""


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


def recent_purchases(
    ids: Sequence[int], now: datetime, *, most: int = 24, using: str | None = None
) -> dict[int, list[datetime]]:
    """Our id → moments of the last purchases, oldest first."""
    found: dict[int, list[datetime]] = {}
    for profile, placed_at in sql.rows(RECENT, {"ids": list(ids), "now": now, "most": most}, using=using):
        found.setdefault(profile, []).append(placed_at)
    return found
