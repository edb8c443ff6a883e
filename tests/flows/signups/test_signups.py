"""A signup is no consent until its owner confirms it, and tells nobody who is known."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from saleor_relacional import tasks
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import Basis, Consent, Identity, Profile, Signup
from tests.support.asked import Asked
from tests.support.campaign_stories import customer, open_shop
from tests.support.instants import DAY
from tests.support.leak import tables_with

pytestmark = pytest.mark.django_db
TEXT = "Yes, Tea & Co may send me news and offers."


@pytest.fixture(autouse=True)
def _open(shop: Any, now: datetime) -> None:
    open_shop(now)


def ask(now: datetime, email: str = "Zenobia@shop.example", who: str = "10.0.0.7", **more: Any) -> None:
    signups.ask(email, who=who, text=TEXT, now=now, **more)


def basis(email: str, now: datetime) -> Basis | None:
    profile = Profile.objects.get(email_key=email)
    return consent.bases([profile.pk], now=now, purpose="offers")[profile.pk]


def test_it_counts_once_it_is_confirmed(now: datetime) -> None:
    """Zenobia signs up; a mail asks; nothing counts. She confirms: now it does, with its words, and twice is once."""
    ask(now, language="es")
    assert signups.invite(now) == 1 and signups.invite(now) == 0
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    assert sent.to == ["Zenobia@shop.example"] and "Confírmalo" in sent.subject
    assert basis("zenobia@shop.example", now) is None
    signup = Signup.objects.get()
    assert signup.email == "" and links.newsletter_url(signup.public_id) in sent.body
    assert signups.confirm(signup.public_id, now=now + DAY)
    assert not signups.confirm(signup.public_id, now=now + DAY)
    assert basis("zenobia@shop.example", now + DAY) == Basis.OPT_IN
    said = Consent.objects.values_list("purpose", "source", "text", "language", "happened_at")
    assert sorted(said) == [
        ("content", "newsletter", TEXT, "es", now + DAY), ("offers", "newsletter", TEXT, "es", now + DAY),
    ]  # fmt: skip


def test_a_link_that_is_too_old_confirms_nothing(now: datetime) -> None:
    """A week later it is over; what was known by nothing but that goes, with the address."""
    ask(now)
    signups.invite(now)
    signup = Signup.objects.get()
    assert not signups.confirm(signup.public_id, now=now + 7 * DAY)
    assert signups.end_expired(now + 7 * DAY - timedelta(seconds=1)) == 0
    assert signups.end_expired(now + 7 * DAY) == 1
    assert tables_with(["zenobia"]) == {"zenobia": []}
    assert not Profile.objects.exists()


def test_who_was_known_before_stays(now: datetime) -> None:
    """Ana is a customer; somebody types her address, and nobody confirms it: she stays, as she was."""
    ana = customer("Ana", now, agreed=False)
    Identity.objects.create(profile=ana, kind="email", source="", key="ana@shop.example")
    ask(now, "ana@shop.example")
    signups.invite(now)
    assert Signup.objects.get().profile_id == ana.pk
    signups.end_expired(now + 8 * DAY)
    assert Profile.objects.get() == ana and not Consent.objects.exists()


def test_known_or_not_takes_the_same_statements(now: datetime) -> None:
    """Whether anybody is known by the address is not even asked while somebody waits for the answer."""
    ana = customer("Ana", now)
    Identity.objects.create(profile=ana, kind="email", source="", key="ana@shop.example")
    with Asked() as known:
        ask(now, "ana@shop.example", who="10.0.0.1")
    with Asked() as unknown:
        ask(now, "nobody@shop.example", who="10.0.0.2")
    shapes = [[one["sql"].split()[:3] for one in asked.captured_queries] for asked in (known, unknown)]
    assert shapes[0] == shapes[1] and len(known) <= 3


def test_who_left_may_come_back_by_it(now: datetime) -> None:
    """Ana left; she signs up and confirms: her own word lifts her objection."""
    ana = customer("Ana", now)
    Identity.objects.create(profile=ana, kind="email", source="", key="ana@shop.example")
    consent.record_objection(ana, source="one_click", now=now)
    ask(now, "ana@shop.example")
    signups.invite(now)
    assert basis("ana@shop.example", now) == Basis.OPT_OUT
    assert send.send_due(now=now).sent == 1
    assert signups.confirm(Signup.objects.get().public_id, now=now + DAY)
    assert basis("ana@shop.example", now + DAY) == Basis.OPT_IN


@pytest.mark.parametrize(
    ("field", "more"),
    [("email", {"email": "ana"}), ("email", {"email": "n/a"}), ("purposes", {"wanted": ["profiling"]})],
)
def test_what_cannot_be_is_refused(now: datetime, field: str, more: dict[str, Any]) -> None:
    """And leaves no row."""
    with pytest.raises(BadInput) as refused:
        ask(now, **more)
    assert refused.value.field == field and not Signup.objects.exists()


def test_doors_are_not_knocked_at_without_end(now: datetime) -> None:
    """One computer signs up twenty addresses in an hour; one address is asked three times in a day."""
    for number in range(20):
        ask(now, f"p{number}@shop.example")
    with pytest.raises(Refused) as refused:
        ask(now, "one.more@shop.example")
    assert refused.value.code == "TOO_OFTEN"
    for number in range(5):
        ask(now, who=f"10.1.0.{number}")
    signups.invite(now)
    assert send.send_due(now=now, limit=100).sent == 23


def test_one_mailbox_is_not_flooded_by_many_addresses(now: datetime) -> None:
    """From a thousand computers somebody signs up all the addresses that lead to Ana's mailbox: three mails ask her."""
    for number, dotted in enumerate(["ana.oak", "an.a.oak", "anaoak", "a.naoak", "anaoak+news", "anaoak+1"]):
        ask(now, f"{dotted}@gmail.com", who=f"computer {number}")
    ask(now, "anaoak+1@shop.example", who="hers")
    signups.invite(now)
    assert send.send_due(now=now, limit=100).sent == 4


def test_forgetting_finds_what_nobody_has_yet(now: datetime) -> None:
    """Zenobia is a customer and has just signed up; before anybody looks at it she has herself erased."""
    zenobia = customer("Zenobia", now)
    Identity.objects.create(profile=zenobia, kind="email", source="", key="zenobia@shop.example")
    ask(now)
    assert forget.forget(zenobia, now=now)
    assert tables_with(["zenobia"]) == {"zenobia": []}


def test_the_tasks_do_it(shop: Any, now: datetime) -> None:
    """By the beat: asked within a minute, gone after a week."""
    ask(now)
    tasks.invite_signups()
    assert Signup.objects.get().invited_at == now
    shop.set_clock(now + 8 * DAY)
    tasks.end_signups()
    assert not Signup.objects.exists()
