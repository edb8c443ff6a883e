"""What the owner decided, who entered in each period, and what all that is commercial brought together.

The comparison is that of a campaign (evidence/comparison.py) over those who entered, both arms alike, with two
differences: windows never reach beyond their period, and what is bought after a window is not asked, because by then
somebody may be in the other arm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, partial

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import sums, verdict_words
from saleor_relacional.flows.evidence.beliefs_before import COLUMNS
from saleor_relacional.flows.evidence.comparison import CurrencyResult, by_currency
from saleor_relacional.models import ShopControlPeriod

MOST = 10
"""Periods that are told, the latest."""

_STANDS = f"""NOT EXISTS (
    SELECT FROM {tables.PROFILE} gone WHERE gone.id = entry.profile_id AND gone.merged_into_id IS NOT NULL)"""
"""Condition: the entry (the alias `entry`) counts; a later one of somebody who entered twice does not."""

_ENTERED = f"""
SELECT entry.period_id, count(*) FILTER (WHERE entry.arm = 'treated'), count(*) FILTER (WHERE entry.arm = 'control')
FROM {tables.SHOP_CONTROL_ENTRY} entry WHERE entry.period_id = ANY(%s) AND {_STANDS} GROUP BY 1
"""
_PEOPLE = f"""
SELECT profile_id, arm, drawn_share, currency, started_at, window_ends_at, settled_orders, settled_kept,
       settled_listed, settled_margin, settled_after, settled_refunded, settled_objected, settled_complained,
       settled_early, {", ".join(COLUMNS)}
FROM {tables.SHOP_CONTROL_ENTRY} entry
WHERE entry.period_id = %(period)s AND entry.started_at <= %(now)s AND {_STANDS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOverview:
    """One period, and how many entered in each arm."""

    pk: int
    begins_at: datetime
    ends_at: datetime
    treated: int
    control: int
    compare: Callable[[], Sequence[CurrencyResult]] = field(repr=False, compare=False)
    """Reads what came of everybody who entered when it is first called: the currency of most people first."""
    as_of: datetime
    cap: Decimal | None
    """What a person's money counts up to, in `cap_currency`; None: nothing is capped."""
    cap_currency: str

    @property
    def fixed_at(self) -> datetime:
        """When the cap was fixed."""
        return self.begins_at

    @property
    def words(self) -> str:
        """What it says, in the reader's language."""
        results = self.compare()
        goes_on = self.as_of if self.as_of < self.ends_at else None
        said = verdict_words.leading(results[0] if results else None, goes_on)
        return _("All commercial messages together. %(verdict)s") % {"verdict": said}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The shop-wide control group."""

    share: Decimal
    periods: Sequence[PeriodOverview]
    """The latest first. One that a new year has begun is there as soon as a plan has run."""


def overview(now: datetime, *, using: str | None = None) -> Overview:
    """As things stand. Reads only; `using` names the database to read from."""
    rows = list(ShopControlPeriod.objects.using(using).order_by("-begins_at")[:MOST])
    told = sql.rows(_ENTERED, [[row.pk for row in rows]], using=using)
    entered = {key: (treated, control) for key, treated, control in told}
    return Overview(
        share=policy.current(now).shop_control_share,
        periods=[_period(row, entered.get(row.pk, (0, 0)), now, using) for row in rows],
    )


def _period(
    row: ShopControlPeriod, arms: tuple[int, int], now: datetime, using: str | None
) -> PeriodOverview:
    treated, control = arms
    return PeriodOverview(
        pk=row.pk, begins_at=row.begins_at, ends_at=row.ends_at, treated=treated, control=control, as_of=now,
        cap=row.cap, cap_currency=row.cap_currency,
        compare=cache(partial(results, row, now, using=using)),
    )  # fmt: skip


def results(period: ShopControlPeriod, now: datetime, *, using: str | None = None) -> list[CurrencyResult]:
    """What came of those who entered in a period, in the currency of most of them first."""
    refunds = conf.refund_period()
    groups = sums.over(_PEOPLE, {"period": period.pk}, period, now, refunds, using)
    found = by_currency(groups, refunds, sums.caps(period, now))
    return sorted(found, key=lambda each: (-each.people, each.currency))
