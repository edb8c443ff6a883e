"""Credit for orders: the first one after the mail, whatever the order in which they are heard of."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import attribution
from saleor_relacional.flows.incentives import entitlement, wallet
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.base import Holder
from saleor_relacional.models import Enrolment, Entitlement, Purchase, Refund, Stale, Touch
from saleor_relacional.models.facts import PurchaseState
from tests.support.campaign_stories import REGULAR
from tests.support.instants import DAY
from tests.support.mailing import (
    campaign,
    due,
    promise_of,
    touch_of,
)
from tests.support.people import buys


def told(purchase: Purchase, now: Any, **changes: Any) -> Purchase:
    """Record has written it."""
    for name, value in changes.items():
        setattr(purchase, name, value)
    purchase.save()
    attribution.purchase_arrived(purchase.profile_id, purchase, now)
    return purchase


def credit() -> tuple[int | None, Any]:
    return Touch.objects.get().credited_purchase_id, Enrolment.objects.get().credited_sold


@pytest.mark.parametrize("heard", list(permutations(range(4))))
def test_the_first_order_after_the_mail_is_credited(shop: Any, now: Any, heard: tuple[int, ...]) -> None:
    """Before the mail, three days after it, ten days after it, after the window: only the second counts, in any
    order."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    orders = [
        buys(ana, now - timedelta(minutes=1), "11.00"),
        buys(ana, now + 3 * DAY, "30.00"),
        buys(ana, now + 10 * DAY, "40.00"),
        buys(ana, now + 30 * DAY, "50.00"),
    ]
    Purchase.objects.filter(pk__in=[each.pk for each in orders]).update(state="withdrawn")
    for each in heard:
        told(orders[each], now + 31 * DAY, state=PurchaseState.COUNTS)
        told(orders[each], now + 31 * DAY)
    assert credit() == (orders[1].pk, 30)


def test_no_credit_after_the_window(shop: Any, now: Any) -> None:
    """Her only order comes on the day after the window, which was fixed before the start."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    told(buys(ana, Enrolment.objects.get().window_ends_at), now + 31 * DAY)
    assert credit() == (None, None)


def test_no_credit_without_a_mail(shop: Any, now: Any) -> None:
    """She came back before her mail left: no mail, no credit, no code."""
    [ana] = due(campaign(now), now, "Ana")
    told(buys(ana, now), now)
    assert (touch_of(ana).state, touch_of(ana).reason) == ("suppressed", "purchased")
    assert promise_of(ana).state == "withdrawn" and not Entitlement.objects.exists()
    assert send.send_due(now=now + DAY).sent == 0
    assert credit() == (None, None)


def test_an_old_order_that_arrives_late_stops_nothing(shop: Any, now: Any) -> None:
    """An order of last year is read from the history: Ana is as late as before, her mail leaves, uncredited."""
    [ana] = due(campaign(now), now, "Ana", days_ago=REGULAR)
    told(buys(ana, now - 300 * DAY), now)
    Stale.objects.all().delete()
    assert send.send_due(now=now).sent == 1
    assert credit() == (None, None)


def test_a_refund_on_the_last_order_stops_nothing_by_itself(shop: Any, now: Any) -> None:
    """Hearing again of the purchase that the lapse counts from is no purchase."""
    [ana] = due(campaign(now), now, "Ana")
    told(Purchase.objects.get(), now)
    assert touch_of(ana).state == "queued"


def test_only_her_own_is_stopped(shop: Any, now: Any) -> None:
    """Bea's mail is none of Ana's business."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    told(buys(ana, now), now)
    assert touch_of(bea).state == "queued" and promise_of(bea).state == "planned"


def mailed(shop: Any, now: Any) -> tuple[Any, str]:
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    return ana, promise_of(ana).code


def spends(shop: Any, ana: Any, code: str, at: Any) -> Purchase:
    """She buys with her code, through the shop."""
    checkout = shop.checkout(email=ana.email)
    assert shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    assert order is not None
    purchase = buys(ana, at, "9.00")
    return told(
        purchase, at, source=shop.host.source, reference=order, codes=[code], checkout=checkout, digest=b"x"
    )


