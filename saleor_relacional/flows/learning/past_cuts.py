"""The shop's own past, cut where back-tests want it: what was known of buyers then, and what they did after."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import columns, sql, tables
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.learning.sampling import WHOLE, Sample
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.summary_columns import Period, SummaryColumns
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.insight.timing.season import FLAT, Season

HORIZON = 90
"""Days that a back-test judges: a season, long enough for most rhythms and short enough to have four of them."""
MONTH = 30
MOST = 20_000
"""Buyers that a back-test looks at."""
GAP_LENGTHS = 400
"""Distinct lengths of gaps that are kept at most: equal shares of them stand for the rest."""

Floats = npt.NDArray[np.float64]


def _few(clock: Clock) -> str:
    """Makes a table of those whom the back-test looks at, a row per purchase day."""
    return f"""
CREATE TEMP TABLE relacional_tried ON COMMIT DROP AS
SELECT profile_id, day, before, ln((day - before)::float8) AS log, ln({clock.gap("day", "before")}) AS own,
       CASE WHEN currency = %(currency)s THEN worth END AS worth
FROM relacional_learnt WHERE (hashint8(profile_id) & {WHOLE - 1}) < %(part)s
"""


PERIOD = f"""
WITH shifted AS (
    SELECT profile_id, max(happened_on) AS since FROM {tables.HABIT_SHIFT}
    WHERE what = 'rhythm' AND happened_on <= %(cut)s AND learned_at < %(cut)s::date + 1 GROUP BY profile_id
), days AS (
    SELECT profile_id, day, worth, day <= %(cut)s AS known,
           CASE WHEN day <= %(cut)s AND before >= coalesce(since, before) THEN log END AS log,
           CASE WHEN day <= %(cut)s AND before >= coalesce(since, before) THEN own END AS own
    FROM relacional_tried LEFT JOIN shifted USING (profile_id) WHERE day <= %(end)s
)
SELECT (count(*) FILTER (WHERE known) - 1)::float8, (max(day) FILTER (WHERE known) - min(day))::float8,
       (%(cut)s::date - min(day))::float8, coalesce(sum(log), 0), coalesce(sum(log * log), 0), count(log)::float8,
       coalesce(avg(worth) FILTER (WHERE known), 'NaN'),
       coalesce(avg(worth * worth) FILTER (WHERE known) * count(*) FILTER (WHERE known), 'NaN'),
       (count(*) FILTER (WHERE NOT known))::float8,
       coalesce((min(day) FILTER (WHERE NOT known) - max(day) FILTER (WHERE known))::float8, 'NaN'),
       coalesce(sum(worth) FILTER (WHERE NOT known), 0), coalesce(sum(own), 0), coalesce(sum(own * own), 0)
FROM days GROUP BY profile_id HAVING min(day) <= %(cut)s
"""
"""Per buyer: the statistics of `buyer_histories` at the end of the day `cut`; then purchase days up to `end`, days from
the last purchase to the first of them, and their value; the two sums of log gaps in the shop's own time."""

MONTHS = """
WITH known AS (
    SELECT profile_id FROM relacional_tried WHERE before IS NULL AND day <= %(cut)s
), days AS (
    SELECT profile_id, (day - %(cut)s::date - 1) / %(length)s AS month, count(*) AS orders,
           coalesce(sum(worth), 0) AS spent
    FROM relacional_tried JOIN known USING (profile_id) WHERE day > %(cut)s AND day <= %(end)s GROUP BY 1, 2
)
SELECT month::int, sum(orders)::float8, sum(orders * orders)::float8, sum(spent), sum(spent * spent)
FROM days GROUP BY month ORDER BY month
"""
"""Per month after the cut in which anything happened, of those known at the cut: purchase days, squares of each
buyer's, value, squares of each buyer's."""


def _lengths(table: str) -> str:
    """Gaps closed by the day `cut`: their length in days, and how many have it."""
    return f"""
SELECT (day - before)::float8, count(*)::float8 FROM {table} WHERE before IS NOT NULL AND day <= %(cut)s
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One period of the past."""

    day: date
    """The last day known."""
    period: Period
    gaps: ShopGaps
    """Closed by then."""
    months: Floats
    """A row per month after the cut: purchase days of all, squares of each buyer's, value, squares of each buyer's."""
    ends: tuple[int, ...]
    """Days after the cut on which they end."""


def cuts(sample: Sample, season: Season = FLAT) -> list[Cut]:
    """The past of a shop with this season cut, newest first; none while it is too short. Runs inside the transaction
    that took the sample."""
    if sample.first is None:
        return []
    sql.run("DROP TABLE IF EXISTS relacional_tried")
    clock = Clock.of(season, sample.today)
    sql.run(_few(clock), {"part": sample.part(MOST), "currency": sample.currency, **clock.parameters})
    sql.run("ANALYZE relacional_tried")
    first, today = sample.first.toordinal(), sample.today.toordinal()
    return [
        _cut(date.fromordinal(int(day)), int(days))
        for day, days in summary_columns.cuts(first, today, HORIZON)
    ]


def gaps(sample: Sample) -> ShopGaps:
    """The gaps closed by today. Runs inside the transaction that took the sample."""
    return _gaps("relacional_learnt", sample.today)


def _gaps(table: str, cut: date) -> ShopGaps:
    days, count = columns.floats(_lengths(table), {"cut": cut}, 2).T
    return ShopGaps(days=days, count=count).thinned(GAP_LENGTHS)


def _cut(day: date, days: int) -> Cut:
    number = max(1, round(days / MONTH))
    length = -(-days // number)
    asked = {
        "cut": day, "end": day + timedelta(days=days), "length": length,
    }  # fmt: skip
    months = np.zeros((number, 4))
    for row in sql.rows(MONTHS, asked):
        months[int(row[0])] = row[1:]
    return Cut(
        day=day, period=_period(columns.floats(PERIOD, asked, 13), day, days),
        gaps=_gaps("relacional_tried", day), months=months,
        ends=tuple(min(length * (month + 1), days) for month in range(number)),
    )  # fmt: skip


def _period(told: Floats, day: date, days: int) -> Period:
    frequency, recency, tenure, log_sum, log_squares, closed, worth, worth_squares = told.T[:8]
    orders, gap, spent, own, own_squares = told.T[8:]
    return Period(
        past=SummaryColumns(
            frequency=frequency, recency=recency, tenure=tenure, log_sum=log_sum, log_square_sum=log_squares,
            value=worth, value_square_sum=worth_squares, rhythm_gaps=closed, season_log_sum=own,
            season_log_square_sum=own_squares, as_of=np.full(len(told), float(day.toordinal())),
        ),
        days=float(days), orders=orders, gap=gap, spent=spent,
    )  # fmt: skip
