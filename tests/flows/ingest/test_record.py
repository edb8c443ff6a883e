"""Facts in: what is written, what is not, and whose it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.ingest import record as flow
from saleor_relacional.hosts.facts import FactKind, OrderState
from saleor_relacional.models import (
    Basket,
    CustomerSummary,
    Identity,
    Merge,
    Profile,
    Purchase,
    PurchaseLine,
    Refund,
    Stale,
)
from tests.support.tell import (
    account,
    checkout,
    order,
    refund,
)

pytestmark = pytest.mark.django_db


def tell(now: datetime, *facts: object) -> flow.Recorded:
    return flow.record(facts, now=now)  # type: ignore[arg-type]


def test_a_guest_has_a_profile(now: datetime) -> None:
    """Somebody who buys without an account is somebody: named by their address, to be scored."""
    assert tell(now, order("o1", " Ana@Shop.Example ")) == flow.Recorded(written=1)
    ana = Profile.objects.get()
    assert (ana.email, ana.email_key, ana.vouched) == ("Ana@Shop.Example", "ana@shop.example", False)
    assert (ana.first_name, ana.language, ana.channel, ana.joined_at) == ("Guest", "en", "eur", None)
    assert list(Identity.objects.values_list("kind", "source", "key")) == [("email", "", "ana@shop.example")]
    purchase = Purchase.objects.get()
    assert (purchase.profile, purchase.sold, purchase.day, purchase.state) == (
        ana, Decimal("20"), date(2026, 3, 1), "counts",
    )  # fmt: skip
    assert list(PurchaseLine.objects.values_list("product_key", "quantity", "total", "profile_id")) == [
        ("tea", 1, Decimal("20"), ana.pk)
    ]
    assert Stale.objects.get().since == now


def test_the_purchase_day_is_a_day_of_the_shop(now: datetime, shop: object) -> None:
    """Half past eleven in the evening in London is tomorrow in Madrid."""
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
    late = now.replace(hour=23, minute=30)
    tell(late, order("o1", "a@b.example", days_ago=0, placed_at=late))
    assert Purchase.objects.get().day == date(2026, 3, 3)


def test_hearing_it_twice_writes_nothing(now: datetime) -> None:
    """Equal facts write nothing, whatever moment the host says they changed at, and however it writes the amount."""
    fact = order("o1", "ana@shop.example", refunds=(refund("r1", "o1", "5"),))
    tell(now, fact)
    Stale.objects.all().delete()
    again = replace(fact, changed_at=now, total=Decimal("20.000"))
    assert tell(now + timedelta(hours=1), again) == flow.Recorded(unchanged=1)
    assert not Stale.objects.exists()
    assert Purchase.objects.get().learned_at == now


@pytest.mark.parametrize("state", [OrderState.PENDING, OrderState.REISSUE])
def test_what_does_not_count_is_not_stored(now: datetime, state: OrderState) -> None:
    """A draft, an unpaid order, a replacement: no purchase, and nobody is made a customer by it."""
    assert tell(now, order("o1", "ana@shop.example", state=state)) == flow.Recorded(unchanged=1)
    assert not Profile.objects.exists()
    assert not Purchase.objects.exists()


def test_a_sale_that_stops_counting_is_withdrawn(now: datetime) -> None:
    """An order that had counted and does so no more keeps its row, withdrawn."""
    tell(now, order("o1", "ana@shop.example"))
    Stale.objects.all().delete()
    assert tell(now, order("o1", "ana@shop.example", state=OrderState.PENDING)).written == 1
    assert Purchase.objects.get().state == "withdrawn"
    assert Stale.objects.get().since == now
    tell(now, order("o1", "ana@shop.example"))
    assert Purchase.objects.get().state == "counts"


def test_refunds_follow_their_order(now: datetime) -> None:
    """A refund is dated and belongs to the purchase; one that the host takes back goes; one of an unknown order stays
    a fact of its person."""
    told = order(
        "o1", "ana@shop.example", refunds=(refund("r1", "o1", "5"), refund("r2", "lost", "3", days_ago=2))
    )
    tell(now, told)
    ana = Profile.objects.get()
    told_of = Refund.objects.order_by("reference").values_list(
        "reference", "purchase__reference", "amount", "profile"
    )
    assert list(told_of) == [
        ("r1", "o1", Decimal(5), ana.pk), ("r2", None, Decimal(3), ana.pk),
    ]  # fmt: skip
    tell(now, replace(told, refunds=told.refunds[1:]))
    assert [row.reference for row in Refund.objects.all()] == ["r2"]


def test_a_strangers_registration_reads_nothing(now: datetime) -> None:
    """Somebody registers Ana's address without proving it: two people. Once the host vouches, they are one."""
    tell(now, order("o1", "ana@shop.example"))
    tell(now, account("ana", "ana@shop.example", vouched=False))
    guest = Purchase.objects.get().profile
    claimed = Profile.objects.get(joined_at__isnull=False)
    assert guest != claimed
    assert not Merge.objects.exists()
    tell(now, account("ana", "ana@shop.example"))
    assert Purchase.objects.get().profile == claimed
    assert PurchaseLine.objects.get().profile_id == claimed.pk
    guest.refresh_from_db()
    claimed.refresh_from_db()
    assert guest.merged_into == claimed
    assert claimed.arm_key == guest.arm_key
    assert (claimed.vouched, claimed.channel, claimed.language) == (True, "eur", "es")
    assert not CustomerSummary.objects.filter(profile=guest).exists()


