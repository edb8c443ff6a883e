"""Second chance: an apology after a disappointment, once in 90 days, with nothing to sell, by a person's name."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.second_chance import KIND
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import channel_paces, notes
from saleor_relacional.flows.people import merge
from saleor_relacional.models import Campaign, ChannelPace, Contact, Enrolment, Profile, Purchase
from saleor_relacional.models.facts import PurchaseState
from tests.support.campaign_stories import customer, scored, win_back
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, refunds, switched_on, the_days
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sorry(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def given_back(profile: Profile, now: datetime, *, whole: bool = True) -> Purchase:
    """An order of five days ago whose money, all of it or not, goes back now."""
    purchase = buys(profile, now - 5 * DAY)
    if whole:
        Purchase.objects.filter(pk=purchase.pk).update(state=PurchaseState.EMPTY)
    refunds(purchase, now)
    return purchase


def test_a_day_after_an_order_went_back_whole(sorry: Campaign, now: datetime) -> None:
    """Tomorrow, once, in the name of whoever sends: with no code, no button, and a reply that a person reads."""
    given_back(customer("Ana", now, days_ago=(40,)), now)
    assert the_days(sorry, now, (0, 1, 2, 20)) == [0, 1, 0, 0]
    [sent] = mail.outbox
    assert "sorry" in sent.subject and "money back" in sent.body and "Tea & Co" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount", "https://shop"))
    assert [row.kind for row in Contact.objects.order_by("pk")] == ["message", "apology"]


def test_a_part_that_went_back_asks_for_no_apology(sorry: Campaign, now: datetime) -> None:
    """A pair that did not fit."""
    given_back(customer("Ana", now, days_ago=(40,)), now, whole=False)
    assert the_days(sorry, now, (0, 1, 2)) == [0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "stars", "mails"), [("complaint", None, 1), ("rating", 2, 1), ("rating", 4, 0)]
)
def test_what_somebody_said(sorry: Campaign, now: datetime, kind: str, stars: int | None, mails: int) -> None:
    """A complaint, a bad rating; a good one is none."""
    ana = customer("Ana", now, days_ago=(40,))
    notes.note(ana.pk, kind=kind, at=now, now=now, stars=stars)
    assert sum(the_days(sorry, now, (0, 1, 2))) == mails
    assert all("You told us" in sent.body for sent in mail.outbox)


def paced(channel: str, now: datetime, *, sent: int = 20, of: int = 20) -> None:
    """A channel whose orders leave two days after they are placed, `sent` of so many."""
    for number in range(of):
        at = now - (60 + number) * DAY
        order = buys(person(f"{channel} {number}", channel=channel), at, sent=False)
        Purchase.objects.filter(pk=order.pk).update(
            channel=channel, fulfilled_at=at + 2 * DAY if number < sent else None
        )
    channel_paces.measure(now)


@pytest.mark.parametrize(("sent", "mails"), [(20, 1), (18, 1), (17, 0)])
def test_an_order_that_has_not_left(sorry: Campaign, now: datetime, sent: int, mails: int) -> None:
    """Orders leave within two days here; Ana's has not. Where fewer than nine of ten are fulfilled nobody can tell."""
    paced("web", now, sent=sent)
    buys(customer("Ana", now, days_ago=(40,)), now - DAY, sent=False)
    scored(now)
    assert the_days(sorry, now, (0, 1)) == [0, 0]
    assert sum(the_days(sorry, now, (2, 3))) == mails
    assert all("has not left us" in sent.body for sent in mail.outbox)


def test_the_pace_is_that_of_the_channel_and_is_forgotten_with_it(shop: Any, now: datetime) -> None:
    """Two days in one channel; another one, and next year, has none."""
    paced("web", now)
    paced("shop", now, of=19, sent=19)
    assert list(ChannelPace.objects.values_list("channel", "days")) == [("web", pytest.approx(2.0))]
    assert channel_paces.measure(now + 365 * DAY) == 0 and not ChannelPace.objects.exists()


