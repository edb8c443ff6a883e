"""The season of the shop, learnt from how many of the sample's buyers came back on each day of the shop."""

from threadpoolctl import threadpool_limits

from saleor_relacional.db import columns
from saleor_relacional.flows.learning.sampling import Sample
from saleor_relacional.insight.timing import season_fit
from saleor_relacional.insight.timing.season import Season

COUNTS = """
SELECT (day - date '0001-01-01' + 1)::float8, width_bucket(day - first, %(ages)s::int[])::float8, count(*)::float8
FROM (SELECT day, min(day) OVER (PARTITION BY profile_id) AS first FROM relacional_learnt) known GROUP BY 1, 2
"""
"""Per day and class of age: day number, class (`season_fit.age_class`), buyers of it who came on that day."""


def learn(sample: Sample) -> Season:
    """The season; none where the history is too short or shows none. Runs inside the transaction that took the
    sample."""
    day, group, count = columns.floats(COUNTS, {"ages": list(season_fit.AGES)}, 3).T
    with threadpool_limits(limits=1):
        return season_fit.learn(season_fit.Counts.of(day, group, count, sample.today.toordinal()))
