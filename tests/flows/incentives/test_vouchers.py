"""What must not break about codes, beside test_claim.py and test_incentive.py."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from saleor_relacional import tasks
from saleor_relacional.flows.incentives import entitlement, guard, incentive
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import CheckoutFact, FactKind
from saleor_relacional.models import Enrolment, Entitlement
from tests.flows.incentives.test_entitlement import CODE, promised
from tests.support.mailing import campaign, due, promise_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def code_on(shop: Any, checkout: str) -> str:
    """What this open checkout carries."""
    [fact] = shop.host.fetch(FactKind.CHECKOUT, [checkout])
    assert isinstance(fact, CheckoutFact)
    return fact.code


def test_a_nudge_takes_a_strangers_code_off(shop: Any, now: datetime) -> None:
    """Eve puts Ana's code on her checkout. The nudge that follows takes it off again, and leaves Ana's own alone."""
    promised(now)
    anas, eves = shop.checkout(email="ana@shop.example"), shop.checkout(email="eve@shop.example")
    for checkout in (anas, eves):
        assert shop.put_code(checkout, CODE)
    tasks.record("checkout", [anas, eves])
    assert (code_on(shop, anas), code_on(shop, eves)) == (CODE, "")


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_promise_that_was_told_is_kept(shop: Any, now: datetime, state: str) -> None:
    """Ana has the mail with her code, or may have it: whatever ends the campaign for her, the code goes on working."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    enrolment = Enrolment.objects.get()
    enrolment.touches.update(state=state)
    assert incentive.withdraw([enrolment.pk], now) == 0
    assert promise_of(ana).state == "issued" and not Entitlement.objects.get().withdrawn
    assert shop.put_code(shop.checkout(email="ana@shop.example"), promise_of(ana).code)


def test_a_code_that_ends_comes_off_open_checkouts(shop: Any, now: datetime) -> None:
    """Ana left her checkout open overnight and her code ended meanwhile: she sees the full price before she pays, not
    a refusal when she does. Bea's, which lasts, stays on."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    [bea] = due(running, now + DAY, "Bea")
    shop.set_clock(now + DAY)
    send.send_due(now=now + DAY)
    checkouts = {}
    for person in (ana, bea):
        checkouts[person] = shop.checkout(email=person.email)
        assert shop.put_code(checkouts[person], promise_of(person).code)
        recording.record_references(FactKind.CHECKOUT, [checkouts[person]], now=now)
    assert incentive.expire(promise_of(ana).expires_at) == 1
    assert code_on(shop, checkouts[ana]) == ""
    assert code_on(shop, checkouts[bea]) == promise_of(bea).code


def test_the_check_is_in_a_hurry(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the check of a code runs, nothing of it may wait longer than a shopper would notice: neither for a lock nor
    for a statement."""
    seen = []

    def check(*_: Any, **__: Any) -> entitlement.Verdict:
        with connection.cursor() as cursor:
            for name in ("lock_timeout", "statement_timeout"):
                cursor.execute("SELECT extract(epoch FROM current_setting(%s)::interval)", [name])
                seen.append(cursor.fetchone()[0])
        return entitlement.verdict(entitlement.CodeCheck.TAKEN)

    monkeypatch.setattr(entitlement, "check", check)
    verdict = guard.guarded_check(CODE, checkout="c1", account=None, email="ana@shop.example", now=now)
    assert verdict.reason is entitlement.CodeCheck.TAKEN
    assert [0 < seconds <= 0.3 for seconds in seen] == [True, True]