def test_the_order_settles_its_code(shop: Any, now: Any) -> None:
    """Redeemed, by this order, once; nobody can take the code again."""
    ana, code = mailed(shop, now)
    order = spends(shop, ana, code, now)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("redeemed", order.reference)
    assert Entitlement.objects.get().order == order.reference
    asked = entitlement.check(code, checkout="another", account=None, email=ana.email, now=now)
    assert (asked.allowed, asked.reason) == (False, "spent")


def test_a_cancelled_order_gives_the_code_back(shop: Any, now: Any) -> None:
    """Cancelled in time: the credit goes, the code works again in the shop, exactly once more."""
    ana, code = mailed(shop, now)
    order = spends(shop, ana, code, now)
    shop.cancel(order.reference)
    told(order, now, state=PurchaseState.WITHDRAWN)
    assert credit() == (None, None)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("issued", "")
    second = spends(shop, ana, code, now)
    told(order, now)  # told once more: the second order has spent it, nothing comes back
    assert promise_of(ana).redeemed_by == second.reference
    third = shop.checkout(email=ana.email)
    assert not shop.put_code(third, code)


def test_cancelled_before_we_heard_of_the_order(shop: Any, now: Any) -> None:
    """The first that we hear of the order is that it was cancelled: its checkout holds the claim, so the code comes
    back."""
    ana, code = mailed(shop, now)
    checkout = shop.checkout(email=ana.email)
    shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    shop.cancel(order)
    told(
        buys(ana, now), now, source=shop.host.source, reference=order, codes=[code], checkout=checkout,
        state=PurchaseState.WITHDRAWN,
    )  # fmt: skip
    assert spends(shop, ana, code, now).reference == promise_of(ana).redeemed_by


def cancelled_unheard(shop: Any, ana: Any, code: str) -> tuple[str, str]:
    """She buys with her code and the shop cancels it at once; nobody has told us. (checkout, order)"""
    checkout = shop.checkout(email=ana.email)
    assert shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    shop.cancel(order)
    return checkout, order


def hears(shop: Any, ana: Any, code: str, checkout: str, order: str, now: Any) -> Purchase:
    """At last we are told of the cancelled order."""
    return told(
        buys(ana, now), now, source=shop.host.source, reference=order, codes=[code], checkout=checkout,
        state=PurchaseState.WITHDRAWN,
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [0, 59, 61])
def test_the_wallet_is_silent_until_we_have_heard_of_the_cancelled_order(
    shop: Any, now: Any, minutes: int
) -> None:
    """The checkout is gone and its code may be spent at the host: nothing is promised meanwhile, however often the
    claims of vanished checkouts are freed. Once we hear, or would have, the code works, and the annual_need says so."""
    ana, code = mailed(shop, now)
    checkout, order = cancelled_unheard(shop, ana, code)
    later = now + timedelta(minutes=minutes)
    assert entitlement.release(later) == (minutes > 60)
    if minutes < 60:
        assert wallet.wallet(ana, later) == ()
    assert shop.put_code(shop.checkout(email=ana.email), code) == (minutes > 60)
    hears(shop, ana, code, checkout, order, now)
    assert [offer.code for offer in wallet.wallet(ana, later)] == [code]
    assert spends(shop, ana, code, later).reference == promise_of(ana).redeemed_by
    assert wallet.wallet(ana, later) == ()


def test_cancelled_unheard_though_nobody_asked_us(shop: Any, now: Any) -> None:
    """Staff put her code on an order of their own making, for which no checkout ever claimed it: cancelled, the code
    works again."""
    ana, code = mailed(shop, now)
    checkout, order = cancelled_unheard(shop, ana, code)
    Entitlement.objects.update(holder="", held_since=None)
    assert not shop.put_code(shop.checkout(email=ana.email), code)
    Entitlement.objects.update(holder="", held_since=None)
    hears(shop, ana, code, checkout, order, now)
    assert [offer.code for offer in wallet.wallet(ana, now)] == [code]
    assert spends(shop, ana, code, now).reference == promise_of(ana).redeemed_by


