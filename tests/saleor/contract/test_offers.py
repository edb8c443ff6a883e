"""The wallet on a checkout where Saleor has more to say than other shops: prices that it keeps for an hour, taxes,
promotions, what staff may limit a voucher to; and nobody hears of the asking."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.discount import DiscountValueType, RewardType, RewardValueType
from saleor.discount.models import Promotion, Voucher
from saleor.product.models import ProductVariantChannelListing
from saleor.tax.models import TaxClassCountryRate, TaxConfiguration

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.ingest.record import record_references
from saleor_relacional.flows.policy import name_sender
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot
from saleor_relacional.models import Enrolment, Incentive, Profile, Purchase

pytestmark = pytest.mark.django_db
CODE = "407291836650"


@pytest.fixture
def fifth(shop: Any) -> str:
    """A fifth off, in euros."""
    now = shop.host.now()
    shop.host.issue(
        VoucherRecipe(
            key="fifth", name="Come back", discount=Discount.PERCENTAGE, value=Decimal(20), channels={"eur": "EUR"},
            starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=14),
        ),
        [CODE],
    )  # fmt: skip
    return CODE


def effect(shop: Any, checkout: str) -> TakesOff:
    found: TakesOff = shop.host.takes_off(checkout, [CODE], now=shop.host.now())[CODE]
    return found


def _off(shop: Any, checkout: str) -> Decimal:
    """What Saleor's own totals say that the code takes off, once it is put on."""
    before: Decimal = shop.checkout_total(checkout)
    assert shop.host.put_on(checkout, CODE)
    return before - shop.checkout_total(checkout)


def test_prices_that_saleor_keeps_for_an_hour(shop: Any, fifth: str) -> None:
    """Staff double the price of tea. A checkout that carries the code goes by the old price until it changes: two euros
    off, as the order is less. One without it will go by the new one: four."""
    carrying, plain = shop.checkout(email="ana@example.com"), shop.checkout(email="ana@example.com")
    assert shop.put_code(carrying, CODE)
    assert (shop.checkout_total(carrying), shop.checkout_total(plain)) == (Decimal(8), Decimal(10))
    ProductVariantChannelListing.objects.update(price_amount=20, discounted_price_amount=20)
    assert (effect(shop, carrying).amount, effect(shop, plain).amount) == (Decimal(2), Decimal(4))
    assert shop.checkout_total(carrying) == Decimal(8)
    assert shop.host.put_on(plain, CODE) and shop.checkout_total(plain) == Decimal(16)


def test_with_tax_on_top(shop: Any, fifth: str) -> None:
    """Prices without tax, 21 % on top: what is to be paid falls by a fifth of 36.30."""
    TaxConfiguration.objects.update(prices_entered_with_tax=False, charge_taxes=True)
    TaxClassCountryRate.objects.create(country="ES", rate=21)
    checkout = shop.checkout(email="ana@example.com", quantity=3)
    assert effect(shop, checkout).amount == Decimal("7.26") == _off(shop, checkout)


def test_an_amount_with_tax_on_top_costs_the_budget_itself(shop: Any) -> None:
    """Five euros off prices without tax, 21 % on top: Saleor's order is 6.05 less, and five are charged to the month's
    money, as they were reserved."""
    TaxConfiguration.objects.update(prices_entered_with_tax=False, charge_taxes=True)
    TaxClassCountryRate.objects.create(country="ES", rate=21)
    now = shop.host.now()
    rung = RungTerms(kind="fixed", amounts=(Amount(currency="EUR", amount=Decimal(5)),))
    name_sender(
        channel="eur", name="Tea", address="t@tea.example", postal_address="Calle Mayor 1, Madrid", now=now
    )
    terms = Terms(
        channels=("eur",), steps=(Step(message="win_back", rungs=(rung,)),), control_share=Decimal(0)
    )
    version = campaigns.create(
        name="Win back", now=now, salt=b"a salt of sixteen", terms=terms
    ).versions.get()
    ana = Profile.objects.create(email_key="ana@example.com", email="ana@example.com", created_at=now)
    enrolment = Enrolment.objects.create(
        campaign=version.campaign, version=version, profile=ana, cycle="1", arm="treated", state="started",
        stage="lapsed", considered_at=now, started_at=now, window_ends_at=now + timedelta(days=30), currency="EUR",
    )  # fmt: skip
    assert incentive.plan([enrolment], rung=version.steps.get().rungs.get(), now=now) == 1
    promised = Incentive.objects.get()
    assert promised.reserve == 5 and incentive.issue(promised, now)
    checkout = shop.checkout(email="ana@example.com", quantity=3)
    assert shop.put_code(checkout, promised.code)
    order = shop.complete(checkout).order
    record_references(FactKind.ORDER, [order], now=shop.host.now())
    assert Purchase.objects.get(reference=order).discount == Decimal("6.05")
    promised.refresh_from_db()
    assert (promised.state, promised.settled, promised.settled_currency) == ("redeemed", 5, "EUR")


