"""Two databases commit one after the other. Whoever dies between the two leaves something that the next run finishes,
and meanwhile nobody is promised what does not work, nothing is spent twice, and no sale waits for us."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connections

from saleor_relacional import conf, tasks
from saleor_relacional.db import sql
from saleor_relacional.flows.incentives import entitlement, incentive, wallet
from saleor_relacional.flows.operations import uninstall
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Entitlement,
    Fit,
    Identity,
    IdentityKind,
    Incentive,
    Profile,
    Purchase,
)
from tests.support.instants import DAY, MINUTE
from tests.support.mailing import (
    campaign,
    due,
    promise_of,
    touch_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

OURS, HOST = conf.database(), conf.HOST_DATABASE


class Died(BaseException):
    """The process is gone: nothing of ours catches it."""


def dies(*_: Any, **__: Any) -> None:
    raise Died


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, target: Any, name: str, *, after: bool = False) -> Iterator[None]:
    """Whoever calls this dies: before it does anything, or when it has done it."""
    real: Callable[..., Any] = getattr(target, name)

    def done_and_died(*arguments: Any, **more: Any) -> None:
        real(*arguments, **more)
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(target, name, done_and_died if after else dies)
        with pytest.raises(Died):
            yield


def usable() -> list[str]:
    """Codes that the shop itself would take."""
    return list(shop_models.VoucherCode.objects.filter(state="usable").values_list("code", flat=True))


def ana_s(now: datetime, **terms: Any) -> tuple[Profile, str]:
    """Ana is due a mail with a code; the shop knows her by her address."""
    [ana] = due(campaign(now, **terms), now, "Ana")
    Identity.objects.create(profile=ana, kind=IdentityKind.EMAIL, source="", key=ana.email_key)
    Fit.objects.all().delete()  # the real one is estimated when it is asked for
    return ana, promise_of(ana).code


def told_ana(now: datetime) -> tuple[Profile, str]:
    """Her mail has left."""
    ana, code = ana_s(now)
    assert send.send_due(now=now).sent == 1
    return ana, code


def bought(shop: Any, code: str) -> str:
    """Ana orders with her code; the order's reference."""
    checkout = shop.checkout(email="ana@shop.example")
    assert shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    assert order
    return str(order)


def hear(order: str) -> None:
    tasks.record(FactKind.ORDER.value, [order])


@pytest.mark.parametrize(
    ("where", "claims", "codes"),
    [("before the shop", 1, 0), ("after the shop", 1, 1), ("before the claim", 0, 0)],
)
def test_died_while_making_the_code_work(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, where: str, claims: int, codes: int
) -> None:
    """Row, shop, our word, in this order: the wallet shows nothing yet, a retry makes the same code work, once."""
    ana, code = ana_s(now)
    target = (entitlement, "entitle") if where == "before the claim" else (type(shop.host), "issue")
    with dying(monkeypatch, *target, after=where == "after the shop"):
        incentive.issue(promise_of(ana), now)
    assert (Entitlement.objects.count(), len(usable())) == (claims, codes)
    assert promise_of(ana).state == "planned" and wallet.wallet(ana, now) == ()
    assert send.send_due(now=now).sent == 1
    assert (usable(), Entitlement.objects.get().code, promise_of(ana).state) == ([code], code, "issued")
    assert [offer.code for offer in wallet.wallet(ana, now)] == [code]
    assert code in mail.outbox[0].body


