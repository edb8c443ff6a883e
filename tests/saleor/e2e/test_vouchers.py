"""A code is worth something once, to its own person, while its day lasts; in both payment flows."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.saleor.e2e import behind
from tests.saleor.e2e.storefront import Order, Refused, Storefront, key, within

NOT_APPLICABLE = "VOUCHER_NOT_APPLICABLE"
FLOWS = pytest.mark.parametrize("legacy", [False, True], ids=["transaction", "legacy"])


@FLOWS
def test_its_own_person_gets_the_discount(saleor: Storefront, somebody: str, legacy: bool) -> None:
    """Twenty per cent off, once: a second basket with the same code is refused by Saleor itself."""
    full = saleor.total(saleor.checkout(somebody))
    code = behind.personal_code(somebody)
    checkout = saleor.checkout(somebody)
    saleor.put_code(checkout, code)
    reduced = saleor.total(checkout)
    assert reduced < full
    saleor.pay(checkout, legacy=legacy)
    assert saleor.complete(checkout).total == reduced
    with pytest.raises(Refused):
        saleor.put_code(saleor.checkout(somebody), code)


def test_a_strangers_code_is_taken_off_within_five_seconds(saleor: Storefront, somebody: str) -> None:
    """Mallory found Ana's code. It looks applied, and is gone at the worker's next breath; Ana's still works."""
    code = behind.personal_code(somebody)
    checkout = saleor.checkout(f"mallory.{somebody}")
    full = saleor.total(checkout)
    saleor.put_code(checkout, code)
    assert within(5.0, lambda: saleor.look(checkout)["voucherCode"] is None)
    assert saleor.total(checkout) == full
    saleor.put_code(saleor.checkout(somebody), code)


@FLOWS
def test_a_stranger_who_is_quicker_is_refused_at_completion(
    saleor: Storefront, somebody: str, legacy: bool
) -> None:
    """Mallory completes before the worker looks. No order, the code is not burned, and Ana gets her discount; what
    Mallory paid is given back by Saleor (legacy) or shown to staff (transactions)."""
    from saleor.order.models import Order as Row

    code = behind.personal_code(somebody)
    checkout = _carrying(saleor, f"mallory.{somebody}", code, legacy=legacy)
    with pytest.raises(Refused) as refused:
        saleor.complete(checkout)
    assert refused.value.code == NOT_APPLICABLE
    assert not Row.objects.filter(user_email=f"mallory.{somebody}").exists()
    assert behind.code_is_active(code)
    assert saleor.buy(somebody, code=code, legacy=legacy).total > 0
    _money_is_not_left(checkout, legacy=legacy)


def _money_is_not_left(checkout: str, *, legacy: bool) -> None:
    from saleor.payment.models import Payment

    from saleor_relacional import conf

    if legacy:
        taken = Payment.objects.filter(checkout_id=key(checkout), is_active=True, captured_amount__gt=0)
        assert not taken.exists()
        return
    lacking = [lack for lack in conf.host().unmet_requirements() if lack.code == "refused_with_money"]
    assert sum(key(checkout) in lack.problem for lack in lacking) == 1
    [held] = [held for held in conf.host().held_money() if held.checkout == key(checkout)]
    assert held.amount > 0


def _carrying(saleor: Storefront, email: str, code: str, *, legacy: bool) -> str:
    """A paid checkout with the code on it, put there behind the API: the worker has heard of everything else before,
    and hears nothing of this until the buyer completes."""
    from django.utils import timezone
    from saleor.checkout.models import Checkout

    checkout = saleor.checkout(email)
    saleor.pay(checkout, legacy=legacy)
    time.sleep(2.0)
    row = Checkout.objects.filter(pk=key(checkout))
    row.update(voucher_code=code, price_expiration=timezone.now(), discount_expiration=timezone.now())
    return checkout


@FLOWS
def test_two_checkouts_at_once_and_one_code(saleor: Storefront, somebody: str, legacy: bool) -> None:
    """Ana has two tabs open and completes both at the same moment. One order has the discount; stock Saleor grants it
    twice."""
    code = behind.personal_code(somebody)
    checkouts = [saleor.checkout(somebody) for _ in range(2)]
    for checkout in checkouts:
        saleor.put_code(checkout, code)
        saleor.pay(checkout, legacy=legacy)
    ends = _at_once(saleor.url, checkouts)
    assert sorted(type(end).__name__ for end in ends) == ["Order", "Refused"]
    lost = next(end for end in ends if isinstance(end, Refused))
    assert lost.code == NOT_APPLICABLE


