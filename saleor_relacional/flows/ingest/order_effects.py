"""What an order sets in motion, in the same transaction: credit to its touch, its code settled, what was
queued stopped."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import attribution
from saleor_relacional.models import Purchase

_CONCERNED = f"""
SELECT profile_id FROM {tables.ENROLMENT} WHERE profile_id = ANY(%(profiles)s)
UNION SELECT profile_id FROM {tables.INCENTIVE} WHERE profile_id = ANY(%(profiles)s)
"""
_OURS = f"SELECT code FROM {tables.INCENTIVE} WHERE code = ANY(%s)"


def of(purchases: Sequence[Purchase], now: datetime) -> None:
    """Tell the flows that care, one purchase at a time, in the order in which they were placed. Most
    purchases, all of a first sync among them, concern nobody: no campaign has considered their person and no
    code of ours is on them."""
    for purchase in sorted(_of_concern(purchases), key=lambda row: (row.placed_at, row.pk)):
        attribution.purchase_arrived(purchase.profile_id, purchase, now)


def _of_concern(purchases: Sequence[Purchase]) -> Iterable[Purchase]:
    if not purchases:
        return []
    found = sql.rows(_CONCERNED, {"profiles": sorted({row.profile_id for row in purchases})})
    people = {row[0] for row in found}
    codes = {code for row in purchases for code in row.codes}
    ours = {row[0] for row in sql.rows(_OURS, [list(codes)])} if codes else set()
    return [row for row in purchases if row.profile_id in people or ours.intersection(row.codes)]
