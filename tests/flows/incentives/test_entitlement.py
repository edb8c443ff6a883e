"""One checkout a code, and only its owner's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from saleor_relacional import conf, tasks
from saleor_relacional.flows.incentives import entitlement, guard
from saleor_relacional.flows.incentives.entitlement import CodeCheck
from saleor_relacional.hosts.base import Holder
from saleor_relacional.hosts.facts import CheckoutFact, FactKind
from saleor_relacional.hosts.standalone.models import VoucherCode
from saleor_relacional.hosts.standalone.models.vouchers import CodeState
from saleor_relacional.models import Entitlement, ErrorCount
from tests.support.codes import CODE, code_on, promised
from tests.support.concurrency import at_once
from tests.support.instants import DAY


def ask(
    now: Any, checkout: str = "c1", account: str | None = None, email: str = "ana@shop.example"
) -> CodeCheck:
    """What the check says to this checkout."""
    answer = entitlement.check(CODE, checkout=checkout, account=account, email=email, now=now)
    assert answer.allowed == (answer.reason in (CodeCheck.TAKEN, CodeCheck.UNKNOWN_CODE))
    return answer.reason


def test_a_code_that_is_not_ours_is_none_of_our_business(shop: Any, now: Any) -> None:
    """The shop's own SUMMER10: allowed, nothing written."""
    assert entitlement.check(
        "SUMMER10", checkout="c1", account=None, email="x@y.example", now=now
    ) == entitlement.Verdict(allowed=True, reason=CodeCheck.UNKNOWN_CODE)
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(
    ("owner", "account", "email", "reason"),
    [
        (None, None, "ana@shop.example", CodeCheck.TAKEN),
        (None, None, " Ana@Shop.example ", CodeCheck.TAKEN),
        (None, "7", "ana@shop.example", CodeCheck.TAKEN),  # a guest's code is bound to a typed address only
        (None, None, "eve@shop.example", CodeCheck.OWNER),
        (None, None, "", CodeCheck.OWNER),
        ("7", "7", "ana@shop.example", CodeCheck.TAKEN),
        ("7", "7", "ana@new.example", CodeCheck.TAKEN),  # she changed her address
        ("7", None, "ana@shop.example", CodeCheck.TAKEN),  # not logged in
        ("7", "8", "ana@shop.example", CodeCheck.OWNER),  # another account types hers
        ("7", "8", "eve@shop.example", CodeCheck.OWNER),
        ("7", None, "eve@shop.example", CodeCheck.OWNER),
    ],
)
def test_whose_code_it_is(
    shop: Any, now: Any, owner: str | None, account: str | None, email: str, reason: CodeCheck
) -> None:
    """An account's code is its own, or its address's where nobody is logged in."""
    promised(now, account=owner)
    assert ask(now, account=account, email=email) == reason
    assert Entitlement.objects.get().holder == ("c1" if reason is CodeCheck.TAKEN else "")


def test_the_key_was_changed_last_week(shop: Any, now: Any, settings: Any) -> None:
    """SECRET_KEY was rotated and stands among the fallbacks: guests' codes keep working."""
    promised(now)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert ask(now) is CodeCheck.TAKEN
    assert ask(now, checkout="c2", email="eve@shop.example") is CodeCheck.OWNER


def test_expired_withdrawn_spent(shop: Any, now: Any) -> None:
    """Each says its reason and changes nothing."""
    promised(now)
    assert ask(now + 14 * DAY) is CodeCheck.EXPIRED
    entitlement.settle([CODE], "order-1")
    entitlement.settle([CODE], "order-2")
    assert ask(now) is CodeCheck.SPENT and Entitlement.objects.get().order == "order-1"
    entitlement.withdraw([CODE])
    assert not Entitlement.objects.get().withdrawn  # spent stays spent
    entitlement.free(CODE, checkout="", order=Entitlement.objects.get(code=CODE).order)
    entitlement.withdraw([CODE])
    assert ask(now) is CodeCheck.WITHDRAWN
    assert Entitlement.objects.get().holder == ""


def test_asking_again_is_the_same(shop: Any, now: Any) -> None:
    """A checkout that failed at payment comes back."""
    promised(now)
    assert [ask(now), ask(now)] == [CodeCheck.TAKEN, CodeCheck.TAKEN]


