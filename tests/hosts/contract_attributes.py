"""Customer attributes: what the shop's own customer list filters by. A host that has none says so."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from saleor_relacional.hosts.attributes import AttributeStore, CustomerAttribute
from saleor_relacional.hosts.facts import FactKind
from tests.hosts.driver import Shop

STAGE = CustomerAttribute(key="stage", name="Stage", values={"loyal": "Loyal", "lost": "Lost"})
TYPES = CustomerAttribute(key="types", name="Types", values={"tea": "Tea", "cake": "Cake"}, several=True)
BOTH = (STAGE, TYPES)


def _all(shop: Shop) -> Mapping[str, Any]:
    page = shop.host.changed(
        FactKind.CUSTOMER, after=None, until=shop.host.now() + timedelta(days=1), limit=100
    )
    return {"page": page, "facts": shop.host.fetch(FactKind.CUSTOMER, page.references)}


class AttributesContract:
    """Subclassed by contract.HostContract."""

    @pytest.fixture
    def store(self, shop: Shop) -> AttributeStore:
        """The shop's customer attributes."""
        found = shop.host.attributes()
        if found is None:
            pytest.skip("this shop has no customer attributes, and says so")
        return found

    def test_the_shops_own_list_filters_by_them(self, shop: Shop, store: AttributeStore) -> None:
        """Ana is loyal and likes both; Bea is lost."""
        ana, bea = shop.customer("ana@example.com"), shop.customer("bea@example.com")
        assert store.define(BOTH, made=frozenset()) == {"stage", "types"}
        assert (
            store.write({ana: {"stage": {"loyal"}, "types": {"tea", "cake"}}, bea: {"stage": {"lost"}}}) == 4
        )
        assert shop.customers_where("relacional-stage", "loyal") == {ana}
        assert shop.customers_where("relacional-stage", "lost") == {bea}
        assert shop.customers_where("relacional-types", "cake") == {ana}

    def test_what_is_written_is_all_that_they_have(self, shop: Shop, store: AttributeStore) -> None:
        """Ana is lost now, and likes tea alone. Written twice changes nothing; so does defining twice."""
        ana = shop.customer("ana@example.com")
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"loyal"}, "types": {"tea", "cake"}}})
        assert store.define(BOTH, made={"stage", "types"}) == {"stage", "types"}
        assert store.write({ana: {"stage": {"lost"}, "types": {"tea"}}}) == 3
        assert store.write({ana: {"stage": {"lost"}, "types": {"tea"}}}) == 0
        assert shop.customers_where("relacional-stage", "loyal") == set()
        assert shop.customers_where("relacional-types", "cake") == set()
        assert shop.customers_where("relacional-types", "tea") == {ana}

    def test_a_value_that_staff_deleted_is_made_again_as_another(
        self, shop: Shop, store: AttributeStore
    ) -> None:
        """So that one can tell that nobody has it yet; what is not wanted is not told of."""
        ana = shop.customer("ana@example.com")
        store.define(BOTH, made=frozenset())
        before = store.standing(BOTH)
        assert len(before) == 4 and set(store.standing([STAGE])) < set(before)
        store.write({ana: {"stage": {"loyal"}}})
        shop.delete_value("relacional-stage", "loyal")
        store.define(BOTH, made={"stage", "types"})
        assert len(store.standing(BOTH)) == 4 and len({*before, *store.standing(BOTH)}) == 5
        assert store.write({ana: {"stage": {"loyal"}}}) == 1
        assert shop.customers_where("relacional-stage", "loyal") == {ana}

    def test_no_account_counts_as_changed(self, shop: Shop, store: AttributeStore) -> None:
        """What the sweep reads stays as it was: written attributes are no news of a customer."""
        ana = shop.customer("ana@example.com")
        before = _all(shop)
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"loyal"}}})
        store.write({ana: {}})
        assert _all(shop) == before

    def test_accounts_that_are_gone_are_left_out(self, shop: Shop, store: AttributeStore) -> None:
        """Gus has deleted his; another name is none of this shop's. Ana's is written all the same."""
        ana, gus = shop.customer("ana@example.com"), shop.customer("gus@example.com")
        store.define(BOTH, made=frozenset())
        shop.delete_customer(gus)
        assert store.write({gus: {"stage": {"lost"}}, "nobody": {}, ana: {"stage": {"loyal"}}}) == 1
        assert shop.customers_where("relacional-stage", "loyal") == {ana}

    def test_whoever_had_them_can_still_leave(self, shop: Shop, store: AttributeStore) -> None:
        """Ana deletes her account: her values go with it."""
        ana = shop.customer("ana@example.com")
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"loyal"}}})
        shop.delete_customer(ana)
        assert shop.customers_where("relacional-stage", "loyal") == set()

    def test_taken_away_in_steps(self, shop: Shop, store: AttributeStore) -> None:
        """Two have a value: the first step takes one away, the third nothing more, and it is over."""
        ana, bea = shop.customer("ana@example.com"), shop.customer("bea@example.com")
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"loyal"}}, bea: {"stage": {"lost"}}})
        assert [store.tidy((), limit=1) for _ in range(3)] == [False, False, True]
        assert shop.attribute_slugs() == set()
        assert store.tidy((), limit=1) is True

    def test_what_is_no_longer_wanted_goes_and_the_rest_stays(
        self, shop: Shop, store: AttributeStore
    ) -> None:
        """Nobody is lost any more, in words: the value goes from Bea. The other attribute goes whole."""
        ana, bea = shop.customer("ana@example.com"), shop.customer("bea@example.com")
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"loyal"}, "types": {"tea"}}, bea: {"stage": {"lost"}}})
        less = CustomerAttribute(key="stage", name="Stage", values={"loyal": "Faithful"})
        store.define([less], made={"stage", "types"})
        assert store.tidy([less], limit=100) is True
        assert shop.attribute_slugs() == {"relacional-stage"}
        assert shop.customers_where("relacional-stage", "loyal") == {ana}

    def test_what_staff_made_is_never_touched(self, shop: Shop, store: AttributeStore) -> None:
        """Their attribute has the slug that ours would take, and a customer; ours takes another and goes alone."""
        ana = shop.customer("ana@example.com")
        shop.own_value(ana, "relacional-stage", "loyal")
        store.define(BOTH, made=frozenset())
        store.write({ana: {"stage": {"lost"}}})
        assert shop.customers_where("relacional-stage-2", "lost") == {ana}
        assert store.tidy((), limit=100) is True
        assert shop.attribute_slugs() == {"relacional-stage"}
        assert shop.customers_where("relacional-stage", "loyal") == {ana}

    def test_a_value_of_staff_in_an_attribute_of_ours_stays(self, shop: Shop, store: AttributeStore) -> None:
        """They added "vip" to it and gave it to Ana: writing leaves it, and the attribute is theirs in the end."""
        ana = shop.customer("ana@example.com")
        store.define(BOTH, made=frozenset())
        shop.own_value(ana, "relacional-types", "vip")
        store.write({ana: {"types": {"tea"}}})
        store.write({ana: {}})
        assert store.tidy((), limit=100) is True
        assert shop.attribute_slugs() == {"relacional-types"}
        assert shop.customers_where("relacional-types", "vip") == {ana}
        assert store.define((), made=frozenset()) == set()

    def test_what_staff_deleted_stays_deleted(self, shop: Shop, store: AttributeStore) -> None:
        """Of two attributes that were made one is gone: it is not made again, and nothing fails."""
        ana = shop.customer("ana@example.com")
        made = store.define(BOTH, made=frozenset())
        shop.delete_attribute("relacional-stage")
        assert store.define(BOTH, made=made) == {"types"}
        assert store.write({ana: {"stage": {"loyal"}, "types": {"tea"}}}) == 1
        assert shop.attribute_slugs() == {"relacional-types"}
