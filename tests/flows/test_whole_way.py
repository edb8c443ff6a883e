"""The whole way through the doors that the worker opens: planned, mailed, ordered with the code, cancelled."""

from typing import Any

from django.core import mail

from saleor_relacional import tasks
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Basket, Enrolment, Entitlement, Fit, Identity, IdentityKind, Purchase
from tests.support.campaign_stories import late
from tests.support.mailing import campaign, promise_of, touch_of


def ana_is_late(now: Any) -> Any:
    ana = late("Ana", now)
    Identity.objects.create(profile=ana, kind=IdentityKind.EMAIL, source="", key=ana.email_key)
    Fit.objects.all().delete()  # the real one is estimated when it is asked for
    return ana


def test_won_back_and_cancelled(shop: Any, now: Any) -> None:
    """Ana's mail leaves, her order with its code is credited and settles it; cancelled, the code works once more."""
    campaign(now)
    ana = ana_is_late(now)
    tasks.plan()
    tasks.send()
    assert [sent.to for sent in mail.outbox] == [["ana@shop.example"]]
    code = promise_of(ana).code
    checkout = shop.checkout(email="Ana@shop.example")
    assert shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    tasks.record(FactKind.ORDER.value, [order])
    bought = Purchase.objects.get(reference=order)
    assert bought.profile_id == ana.pk
    assert touch_of(ana).credited_purchase_id == bought.pk
    assert Enrolment.objects.get().credited_sold == bought.sold == 9
    assert (promise_of(ana).state, Entitlement.objects.get().order) == ("redeemed", order)
    shop.cancel(order)
    tasks.record(FactKind.ORDER.value, [order])
    assert (promise_of(ana).state, touch_of(ana).credited_purchase_id) == ("issued", None)
    again = shop.checkout(email="ana@shop.example")
    assert shop.put_code(again, code)
    second = shop.complete(again).order
    tasks.record(FactKind.ORDER.value, [second])
    assert (promise_of(ana).redeemed_by, Entitlement.objects.get().order) == (second, second)
    assert touch_of(ana).credited_purchase_id == Purchase.objects.get(reference=second).pk
    tasks.send()
    assert len(mail.outbox) == 1


def test_bought_before_the_mail_left(shop: Any, now: Any) -> None:
    """She orders between plan and send: recorded at the nudge, the mail stops there and then."""
    campaign(now)
    ana = ana_is_late(now)
    tasks.plan()
    tasks.record(FactKind.ORDER.value, [shop.order(email=ana.email, placed_at=now)])
    assert (touch_of(ana).state, touch_of(ana).reason) == ("suppressed", "purchased")
    tasks.send()
    assert mail.outbox == []
    assert promise_of(ana).state == "withdrawn"


def test_a_stranger_s_code_goes_at_the_nudge(shop: Any, now: Any) -> None:
    """Eve puts Ana's code on her checkout: the nudge takes it off, and Ana's stays on hers."""
    campaign(now)
    ana = ana_is_late(now)
    tasks.plan()
    tasks.send()
    code = promise_of(ana).code
    anas, eves = (shop.checkout(email=email) for email in ("ana@shop.example", "eve@shop.example"))
    for checkout in (anas, eves):
        assert shop.put_code(checkout, code)
        tasks.record(FactKind.CHECKOUT.value, [checkout])
    assert [shop.checkout_total(each) for each in (anas, eves)] == [9, 10]
    # Her day is over while the checkout stays open: taken off without a nudge.
    assert Basket.objects.get(reference=anas).code == code
    shop.set_clock(promise_of(ana).expires_at)
    tasks.expire()
    assert shop.checkout_total(anas) == 10
    assert shop.host.fetch(FactKind.CHECKOUT, [anas])[0].code == ""
    assert promise_of(ana).state == "expired"
