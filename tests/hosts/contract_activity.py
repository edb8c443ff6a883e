"""What people did lately: the question that a host is asked right before a mail is handed over."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_relacional.hosts.activity import Activity, Buyer
from saleor_relacional.hosts.facts import FactKind, OrderFact, OrderState
from tests.hosts.driver import Shop

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def buyer(shop: Shop, key: int = 1, *, account: str = "", email: str = "", **more: Any) -> Buyer:
    """Somebody asked about since yesterday."""
    more.setdefault("since", shop.host.now() - DAY)
    return Buyer(
        key=key, accounts=frozenset({account} - {""}), emails=frozenset({email} - {""}),
        **more,
    )  # fmt: skip


def did(shop: Shop, *buyers: Buyer, shopping_since: datetime | None = None) -> dict[int, list[str]]:
    """Key → what they did."""
    told = shop.host.bought_since(buyers, shopping_since=shopping_since or shop.host.now() - 4 * HOUR)
    return {key: [one.activity.value for one in seen] for key, seen in told.items()}


class ActivityContract:
    """Subclassed by contract.HostContract."""

    @pytest.mark.parametrize(
        ("state", "seen"),
        [
            (OrderState.COUNTS, ["ordered"]),
            (OrderState.REISSUE, ["ordered"]),
            (OrderState.WITHDRAWN, ["taken_back"]),
            (OrderState.PENDING, None),
        ],
    )
    def test_an_order_of_any_state_but_draft_is_told(
        self, shop: Shop, state: OrderState, seen: list[str] | None
    ) -> None:
        """Ana ordered an hour ago. The driver's pending order is a draft, which staff are still writing."""
        shop.order(email="ana@example.com", state=state, placed_at=shop.host.now() - HOUR)
        assert did(shop, buyer(shop, email="ana@example.com")).get(1) == seen

    def test_an_order_that_waits_for_money_or_a_word_is_told(self, shop: Shop) -> None:
        """No purchase yet, and no reason to say that she is missed."""
        shop.unsettled(email="ana@example.com")
        assert did(shop, buyer(shop, email="ana@example.com")) == {1: ["ordered"]}

    def test_by_account_and_by_address_in_any_case(self, shop: Shop) -> None:
        """Ana is logged in; Bea types her address in capitals; Carla, whose address is no pattern, did nothing."""
        ana = shop.customer("ana@example.com")
        shop.order(customer=ana)
        shop.order(email="BEA@Example.com")
        shop.order(email="carlaX1@example.com")
        found = did(
            shop, buyer(shop, 1, account=ana), buyer(shop, 2, email="bea@example.com"),
            buyer(shop, 3, email="carla_1@example.com"), buyer(shop, 4, account="nothing like a key"),
        )  # fmt: skip
        assert found == {1: ["ordered"], 2: ["ordered"]}

    def test_since_is_each_buyers_own(self, shop: Shop) -> None:
        """Both ordered two days ago. Ana is asked about since three days, Bea since yesterday; to the moment."""
        at = shop.host.now() - 2 * DAY
        for name in ("ana", "bea", "carla"):
            shop.order(email=f"{name}@example.com", placed_at=at)
        found = did(
            shop, buyer(shop, 1, email="ana@example.com", since=at - DAY), buyer(shop, 2, email="bea@example.com"),
            buyer(shop, 3, email="carla@example.com", since=at),
        )  # fmt: skip
        assert found == {1: ["ordered"]}

    def test_the_order_that_we_write_about_is_not_told(self, shop: Shop) -> None:
        """Ana's first order opened it; her second is news."""
        first = shop.order(email="ana@example.com")
        asked = buyer(shop, email="ana@example.com", opened_by=frozenset({first}))
        assert did(shop, asked) == {}
        shop.order(email="ana@example.com")
        assert did(shop, asked) == {1: ["ordered"]}

    def test_an_order_that_was_taken_back_says_when(self, shop: Shop) -> None:
        """Cancelled three days after it was placed: the silence counts from then."""
        order = shop.order(email="ana@example.com", placed_at=shop.host.now() - 9 * DAY)
        shop.cancel(order)
        shop.touch(FactKind.ORDER, order, shop.host.now() - 6 * DAY)
        asked = buyer(shop, email="ana@example.com", since=shop.host.now() - 10 * DAY)
        ((seen,),) = shop.host.bought_since([asked], shopping_since=shop.host.now()).values()
        assert seen.activity is Activity.TAKEN_BACK
        assert abs(seen.at - (shop.host.now() - 6 * DAY)) < HOUR

    def test_a_checkout_that_changed_lately_is_told(self, shop: Shop) -> None:
        """Ana fills her basket; Bea left hers this morning."""
        ana = shop.customer("ana@example.com")
        shop.touch(FactKind.CHECKOUT, shop.checkout(customer=ana), shop.host.now() - HOUR)
        shop.touch(FactKind.CHECKOUT, shop.checkout(email="bea@example.com"), shop.host.now() - 5 * HOUR)
        found = did(shop, buyer(shop, 1, account=ana), buyer(shop, 2, email="bea@example.com"))
        assert found == {1: ["shopping"]}

    def test_one_query_for_any_number(self, shop: Shop) -> None:
        """Fifty are asked about: one statement, as for one."""
        for number in range(3):
            shop.order(email=f"person{number}@example.com")
            shop.checkout(email=f"person{number}@example.com")
        crowd = [buyer(shop, number, email=f"person{number}@example.com") for number in range(50)]
        now = shop.host.now()
        with CaptureQueriesContext(connection) as made:
            found = shop.host.bought_since(crowd, shopping_since=now - HOUR)
        assert len(made) == 1
        assert sorted(found) == [0, 1, 2]
        assert shop.host.bought_since([], shopping_since=now) == {}

    def test_a_quote_is_bought_when_it_is_accepted(self, shop: Shop) -> None:
        """Staff drafted it a hundred days ago; Ana said yes today."""
        quote = shop.order(
            email="ana@example.com", state=OrderState.PENDING, total=Decimal(90),
            placed_at=shop.host.now() - 100 * DAY,
        )  # fmt: skip
        assert did(shop, buyer(shop, email="ana@example.com")) == {}
        shop.accept(quote)
        (fact,) = shop.host.fetch(FactKind.ORDER, [quote])
        assert isinstance(fact, OrderFact)
        assert fact.state is OrderState.COUNTS
        assert abs(fact.placed_at - shop.host.now()) < HOUR
        assert did(shop, buyer(shop, email="ana@example.com")) == {1: ["ordered"]}
