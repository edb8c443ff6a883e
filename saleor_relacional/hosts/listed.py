"""What a voucher of ours says by now: staff may have changed it since we issued it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a voucher says in one channel, as the host counts it. Goods are references of the host; all four empty: it
    holds for the whole order."""

    discount: str
    """A Discount; empty: none that we issue."""
    value: Decimal
    """Per cent, or an amount in the channel's currency."""
    minimum: Decimal | None = None
    """What must be in the basket at least, before delivery."""
    products: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    """Of free delivery alone."""
    once_per_order: bool = False
