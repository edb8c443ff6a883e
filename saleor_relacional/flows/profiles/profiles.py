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
    """What `sold` and `refunded` are in; empty before the first purchase."""
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
    """When the predictions below were computed; None where there are none."""
    fit_id: int | None
    """The fit that they were computed with."""
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
    no_profiling: bool
    """They object to profiling: nothing is believed of them."""

    @property
    def kept(self) -> Decimal:
        """Sold less refunded."""
        return self.sold - self.refunded


_COLUMNS = f"""profile.id, profile.public_id,
       (SELECT min(key) FROM {tables.IDENTITY} identity
        WHERE identity.profile_id = profile.id AND kind = 'account' AND source = %(source)s),
       profile.email, profile.first_name, profile.language, profile.channel, profile.joined_at,
       coalesce(summary.stage, 'prospect'), coalesce(summary.since, profile.created_at),
       coalesce(summary.stage_cause, 'history'), coalesce(summary.purchases, 0),
       coalesce(summary.purchase_days, 0), summary.first_day, summary.last_day, summary.last_at,
       coalesce(summary.currency, ''), coalesce(summary.sold, 0), coalesce(summary.refunded, 0),
       coalesce(summary.valued_purchases, 0), coalesce(summary.rhythm_gaps, 0),
       coalesce(summary.gap_log_sum, 0), coalesce(summary.gap_log_squares, 0),
       summary.rhythm_log_mean, summary.rhythm_log_sd, summary.next_change_at, summary.scored_at,
       prediction.as_of, prediction.fit_id, prediction.alive,
       prediction.order_30, prediction.order_90, prediction.order_365,
       prediction.expected_30, prediction.expected_90, prediction.expected_365,
       prediction.order_value, prediction.year_value,
       prediction.rfm_recency, prediction.rfm_frequency, prediction.rfm_monetary,
       declared.every_days, declared.not_before, declared.declared_by, declared.declared_at,
       coalesce(asks.no_profiling, false)"""
"""The fields of Relationship, in its order."""
_TABLES = f"""{tables.PROFILE} profile
LEFT JOIN {tables.CUSTOMER_SUMMARY} summary ON summary.profile_id = profile.id
LEFT JOIN {tables.PREDICTION} prediction ON prediction.profile_id = profile.id
LEFT JOIN {tables.DECLARATION} declared ON declared.profile_id = profile.id
LEFT JOIN {tables.PREFERENCE} asks ON asks.profile_id = profile.id"""


def read(where: str, *, key: str = "") -> str:
    """A SELECT of the columns of Relationship, for `relationships`; an expression `key` comes before them."""
    columns = f"{key}, {_COLUMNS}" if key else _COLUMNS
    return f"SELECT {columns} FROM {_TABLES} {where}"


BY_ID = read("WHERE profile.id = ANY(%(ids)s)")
BY_PUBLIC_ID = read("WHERE profile.public_id = ANY(%(ids)s) AND profile.merged_into_id IS NULL")
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
    """What a statement of `read` needs, and more."""
    return {"source": conf.host().source, **more}


def relationships(rows: Sequence[tuple[Any, ...]]) -> list[Relationship]:
    """The relationships in the rows of a statement of `read`, in their order."""
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