def test_it_passes_on_only_when_the_holder_let_go(shop: Any, now: Any) -> None:
    """However long ago it was taken: while the first checkout carries the code, the second may not have it."""
    promised(now)
    first, second = (shop.checkout(email="ana@shop.example") for _ in range(2))
    shop.put_code(first, CODE)
    assert ask(now, first) is CodeCheck.TAKEN
    assert ask(now + 13 * DAY, second) is CodeCheck.HELD
    assert entitlement.release(now) == 0
    shop.remove_code(first)
    assert ask(now, second) is CodeCheck.TAKEN
    assert ask(now, first) is CodeCheck.TAKEN  # the second does not carry it yet
    shop.put_code(second, CODE)
    assert ask(now, second) is CodeCheck.TAKEN
    shop.abandon(second)
    assert ask(now, first) is CodeCheck.TAKEN


def test_release_frees_what_was_let_go(shop: Any, now: Any) -> None:
    """The beat's part: checkouts that never became orders."""
    promised(now)
    checkout = shop.checkout(email="ana@shop.example")
    shop.put_code(checkout, CODE)
    ask(now, checkout)
    shop.abandon(checkout)
    assert entitlement.release(now + entitlement.HEARD_WITHIN - timedelta(seconds=1)) == 0
    soon = now + entitlement.HEARD_WITHIN
    assert (entitlement.release(soon), entitlement.release(soon)) == (1, 0)
    assert Entitlement.objects.get().holder == ""


def test_a_dropped_code_is_free_at_once(shop: Any, now: Any) -> None:
    """The checkout is still there and says so itself: there is nothing to wait for."""
    promised(now)
    checkout = shop.checkout(email="ana@shop.example")
    shop.put_code(checkout, CODE)
    ask(now, checkout)
    shop.remove_code(checkout)
    assert entitlement.release(now) == 1


@pytest.mark.parametrize("end", ["remove_code", "abandon"])
def test_a_failed_payment_does_not_burn_the_code(shop: Any, now: Any, end: str) -> None:
    """The shop marked Ana's code as used, her card was declined, and she gave up that basket: the next one takes it."""
    promised(now)
    first, second = (shop.checkout(email="ana@shop.example") for _ in range(2))
    shop.put_code(first, CODE)
    assert ask(now, first) is CodeCheck.TAKEN
    VoucherCode.objects.filter(code=CODE).update(state=CodeState.SPENT)
    assert not shop.put_code(second, CODE)
    getattr(shop, end)(first)
    assert entitlement.release(now + entitlement.HEARD_WITHIN) == 1
    assert shop.put_code(second, CODE)
    assert shop.complete(second).order


def test_a_code_that_was_taken_meanwhile_is_not_given_back(shop: Any, now: Any, monkeypatch: Any) -> None:
    """While the beat looks at a basket that is gone, Ana's other one takes the code and spends it: it stays spent."""
    promised(now)
    first, second = (shop.checkout(email="ana@shop.example") for _ in range(2))
    shop.put_code(first, CODE)
    assert ask(now, first) is CodeCheck.TAKEN
    shop.abandon(first)
    shop.put_code(second, CODE)
    looked = shop.host.holder

    def slowly(self: Any, checkout: str, code: str) -> Holder:
        found = Holder(looked(checkout, code))
        monkeypatch.undo()
        assert shop.complete(second).order
        return found

    monkeypatch.setattr(type(shop.host), "holder", slowly)
    assert entitlement.release(now + entitlement.HEARD_WITHIN) == 0
    assert VoucherCode.objects.get(code=CODE).state == CodeState.SPENT


def test_a_code_that_the_same_checkout_took_again_is_not_let_go(
    shop: Any, now: Any, monkeypatch: Any
) -> None:
    """The beat saw Ana's basket without the code; before it writes she puts the code on again and takes it: hers."""
    promised(now)
    checkout = shop.checkout(email="ana@shop.example")
    shop.put_code(checkout, CODE)
    assert ask(now, checkout) is CodeCheck.TAKEN
    shop.remove_code(checkout)
    looked = shop.host.holder

    def slowly(self: Any, reference: str, code: str) -> Holder:
        found = Holder(looked(reference, code))
        monkeypatch.undo()
        assert shop.put_code(checkout, CODE)
        assert ask(now + timedelta(minutes=1), checkout) is CodeCheck.TAKEN
        return found

    monkeypatch.setattr(type(shop.host), "holder", slowly)
    assert entitlement.release(now + timedelta(minutes=1)) == 0
    assert Entitlement.objects.get().holder == checkout


