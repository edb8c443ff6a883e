"""Incentives as an owner reads them: the month's money, ladders, codes with their holders, what is said of costs."""

import re
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.errors import Refused
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.evidence import costs
from saleor_relacional.flows.evidence.costs import MarginGiven
from saleor_relacional.flows.incentives.rungs import WORD, RungTerms
from saleor_relacional.flows.people import forget
from saleor_relacional.models import (
    Campaign,
    DefaultMargin,
    Incentive,
    Policy,
    RungStop,
    SendingCost,
    ShippingCost,
)
from tests.api.asking import Asker
from tests.dashboard.asking import met_meanwhile
from tests.dashboard.looking import content, faults
from tests.dashboard.sections.test_campaigns import post
from tests.support.campaign_stories import a_fit, crowd, open_shop, win_back
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

LADDER = (WORD, RungTerms(kind="percentage", value=Decimal(10)))


@pytest.fixture
def offers(shop: Any, now: datetime) -> Campaign:
    """Ten late people of whom everybody holds a code for ten per cent, in a month of a hundred euro."""
    open_shop(now)
    a_fit(now, high_orders={"EUR": 1.0})
    money = {"month_budget": Decimal(100), "budget_currency": "EUR", "channels": ("eur",)}
    campaign = win_back(now, control_share="0", rungs=LADDER, default_rung=2, **money)
    crowd(10, now, value="20.00")
    plan.consider(campaign, now)
    return campaign


def test_the_months_money(offers: Campaign, owner: Asker, now: datetime) -> None:
    """What is promised and what is left, of the shop and of the campaign; the owner gives the shop a budget."""
    text = unescape(content(owner, "incentives/"))
    assert Incentive.objects.count() == 10
    assert "no limit" in text and "€20.00" in text and "left €80.00" in text
    basis = re.search(r'name="basis" value="([^"]*)"', text)
    assert basis
    saved = post(owner, "incentives/budget/", monthBudget="150,5", budgetCurrency="EUR", basis=basis[1])
    assert saved.status_code == 200 and "€130.50" in saved.content.decode()
    assert Policy.objects.get().month_budget == Decimal("150.5")
    behind = post(owner, "incentives/budget/", monthBudget="9", budgetCurrency="EUR", basis=basis[1])
    text = unescape(behind.content.decode())
    assert behind.status_code == 409 and "Somebody else has changed" in text and 'value="9"' in text
    assert "<dt>Budget per month</dt><dd>150.5 EUR</dd>" in text
    for typed in ("much", "-1", "1.000", "NaN"):
        held = "150.5 EUR"
        refused = post(owner, "incentives/budget/", monthBudget=typed, budgetCurrency="EUR", basis=held)
        assert refused.status_code == 422 and f'value="{typed}"' in refused.content.decode()
    assert (
        post(owner, "incentives/budget/", monthBudget="", budgetCurrency="EUR", basis="150.5 EUR").status_code
        == 200
    )
    assert policy.current(now).month_budget is None


