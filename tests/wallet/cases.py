"""Cases drawn at random: somebody is promised something, fills a basket, and things happen to both. A case says what is
done and knows no shop; tests/wallet/play.py and tests/saleor/wallet play it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

GOODS = {
    "tea": Decimal("10.00"), "coffee": Decimal("3.33"), "cup": Decimal("7.95"), "pot": Decimal("24.90"),
    "spoon": Decimal("0.99"), "cake": Decimal("15.00"),
}  # fmt: skip
"""SKU → price. What lies where: see SHELVES."""
SHELVES = {"drinks": ("tea", "coffee"), "ware": ("cup", "pot", "spoon"), "sweet": ("cake",)}
"""Category → what lies in it."""
NEW = ("pot", "cake")
"""What the collection "new" holds."""
DELIVERY = Decimal("4.90")
COUNTRIES = ("ES", "FR", "US")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """What is promised."""

    kind: str
    """percentage, fixed, shipping or gift."""
    value: Decimal = Decimal(0)
    """Per cent, or an amount."""
    minimum: Decimal | None = None
    held: tuple[str, str] | None = None
    """What it holds for: (product, variant, category or collection; its name). None: the whole order."""
    once: bool = False
    """One unit of the cheapest."""
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens."""

    name: str
    told: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One story."""

    number: int
    terms: OfferTerms
    signed_in: bool
    """The checkout is of her account; else her address is typed into it."""
    lines: dict[str, int]
    delivery: bool
    """A way of delivery is chosen from the start."""
    country: str
    events: tuple[Event, ...]


def case(seed: int, number: int, *, terms: tuple[OfferTerms, ...], more: "Events | None" = None) -> Case:
    """Case `number` of this seed, the same each time. `more`: what happens in this shop only."""
    chance = Random(f"{seed}:{number}")
    known = {**EVENTS, **(more or {})}
    often = [weight for weight, _ in known.values()]
    names = chance.choices(list(known), weights=often, k=_how_many(chance))
    return Case(
        number=number,
        terms=chance.choice(terms),
        signed_in=chance.random() < 0.6,
        lines={sku: chance.randint(1, 4) for sku in chance.sample(list(GOODS), chance.randint(1, 4))},
        delivery=chance.random() < 0.7,
        country=chance.choices(COUNTRIES, weights=(6, 2, 2))[0],
        events=tuple(Event(name=name, told=known[name][1](chance)) for name in names),
    )


def _how_many(chance: Random) -> int:
    return chance.choices(range(8), weights=(2, 4, 4, 3, 2, 1, 1, 1))[0]


def _nothing(chance: Random) -> None:
    return None


def _some(chance: Random) -> tuple[str, int]:
    return chance.choice(list(GOODS)), chance.choice((0, 0, 1, 2, 5))


def _price(chance: Random) -> tuple[str, Decimal]:
    sku = chance.choice(list(GOODS))
    return sku, (GOODS[sku] * Decimal(chance.choice(("0.5", "0.9", "1.37", "3")))).quantize(Decimal("0.01"))


def _drawn(*values: Any) -> Callable[[Random], Any]:
    return lambda chance: chance.choice(values)


Events = Mapping[str, tuple[int, Callable[[Random], Any]]]
"""Name → how often, and what is told with it."""

EVENTS: Events = {
    # the buyer
    "put": (9, _nothing),
    "take_off": (3, _nothing),
    "lines": (9, _some),
    "empty": (1, _nothing),
    "deliver": (3, _nothing),
    "country": (3, _drawn(*COUNTRIES)),
    "another_code": (2, _nothing),
    "order_elsewhere": (3, _drawn(True, False)),
    "cancel": (3, _drawn(True, False)),
    "hold": (2, _nothing),
    "let_go": (2, _nothing),
    "stranger": (2, _nothing),
    # time and our worker
    "days": (3, _drawn(Decimal("0.5"), Decimal(6), Decimal("14.9"), Decimal(40))),
    "worker": (4, _nothing),
    "withdraw": (1, _nothing),
    "forget": (1, _nothing),
    # the owner, and the planner after them
    "budget": (3, _drawn(Decimal(0), Decimal("0.01"), Decimal(6), None)),
    "again": (4, _nothing),
    # staff, in the shop itself
    "worth": (4, _drawn(Decimal(1), Decimal("12.5"), Decimal(33), Decimal(100))),
    "minimum": (3, _drawn(None, Decimal(5), Decimal(30), Decimal(500))),
    "ends": (2, _drawn(Decimal(-1), Decimal("0.01"), Decimal(30))),
    "starts": (1, _drawn(Decimal(-3), Decimal(2))),
    "unlist": (1, _nothing),
    "deactivate": (1, _nothing),
    "delete_code": (1, _nothing),
    "delete_voucher": (1, _nothing),
    "price": (3, _price),
}
SALEORS: Events = {
    "limit": (
        4,
        _drawn("usage_limit", "apply_once_per_customer", "only_for_staff", "min_checkout_items_quantity"),
    ),
}
"""What only Saleor's staff can do to a voucher."""


PLAIN = (
    OfferTerms(kind="percentage", value=Decimal(10)),
    OfferTerms(kind="percentage", value=Decimal("33")),
    OfferTerms(kind="percentage", value=Decimal(100)),
    OfferTerms(kind="fixed", value=Decimal(5)),
    OfferTerms(kind="fixed", value=Decimal("19.99")),
)
LADDER = (
    OfferTerms(kind="percentage", value=Decimal(15), minimum=Decimal(30)),
    OfferTerms(kind="fixed", value=Decimal(8), minimum=Decimal(25)),
    OfferTerms(kind="percentage", value=Decimal(20), held=("category", "drinks")),
    OfferTerms(kind="percentage", value=Decimal(50), held=("product", "cup"), minimum=Decimal(15)),
    OfferTerms(kind="fixed", value=Decimal(2), held=("variant", "pot"), once=True),
    OfferTerms(kind="fixed", value=Decimal(3), held=("collection", "new"), once=True),
    OfferTerms(kind="percentage", value=Decimal(40), once=True),
    OfferTerms(kind="fixed", value=Decimal(4), held=("category", "ware"), once=True),
    OfferTerms(kind="shipping"),
    OfferTerms(kind="shipping", minimum=Decimal(20), countries=("ES", "FR")),
    OfferTerms(kind="gift", held=("variant", "spoon"), minimum=Decimal(20)),
)
ALL = PLAIN + LADDER