def test_cancelled_unheard_while_another_checkout_asks(shop: Any, now: Any) -> None:
    """Ana's second checkout has taken over the claim of the vanished one when we hear of the cancellation: the code
    works for her there, and the claim stays its own."""
    ana, code = mailed(shop, now)
    checkout, order = cancelled_unheard(shop, ana, code)
    second = shop.checkout(email=ana.email)
    assert entitlement.check(code, checkout=second, account=None, email=ana.email, now=now).allowed
    hears(shop, ana, code, checkout, order, now)
    assert Entitlement.objects.get().holder == second
    assert shop.put_code(second, code) and shop.complete(second).order


def test_cancelled_twice_and_spent_in_between(shop: Any, now: Any) -> None:
    """The cancelled order is heard of again after Ana's next order has spent the code, before we know of that one:
    nothing comes back."""
    ana, code = mailed(shop, now)
    first = cancelled_unheard(shop, ana, code)
    purchase = hears(shop, ana, code, *first, now)
    second = shop.checkout(email=ana.email)
    assert shop.put_code(second, code) and shop.complete(second).order
    told(purchase, now)
    assert not shop.put_code(shop.checkout(email=ana.email), code)
    assert wallet.wallet(ana, now) == ()


def test_a_withdrawn_promise_does_not_come_back_by_a_cancellation(shop: Any, now: Any) -> None:
    """Ana has objected meanwhile and her unsent promise was withdrawn: cancelling an order revives nothing."""
    ana, code = mailed(shop, now)
    order = spends(shop, ana, code, now)
    Entitlement.objects.update(withdrawn=True)
    shop.cancel(order.reference)
    told(order, now, state=PurchaseState.WITHDRAWN)
    assert promise_of(ana).state == "expired" and wallet.wallet(ana, now) == ()


def test_a_refund_after_redemption_keeps_the_code_spent(shop: Any, now: Any) -> None:
    """Money goes back and the order stands: the discount was had. Kept falls, credit stays what was sold."""
    ana, code = mailed(shop, now)
    order = spends(shop, ana, code, now)
    Refund.objects.create(
        profile=ana, purchase=order, source="test", reference="r", amount=9, currency="EUR", happened_at=now,
        learned_at=now,
    )  # fmt: skip
    told(order, now)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("redeemed", order.reference)
    assert not shop.put_code(shop.checkout(email=ana.email), code)


def test_an_expired_code_does_not_come_back(shop: Any, now: Any) -> None:
    """Cancelled after its day: the promise is over."""
    ana, code = mailed(shop, now)
    order = spends(shop, ana, code, now)
    later = now + 20 * DAY
    shop.set_clock(later)
    shop.cancel(order.reference)
    told(order, later, state=PurchaseState.WITHDRAWN)
    assert promise_of(ana).state == "expired"
    assert not shop.put_code(shop.checkout(email=ana.email), code)
    assert shop.host.holder(order.checkout, code) is Holder.GONE


def test_a_code_of_an_import_settles_nothing(shop: Any, now: Any) -> None:
    """History from elsewhere may hold the same letters by chance."""
    ana, code = mailed(shop, now)
    told(buys(ana, now), now, source="import:old", codes=[code])
    assert promise_of(ana).state == "issued"


@pytest.mark.parametrize("end", ["failed", "unknown", "suppressed", "expired"])
def test_a_mail_that_may_not_have_arrived_is_credited_with_nothing(
    shop: Any, now: datetime, end: str
) -> None:
    """Only a mail that the server accepted gets credit for the order that follows."""
    [ana] = due(campaign(now), now, "Ana")
    Touch.objects.update(state=end, reason="for a reason", ended_at=now)
    told(buys(ana, now + timedelta(days=1)), now + timedelta(days=1))
    assert Touch.objects.get().credited_purchase_id is None
    assert Enrolment.objects.get().credited_sold is None
