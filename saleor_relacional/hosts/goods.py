"""What a shop sells, as far as a promise may be about it. Knows neither Django nor anything of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class GoodsKind(StrEnum):
    """What a promise may be about."""

    PRODUCT = "product"
    VARIANT = "variant"
    CATEGORY = "category"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A product, variant, category or collection. Channels are slugs."""

    kind: GoodsKind
    reference: str
    """As the shop's API knows it."""
    name: str
    """In the language that was asked for where the shop has it so."""
    slug: str = ""
    """What its address at a storefront is made of; a variant has none."""
    below: Sequence[str] = ()
    """Of a category: references of all categories below it."""
    unsold: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Channel → names of what is in it and cannot be bought there: not for sale (yet), or without a price. The name of
    the thing itself where nothing is in it. Of a category nothing is said."""
    listed: frozenset[str] = frozenset()
    """Of a collection: channels whose storefront lists all that is in it."""
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a variant: channel → price, in its currency."""
    costs: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a variant: channel → what one costs the shop, where it says so."""
    left: Mapping[str, int] = field(default_factory=dict)
    """Of a variant: channel → how many can still be sold there; one that is not named does not count them."""

    def sold_in(self, channel: str) -> bool:
        """Whether all that is in it can be bought in this channel, as far as it is counted at least once."""
        return not self.unsold.get(channel) and self.left.get(channel, 1) > 0