def test_freeing_leaves_what_another_order_spent(shop: Any, now: Any) -> None:
    """An order is taken back whose code a later order has spent since: spent it stays, whatever checkout is named."""
    promised(now)
    assert ask(now, "c2") is CodeCheck.TAKEN
    entitlement.settle([CODE], "order-2")
    for checkout in ("c1", "c2"):
        entitlement.free(CODE, checkout=checkout, order="order-1")
    row = Entitlement.objects.get()
    assert (row.order, row.holder) == ("order-2", "c2")
    entitlement.free(CODE, checkout="c2", order="order-2")
    row.refresh_from_db()
    assert (row.order, row.holder, row.held_since) == ("", "", None)


def test_an_order_that_we_have_not_heard_of_yet(shop: Any, now: Any) -> None:
    """The first checkout became an order a moment ago: spent, not held."""
    promised(now)
    first = shop.checkout(email="ana@shop.example")
    shop.put_code(first, CODE)
    assert shop.complete(first).order
    assert ask(now, "c2") is CodeCheck.SPENT
    assert entitlement.release(now) == 0


def fact(shop: Any, checkout: str) -> CheckoutFact:
    [told] = shop.host.fetch(FactKind.CHECKOUT, [checkout])
    assert isinstance(told, CheckoutFact)
    return told


def test_watching_takes_off_what_is_out_of_place(shop: Any, now: Any) -> None:
    """A stranger's goes at the nudge; the owner's and an unknown person's stay; so does the shop's own code."""
    promised(now)
    anas, eves, nobodys = (
        shop.checkout(email=email) for email in ("ana@shop.example", "eve@shop.example", "")
    )
    for checkout in (anas, eves, nobodys):
        shop.put_code(checkout, CODE)
    assert entitlement.watch([fact(shop, each) for each in (anas, eves, nobodys)], now) == 1
    assert [fact(shop, each).code for each in (anas, eves, nobodys)] == [CODE, "", CODE]
    assert shop.checkout_total(eves) == 10


@pytest.mark.parametrize("spoilt", ["expired", "spent", "withdrawn"])
def test_watching_takes_off_what_is_worth_nothing(shop: Any, now: Any, spoilt: str) -> None:
    """Whoever carries it, the owner too, and somebody who has not said who they are."""
    promised(now)
    checkouts = [shop.checkout(email=email) for email in ("ana@shop.example", "")]
    for checkout in checkouts:
        shop.put_code(checkout, CODE)
    if spoilt == "spent":
        entitlement.settle([CODE], "order-1")
    if spoilt == "withdrawn":
        entitlement.withdraw([CODE])
    at = now + 15 * DAY if spoilt == "expired" else now
    assert entitlement.watch([fact(shop, each) for each in checkouts], at) == 2


def test_forgetting_strips_the_owner(shop: Any, now: Any) -> None:
    """Neither account nor address can be found in the row again."""
    promised(now, account="7")
    entitlement.forget([CODE])
    row = Entitlement.objects.get()
    assert (row.withdrawn, row.owner_account, bytes(row.owner_email_digest)) == (True, "", bytes(32))
    assert ask(now, email="") is CodeCheck.OWNER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_checkouts_completing_at_once(attempt: int, transactional_db: Any, shop: Any, now: Any) -> None:
    """Ana presses 'buy' in two windows: one order has the discount, the other is refused."""
    promised(now)
    windows = [shop.checkout(email="ana@shop.example") for _ in range(4)]
    for window in windows:
        assert shop.put_code(window, CODE)
    completed = at_once(*[lambda window=window: shop.complete(window) for window in windows])
    assert sum(each.order is not None for each in completed) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_the_claims_alone_decide(attempt: int, transactional_db: Any, shop: Any, now: Any) -> None:
    """Stock Saleor would let both through. Whatever the host's vouchers say, one of eight checks is allowed."""
    promised(now)
    checkouts = [shop.checkout(email="ana@shop.example") for _ in range(8)]
    for checkout in checkouts:
        shop.put_code(checkout, CODE)
    reasons = at_once(
        *[
            lambda checkout=checkout: guard.guarded_check(
                CODE, checkout=checkout, account=None, email="ana@shop.example", now=now
            ).reason
            for checkout in checkouts
        ]
    )
    assert sorted(reasons) == [CodeCheck.HELD] * 7 + [CodeCheck.TAKEN]


