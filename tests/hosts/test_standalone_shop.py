"""What the standalone shop does beyond the contract: its clock, its refusals, its arithmetic, its nudges."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from saleor_relacional import conf, nudge
from saleor_relacional.hosts.base import ANONYMOUS, Discount, VoucherRecipe
from saleor_relacional.hosts.facts import CustomerFact, FactKind, OrderFact, OrderState, Position
from saleor_relacional.hosts.standalone import callers, clock, models
from saleor_relacional.hosts.standalone.shop import accounts, baskets, orders
from saleor_relacional.hosts.standalone.shop.price import _spread
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from tests.hosts.standalone import SKU, StandaloneShop

pytestmark = pytest.mark.django_db


def test_a_stopped_clock_is_advanced_and_let_run(now: datetime) -> None:
    """Sixty days pass between two looks; let run, it goes on from there and not from the real time."""
    clock.freeze(now)
    assert clock.now() == now
    assert clock.now() == now
    assert clock.advance(timedelta(days=60)) == now + timedelta(days=60)
    clock.let_run()
    first = clock.now()
    assert timedelta(0) <= first - (now + timedelta(days=60)) < timedelta(minutes=5)
    assert clock.now() > first


def test_a_running_clock_is_advanced() -> None:
    """A shop that set nothing lives by the real clock, and can still be moved ahead."""
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=5)
    clock.advance(timedelta(days=1))
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=5)


@pytest.mark.parametrize("status", list(models.Status))
@pytest.mark.parametrize("replacement", [False, True])
def test_every_status_means_something(shop: StandaloneShop, status: models.Status, replacement: bool) -> None:
    """Draft and unpaid wait, paid and fulfilled count, cancelled is withdrawn; a replacement is none of these sales."""
    here = models.Channel.objects.get()
    line = orders.Bought(sku=SKU, name="Tea", quantity=1, total=Decimal(10))
    before = orders.place(here, [line], email="ana@example.com") if replacement else None
    order = orders.place(here, [line], email="ana@example.com", status=status, replaces=before)
    fact = shop.host.fetch(FactKind.ORDER, [str(order.pk)])[0]
    assert isinstance(fact, OrderFact)
    meant = {
        models.Status.DRAFT: OrderState.PENDING,
        models.Status.UNPAID: OrderState.PENDING,
        models.Status.PAID: OrderState.COUNTS,
        models.Status.FULFILLED: OrderState.COUNTS,
        models.Status.CANCELED: OrderState.WITHDRAWN,
    }[status]
    assert fact.state is (OrderState.REISSUE if replacement and meant is not OrderState.WITHDRAWN else meant)


def test_a_draft_becomes_a_sale_when_it_is_paid(shop: StandaloneShop) -> None:
    """Waiting, counting, and no longer cancellable once it left the house."""
    order = orders.find(shop.order(email="ana@example.com", state=OrderState.PENDING))
    orders.pay(order)
    assert order.status == models.Status.PAID
    orders.fulfil(order)
    with pytest.raises(Refusal):
        orders.cancel(order)
    order.refresh_from_db()
    assert order.status == models.Status.FULFILLED


@pytest.mark.parametrize("amount", ["-1", "0", "7.01", "100"])
def test_no_more_is_given_back_than_is_left(shop: StandaloneShop, amount: str) -> None:
    """Three of ten are back already."""
    order = orders.find(shop.order(email="ana@example.com"))
    orders.refund(order, Decimal(3))
    with pytest.raises(Refusal):
        orders.refund(order, Decimal(amount))
    assert [refund.amount for refund in order.refunds.all()] == [Decimal("3.00")]


def test_one_address_one_account(shop: StandaloneShop) -> None:
    """Case and spaces make no second Ana, by registering or by changing the address."""
    shop.customer("ana@example.com")
    bea = models.Customer.objects.get(pk=shop.customer("bea@example.com"))
    with pytest.raises(Refusal):
        accounts.register(" Ana@Example.com ", None)
    with pytest.raises(Refusal):
        accounts.change_email(bea, "ANA@example.com")
    bea.refresh_from_db()
    assert bea.email == "bea@example.com"
    assert models.Customer.objects.count() == 2


def test_the_shop_knows_since_when_an_account_is_confirmed(shop: StandaloneShop, now: datetime) -> None:
    """Sam buys, confirms an hour later, buys again and follows the link once more; only the second order is a confirmed
    account's. Of an account older than the column the shop cannot tell."""
    sam = shop.customer("sam@example.com", confirmed=False)
    ordered = [shop.order(customer=sam, email="mother@example.com")]
    clock.advance(timedelta(hours=1))
    shop.confirm(sam)
    ordered.append(shop.order(customer=sam, email="mother@example.com"))
    clock.advance(timedelta(hours=1))
    shop.confirm(sam)

    def then() -> list[bool | None]:
        facts = shop.host.fetch(FactKind.ORDER, ordered)
        told = {fact.reference: fact.vouched_then for fact in facts if isinstance(fact, OrderFact)}
        return [told[reference] for reference in ordered]

    assert then() == [False, True]
    (account,) = shop.host.fetch(FactKind.CUSTOMER, [sam])
    assert isinstance(account, CustomerFact)
    assert account.vouched_since == now + timedelta(hours=1)
    models.Customer.objects.update(confirmed_at=None)
    assert then() == [None, None]