def test_the_apology_ends_the_silence(sorry: Campaign, now: datetime) -> None:
    """Ana is late by her rhythm and complained: nothing is sold to her until the apology has left."""
    ana = customer("Ana", now)
    recovers = win_back(now, control_share="0")
    scored(now)
    notes.note(ana.pk, kind="complaint", at=now, now=now)
    assert a_day(recovers, now) == 0
    assert Enrolment.objects.get(campaign=recovers).reason == "silence"
    assert a_day(sorry, now + DAY) == 1
    assert a_day(recovers, now + 2 * DAY) == 1


def test_who_has_answered_or_was_spoken_to_hears_nothing(sorry: Campaign, now: datetime) -> None:
    """Staff called Ana, Bea wrote back: it is over, also when the mail is queued already."""
    people = [customer(name, now, days_ago=(40,)) for name in ("Ana", "Bea")]
    for one in people:
        notes.note(one.pk, kind="complaint", at=now, now=now)
    assert a_day(sorry, now) == 0
    for one, kind in zip(people, ("apology", "answer"), strict=True):
        notes.note(one.pk, kind=kind, at=now + DAY / 2, now=now + DAY / 2)
    assert the_days(sorry, now, (1, 2)) == [0, 0]


def test_once_in_ninety_days(sorry: Campaign, now: datetime) -> None:
    """A second complaint after a month is for a person to answer; after a hundred days we write again."""
    ana = customer("Ana", now, days_ago=(40,))
    sent = 0
    for days in (0, 30, 100):
        notes.note(ana.pk, kind="complaint", at=now + days * DAY, now=now + days * DAY)
        sent += sum(the_days(sorry, now, (days, days + 1, days + 2)))
    assert sent == 2


def test_an_apology_asks_for_no_consent_and_hears_a_no(sorry: Campaign, now: datetime) -> None:
    """It is about what went wrong with an order of theirs: nobody needs to have agreed to news. Who has objected to our
    mails gets none."""
    ana, bea = (customer(name, now, days_ago=(40,), agreed=False) for name in ("Ana", "Bea"))
    consent.record_objection(bea, source="one_click", now=now)
    for one in (ana, bea):
        notes.note(one.pk, kind="complaint", at=now, now=now)
    assert sum(the_days(sorry, now, (0, 1))) == 1
    assert mail.outbox[0].to == [ana.email]
    assert "told you at your purchase" not in mail.outbox[0].body and "agreed" not in mail.outbox[0].body
    assert Enrolment.objects.get(profile=bea).reason == "opted_out"


def test_what_is_long_past_is_not_brought_up(sorry: Campaign, now: datetime) -> None:
    """The first day finds a complaint of last month's month."""
    ana = customer("Ana", now, days_ago=(90,))
    notes.note(ana.pk, kind="complaint", at=now - 31 * DAY, now=now)
    assert the_days(sorry, now, (0, 1, 2)) == [0, 0, 0]


def test_three_days_without_a_run_lose_nobody(sorry: Campaign, now: datetime) -> None:
    """The beat was away."""
    given_back(customer("Ana", now, days_ago=(40,)), now)
    assert a_day(sorry, now + 4 * DAY) == 1


def test_a_guest_who_registers_hears_it_once(sorry: Campaign, now: datetime) -> None:
    """The guest complained and was written to; then they are Ana."""
    guest, ana = customer("Guest", now, days_ago=(40,)), customer("Ana", now, days_ago=(50,))
    notes.note(guest.pk, kind="complaint", at=now, now=now)
    assert a_day(sorry, now + DAY) == 1
    merge.merge(guest.pk, ana.pk, cause="joined", now=now + DAY)
    assert the_days(sorry, now, (2, 3)) == [0, 0]


def test_nobody_is_held_out_of_an_apology(shop: Any, now: datetime) -> None:
    with pytest.raises(BadInput) as refused:
        campaigns.create(kind=KIND.name, name="Sorry", now=now, terms=Terms(control_share=Decimal("0.1")))
    assert refused.value.field == "controlShare"
