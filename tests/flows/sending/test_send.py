"""Sending: what leaves, what does not, and that every touch says what became of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.db import only_added, sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Campaign,
    Consent,
    CustomerSummary,
    Entitlement,
    Profile,
    Touch,
)
from tests.support.campaign_stories import REGULAR
from tests.support.instants import DAY
from tests.support.mailing import (
    campaign,
    due,
    ends,
    promise_of,
    touch_of,
)
from tests.support.people import buys


def test_the_mail_arrives_with_a_code_that_works(shop: Any, now: Any) -> None:
    """Ana's mail leaves once, in her language, says why she gets it, and its code takes ten per cent off."""
    [ana] = due(campaign(now), now, "Ana", language="es-MX", days_ago=REGULAR)
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    promised = promise_of(ana)
    assert sent.to == ["ana@shop.example"]
    assert "Tea & Co" in sent.from_email
    assert promised.code in sent.body and promised.code in sent.alternatives[0].content
    assert "2 de diciembre de 2025" in sent.body  # her last purchase, ninety days ago
    assert sent.extra_headers["Message-ID"] == f"<{touch_of(ana).public_id.hex}@tea.example>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    touch = touch_of(ana)
    assert (touch.state, touch.ended_at, touch.claim_token) == ("sent", now, None)
    assert len(touch.template_version) == 64 and len(touch.data_hash) == 64
    checkout = shop.checkout(email="ana@shop.example")
    assert shop.put_code(checkout, promised.code)
    assert shop.checkout_total(checkout) == Decimal("9.00")


def test_sending_again_sends_nothing(shop: Any, now: Any) -> None:
    """The timetable fires twice: one mail."""
    due(campaign(now), now, "Ana")
    assert [send.send_due(now=now).sent for _ in range(3)] == [1, 0, 0]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("happening", "reason"),
    [
        ("bought", "cycle_over"),
        ("objected", "opted_out"),
        ("unfounded", "no_basis"),
        ("no sender", "no_sender"),
        ("recovered", "cycle_over"),
        ("no address", "no_address"),
    ],
)
def test_asked_again_right_before(shop: Any, now: Any, happening: str, reason: str) -> None:
    """Between plan and hand-over everything may change, behind every other door's back: nothing leaves, no code
    works."""
    [ana] = due(campaign(now), now, "Ana")
    match happening:
        case "bought":
            buys(ana, now - timedelta(minutes=5))
        case "objected":
            for purpose in ("content", "offers"):
                Consent.objects.create(
                    profile=ana,
                    purpose=purpose,
                    basis="opt_out",
                    source="staff",
                    happened_at=now,
                    learned_at=now,
                )
        case "unfounded":
            with sql.atomic():
                only_added.rewriting("test")
                Consent.objects.all().delete()
        case "no sender":
            policy.senders()["eur"].delete()
        case "recovered":
            CustomerSummary.objects.filter(profile=ana).update(stage="recovered")
        case "no address":
            Profile.objects.filter(pk=ana.pk).update(email="")
    assert send.send_due(now=now).ends == {"suppressed": 1}
    assert ends() == [("suppressed", reason)]
    assert mail.outbox == []
    assert promise_of(ana).state == "withdrawn" and not Entitlement.objects.exists()
    assert not shop_models.VoucherCode.objects.filter(state="usable").exists()


def test_a_forgotten_person_gets_nothing(shop: Any, now: Any) -> None:
    """The person was taken away under the touch."""
    due(campaign(now), now, "Ana")
    Touch.objects.update(profile=None)
    send.send_due(now=now)
    assert ends() == [("suppressed", "forgotten")] and mail.outbox == []


def test_a_paused_campaign_waits(shop: Any, now: Any) -> None:
    """Paused: the touch stays queued; switched on again, it leaves."""
    running = campaign(now)
    due(running, now, "Ana")
    campaigns.pause(running, now=now)
    assert send.send_due(now=now).sent == 0
    assert ends() == [("queued", "")]
    campaigns.activate(running, now=now)
    assert send.send_due(now=now).sent == 1


def test_a_copy_of_the_shop_sends_nothing(shop: Any, now: Any, settings: Any) -> None:
    """The database runs at another address than the one that switched the campaign on."""
    due(campaign(now), now, "Ana")
    settings.PUBLIC_URL = "https://staging.example"
    assert send.send_due(now=now) == send.Batch()
    assert mail.outbox == [] and ends() == [("queued", "")]


def test_switched_off_by_the_owner(shop: Any, now: Any) -> None:
    """A deactivated plugin sends nothing and says so."""
    due(campaign(now), now, "Ana")
    shop_models.Shop.objects.update(relational_active=False)
    assert send.send_due(now=now).hindrance == "plugin_off"
    assert mail.outbox == [] and ends() == [("queued", "")]


def test_no_mail_server_is_said(shop: Any, now: Any, settings: Any) -> None:
    """Saleor without EMAIL_URL: nothing is claimed, nothing fails."""
    due(campaign(now), now, "Ana")
    settings.EMAIL_BACKEND = None
    assert send.send_due(now=now).hindrance == "no_mail_server"
    assert ends() == [("queued", "")]


def test_what_could_not_leave_in_time_expires(shop: Any, now: Any) -> None:
    """A mail about a lapse of last week is not worth sending, and its code must not work."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now + 8 * DAY)
    assert ends() == [("expired", "too_late")]
    assert mail.outbox == [] and promise_of(ana).state == "withdrawn"


def test_capacity_holds_when_the_owner_lowers_it(shop: Any, now: Any) -> None:
    """Five are queued; the owner now wants two a day: two leave today, the most promising, two tomorrow."""
    running = campaign(now)
    due(running, now, *"ABCDE")
    policy.decide(now=now, daily_capacity=2)
    assert [send.send_due(now=now).sent for _ in range(2)] == [2, 0]
    assert send.send_due(now=now + DAY).sent == 2
    campaigns.edit(running, now=now, daily_capacity=0)
    assert send.send_due(now=now + 2 * DAY).sent == 0


def test_capacity_of_campaigns_is_their_own(shop: Any, now: Any) -> None:
    """One campaign's mails do not use up what another may send, the shop's total does."""
    first = campaign(now, daily_capacity=1)
    due(first, now, "Ana")
    assert send.send_due(now=now).sent == 1
    Campaign.objects.filter(pk=first.pk).update(state="paused")
    due(campaign(now, daily_capacity=1), now, "Bea", value="250.00")
    assert send.send_due(now=now).sent == 1


def test_one_persons_no_is_theirs_alone(shop: Any, now: datetime) -> None:
    """Ana wants no more mails. Bea's leaves."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    consent.record_objection(ana, source="one_click", now=now)
    assert (touch_of(ana).state, touch_of(bea).state) == ("suppressed", "queued")
    assert send.send_due(now=now).sent == 1
    assert [sent.to for sent in mail.outbox] == [["bea@shop.example"]]