def test_a_confirmation_link_proves_only_the_address_that_it_was_sent_to(shop: StandaloneShop) -> None:
    """Mallory changes her address to Ana's after the link went to her own: the old link proves nothing."""
    mallory = models.Customer.objects.get(pk=shop.customer("mallory@example.com", confirmed=False))
    token = accounts.confirmation_token(mallory)
    accounts.change_email(mallory, "ana@example.com")
    with pytest.raises(Refusal):
        accounts.confirm(token)
    with pytest.raises(Refusal):
        accounts.confirm(token + "x")
    mallory.refresh_from_db()
    assert mallory.confirmed is False


@pytest.mark.parametrize("lines", [{}, {SKU: 0}, {SKU: -1}, {"no such thing": 1}])
def test_an_empty_or_impossible_basket_is_refused(shop: StandaloneShop, lines: dict[str, int]) -> None:
    """And no checkout is left behind."""
    with pytest.raises(Refusal):
        baskets.open_checkout("eur", lines, email="ana@example.com")
    assert models.Checkout.objects.count() == 0


@given(
    amounts=st.lists(st.decimals("0.00", "99999.99", places=2), max_size=8),
    share=st.decimals("0", "1", places=4),
)
def test_a_discount_is_spread_to_the_cent(amounts: list[Decimal], share: Decimal) -> None:
    """Whatever the basket, the parts add up to the discount exactly."""
    off = (sum(amounts, Decimal(0)) * share).quantize(Decimal("0.01"))
    parts = _spread(off, amounts, "EUR")
    assert len(parts) == len(amounts)
    assert sum(parts, Decimal(0)) == (off if amounts else 0)


def test_a_position_of_another_host_is_a_surprise(shop: StandaloneShop) -> None:
    """A cursor that cannot be ours is not read as the beginning."""
    with pytest.raises(ValueError, match="UUID"):
        after = Position(changed_at=clock.now(), reference="17")
        shop.host.changed(FactKind.ORDER, after=after, until=clock.now(), limit=1)


def test_the_owner_switches_us_off(shop: StandaloneShop) -> None:
    """The host says so at once."""
    models.Shop.objects.update_or_create(id=1, defaults={"relational_active": False})
    assert shop.host.active() is False


def test_what_a_bare_shop_lacks(db: None, settings: Any) -> None:
    """No channel and no address under which links work: both are named, with what to do."""
    settings.PUBLIC_URL = ""
    assert [lack.code for lack in conf.host().unmet_requirements()] == ["no_channel", "no_public_url"]


def test_a_channels_own_storefront_comes_first(shop: StandaloneShop) -> None:
    """Else the shop's; else nothing."""
    assert shop.host.storefront_url("eur") == ""
    models.Shop.objects.update_or_create(id=1, defaults={"storefront_url": "https://shop.example"})
    assert shop.host.storefront_url("eur") == "https://shop.example"
    models.Channel.objects.update(storefront_url="https://shop.example/eu")
    assert shop.host.storefront_url("eur") == "https://shop.example/eu"


