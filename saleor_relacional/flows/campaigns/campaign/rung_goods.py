"""What a rung is about, asked of the shop: refused at configuration is what the checkout would not grant as it is said.

Of what Saleor 3.23 cannot do (tests/hosts/contract_terms.py shows each): a category counts without those below it;
countries are asked of a free delivery alone; an amount for some goods counts for each unit, so that nothing bounds it;
once per order turns a free delivery into a discount on goods.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.models import RungKind

LISTS = {
    "products": GoodsKind.PRODUCT,
    "variants": GoodsKind.VARIANT,
    "categories": GoodsKind.CATEGORY,
    "collections": GoodsKind.COLLECTION,
}
"""Field of a rung → what it names."""
NAMED = 5
"""Names that a refusal gives at most."""
MOST = 100
"""Of each that a rung names."""

Problem = tuple[str, bool, str]


def problems(rung: RungTerms, sold_in: Mapping[str, str]) -> Iterator[Problem]:
    """(field, whether it is wrong, the cure), in order. `sold_in`: channel slug → currency, of the rung's channels."""
    yield from _shape(rung)
    known = {name: _find(rung, name, tuple(sold_in)) for name in LISTS}
    for name in LISTS:
        lacking = [one for one in getattr(rung, name) if one not in known[name]]
        yield (
            name,
            bool(lacking),
            _("The shop does not know it: %(names)s.") % {"names": ", ".join(lacking[:NAMED])},
        )
    below = sorted(
        key for one in known["categories"].values() for key in one.below if key not in rung.categories
    )
    yield (
        "categories", bool(below),
        _("A code for a category counts without those below it: name them too (%(names)s), or the products.")
        % {"names": ", ".join(_categories(below[:NAMED]))},
    )  # fmt: skip
    if rung.kind == RungKind.GIFT:
        for gift in known["variants"].values():
            yield from _gift(rung, gift, sold_in)
    if rung.kind == RungKind.EARLY_ACCESS:
        for early in known["collections"].values():
            yield from _unsold("collections", early, sold_in)
            shown = sorted(set(sold_in) & early.listed)
            yield (
                "collections", bool(shown),
                _("Everybody sees it already in %(channels)s: take its products out of the storefront's lists, or name"
                  " a collection that opens later.") % {"channels": ", ".join(shown)},
            )  # fmt: skip


def _shape(rung: RungTerms) -> Iterator[Problem]:
    """Which fields belong to which kind."""
    named = [name for name in LISTS if getattr(rung, name)]
    own = {RungKind.GIFT: "variants", RungKind.EARLY_ACCESS: "collections"}.get(RungKind(rung.kind))
    yield (
        "variants",
        rung.kind == RungKind.GIFT and len(rung.variants) != 1,
        _("Name the one variant that is given."),
    )
    yield (
        "collections", rung.kind == RungKind.EARLY_ACCESS and len(rung.collections) != 1,
        _("Name the one collection that opens early."),
    )  # fmt: skip
    money = rung.kind in (RungKind.PERCENTAGE, RungKind.FIXED)
    for name in named:
        yield name, not money and name != own, _("This rung is about no goods of this kind: leave it empty.")
        yield name, len(getattr(rung, name)) > MOST, _("Name %(most)s at most.") % {"most": MOST}
    yield (
        "countries", bool(rung.countries) and rung.kind != RungKind.SHIPPING,
        _("The shop asks for the country of a free delivery alone: any other code works wherever it is sent."),
    )  # fmt: skip
    wrong = [code for code in rung.countries if len(code) != 2 or not code.isalpha()]
    yield "countries", bool(wrong), _("Name countries by their two letters, such as ES.")
    yield (
        "oncePerOrder", rung.once_per_order and not money,
        _("Only a percentage or an amount is taken off one unit; a gift is one unit anyway."),
    )  # fmt: skip
    yield (
        "oncePerOrder", rung.kind == RungKind.FIXED and bool(named) and not rung.once_per_order,
        _("An amount for some goods is taken off each unit, however many are bought: let it be once per order, or offer"
          " a percentage."),
    )  # fmt: skip
    yield (
        "minimum", rung.kind == RungKind.GIFT and not rung.minimum,
        _("Say from which spend on it is given, in each currency: above its price."),
    )  # fmt: skip


def _find(rung: RungTerms, name: str, channels: Sequence[str]) -> Mapping[str, Goods]:
    asked = getattr(rung, name)
    return conf.host().goods(LISTS[name], asked, channels=channels) if asked else {}


def _categories(references: Sequence[str]) -> list[str]:
    known = conf.host().goods(GoodsKind.CATEGORY, references, channels=())
    return [known[one].name for one in references if one in known]


def _gift(rung: RungTerms, gift: Goods, sold_in: Mapping[str, str]) -> Iterator[Problem]:
    yield from _unsold("variants", gift, sold_in)
    out = [slug for slug in sold_in if gift.left.get(slug, 1) < 1]
    yield (
        "variants", bool(out), _("It is out of stock: %(channels)s.") % {"channels": ", ".join(sorted(out))},
    )  # fmt: skip
    for slug, currency in sold_in.items():
        price = gift.prices.get(slug, Decimal(0))
        minimum = rung.minimum_in(currency)
        yield (
            "minimum", minimum is not None and minimum <= price,
            _("It is given with an order above its own price: more than %(price)s %(currency)s.")
            % {"price": rungs.plain(price), "currency": currency},
        )  # fmt: skip


def _unsold(field: str, goods: Goods, sold_in: Mapping[str, str]) -> Iterator[Problem]:
    for slug in sold_in:
        names = goods.unsold.get(slug, ())
        yield (
            field, bool(names),
            _("It cannot be bought in %(channel)s yet: publish it there with a price, available for purchase, and leave"
              " it out of the storefront's lists (%(names)s).")
            % {"channel": slug, "names": ", ".join(names[:NAMED])},
        )  # fmt: skip
