"""Each customer's own rhythm in the categories they buy: how overdue they are in it, and when they buy of it next.

Own gaps are shrunk toward the category's rhythm (`categories`). Computed when asked for: nothing is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.learning import categories
from saleor_relacional.flows.profiles import rhythm_forecast
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.insight.timing import (
    category,
    declared,
    next_order,
    rhythm,
)
from saleor_relacional.insight.timing.rhythm import ShopRhythm

Floats = npt.NDArray[np.float64]

A_DAY = 86_400.0
THESE = "line.profile_id = ANY(%(ids)s)"
RANGE = "line.profile_id BETWEEN %(first)s AND %(last)s"
NAMES = f"""
SELECT DISTINCT ON (category_key) category_key, name FROM {tables.PRODUCT_CATEGORY}
WHERE category_key = ANY(%s) ORDER BY category_key, learned_at DESC, id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRhythm:
    """How one customer comes back for one category, as it looks at an instant."""

    category: str
    """Key at the host."""
    name: str
    own_gaps: int
    """Gaps of their own behind it; 0 means that it is the category's."""
    typical_days: float
    """Days after which they are as likely to have bought of it again as not."""
    overdue: float
    """Probability that a customer with this rhythm would have bought of it again by now."""
    never: float
    """Probability that they do not buy of it again, by this rhythm."""
    last_at: datetime
    earliest: datetime
    """If they buy of it within a year, it falls between earliest and latest in 8 of 10 cases."""
    likely_from: datetime
    """And between these two in half of the cases."""
    middle: datetime
    likely_until: datetime
    latest: datetime
    sufficiency: Sufficiency


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The rhythms of many people, one value per person and category."""

    profile: Floats
    place: npt.NDArray[np.int64]
    """Where the category is among the keys, from 0."""
    gaps: Floats
    last_at: Floats
    """Seconds since 1970."""
    typical_days: Floats
    overdue: Floats
    never: Floats
    window: Floats
    """Days after the last purchase, a column per end of `next_order.windows`."""
    weight: Floats
    """Share of the own gaps in the rhythm."""


def of(
    people: Sequence[Relationship], now: datetime, *, using: str | None = None
) -> Mapping[int, list[CategoryRhythm]]:
    """Our id → rhythms in the categories they have bought, those with most own gaps first. A category that has not
    shown a rhythm of its own is left out: the customer's over all categories speaks for it."""
    learnt = categories.known(using=using)
    found: dict[int, list[CategoryRhythm]] = {one.id: [] for one in people}
    people = [one for one in people if not one.no_profiling]
    if not learnt or not people:
        return found
    keys = sorted(learnt)
    names = dict(sql.rows(NAMES, [keys], using=using))
    zone = ZoneInfo(conf.host().time_zone())
    opens = {
        one.id: rhythm_forecast.opens(one.not_before, zone).timestamp() for one in people if one.not_before
    }
    table = columns(THESE, {"ids": sorted(one.id for one in people)}, learnt, now, opens=opens, using=using)
    for i in np.lexsort((table.place, -table.gaps)):
        key = keys[table.place[i]]
        (level,) = sufficiency.of([table.weight[i]], learnt[key].customers)
        found[int(table.profile[i])].append(_told(table, int(i), key, names.get(key, key), level))
    return found


def of_range(first: int, last: int, now: datetime) -> Columns:
    """The rhythms of everybody in a range of keys, both ends inside."""
    return columns(RANGE, {"first": first, "last": last}, categories.known(), now)


def columns(
    whose: str, parameters: dict[str, object], learnt: Mapping[str, ShopRhythm], now: datetime,
    *, opens: Mapping[int, float] | None = None, using: str | None = None,
) -> Columns:  # fmt: skip
    """The rhythms of these people in the categories learnt. `opens`: profile → moment (seconds) before which no
    purchase is expected, as was declared."""
    keys = sorted(learnt)
    rows = categories.statistics(whose, parameters, keys, now, using=using)
    profile, place, gaps, log_sum, squares, last_at, _ = rows.T
    at = place.astype(np.int64) - 1
    idle = np.maximum(now.timestamp() - last_at, 0.0) / A_DAY
    bought = category.Bought(gaps=gaps, log_sum=log_sum, log_square_sum=squares, idle=idle)
    own = category.rhythms_of([learnt[key] for key in keys], at, bought)
    not_before = np.array([(opens or {}).get(int(one), np.nan) for one in profile], dtype=np.float64)
    within = next_order.Within(
        rhythm=own.rhythm, idle=declared.idle(idle, (not_before - last_at) / A_DAY), reach=next_order.REACH
    )
    return Columns(
        profile=profile, place=at, gaps=gaps, last_at=last_at, typical_days=rhythm.quantile(own.rhythm, 0.5),
        overdue=rhythm.overdue(own.rhythm, idle), never=own.left, weight=own.weight,
        window=np.column_stack(next_order.windows(within)),
    )  # fmt: skip


def _told(table: Columns, i: int, key: str, name: str, level: Sufficiency) -> CategoryRhythm:
    last = datetime.fromtimestamp(float(table.last_at[i]), UTC)
    earliest, likely_from, middle, likely_until, latest = (
        last + timedelta(days=float(days)) for days in table.window[i]
    )
    return CategoryRhythm(
        category=key, name=name, own_gaps=int(table.gaps[i]), typical_days=float(table.typical_days[i]),
        overdue=float(table.overdue[i]), never=float(table.never[i]), last_at=last, earliest=earliest,
        likely_from=likely_from, middle=middle, likely_until=likely_until, latest=latest, sufficiency=level,
    )  # fmt: skip
