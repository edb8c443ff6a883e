"""What a provider tells when the world has gone on: the address that the mail went to counts, not the one of today."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Campaign, Consent, DeliveryEvent, Objection, Profile, Touch
from tests.flows.sending.test_webhooks import BOUNCE, SPAM, ana, tell
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends, touch_of
from tests.support.people import person

pytestmark = pytest.mark.django_db
__all__ = ["ana"]
OLD, NEW = "ana@shop.example", "ana@new.example"


def moves(profile: Profile, address: str = NEW) -> Profile:
    """Her account has another address now; the former one is kept among her names."""
    profile.identities.get_or_create(kind="email", source="", key=profile.email_key)
    Profile.objects.filter(pk=profile.pk).update(email=address, email_key=address.lower())
    return Profile.objects.get(pk=profile.pk)


def offers(profile: Profile, now: datetime) -> Basis | None:
    return consent.bases([profile.pk], now=now, purpose="offers")[profile.pk]


def test_her_old_address_bounces(ana: Profile, now: datetime) -> None:
    """Ana has moved to a good address: that one is not given up, the dead one is, whoever comes with it."""
    touch = touch_of(ana)
    moves(ana)
    assert tell(touch, BOUNCE) == 200
    assert offers(ana, now) != Basis.OPT_OUT and not consent.unreachable([ana.pk])
    heir = person("Eve", email=OLD, email_key=OLD)
    assert consent.unreachable([ana.pk, heir.pk]) == {heir.pk}
    moves(ana, OLD)
    assert consent.unreachable([ana.pk]) == {ana.pk}


def test_what_is_queued_to_the_new_address_leaves(ana: Profile, now: datetime) -> None:
    """Bea has moved. The bounce of a mail to the old address stops nothing that is on its way to the new one; a bounce
    there does."""
    [bea] = due(Campaign.objects.get(), now, "Bea")
    Profile.objects.filter(pk=bea.pk).update(email="bea@new.example", email_key="bea@new.example")
    waiting = touch_of(bea)
    assert tell(waiting, BOUNCE, Recipient="bea@shop.example", Email="bea@shop.example") == 200
    assert touch_of(bea).state == "queued"
    assert tell(waiting, BOUNCE, Recipient="bea@new.example", Email="Bea@New.example", ID=11) == 200
    assert (touch_of(bea).state, touch_of(bea).reason) == ("suppressed", "bounced")


def test_a_guests_address_bounces_after_a_merge(ana: Profile, now: datetime) -> None:
    """The guest to whom it went is part of an account with another address: the account is written to."""
    touch, account = touch_of(ana), person("Anna", email=NEW, email_key=NEW)
    ana.identities.get_or_create(kind="email", source="", key=OLD)
    merge.merge(ana.pk, account.pk, cause="vouched", now=now)
    assert tell(touch, BOUNCE) == 200
    assert not consent.unreachable([account.pk])
    assert tell(touch, SPAM) == 200
    assert consent.unreachable([account.pk]) == {account.pk}  # she said so, wherever she reads us


def test_a_complaint_at_her_old_address_is_hers(ana: Profile, now: datetime) -> None:
    """She called it spam before she moved: she hears nothing more at either address, and nobody else at the old one,
    though the address is dead by now, too."""
    touch = touch_of(ana)
    Profile.objects.filter(pk=ana.pk).update(email=NEW, email_key=NEW)  # and nothing tells of the old one
    assert (tell(touch, BOUNCE), tell(touch, SPAM)) == (200, 200)
    heir = person("Eve", email=OLD, email_key=OLD)
    assert consent.unreachable([ana.pk, heir.pk]) == {ana.pk, heir.pk}
    assert set(Objection.objects.values_list("cause", flat=True)) == {"complaint"}


@pytest.mark.parametrize("event", [BOUNCE, SPAM], ids=["bounce", "complaint"])
@pytest.mark.parametrize("kept", [True, False], ids=["campaign", "service"])
def test_heard_after_erasure(ana: Profile, now: datetime, event: dict[str, Any], kept: bool) -> None:
    """Ana was erased before the provider told. Whoever buys under her address again is not written to; of an owed mail,
    of which nothing is kept, this holds as well."""
    touch = touch_of(ana)
    if not kept:
        Touch.objects.filter(pk=touch.pk).delete()
    forget.forget(ana, now=now)
    assert tell(touch, event, Email="Ana@shop.example") == 200
    assert DeliveryEvent.objects.count() == int(kept) and not Consent.objects.exists()
    again = person("Ana", days_ago=(90,), email="ana@Shop.example", email_key=OLD)
    consent.import_consent([again.pk], source="import", text="They agreed.", happened_at=now, now=now)
    assert offers(again, now) == Basis.OPT_OUT and consent.unreachable([again.pk]) == {again.pk}
    consent.give(again, basis=Basis.OPT_IN, source="newsletter", text="Yes.", now=now + DAY)
    assert not consent.unreachable([again.pk])


def test_an_international_domain(ana: Profile, now: datetime) -> None:
    """The mail left to the xn-- form of her domain, and so the provider names it."""
    touch = touch_of(ana)
    Profile.objects.filter(pk=ana.pk).update(email="ana@té.example", email_key="ana@té.example")
    named = "ana@xn--t-bga.example"
    assert tell(touch, BOUNCE, Recipient=named, Email=named) == 200
    assert consent.unreachable([ana.pk]) == {ana.pk}


def test_a_stranger_s_mail_is_no_erased_person_s(ana: Profile) -> None:
    """The shop's other mails leave through the same provider: what becomes of them is not ours to judge."""
    assert tell(Touch(), BOUNCE, MessageID="a stranger's", Metadata={}) == 200
    assert not Objection.objects.exists()


def test_refused_by_the_mail_server_while_she_is_erased(
    shop: Any, now: datetime, settings: Any, monkeypatch: Any
) -> None:
    """5.1.1 comes as her answer when she is erased: her address is given up all the same."""
    import smtplib

    from tests.flows.sending.test_failing import Answering

    [ana] = due(campaign(now), now, "Ana")
    settings.EMAIL_BACKEND = "tests.flows.sending.test_failing.Answering"

    def refusing(self: Any, messages: Any) -> int:
        forget.forget(ana, now=now)
        raise smtplib.SMTPRecipientsRefused({OLD: (550, b"5.1.1 no such user")})

    monkeypatch.setattr(Answering, "send_messages", refusing)
    send.send_due(now=now)
    assert ends() == [("failed", "smtp_5.1.1")]
    assert consent.unreachable([person("Ana").pk])
