"""Thanks for the first order: two days after it, once per person, without an offer, never after money went back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.attribution import purchase_arrived, purchase_withdrawn
from saleor_relacional.flows.campaigns.kinds.thanks_first_order import KIND
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.sending import send
from saleor_relacional.models import (
    Basis,
    Campaign,
    Consent,
    Enrolment,
    Profile,
    Purchase,
    Refund,
    Touch,
)
from saleor_relacional.models.facts import PurchaseState
from tests.support.campaign_stories import CHANNEL, open_shop
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thanks(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    open_shop(now)
    return campaigns.activate(campaigns.ensure(KIND.name, now), now=now)


def newcomer(name: str, now: datetime, *, agreed: bool = True) -> tuple[Profile, Purchase]:
    """Somebody who buys for the first time now, and who may be written to."""
    profile = person(name, channel=CHANNEL)
    purchase = buys(profile, now)
    if agreed:
        for purpose in ("content", "offers"):
            Consent.objects.create(
                profile=profile, purpose=purpose, basis=Basis.STATED, source="import", text="Tea news.",
                happened_at=now, learned_at=now,
            )  # fmt: skip
    return profile, purchase


def a_day(campaign: Campaign, now: datetime) -> int:
    """What the beat does: score, plan, send. How many mails left."""
    score.score_stale(now)
    score.pass_time(now)
    plan.consider(campaign, now)
    return send.send_due(now=now).sent


def refund(purchase: Purchase, at: datetime) -> None:
    """All of it goes back."""
    Refund.objects.create(
        profile=purchase.profile, source="test", reference=f"r{purchase.pk}", purchase=purchase, amount=purchase.sold,
        currency=purchase.currency, happened_at=at, learned_at=at,
    )  # fmt: skip
    purchase_arrived(purchase.profile_id, purchase, at)


def test_two_days_after_the_order_once(thanks: Campaign, now: datetime) -> None:
    """Not at once, not tomorrow; on the second day; and never again."""
    newcomer("Ana", now)
    assert [a_day(thanks, now + days * DAY) for days in (0, 1, 2, 3, 4, 20)] == [0, 0, 1, 0, 0, 0]
    [sent] = mail.outbox
    assert "first order" in sent.subject and "March 2, 2026" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_a_later_order_does_not_stop_it(thanks: Campaign, now: datetime) -> None:
    """Ana orders again the next day: she is thanked for the first all the same, and only once."""
    ana, _ = newcomer("Ana", now)
    assert a_day(thanks, now) == 0
    purchase_arrived(ana.pk, buys(ana, now + DAY), now + DAY)
    assert [a_day(thanks, now + days * DAY) for days in (1, 2, 3, 10)] == [0, 1, 0, 0]


def test_a_refund_stops_it(thanks: Campaign, now: datetime) -> None:
    """Money went back before the second day: no thanks, with the reason, and none later."""
    _, purchase = newcomer("Ana", now)
    assert a_day(thanks, now) == 0
    refund(purchase, now + DAY)
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "refunded")
    assert [a_day(thanks, now + days * DAY) for days in (1, 2, 3, 13)] == [0, 0, 0, 0]


def test_an_order_taken_back_stops_it(thanks: Campaign, now: datetime) -> None:
    """Cancelled whole: there is nothing to thank for."""
    ana, purchase = newcomer("Ana", now)
    assert a_day(thanks, now) == 0
    Purchase.objects.update(state=PurchaseState.WITHDRAWN)
    purchase_withdrawn(ana.pk, purchase, now + DAY)
    assert [a_day(thanks, now + days * DAY) for days in (1, 2, 3)] == [0, 0, 0]
    assert Touch.objects.get().state == "suppressed"


def test_the_old_base_is_not_thanked(thanks: Campaign, now: datetime) -> None:
    """Who bought long ago, and who buys again after long: nobody's first order was lately."""
    old, _ = newcomer("Old", now - 200 * DAY)
    back, _ = newcomer("Back", now - 300 * DAY)
    buys(back, now - DAY)
    assert [a_day(thanks, now + days * DAY) for days in (0, 1, 2, 3)] == [0, 0, 0, 0]
    assert not Enrolment.objects.exists()


def test_three_days_without_a_run_lose_nobody(thanks: Campaign, now: datetime) -> None:
    """The beat was away: the thanks leave when it is back."""
    newcomer("Ana", now)
    assert a_day(thanks, now + 5 * DAY) == 1


def test_it_needs_no_consent_and_hears_a_no(thanks: Campaign, now: datetime) -> None:
    """Ana agreed to nothing and is thanked, since nothing is sold; Bea said no, and is not."""
    newcomer("Ana", now, agreed=False)
    bea, _ = newcomer("Bea", now)
    consent.record_objection(bea, source="one_click", now=now)
    assert [a_day(thanks, now + days * DAY) for days in (0, 2)] == [0, 1]
    assert Enrolment.objects.get(profile=bea).reason == "opted_out"


def test_a_guest_who_registers_is_thanked_once(thanks: Campaign, now: datetime) -> None:
    """Thanked as a guest; the account that she opens inherits that."""
    guest, _ = newcomer("Ana", now)
    assert [a_day(thanks, now + days * DAY) for days in (0, 2)] == [0, 1]
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + 3 * DAY)
    assert [a_day(thanks, now + days * DAY) for days in (3, 4, 5)] == [0, 0, 0]
    assert Enrolment.objects.count() == 1


def test_there_is_no_control_group_and_no_offer(thanks: Campaign) -> None:
    """A service message: everybody gets it, and it sells nothing."""
    assert campaigns.current(thanks).control_share == Decimal(0)
    assert [(step.wait_days, step.offers) for step in campaigns.current(thanks).steps.all()] == [(2, False)]
