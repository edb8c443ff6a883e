"""How a purchase counts: by what the host, or an import, tells of it, and by what staff accepted of its buyer's
words."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.models.facts import PurchaseState

END_OF_OTHERS = f"""
UPDATE {tables.PURCHASE_CORRECTION} c SET undone_at = %(now)s
FROM {tables.PURCHASE} u
WHERE u.id = c.purchase_id AND c.undone_at IS NULL AND c.profile_id <> u.profile_id
"""
RIGHT = (PurchaseState.GIFT.value, PurchaseState.NOT_MINE.value)
"""What somebody can say of a purchase instead of "it was mine and for me"."""


def end_of_others(purchases: Sequence[int], now: datetime) -> None:
    """What was accepted of these purchases at the word of somebody whose they no longer are holds no more."""
    if purchases:
        sql.run(f"{END_OF_OTHERS} AND u.id = ANY(%(ids)s)", {"now": now, "ids": sql.keys(purchases)})


def told(sold: Decimal, back: Decimal) -> PurchaseState:
    """Of an order that stands: what was sold, and what was given back of it, in its currency. Where nothing is left
    with the shop it is no purchase, though its codes are spent."""
    if not sold:
        return PurchaseState.COUNTS if conf.count_free_orders() else PurchaseState.EMPTY
    return PurchaseState.EMPTY if sold > 0 and back >= sold else PurchaseState.COUNTS


def corrected(told: PurchaseState, right: str) -> PurchaseState:
    """As which it counts in the end; `right`: what staff accepted of it, or nothing."""
    if right == PurchaseState.NOT_MINE and told is not PurchaseState.WITHDRAWN:
        return PurchaseState.NOT_MINE
    if right == PurchaseState.GIFT and told is PurchaseState.COUNTS:
        return PurchaseState.GIFT
    return told


def corrected_sql(told: str, right: str) -> str:
    """The same as an expression about two of SQL."""
    return f"""CASE WHEN {right} = 'not_mine' AND {told} <> 'withdrawn' THEN 'not_mine'
        WHEN {right} = 'gift' AND {told} = 'counts' THEN 'gift' ELSE {told} END"""