def test_a_voucher_is_not_listed_where_the_currency_is_another(shop: StandaloneShop) -> None:
    """The channel was moved from dollars to euros after three dollars were offered: three euros are not given."""
    now = shop.host.now()
    recipe = VoucherRecipe(
        key="k",
        name="Three dollars",
        discount=Discount.FIXED,
        value=Decimal(3),
        channels={"eur": "USD"},
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    shop.host.issue(recipe, ["ANA3"])
    assert shop.put_code(shop.checkout(email="ana@example.com"), "ANA3") is False


def test_permissions_end_with_the_job(shop: StandaloneShop) -> None:
    """A clerk who left keeps the account and the token, and may do nothing."""
    clerk = shop.staff("MANAGE_USERS")
    context = shop.context(account=clerk)
    models.Customer.objects.filter(pk=clerk).update(is_staff=False)
    caller = shop.host.caller(context)
    assert (caller.account, caller.staff, caller.permissions) == (clerk, False, frozenset())


def test_a_switched_off_app_is_nobody(shop: StandaloneShop) -> None:
    """Its token opens nothing any more."""
    context = shop.context(app=("MANAGE_USERS",))
    assert shop.host.caller(context).may("MANAGE_USERS")
    models.AppAccount.objects.update(active=False)
    assert shop.host.caller(context) == ANONYMOUS


def test_a_token_ages(shop: StandaloneShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty days on the real clock; the shop's own clock, sixty days ahead, has nothing to do with it."""
    ana = shop.customer("ana@example.com")
    context = shop.context(account=ana)
    shop.set_clock(shop.host.now() + timedelta(days=60))
    assert shop.host.caller(context).account == ana
    monkeypatch.setattr(callers, "LIFETIME", -1)
    assert shop.host.caller(context) == ANONYMOUS


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[FactKind, str]]:
    """What nudges named, in order."""
    told: list[tuple[FactKind, str]] = []
    monkeypatch.setattr(nudge, "record", lambda kind, reference: told.append((kind, reference)))
    return told


@pytest.mark.django_db(transaction=True)
def test_a_sale_nudges_after_it_is_there(shop: StandaloneShop, heard: list[tuple[FactKind, str]]) -> None:
    """Completing tells of the checkout and of the order, once each, with references only."""
    checkout = shop.checkout(email="ana@example.com")
    heard.clear()
    order = shop.complete(checkout).order
    assert order is not None
    assert heard == [(FactKind.CHECKOUT, checkout), (FactKind.ORDER, order)]


@pytest.mark.django_db(transaction=True)
def test_a_refused_sale_nudges_nobody(shop: StandaloneShop, heard: list[tuple[FactKind, str]]) -> None:
    """What was rolled back did not happen."""
    checkout = shop.checkout()
    heard.clear()
    assert shop.complete(checkout).order is None
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_nudge_that_fails_does_not_reach_the_buyer(
    shop: StandaloneShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana's order goes through although everything of ours that hears of it breaks."""

    def broken(kind: FactKind, reference: str) -> None:
        raise RuntimeError("nobody may notice")

    monkeypatch.setattr(nudge, "record", broken)
    assert shop.complete(shop.checkout(email="ana@example.com")).order is not None
    assert models.Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sale_that_is_rolled_back_nudges_nobody(
    shop: StandaloneShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order was made and the payment failed in the same transaction: nobody hears of an order that is not there."""
    checkout = shop.checkout(email="ana@example.com")
    heard: list[Sequence[Any]] = []
    monkeypatch.setattr(nudge, "record", lambda kind, reference: heard.append((kind, reference)))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert shop.complete(checkout).order is not None
        raise ZeroDivisionError("the payment")
    assert heard == []
    assert models.Order.objects.count() == 0
    order = shop.complete(checkout).order
    assert heard == [(FactKind.CHECKOUT, checkout), (FactKind.ORDER, order)]
