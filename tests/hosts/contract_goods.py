"""What a shop says of its goods: names, what is below, what cannot be bought, what is left."""

from decimal import Decimal

from saleor_relacional.hosts.goods import Goods, GoodsKind
from tests.hosts.driver import Shop


def told(shop: Shop, kind: GoodsKind, reference: str, *channels: str) -> Goods:
    """What the shop says of one of them, in these channels or in the euro one."""
    return shop.host.goods(kind, [reference], channels=channels or ("eur",))[reference]


class GoodsContract:
    """Subclassed by contract.HostContract."""

    def test_a_variant_has_a_price_where_it_is_sold(self, shop: Shop) -> None:
        """In euros, and not in dollars; nobody counts how many there are."""
        shop.channel("usd", "USD")
        cup = shop.product("Cup", "4.50")
        found = told(shop, GoodsKind.VARIANT, cup.variant, "eur", "usd")
        assert (found.name, found.prices, found.left) == ("Cup", {"eur": Decimal("4.50")}, {})
        assert (found.unsold, found.sold_in("eur"), found.sold_in("usd")) == ({"usd": ["Cup"]}, True, False)

    def test_a_card_shows_what_can_be_bought(self, shop: Shop) -> None:
        """At its price of now; neither what is sold out, nor what is taken off sale, nor what nobody knows."""
        cup, none, off = (shop.product(name, "4.50", **more) for name, more in (
            ("Cup", {}), ("None", {"stock": 0}), ("Off", {}),
        ))  # fmt: skip
        shop.unpublish(off.product)
        asked = [cup.variant, none.variant, off.variant, "nothing"]
        [card] = shop.host.cards(asked, channel="eur").values()
        assert (card.variant, card.name, card.price, card.currency) == (
            cup.variant,
            "Cup",
            Decimal("4.50"),
            "EUR",
        )
        assert shop.host.cards(asked, channel="no such channel") == {}

    def test_how_many_are_left(self, shop: Shop) -> None:
        """Two, none, and none that can be bought at all."""
        few, none = shop.product("Few", "4.50", stock=2), shop.product("None", "4.50", stock=0)
        assert told(shop, GoodsKind.VARIANT, few.variant).left == {"eur": 2}
        assert not told(shop, GoodsKind.VARIANT, none.variant).sold_in("eur")
        shop.unpublish(few.product)
        assert not told(shop, GoodsKind.VARIANT, few.variant).sold_in("eur")
        assert told(shop, GoodsKind.PRODUCT, few.product).unsold == {"eur": ["Few"]}

    def test_what_is_below_a_category(self, shop: Shop) -> None:
        """At any depth."""
        drinks = shop.category("Hot drinks")
        leaves = shop.category("Leaves", below=drinks)
        green = shop.category("Green", below=leaves)
        assert sorted(told(shop, GoodsKind.CATEGORY, drinks).below) == sorted([leaves, green])
        assert (told(shop, GoodsKind.CATEGORY, green).below, told(shop, GoodsKind.CATEGORY, green).name) == (
            [],
            "Green",
        )

    def test_what_of_a_collection_cannot_be_bought(self, shop: Shop) -> None:
        """All of it can, then one of it cannot; nothing is in an empty one."""
        cup, pot = shop.product("Cup", "4.50"), shop.product("Pot", "10.00")
        early, empty = shop.collection("Early", cup.product, pot.product), shop.collection("Empty")
        found = told(shop, GoodsKind.COLLECTION, early)
        assert (found.name, found.slug, found.unsold, found.sold_in("eur")) == ("Early", "early", {}, True)
        shop.unpublish(pot.product)
        assert told(shop, GoodsKind.COLLECTION, early).unsold == {"eur": ["Pot"]}
        assert told(shop, GoodsKind.COLLECTION, empty).unsold == {"eur": ["Empty"]}

    def test_whether_a_collection_is_listed(self, shop: Shop) -> None:
        """Once storefronts list all that is in it, and not while one of it is missing; an empty one is not."""
        cup, pot = shop.product("Cup", "4.50"), shop.product("Pot", "10.00")
        early, empty = shop.collection("Early", cup.product, pot.product), shop.collection("Empty")
        for one in (cup, pot):
            shop.hide(one.product)
        assert told(shop, GoodsKind.COLLECTION, early).listed == frozenset()
        shop.list_it(cup.product)
        assert told(shop, GoodsKind.COLLECTION, early).listed == frozenset()
        shop.list_it(pot.product)
        assert told(shop, GoodsKind.COLLECTION, early).listed == {"eur"}
        assert told(shop, GoodsKind.COLLECTION, empty).listed == frozenset()

    def test_what_is_called_so(self, shop: Shop) -> None:
        """Each word stands in its name, in any case, and is no pattern; by name; a variant goes by its product's;
        nothing without a word, and no more than asked for."""
        cup, pot = shop.product("Zarb Cup", "4.50"), shop.product("Zarb pot", "4.50")
        shop.product("Red cup", "4.50")
        drinks, early = shop.category("Zarb drinks"), shop.collection("Early zarb", cup.product)

        def found(kind: GoodsKind, *words: str, most: int = 10) -> list[tuple[str, str]]:
            return [(one.reference, one.name) for one in shop.host.goods_named(kind, words, most=most)]

        assert found(GoodsKind.PRODUCT, "zarb") == [(cup.product, "Zarb Cup"), (pot.product, "Zarb pot")]
        assert found(GoodsKind.PRODUCT, "zarb", most=1) == [(cup.product, "Zarb Cup")]
        assert found(GoodsKind.VARIANT, "CUP", "zar") == [(cup.variant, "Zarb Cup")]
        assert found(GoodsKind.CATEGORY, "zarb") == [(drinks, "Zarb drinks")]
        assert found(GoodsKind.COLLECTION, "zarb") == [(early, "Early zarb")]
        for nothing in ((), ("zarb", "kettle"), ("zar%cup",), ("zarb_cup",)):
            assert found(GoodsKind.PRODUCT, *nothing) == []

    def test_what_the_shop_does_not_know_is_left_out(self, shop: Shop) -> None:
        """Neither an error nor a guess."""
        cup = shop.product("Cup", "4.50")
        assert shop.host.goods(GoodsKind.COLLECTION, ["nothing", cup.product], channels=("eur",)) == {}
        assert shop.host.goods(GoodsKind.PRODUCT, [], channels=("eur",)) == {}