def test_died_before_the_shop_heard_of_a_withdrawal(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We have said that it is withdrawn and died before telling the shop: the code still works, nobody is shown it, and
    the beat ends it."""
    ana, _ = ana_s(now)
    assert incentive.issue(promise_of(ana), now)
    with dying(monkeypatch, entitlement, "withdraw"):
        incentive.withdraw([touch_of(ana).enrolment_id], now)
    assert promise_of(ana).state == "withdrawn" and wallet.wallet(ana, now) == ()
    assert (len(usable()), Entitlement.objects.get().withdrawn) == (1, False)
    assert incentive.finish_withdrawals(now + MINUTE) == 0  # somebody may be about to do it
    shop.set_clock(now + 6 * MINUTE)
    tasks.expire()
    assert (usable(), Entitlement.objects.get().withdrawn) == ([], True)
    assert incentive.finish_withdrawals(now + 7 * MINUTE) == 0


def test_one_code_that_the_shop_cannot_end(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two withdrawals were cut short, and the shop fails over one of them: the other ends, and that one with the first
    run that succeeds, however late."""
    people = due(campaign(now), now, "Ana", "Bea")
    Fit.objects.all().delete()
    codes = [promise_of(person).code for person in people]
    for person in people:
        assert incentive.issue(promise_of(person), now)
        with dying(monkeypatch, entitlement, "withdraw"):
            incentive.withdraw([touch_of(person).enrolment_id], now)
    withdraw = type(shop.host).withdraw

    def fails(self: Any, ended: list[str]) -> None:
        if codes[0] in ended:
            raise RuntimeError("a plugin of the shop")
        withdraw(self, ended)

    with monkeypatch.context() as failing:
        failing.setattr(type(shop.host), "withdraw", fails)
        assert incentive.finish_withdrawals(now + 6 * MINUTE) == 1
        assert usable() == [codes[0]] and not Entitlement.objects.get(code=codes[0]).withdrawn
    assert incentive.finish_withdrawals(now + 9 * DAY) == 1
    assert usable() == [] and Entitlement.objects.filter(withdrawn=True).count() == 2


def test_a_withdrawal_that_is_taken_back_ends_nothing(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What made us withdraw it was rolled back: the promise stands, and the code that it names works."""
    ana, code = ana_s(now)
    assert incentive.issue(promise_of(ana), now)
    with pytest.raises(Died), sql.atomic():
        assert incentive.withdraw([touch_of(ana).enrolment_id], now) == 1
        raise Died
    assert promise_of(ana).state == "issued" and usable() == [code]
    assert not Entitlement.objects.get().withdrawn
    assert [offer.code for offer in wallet.wallet(ana, now)] == [code]


def test_died_while_recording_the_order_that_spent_it(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim says that the order spent it, we had not written the order: told again, everything is as if nothing had
    happened, and meanwhile nobody spends it twice."""
    ana, code = told_ana(now)
    order = bought(shop, code)
    with dying(monkeypatch, entitlement, "settle", after=True):
        hear(order)
    assert Entitlement.objects.get().order == order and not Purchase.objects.filter(reference=order).exists()
    assert wallet.wallet(ana, now) == ()
    hear(order)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("redeemed", order)
    assert touch_of(ana).credited_purchase_id == Purchase.objects.get(reference=order).pk


@pytest.mark.parametrize("step", ["give_back", "free"])
def test_died_while_giving_it_back(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Her order was cancelled; the shop gave the code back, and we died. Told again, it is promised again."""
    ana, code = told_ana(now)
    order = bought(shop, code)
    hear(order)
    shop.cancel(order)
    target = type(shop.host) if step == "give_back" else entitlement
    with dying(monkeypatch, target, step, after=True):
        hear(order)
    assert promise_of(ana).state == "redeemed"
    hear(order)
    assert (promise_of(ana).state, usable(), Entitlement.objects.get().order) == ("issued", [code], "")
    assert [offer.code for offer in wallet.wallet(ana, now)] == [code]


def test_spent_again_before_we_knew_that_it_was_given_back(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We died after the shop gave it back, and Ana was quicker than our next round: the second order is the one that
    spent it, whichever of the two we hear of first."""
    ana, code = told_ana(now)
    first = bought(shop, code)
    hear(first)
    shop.cancel(first)
    with dying(monkeypatch, entitlement, "free", after=True):
        hear(first)
    second = bought(shop, code)
    hear(second)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("redeemed", second)
    hear(first)
    assert (promise_of(ana).state, promise_of(ana).redeemed_by) == ("redeemed", second)
    assert Entitlement.objects.get().order == second and wallet.wallet(ana, now) == ()


def test_died_while_forgetting(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims are stripped before we forget: whoever died in between has forgotten nobody and is asked again; nothing
    that names her can stay behind in the shop's database."""
    ana, _ = told_ana(now)
    with dying(monkeypatch, entitlement, "forget", after=True):
        forget.forget(ana, now=now)
    assert bytes(Entitlement.objects.get().owner_email_digest) == bytes(32)
    assert Profile.objects.filter(pk=ana.pk).exists() and wallet.wallet(ana, now) == ()
    assert forget.forget(ana, now=now)
    assert not Profile.objects.filter(pk=ana.pk).exists()
    assert (Entitlement.objects.get().withdrawn, usable()) == (True, [])


def test_forgotten_while_her_code_was_about_to_work(shop: Any, now: datetime) -> None:
    """A sender had her promise in its hands when she was forgotten: no claim names her afterwards."""
    ana, _ = ana_s(now)
    in_hand = Incentive.objects.select_related("profile").get(profile=ana)
    forget.forget(ana, now=now)
    assert not incentive.issue(in_hand, now)
    assert not Entitlement.objects.exists() and usable() == []


def test_died_while_leaving(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our side was done, the shop's vouchers still ran: leaving again ends them."""
    told_ana(now)
    with dying(monkeypatch, type(shop.host), "end_vouchers"):
        uninstall.uninstall(now)
    assert Incentive.objects.get().state == "withdrawn"
    assert uninstall.uninstall(now).vouchers == 1


def test_a_sale_needs_no_database_of_ours(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours is down: Ana pays with her code, Eve's attempt with it is refused, and nobody waits."""
    _, code = told_ana(now)
    anas, eves = (shop.checkout(email=f"{name}@shop.example") for name in ("ana", "eve"))
    assert shop.put_code(anas, code) and shop.put_code(eves, code)

    def down(*_: Any, **__: Any) -> None:
        raise OperationalError("ours is down")

    with monkeypatch.context() as patched:
        connections[OURS].close()
        patched.setattr(connections[OURS], "connect", down)
        assert shop.complete(eves).order is None
        order = shop.complete(anas).order
        assert order
    tasks.record(FactKind.ORDER.value, [order])
    assert Entitlement.objects.get().order == order
