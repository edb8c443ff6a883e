"""How long the buyers of the shop took to come back for the first time."""

from saleor_relacional.db import columns
from saleor_relacional.insight.timing.next_order import ShopGaps

_FIRST_GAPS = """
SELECT (day - before)::float8, count(*)::float8 FROM (
    SELECT day, before, row_number() OVER (PARTITION BY profile_id ORDER BY day) AS number FROM relacional_learnt
) walked WHERE number = 2 GROUP BY 1 ORDER BY 1
"""


def first_gaps() -> ShopGaps:
    """The gaps between first and second purchase days. Runs inside the transaction that took the sample."""
    days, count = columns.floats(_FIRST_GAPS, None, 2).T
    return ShopGaps(days=days, count=count)
