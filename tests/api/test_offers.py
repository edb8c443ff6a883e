"""The wallet on a checkout: what an offer takes off it, why not, and putting it on; and nobody learns of a code that is
not theirs."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.incentives import entitlement
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Identity, Profile
from tests.api.asking import Asker, operation
from tests.support.codes import code_on
from tests.support.instants import DAY
from tests.support.mailing import campaign
from tests.wallet.offering import offered, rung_of

pytestmark = pytest.mark.django_db
NOBODYS = "999999999999"


@pytest.fixture
def code(shop: Any, ana: str, now: datetime) -> str:
    """Ana's ten per cent."""
    return offered(_person(ana), rung_of(campaign(now)), now).code


@pytest.fixture
def eve(shop: Any, learn: Any) -> str:
    """Another customer's account."""
    account = shop.customer("eve@example.com")
    learn()
    return str(account)


def _person(account: str) -> Profile:
    return Profile.objects.get(pk=Identity.objects.get(kind="account", key=account).profile_id)


def _id(checkout: str) -> str:
    return str(to_global_id("Checkout", checkout))


def seen(shop: Any, account: str, checkout: str) -> Any:
    """The wallet on a checkout, as this account sees it."""
    asked = Asker(shop.context(account=account)).data(operation("offers"), checkoutId=_id(checkout))
    return asked["me"]["relationship"]["offers"]


def applied(shop: Any, account: str, checkout: str, code: str | None = None) -> Any:
    """The answer to applying."""
    asked = Asker(shop.context(account=account)).data(
        operation("offer-apply"), checkoutId=_id(checkout), code=code
    )
    return asked["relationshipOfferApply"]


def test_what_it_takes_off_this_checkout(shop: Any, ana: str, code: str) -> None:
    """Three euros of thirty, in the shop's own computation; the checkout is as before; without it nothing is said."""
    checkout = shop.checkout(customer=ana, email="ana@example.com", quantity=3)
    [offer] = seen(shop, ana, checkout)
    assert offer["code"] == code and offer["takesOff"] == {"amount": 3.0, "currency": "EUR"}
    assert (offer["whyNot"], offer["missing"], offer["applied"]) == (None, None, False)
    assert code_on(shop, checkout) == ""
    mine = Asker(shop.context(account=ana)).data("{ me { relationship { offers { takesOff { amount } } } } }")
    assert mine["me"]["relationship"]["offers"] == [{"takesOff": None}]


def test_with_her_address_typed_it_is_hers_too(shop: Any, ana: str, code: str) -> None:
    """A checkout without an account is whose address stands in it, however it is written."""
    [offer] = seen(shop, ana, shop.checkout(email="Ana@Example.com"))
    assert offer["takesOff"]["amount"] == 1.0


def test_a_checkout_that_is_not_hers_is_none(shop: Any, ana: str, code: str, eve: str) -> None:
    """Eve's, nobody's, one that was never there: the same answer, word for word, and nothing is put on."""
    others = [
        shop.checkout(customer=eve, email="ana@example.com"), shop.checkout(email="eve@example.com"),
        shop.checkout(), "00000000-0000-4000-8000-000000000000",
    ]  # fmt: skip
    answers = {json.dumps(seen(shop, ana, checkout)) for checkout in others}
    assert len(answers) == 1 and '"takesOff": null' in answers.pop()
    answers = {json.dumps(applied(shop, ana, checkout, code)) for checkout in others}
    assert len(answers) == 1 and '"field": "checkoutId"' in answers.pop()
    assert {code_on(shop, checkout) for checkout in others[:3]} == {""}


def test_ana_puts_it_on(shop: Any, ana: str, code: str) -> None:
    """By its code, or whichever is best; twice is once; and the order is granted it."""
    for given in (code, None):
        checkout = shop.checkout(customer=ana, email="ana@example.com", quantity=2)
        for _ in range(2):
            answer = applied(shop, ana, checkout, given)
            assert answer["errors"] == []
            assert answer["offer"] == {
                "code": code, "takesOff": {"amount": 2.0, "currency": "EUR"}, "applied": True,
            }  # fmt: skip
        assert code_on(shop, checkout) == code and shop.checkout_total(checkout) == Decimal("18.00")
        shop.remove_code(checkout)


def test_every_code_that_is_not_hers_is_answered_alike(
    shop: Any, ana: str, code: str, eve: str, now: datetime
) -> None:
    """Nobody's, Ana's, Ana's after its day, Ana's withdrawn: Eve gets the same bytes for the same statements, and her
    checkout carries nothing."""
    checkout = shop.checkout(customer=eve, email="eve@example.com")
    answers = {"nobody's": _told(shop, eve, checkout, NOBODYS), "Ana's": _told(shop, eve, checkout, code)}
    shop_models.Voucher.objects.update(ends_at=now - DAY)
    answers["over"] = _told(shop, eve, checkout, code)
    entitlement.withdraw([code])
    answers["withdrawn"] = _told(shop, eve, checkout, code)
    assert len(set(answers.values())) == 1, answers
    assert "NOT_FOUND" in answers["Ana's"][0] and code_on(shop, checkout) == ""


def _told(shop: Any, account: str, checkout: str, code: str) -> tuple[str, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = json.dumps(applied(shop, account, checkout, code))
    return answer, len(asked)


def test_why_not_is_said_to_its_owner(shop: Any, ana: str, code: str) -> None:
    """In another channel, with nothing in the basket, or while another checkout of hers is about to use it."""
    shop.channel("usd", "USD")
    dollars = shop.checkout(customer=ana, channel="usd")
    empty, here = shop.checkout(customer=ana), shop.checkout(customer=ana)
    shop.empty(empty)
    assert [offer["whyNot"] for offer in seen(shop, ana, dollars)] == ["CHANNEL"]
    assert [offer["whyNot"] for offer in seen(shop, ana, empty)] == ["EMPTY"]
    another = shop.checkout(customer=ana, email="ana@example.com")
    shop.put_code(another, code)
    assert entitlement.check(
        code, checkout=another, account=ana, email="ana@example.com", now=shop.host.now()
    ).allowed
    [offer] = seen(shop, ana, here)
    assert (offer["whyNot"], offer["takesOff"]["amount"]) == ("HELD", 0.0)
    refused = applied(shop, ana, here, code)["errors"]
    assert [(one["code"], one["field"]) for one in refused] == [("NOT_APPLICABLE", "code")]
    assert shop.complete(here).order and code_on(shop, another) == code


def test_it_needs_a_customer(shop: Any, ana: str, code: str) -> None:
    """Nobody and no program puts an offer on."""
    checkout = shop.checkout(customer=ana)
    for context in (None, shop.context(app=("MANAGE_USERS", "MANAGE_RELATIONSHIPS"))):
        answer = Asker(context).ask(operation("offer-apply"), checkoutId=_id(checkout), code=code)
        assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert code_on(shop, checkout) == ""


def test_a_request_asks_about_three_checkouts(shop: Any, ana: str, code: str) -> None:
    """The shop computes each anew, so a thousand aliases are refused."""
    checkout = _id(shop.checkout(customer=ana))
    aliases = " ".join(f'o{n}: offers(checkoutId: "{checkout}") {{ code }}' for n in range(4))
    answer = Asker(shop.context(account=ana)).ask(f"{{ me {{ relationship {{ {aliases} }} }} }}")
    assert "at most 3 times" in answer["errors"][0]["message"]