def test_the_host_itself_joins_the_orders(now: datetime) -> None:
    """An order that we have as a guest's comes back with an account: it stays the guest's, until the host vouches for
    the address. Then everything of that guest goes along."""
    tell(now, order("o1", "ana@shop.example"), order("o2", "ana@shop.example", days_ago=5))
    tell(now, order("o1", "ana@shop.example", customer="a1"))
    guest = Identity.objects.get(key="ana@shop.example").profile
    assert {row.profile for row in Purchase.objects.all()} == {guest}
    assert not Merge.objects.exists()
    tell(now, account("a1", "ana@shop.example"))
    assert {row.profile for row in Purchase.objects.all()} == {Identity.objects.get(key="a1").profile}
    assert Identity.objects.get(key="ana@shop.example").profile == Identity.objects.get(key="a1").profile
    assert Merge.objects.get().cause == "vouched"


def test_an_order_moved_to_another_address_moves_alone(now: datetime) -> None:
    """Staff correct the address of one order to that of an account: the first address's other orders are not the
    account's."""
    tell(now, order("o1", "ana@shop.example"), order("o2", "ana@shop.example"))
    tell(now, account("bea", "bea@shop.example"), order("o1", "bea@shop.example", customer="bea"))
    assert Purchase.objects.get(reference="o1").profile == Identity.objects.get(key="bea").profile
    assert (
        Purchase.objects.get(reference="o2").profile == Identity.objects.get(key="ana@shop.example").profile
    )
    assert not Merge.objects.exists()


def test_a_changed_address(now: datetime) -> None:
    """Ana changes her address: she stays who she was, under both, until the host vouches the old one to somebody else.
    Her relationship does not go to the new owner."""
    tell(now, account("ana", "old@shop.example"), order("o1", "old@shop.example"))
    tell(
        now,
        account("ana", "new@shop.example"),
        order("o2", "old@shop.example"),
        order("o3", "new@shop.example"),
    )
    ana = Profile.objects.get()
    assert (ana.email, ana.purchases.count()) == ("new@shop.example", 3)
    tell(now, account("bea", "old@shop.example"))
    tell(now, order("o4", "old@shop.example"))
    assert ana.purchases.count() == 3
    assert Purchase.objects.get(reference="o4").profile == Identity.objects.get(key="bea").profile


def test_the_latest_order_says_how_to_address_a_guest(now: datetime) -> None:
    """An old order that arrives late does not rename anybody."""
    tell(now, order("o2", "ana@shop.example", days_ago=1, first_name="Ana", language="es", channel="usd"))
    tell(now, order("o1", "ANA@shop.example", days_ago=9, first_name="Anna", language="en", channel="eur"))
    ana = Profile.objects.get()
    assert (ana.first_name, ana.language, ana.channel, ana.email) == ("Ana", "es", "usd", "ana@shop.example")


@pytest.mark.parametrize("order_first", [True, False])
def test_a_basket_ends_in_its_purchase(now: datetime, order_first: bool) -> None:
    """Whichever we hear of first, the order closes the basket it was made from."""
    facts = [checkout("c1", "ana@shop.example"), order("o1", "ana@shop.example", checkout="c1")]
    for fact in reversed(facts) if order_first else facts:
        tell(now, fact)
    assert Basket.objects.get().state == "purchased"


def test_whose_basket_it_is(now: datetime) -> None:
    """An account's, a typed address's (nobody's, while nobody is known by it), and no one's, which is not kept."""
    done = tell(now, checkout("c1", customer="a1"), checkout("c2", "New@shop.example"), checkout("c3"))
    assert done == flow.Recorded(written=2, unchanged=1)
    assert Basket.objects.get(reference="c1").profile == Identity.objects.get(key="a1").profile
    typed = Basket.objects.get(reference="c2")
    assert (typed.profile, typed.email_key) == (None, "new@shop.example")
    assert Profile.objects.count() == 1
    assert tell(now, checkout("c2", "new@shop.example")) == flow.Recorded(unchanged=1)
    assert tell(now, checkout("c2", "new@shop.example", total="30")).written == 1
    assert Basket.objects.get(reference="c2").total == 30


def test_an_order_of_nobody(now: datetime) -> None:
    """An order that names no account and no address tells nothing about a relationship."""
    assert tell(now, order("o1")) == flow.Recorded(unchanged=1)
    assert not Profile.objects.exists()


@pytest.mark.parametrize("later_first", [True, False])
def test_of_two_tellings_the_later_counts(now: datetime, later_first: bool) -> None:
    """Pages of one sweep overlap and tell an order twice, before and after its total was corrected."""
    before = order("o1", "ana@shop.example", total="20.00")
    after = replace(before, total=Decimal("17.00"), changed_at=before.changed_at + timedelta(minutes=1))
    facts = [after, before] if later_first else [before, after]
    assert flow.record(facts, now=now) == flow.Recorded(written=1)
    assert Purchase.objects.get().sold == Decimal("17.00")


def test_told_twice_at_one_moment_the_last_telling_counts(now: datetime) -> None:
    """The host did not move its date: what was read last is true."""
    before = order("o1", "ana@shop.example", total="20.00")
    flow.record([before, replace(before, total=Decimal("17.00"))], now=now)
    assert Purchase.objects.get().sold == Decimal("17.00")


def test_an_order_that_the_host_no_longer_has(shop: Any, now: datetime) -> None:
    """Somebody deleted a mistaken order, and the nudge about it finds nothing: it was no sale, and Ana is judged
    again. Hearing it twice changes nothing more."""
    ref = shop.order(email="ana@shop.example")
    flow.record_references(FactKind.ORDER, [ref], now=now)
    Stale.objects.all().delete()
    shop.delete_order(ref)
    done = [flow.record_references(FactKind.ORDER, [ref], now=now) for _ in range(2)]
    assert done == [flow.Recorded(gone=1), flow.Recorded(gone=0)]
    assert Purchase.objects.get().state == "withdrawn"
    assert Stale.objects.get().since == now