@pytest.mark.django_db(transaction=True)
def test_a_rival_that_takes_long(transactional_db: Any, shop: Any, now: Any) -> None:
    """The first checkout's transaction stays open beyond our patience (a slow gateway): the second is refused, not let
    through as if something of ours were broken."""
    promised(now)
    first, second = (shop.checkout(email="ana@shop.example") for _ in range(2))
    with transaction.atomic():
        assert guard.guarded_check(
            CODE, checkout=first, account=None, email="ana@shop.example", now=now
        ).allowed
        [late] = at_once(
            lambda: guard.guarded_check(
                CODE, checkout=second, account=None, email="ana@shop.example", now=now
            )
        )
    assert late == entitlement.Verdict(allowed=False, reason=CodeCheck.HELD)
    assert Entitlement.objects.get().holder == first


@pytest.mark.django_db(transaction=True)
def test_a_rival_that_fails_lets_go(transactional_db: Any, shop: Any, now: Any) -> None:
    """The first sale was rolled back: its claim with it."""
    promised(now)
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(now, "c1")
        raise RuntimeError("the payment failed")
    assert ask(now, "c2") is CodeCheck.TAKEN
    assert conf.host().holder(shop.checkout(), CODE) is Holder.DROPPED


def test_a_nudge_takes_a_strangers_code_off(shop: Any, now: datetime) -> None:
    """Eve puts Ana's code on her checkout. The nudge that follows takes it off again, and leaves Ana's own alone."""
    promised(now)
    anas, eves = shop.checkout(email="ana@shop.example"), shop.checkout(email="eve@shop.example")
    for checkout in (anas, eves):
        assert shop.put_code(checkout, CODE)
    tasks.record("checkout", [anas, eves])
    assert (code_on(shop, anas), code_on(shop, eves)) == (CODE, "")


def test_one_code_that_breaks_keeps_no_other_from_being_freed(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three checkouts of three owners dropped their codes; the shop breaks on the first. The others are freed, page
    by page, and the first one when the shop works again."""
    monkeypatch.setattr(entitlement, "PAGE", 2)
    codes = ["100000000001", "100000000002", "100000000003"]
    last = now + 14 * DAY
    entitlement.entitle(
        [
            entitlement.OwnedCode(code=code, account=None, email="ana@shop.example", expires_at=last)
            for code in codes
        ]
    )
    Entitlement.objects.update(holder=shop.checkout(), held_since=now)
    looks = shop.host.holder

    def holder(checkout: str, code: str) -> Holder:
        if code == codes[0]:
            raise LookupError(code)
        return looks(checkout, code)

    with monkeypatch.context() as broken:
        broken.setattr(shop.host, "holder", holder)
        assert entitlement.release(now + DAY) == 2
    assert list(Entitlement.objects.exclude(holder="").values_list("code", flat=True)) == codes[:1]
    assert [(row.place, row.kind) for row in ErrorCount.objects.all()] == [("release", "LookupError")]
    assert entitlement.release(now + DAY) == 1


def test_one_checkout_that_breaks_leaves_no_other_stranger_a_code(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eve and Zoe put Ana's code on their checkouts, and the shop breaks on Eve's: Zoe's is taken off, and Eve's by the
    next nudge."""
    promised(now)
    checkouts = [shop.checkout(email="eve@shop.example"), shop.checkout(email="zoe@shop.example")]
    for checkout in checkouts:
        assert shop.put_code(checkout, CODE)
    works = shop.host.take_off

    def take_off(checkout: str, code: str) -> bool:
        if checkout == checkouts[0]:
            raise LookupError(checkout)
        return bool(works(checkout, code))

    with monkeypatch.context() as broken:
        broken.setattr(shop.host, "take_off", take_off)
        tasks.record("checkout", checkouts)
    assert [code_on(shop, each) for each in checkouts] == [CODE, ""]
    assert [(row.place, row.kind) for row in ErrorCount.objects.all()] == [("watch", "LookupError")]
    tasks.record("checkout", checkouts)
    assert [code_on(shop, each) for each in checkouts] == ["", ""]