def test_a_promotion_that_the_code_takes_the_place_of(shop: Any, fifth: str) -> None:
    """Saleor grants no order promotion beside a code: of ten, 1.50 go anyway, so a fifth is worth .50; a promotion of
    three euros is worth more than the code, which is then kept for another time."""
    promotion = _promotion(Decimal("1.50"))
    checkout = shop.checkout(email="ana@example.com")
    assert shop.checkout_total(checkout) == Decimal("8.50")
    assert effect(shop, checkout).amount == Decimal("0.50")
    promotion.rules.update(reward_value=3)
    found = effect(shop, checkout)
    assert (found.amount, found.why_not) == (0, WhyNot.NOTHING_OFF)


def _promotion(off: Decimal) -> Any:
    from saleor.channel.models import Channel
    from saleor.discount import PromotionType

    made = Promotion.objects.create(
        name="Spring", type=PromotionType.ORDER, start_date=timezone.now() - timedelta(days=1)
    )
    rule = made.rules.create(
        name="Spring", order_predicate={"discountedObjectPredicate": {"baseSubtotalPrice": {"range": {"gte": 1}}}},
        reward_type=RewardType.SUBTOTAL_DISCOUNT, reward_value_type=RewardValueType.FIXED, reward_value=off,
    )  # fmt: skip
    rule.channels.set(Channel.objects.filter(slug="eur"))
    return made


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"usage_limit": 1}, None),
        ({"only_for_staff": True}, WhyNot.STAFF_ONLY),
        ({"min_checkout_items_quantity": 3}, WhyNot.MINIMUM_QUANTITY),
        ({"end_date": timezone.now() - timedelta(days=1)}, WhyNot.NOT_WORKING),
        ({"discount_value_type": DiscountValueType.FIXED}, None),
    ],
)
def test_what_staff_make_of_the_voucher(
    shop: Any, fifth: str, limit: dict[str, Any], reason: WhyNot | None
) -> None:
    """Whatever they limit it to, what is said is what Saleor then does."""
    Voucher.objects.update(**limit)
    checkout = shop.checkout(email="ana@example.com", quantity=2)
    found = effect(shop, checkout)
    assert found.why_not == reason
    if reason is None:
        assert found.amount == _off(shop, checkout) == Decimal(20 if "discount_value_type" in limit else 4)
    else:
        assert shop.host.put_on(checkout, CODE) is False


def test_how_much_is_missing(shop: Any, fifth: str) -> None:
    """Of a minimum spend of 35.50, with a basket of twenty."""
    Voucher.objects.get().channel_listings.update(min_spent_amount=Decimal("35.50"))
    found = effect(shop, shop.checkout(email="ana@example.com", quantity=2))
    assert (found.why_not, found.missing) == (WhyNot.MINIMUM_SPEND, Decimal("15.50"))


def test_a_code_that_was_used_up_by_another(shop: Any, fifth: str) -> None:
    """Staff say: once in all. Bea was first: whoever is second is shown nothing, with and without a checkout."""
    Voucher.objects.update(usage_limit=1, single_use=False)
    first = shop.checkout(email="bea@example.com")
    assert shop.put_code(first, CODE) and shop.complete(first).order
    assert shop.host.working([CODE], now=shop.host.now()) == {}
    assert effect(shop, shop.checkout(email="ana@example.com")).why_not is WhyNot.NOT_WORKING


def test_a_channel_that_is_closed_grants_nothing(shop: Any, fifth: str) -> None:
    """Staff close the channel: the code works nowhere."""
    from saleor.channel.models import Channel

    assert shop.host.working([CODE], now=shop.host.now()).keys() == {CODE}
    Channel.objects.update(is_active=False)
    assert shop.host.working([CODE], now=shop.host.now()) == {}


def test_nobody_hears_of_the_asking(
    shop: Any,
    fifth: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """No hook, no webhook, no row: the checkout and its lines are, column by column, what they were, and no copy of
    them stays. Putting a code on tells of it once."""
    from saleor.plugins.manager import PluginsManager

    told: list[str] = []
    monkeypatch.setattr(PluginsManager, "checkout_updated", lambda *_, **__: told.append("updated"))
    checkout = shop.checkout(email="ana@example.com", quantity=2)
    shop.checkout_total(checkout)
    told.clear()

    def rows() -> str:
        kept = [list(model.objects.order_by("pk").values()) for model in (Checkout, CheckoutLine)]
        return json.dumps(kept, default=str)

    before = rows()
    with django_capture_on_commit_callbacks(execute=True) as later:
        assert effect(shop, checkout).amount == Decimal(4)
    assert rows() == before and told == [] and later == []
    with django_capture_on_commit_callbacks(execute=True):
        assert shop.host.put_on(checkout, CODE) and shop.host.put_on(checkout, CODE)
    assert told == ["updated"]
