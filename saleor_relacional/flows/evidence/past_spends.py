"""How people came back by themselves, and what they spent, before a campaign begins: what its money is counted up to,
and how soon its effect will be known.

One large order decides otherwise what a campaign is believed to earn. The cap rests on the past of the shop alone, is
fixed when the campaign is activated for the first time, and never moves again (docs/maths.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.flows.evidence import outcomes
from saleor_relacional.insight.inference import cap as caps

FURTHEST = timedelta(days=730)
"""How far back is looked."""
LATEST = timedelta(days=180)
"""Who has been away for longer is not asked how likely they were to come back."""
MOST_PEOPLE = 20_000
"""More than this are sampled."""

_PAST = f"""
WITH bought AS (
    SELECT p.id AS profile_id, u.currency, terms.currency AS reporting, (terms.rates ->> u.currency)::numeric AS rate,
           floor(date_part('epoch', %(now)s - u.placed_at) / (86400 * %(days)s))::int AS back,
           u.sold - coalesce((SELECT sum(r.amount) FROM {tables.REFUND} r
               WHERE r.purchase_id = u.id AND r.currency = u.currency AND r.happened_at <= %(now)s), 0) AS kept
    FROM {tables.PROFILE} p CROSS JOIN LATERAL (
        SELECT id, currency, placed_at, sold FROM {tables.PURCHASE}
        WHERE profile_id = p.id AND state IN ('counts', 'gift') AND placed_at < %(now)s AND placed_at >= %(since)s
        OFFSET 0
    ) u CROSS JOIN {outcomes.TERMS}
    WHERE abs(hashint8(p.id)::bigint) %% %(of)s = 0
), spent AS (
    SELECT profile_id, back, CASE WHEN rate IS NULL THEN currency ELSE reporting END AS told_in,
           sum(kept * coalesce(rate, 1)) AS kept
    FROM bought GROUP BY 1, 2, 3
), came AS (
    SELECT told_in, kept, back, lag(back) OVER seen - back - 1 AS away,
           back - coalesce(lead(back) OVER seen, 0) - 1 AS then_away
    FROM spent WINDOW seen AS (PARTITION BY profile_id ORDER BY back DESC)
)
SELECT told_in, coalesce(array_agg(kept::float8) FILTER (WHERE away > 0 AND kept > 0), '{{}}'),
       count(*) FILTER (WHERE away BETWEEN 1 AND %(latest)s), sum(least(greatest(then_away, 0), %(latest)s))
FROM came GROUP BY told_in ORDER BY count(*) FILTER (WHERE away > 0) DESC, told_in LIMIT 1
"""
"""Time before now is cut into windows, counted backwards; the last one is over. Somebody came back in one who had
bought before and let at least a whole one pass (`away`). Whoever bought might have come back in each of the windows
that they let pass afterwards, but for the first (`then_away`). The people of the sample are chosen first and their
purchases looked up by person: everybody's are never read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How people of the shop came back by themselves, in the currency in which most did: the reporting currency where
    there are rates. Of a sample, in a large shop."""

    currency: str
    """Empty where nobody has bought."""
    spends: tuple[float, ...]
    """What each spent in the window in which they came back."""
    came: int
    """How often somebody came back who had not been away for too long (`LATEST`)."""
    away: int
    """In how many windows that could have happened."""

    @property
    def cap(self) -> float | None:
        """What a person's money counts up to; None: too little is known."""
        return caps.cap(self.spends)

    @property
    def rate(self) -> float | None:
        """Share of those away who come back within one window; None: nobody was ever away."""
        return min(1.0, self.came / self.away) if self.away else None

    @property
    def mean(self) -> float:
        """Money within a window, after the cap, per person who is away."""
        return float((self.rate or 0.0) * self._money.mean()) if self.spends else 0.0

    @property
    def variance(self) -> float | None:
        """Of money within a window, after the cap, over people who are away; None: nobody ever came back."""
        if not self.spends or not self.rate:
            return None
        return float(self.rate * (self._money**2).mean() - self.mean**2)

    @property
    def _money(self) -> npt.NDArray[np.float64]:
        return np.minimum(self.spends, np.inf if self.cap is None else self.cap)


def past(window_days: int, now: datetime, *, using: str | None = None) -> Past:
    """What is known at `now`, of windows of this length."""
    asked = {
        "now": now, "since": now - FURTHEST, "days": window_days, "latest": max(1, LATEST.days // window_days),
        "of": 1 + counts.of_table(tables.PROFILE, using=using) // MOST_PEOPLE,
    }  # fmt: skip
    for currency, spends, came, away in sql.rows(_PAST, asked, using=using):
        return Past(currency=currency, spends=tuple(spends), came=came, away=int(away or 0))
    return Past(currency="", spends=(), came=0, away=0)


def cap(window_days: int, now: datetime) -> tuple[Decimal | None, str]:
    """What a person's money in a window counts up to, and in which currency. None: too little is known of the past."""
    known = past(window_days, now)
    return (None if known.cap is None else round(Decimal(known.cap), 3)), known.currency