def _at_once(url: str, checkouts: list[str]) -> list[Order | Refused]:
    ends: list[Order | Refused] = []
    start = threading.Barrier(len(checkouts))

    def complete(checkout: str) -> None:
        tab = Storefront(url)
        start.wait()
        try:
            ends.append(tab.complete(checkout))
        except Refused as refused:
            ends.append(refused)

    tabs = [threading.Thread(target=complete, args=(checkout,)) for checkout in checkouts]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    return ends


def test_a_cancelled_order_gives_its_code_back(saleor: Storefront, somebody: str) -> None:
    """Saleor leaves the code spent; our worker wakes it, because its day is not over. (A code of a campaign.)"""
    code = behind.code_of_a_campaign(somebody)
    order = saleor.buy(somebody, code=code)
    assert within(5.0, lambda: behind.incentive_state(code) == "redeemed")
    assert not behind.code_is_active(code)
    saleor.cancel(order)
    assert within(5.0, lambda: behind.incentive_state(code) == "issued")
    assert behind.code_is_active(code)
    assert saleor.buy(somebody, code=code).total == order.total


def test_twenty_checkouts_at_once_stay_within_the_months_budget(saleor: Storefront, somebody: str) -> None:
    """Five off each for twenty people, and 62 in the month: twelve get a code. All twenty complete at one moment; what
    the codes took off is what was reserved, to the cent, and an order that is cancelled holds its five again."""
    people = [f"p{number}.{somebody}" for number in range(20)]
    money = {"month_budget": Decimal(62), "budget_currency": behind.CURRENCY}
    campaign = behind.win_back(active=False, discount="fixed", value=5, **money)
    codes = behind.codes_of_a_campaign(campaign, people)
    assert len(codes) == 12 and behind.budget(campaign) == (60, 0, 0, 2)
    checkouts, full = {}, Decimal(0)
    for email in people:
        checkouts[email] = saleor.checkout(email)
        full += saleor.total(checkouts[email])
        if email in codes:
            saleor.put_code(checkouts[email], codes[email])
        saleor.pay(checkouts[email])
    ends = _at_once(saleor.url, list(checkouts.values()))
    made = [end for end in ends if isinstance(end, Order)]
    assert len(made) == 20 and full - sum(end.total for end in made) == 60
    assert within(20.0, lambda: behind.budget(campaign) == (0, 60, 0, 2))
    saleor.cancel(min(made, key=lambda order: order.total))
    assert within(10.0, lambda: behind.budget(campaign) == (5, 55, 0, 2))


def test_expiry_during_an_open_checkout(saleor: Storefront, somebody: str) -> None:
    """The code ran out while Ana was typing her card number: refused, and no order at the old price."""
    code = behind.personal_code(somebody, until=timedelta(hours=1))
    checkout = saleor.checkout(somebody)
    saleor.put_code(checkout, code)
    saleor.pay(checkout)
    behind.expire(code)
    with pytest.raises(Refused):
        saleor.complete(checkout)
    assert behind.purchases(somebody) == 0


@contextmanager
def _missing() -> Iterator[None]:
    """Somebody dropped our table, or has not migrated yet."""
    _run("ALTER TABLE saleor_relacional_entitlement RENAME TO saleor_relacional_entitlement_gone")
    try:
        yield
    finally:
        _run("ALTER TABLE saleor_relacional_entitlement_gone RENAME TO saleor_relacional_entitlement")


@contextmanager
def _locked() -> Iterator[None]:
    """A migration hangs with the table in its hands."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE saleor_relacional_entitlement IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def _slow() -> Iterator[None]:
    """Taking an entitlement lasts a minute: longer than any shopper waits."""
    _run(
        "CREATE FUNCTION relacional_slow() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;"
        " CREATE TRIGGER relacional_slow BEFORE UPDATE ON saleor_relacional_entitlement"
        " FOR EACH ROW EXECUTE FUNCTION relacional_slow()"
    )
    try:
        yield
    finally:
        _run("DROP TRIGGER relacional_slow ON saleor_relacional_entitlement; DROP FUNCTION relacional_slow()")


BROKEN = {"missing": _missing, "locked": _locked, "slow": _slow}


@pytest.mark.parametrize("how", BROKEN)
@FLOWS
def test_a_broken_entitlements_table_stops_no_sale(
    saleor: Storefront, somebody: str, legacy: bool, how: str
) -> None:
    """Whatever is wrong with our table, the order goes through with its discount, and the failed check is counted."""
    code = behind.personal_code(somebody)
    checkout = saleor.checkout(somebody)
    saleor.put_code(checkout, code)
    reduced = saleor.total(checkout)
    saleor.pay(checkout, legacy=legacy)
    before = behind.unchecked()
    with BROKEN[how]():
        order = saleor.complete(checkout)
    assert order.total == reduced > Decimal(0)
    assert within(5.0, lambda: behind.unchecked() > before)


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