def test_who_waits_for_a_colleague_is_told_what_they_did(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both press Save: whoever waits for the other's lock compares after it, and overwrites nothing."""
    open_shop(now)
    text = content(owner, "incentives/")
    basis = re.search(r'name="basis" value="([^"]*)"', text)
    assert basis
    met_meanwhile(monkeypatch, lambda: policy.decide(now=now, month_budget=Decimal(7), budget_currency="EUR"))
    late = post(owner, "incentives/budget/", monthBudget="9", budgetCurrency="EUR", basis=basis[1])
    assert late.status_code == 409 and policy.current(now).month_budget != 9
    theirs = [MarginGiven(share=Decimal("0.3"))]
    met_meanwhile(monkeypatch, lambda: costs.decide(now=now, default_margins=theirs))
    late = post(
        owner, "incentives/margins/", basis=basis_of(text), channel="", category="", share="60", mail=""
    )
    assert late.status_code == 409 and not DefaultMargin.objects.filter(share=Decimal("0.6"))


@pytest.mark.parametrize(
    ("place", "flow"), [("budget/", policy), ("margins/", costs)], ids=["budget", "margins"]
)
def test_only_a_colleagues_change_is_told_as_one(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch, place: str, flow: Any
) -> None:
    """Another refusal is nobody's change: it is not answered by asking the owner to save again."""
    open_shop(now)
    text = content(owner, "incentives/")
    budget = re.search(r'name="basis" value="([^"]*)"', text)
    assert budget
    basis = budget[1] if place == "budget/" else basis_of(text)

    def refuses(**given: Any) -> None:
        raise Refused("Not now.", code="ELSEWHERE")

    monkeypatch.setattr(flow, "decide", refuses)
    with pytest.raises(Refused, match="Not now"):
        post(owner, f"incentives/{place}", basis=basis, channel="", category="", share="", mail="")


def test_ladders_in_words(offers: Campaign, owner: Asker, now: datetime) -> None:
    """Who gets which rung, what each costs, and what was stopped, with its sentence."""
    RungStop.objects.create(
        campaign=offers, segment="", rung="percentage:10", kind="percentage", value=Decimal(10), cheaper="word",
        people=200, cost=Decimal(412), brought_at_most=Decimal(150), currency="EUR", at=now,
    )  # fmt: skip
    text = unescape(content(owner, "incentives/"))
    assert "1. A word" in text and "2. 10 % off" in text and "nobody, as the lines stand" in text
    assert "10 % for everybody else cost €412 and brought at most €150" in text
    decisions = content(owner, f"incentives/{offers.public_id}/decisions/")
    assert decisions.count("no line names them") == 10 and "10 %" in decisions
    assert "person0" not in decisions


def test_codes_and_who_holds_them(offers: Campaign, owner: Asker, now: datetime, monkeypatch: Any) -> None:
    """Page by page, each once; by state; a forgotten holder is named by nobody."""
    monkeypatch.setattr("saleor_relacional.dashboard.incentives.codes.PAGE", 4)
    gone = Incentive.objects.order_by("pk").first()
    assert gone is not None
    Incentive.objects.filter(pk=gone.pk).update(
        state="redeemed", settled=Decimal("2.5"), settled_currency="EUR", ended_at=now
    )
    text, seen = content(owner, "incentives/codes/"), list[str]()
    last = Incentive.objects.order_by("-pk").select_related("profile").first()
    assert last is not None and f'href="/dashboard/customers/{last.profile.public_id}" data-go' in text
    while True:
        seen += re.findall(r"<code>(\d+)</code>", text)
        link = re.search(r'hx-get="/dashboard/content/(incentives/codes/rows/[^"]+)"', text)
        if not link:
            break
        text = content(owner, unescape(link[1]))
    assert len(seen) == 9 == len(set(seen)) and gone.code not in seen
    used = content(owner, f"incentives/codes/?state=redeemed&campaign={offers.public_id}")
    assert gone.code in used and "€2.50" in used and "person" in used
    forget.forget(gone.profile, now=now)
    used = content(owner, "incentives/codes/?state=redeemed")
    assert "person" not in used
    assert "No codes here" in content(owner, "incentives/codes/?state=ended")
    headers = {"Authorization": owner.token}
    for bad in ("?state=x", "?after=x", "?campaign=x", "?campaign=8c1f6f0e-4a35-4c6b-9a57-52c7a1f0c2d1"):
        assert Client().get(f"/dashboard/content/incentives/codes/{bad}", headers=headers).status_code == 404


def basis_of(text: str) -> str:
    form = text[text.index('id="margins-form"') :]
    found = re.search(r'name="basis" value="([^"]*)"', form)
    assert found
    return found[1]


def test_what_products_leave(shop: Any, owner: Asker, now: datetime) -> None:
    """A line for all, a mail's cost; a line more; what cannot be is said at its line; two owners at once."""
    open_shop(now)
    basis = basis_of(content(owner, "incentives/"))
    typed = {
        "channel": ["", "eur"],
        "category": ["", ""],
        "share": ["40", "35,5"],
        "mail": "0.002",
        "mailCurrency": "EUR",
    }
    more = post(owner, "incentives/margins/form/", basis=basis, **typed).content.decode()
    assert more.count('name="share"') == 3 and 'value="35,5"' in more
    saved = post(owner, "incentives/margins/", basis=basis, **typed)
    assert saved.status_code == 200
    assert list(DefaultMargin.objects.order_by("channel").values_list("channel", "share")) == [
        ("", Decimal("0.400")), ("eur", Decimal("0.355")),
    ]  # fmt: skip
    assert SendingCost.objects.get().amount == Decimal("0.002")
    behind = post(owner, "incentives/margins/", basis=basis, **{**typed, "share": ["10", "10"]})
    text = unescape(behind.content.decode())
    assert (
        behind.status_code == 409 and "Somebody else has changed the margins" in text and 'value="10"' in text
    )
    assert "<dt>All, All</dt><dd>40</dd>" in text and "<dt>eur, All</dt><dd>35.5</dd>" in text
    assert "<dt>What sending one mail costs</dt>" not in text, "typed alike"
    basis = basis_of(text)
    for share, said in ((["140", ""], "from 0 to 1"), (["x", ""], "Give a number")):
        refused = post(owner, "incentives/margins/", basis=basis, **{**typed, "share": share})
        text = unescape(refused.content.decode())
        assert refused.status_code == 422 and said in text and 'aria-invalid="true"' in text
    taken = post(owner, "incentives/margins/", basis=basis, **{**typed, "share": ["40", ""]})
    assert taken.status_code == 200 and DefaultMargin.objects.count() == 1


def test_what_sending_an_order_costs(shop: Any, owner: Asker, now: datetime) -> None:
    """One field per channel, in its money; empty where nothing is said. What cannot be is said at its channel, with
    what was typed; somebody else's change is told."""
    open_shop(now)
    shop.channel("usd", "USD")
    basis = basis_of(content(owner, "incentives/"))
    typed = {"shippingChannel": ["eur", "usd"], "shipping": ["4,20", ""]}
    saved = post(owner, "incentives/margins/", basis=basis, **typed)
    assert saved.status_code == 200
    assert list(ShippingCost.objects.values_list("channel", "amount")) == [("eur", Decimal("4.200"))]
    text = content(owner, "incentives/")
    assert 'name="shipping" value="4.2"' in text and "What sending an order costs you" in text
    assert "Lo que te cuesta enviar un pedido" in content(owner, "incentives/", language="es")
    behind = post(owner, "incentives/margins/", basis=basis, **typed)
    assert behind.status_code == 409 and 'value="4,20"' in behind.content.decode()
    basis = basis_of(text)
    for amount, said in (("-1", "0 or more"), ("much", "Give a number")):
        refused = post(owner, "incentives/margins/", basis=basis, **{**typed, "shipping": ["", amount]})
        shown = unescape(refused.content.decode())
        assert refused.status_code == 422 and said in shown and 'aria-describedby="shipping-error-2"' in shown
        assert f'value="{amount}"' in shown
    assert ShippingCost.objects.get().amount == Decimal("4.2")
    gone = post(owner, "incentives/margins/", basis=basis, **{**typed, "shipping": ["", ""]})
    assert gone.status_code == 200 and not ShippingCost.objects.exists()


def test_what_is_kept_of_a_channel_that_the_shop_has_no_more_stays(
    shop: Any, owner: Asker, now: datetime
) -> None:
    """Its margin does not become everybody's, nor are its orders sent for nothing, because somebody saves the form."""
    open_shop(now)
    DefaultMargin.objects.create(channel="closed", category="gone", share=Decimal("0.2"))
    ShippingCost.objects.create(channel="closed", amount=Decimal("7"))
    text = content(owner, "incentives/")
    assert "<option selected>closed</option>" in text and 'value="gone" selected' in text
    typed = {
        "channel": re.findall(r'<option(?: value="")?[^>]* selected>(closed)<', text), "category": ["gone"],
        "share": ["20"], "shippingChannel": re.findall(r'name="shippingChannel" value="([^"]*)"', text),
        "shipping": re.findall(r'name="shipping" value="([^"]*)"', text),
    }  # fmt: skip
    assert post(owner, "incentives/margins/", basis=basis_of(text), **typed).status_code == 200
    assert DefaultMargin.objects.values_list("channel", "category").get() == ("closed", "gone")
    assert ShippingCost.objects.values_list("channel", "amount").get() == ("closed", Decimal("7"))
    never = {**typed, "channel": ["never"]}
    refused = post(owner, "incentives/margins/", basis=basis_of(content(owner, "incentives/")), **never)
    assert refused.status_code == 422 and DefaultMargin.objects.get().channel == "closed"


def test_who_may_look_and_who_may_change(offers: Campaign, shop: Any, reader: Asker) -> None:
    """Readers see it without a button; posting all the same is refused; nobody and customers see nothing."""
    text = content(reader, "incentives/")
    assert "hx-post" not in text and "MANAGE_RELATIONSHIPS" in text and "10 % off" in text
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    for place in ("budget/", "margins/", "margins/form/"):
        for asker, status in ((reader, 403), (customer, 403), (None, 401)):
            assert post(asker, f"incentives/{place}").status_code == status
    for place in ("", "codes/", f"{offers.public_id}/decisions/"):
        for asker in (None, customer):
            told = content(asker, f"incentives/{place}")
            assert offers.name not in told and "<code>" not in told
    assert (
        not Policy.objects.filter(month_budget__isnull=False).exists() and not DefaultMargin.objects.exists()
    )


def test_a_shop_without_anything(shop: Any, owner: Asker, now: datetime) -> None:
    """It says what stands here once there is something, and where to begin."""
    text = content(owner, "incentives/")
    assert "There is no campaign yet" in text and "campaigns" in text
    assert "hay ninguna campaña" in content(owner, "incentives/", language="es")


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(offers: Campaign, owner: Asker, now: datetime, language: str) -> None:
    """With a ladder, live codes, a stopped rung and margins: light and dark, at a desk and on a phone."""
    costs.decide(now=now, default_margins=[MarginGiven(share=Decimal("0.4"))])
    policy.decide(now=now, month_budget=Decimal(500), budget_currency="EUR")
    RungStop.objects.create(
        campaign=offers, segment="", rung="percentage:10", kind="percentage", value=Decimal(10), cheaper="word",
        people=200, cost=Decimal(412), brought_at_most=Decimal(150), currency="EUR", at=now,
    )  # fmt: skip
    refused = post(owner, "incentives/margins/", language, basis=basis_of(content(owner, "incentives/")),
                   channel=[""], category=[""], share=["x"], mail="", mailCurrency="EUR")  # fmt: skip
    found = {
        "incentives": content(owner, "incentives/", language=language),
        "incentives codes": content(owner, "incentives/codes/", language=language),
        "incentives decisions": content(owner, f"incentives/{offers.public_id}/decisions/", language=language),
        "incentives refused": refused.content.decode(),
    }  # fmt: skip
    assert faults({f"{name} {language}": page for name, page in found.items()}, language=language) == {}
