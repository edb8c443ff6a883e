"""What the owner decided, and who entered in each period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.flows import policy

STANDS = f"""NOT EXISTS (
    SELECT FROM {tables.PROFILE} gone WHERE gone.id = entry.profile_id AND gone.merged_into_id IS NOT NULL)"""
"""Condition: the entry (the alias `entry`) counts; a later one of somebody who entered twice does not."""

_PERIODS = f"""
SELECT period.id, period.begins_at, period.ends_at, count(entry.id) FILTER (WHERE entry.arm = 'treated'),
       count(entry.id) FILTER (WHERE entry.arm = 'control')
FROM {tables.SHOP_CONTROL_PERIOD} period
LEFT JOIN {tables.SHOP_CONTROL_ENTRY} entry ON entry.period_id = period.id AND {STANDS}
GROUP BY period.id ORDER BY period.begins_at DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOverview:
    """One period, and how many entered in each arm."""

    key: int
    begins_at: datetime
    ends_at: datetime
    treated: int
    control: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The shop-wide control group."""

    share: Decimal
    periods: Sequence[PeriodOverview]
    """The latest first. One that a new year has begun is there as soon as a plan has run."""


def overview(now: datetime, *, using: str | None = None) -> Overview:
    """As things stand."""
    periods = [
        PeriodOverview(key=key, begins_at=begins, ends_at=ends, treated=treated, control=control)
        for key, begins, ends, treated, control in sql.rows(_PERIODS, using=using)
    ]
    return Overview(share=policy.current(now).shop_control_share, periods=periods)
