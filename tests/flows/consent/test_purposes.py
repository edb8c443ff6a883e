"""Consent goes by what a message is for, and what was said is never rewritten."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from saleor_relacional.flows.campaigns import campaigns, suppression
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Campaign, Consent, Profile, Purpose, Touch
from tests.support.campaign_stories import customer, late, open_shop, scored, win_back
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends
from tests.support.people import person

pytestmark = pytest.mark.django_db
PERCENT = {"discount": "percentage", "value": Decimal(10)}


def reason(about: Campaign, profile: Profile, now: datetime) -> Suppression | None:
    return suppression.judge([profile.pk], campaigns.current(about), now)[profile.pk]


def test_offers_need_offers_and_words_need_content(shop: Any, now: datetime) -> None:
    """Ana agreed to content alone, Bea to offers alone, Cleo to nothing."""
    open_shop(now)
    offers, words = win_back(now, **PERCENT), win_back(now)
    people = [customer(name, now, agreed=False) for name in ("Ana", "Bea", "Cleo")]
    for profile, purpose in zip(people, ("content", "offers"), strict=False):
        consent.give(
            profile, basis=Basis.OPT_IN, source="storefront", text="Tea news.", now=now, purposes=[purpose]
        )
    scored(now)
    no = Suppression.NO_BASIS
    assert [reason(words, one, now) for one in people] == [None, no, no]
    assert [reason(offers, one, now) for one in people] == [no, None, no]


def test_service_needs_no_ground(shop: Any, now: datetime) -> None:
    """Thanks for the first order go to whoever agreed to nothing; a no is heard, and so is an address that bounced."""
    open_shop(now)
    thanks = campaigns.create(
        kind="thanks_first_order", name="Thanks", now=now, terms=Terms(daily_capacity=9)
    )
    silent, left, gone = (late(name, now, days_ago=(3,), agreed=False) for name in ("Ana", "Bea", "Cleo"))
    consent.record_objection(left, source="one_click", now=now)
    consent.record_refusal([tombstones.email(gone.email)], cause="bounce", now=now)
    assert [reason(thanks, one, now) for one in (silent, left, gone)] == [None, *[Suppression.OPTED_OUT] * 2]


def test_who_wants_no_offers_loses_them_at_once(shop: Any, now: datetime) -> None:
    """Ana's mail with an offer is queued when she ends her consent to offers; to content she still agrees."""
    [ana] = due(campaign(now), now, "Ana")
    consent.record_objection(ana, source="storefront", now=now, purposes=[Purpose.OFFERS])
    assert ends() == [("suppressed", "opted_out")]
    assert not consent.has_left(ana.pk, now=now)
    assert consent.bases([ana.pk], now=now, purpose="content")[ana.pk] == Basis.STATED


def test_and_keeps_the_words(shop: Any, now: datetime) -> None:
    """Bea's mail only says hello: it leaves although she ended her consent to offers, and not once she ends that to
    content."""
    words = campaign(now, discount="", value=None)
    bea, cleo = due(words, now, "Bea", "Cleo")
    consent.record_objection(bea, source="storefront", now=now, purposes=[Purpose.OFFERS])
    consent.record_objection(cleo, source="storefront", now=now, purposes=[Purpose.CONTENT])
    assert send.send_due(now=now).sent == 1
    assert dict(Touch.objects.values_list("profile", "state")) == {bea.pk: "sent", cleo.pk: "suppressed"}


def test_leaving_ends_both(shop: Any, now: datetime) -> None:
    """One click: content and offers are over, at once for what is queued."""
    [ana] = due(campaign(now), now, "Ana")
    consent.record_objection(ana, source="one_click", now=now)
    assert consent.has_left(ana.pk, now=now)
    assert ends() == [("suppressed", "opted_out")]


def test_soft_opt_in_is_for_the_shops_goods_alone(now: datetime) -> None:
    """It lets us send content and offers to a buyer; nobody is profiled, or served, on its ground."""
    from saleor_relacional.flows import policy

    ana = person("Ana", days_ago=[200])
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write about similar tea.")
    found = {purpose: consent.bases([ana.pk], now=now, purpose=purpose)[ana.pk] for purpose in Purpose}
    assert found == {
        Purpose.SERVICE: None, Purpose.CONTENT: Basis.SOFT_OPT_IN, Purpose.OFFERS: Basis.SOFT_OPT_IN,
        Purpose.PROFILING: None,
    }  # fmt: skip


@pytest.mark.parametrize("change", ["update", "delete", "save"])
def test_the_database_keeps_what_was_said(now: datetime, change: str) -> None:
    """Neither code of ours nor anybody with our tables rewrites a consent in passing."""
    ana = person("Ana")
    consent.give(ana, basis=Basis.OPT_IN, source="storefront", text="Tea news.", now=now, purposes=["offers"])
    said = Consent.objects.get()
    said.text = "Everything."
    changes = {
        "update": lambda: Consent.objects.update(text="Everything."),
        "delete": lambda: Consent.objects.all().delete(),
        "save": said.save,
    }
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        changes[change]()
    assert Consent.objects.get().text == "Tea news."
    assert consent.bases([ana.pk], now=now + DAY, purpose="offers")[ana.pk] == Basis.OPT_IN
