"""A canary: somebody whose name, address and words stand nowhere else goes the whole way, from an order to being
forgotten, while everything that is logged, counted or put on the broker is kept. Not one of them is in it."""

import logging
from collections.abc import Iterator
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from saleor_relacional import nudge
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, ErrorCount, Profile, Purchase, Touch
from tests.api.asking import Asker
from tests.support.campaign_stories import REGULAR, a_fit
from tests.support.instants import DAY
from tests.support.leak import tables_with
from tests.support.mailing import campaign

pytestmark = pytest.mark.django_db(transaction=True)

NAME, WORDS, NUMBER = "Serinusa", "quetzalfeather", "sx7391canaria"
EMAIL = f"{NUMBER}@birds.example"
CANARIES = (NAME.lower(), WORDS, NUMBER)


class Heard(logging.Handler):
    """Everything that any logger says, with its arguments and its traceback's text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self.formatter = logging.Formatter("%(name)s %(message)s %(exc_text)s")

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{self.format(record)} {record.args!r} {record.__dict__.get('exc_text')}")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is logged, and what is put on the broker: names and arguments of tasks, references of nudges."""
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("saleor_relacional", "django", "celery"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda self, *arguments, **named: handler.said.append(f"{self.name} {arguments!r} {named!r}"),
    )
    monkeypatch.setattr(nudge, "record", lambda *told: handler.said.append(repr(told)))
    yield handler.said
    root.removeHandler(handler)
    root.setLevel(level)


def sung(said: list[str]) -> list[str]:
    """Where a canary is heard."""
    return [one[:300] for one in said if any(canary in one.lower() for canary in CANARIES)]


def the_whole_way(shop: Any, now: datetime, learn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Account, orders, a plan, a mail that is refused with her address in the refusal and one that leaves, a page,
    words, an answer over the API that is refused, leaving, being forgotten."""
    account = shop.customer(EMAIL, first_name=NAME)
    for days in REGULAR:
        shop.order(customer=account, email=EMAIL, placed_at=now - days * DAY)
    a_fit(now)
    learn()
    profile = Profile.objects.get(email=EMAIL)
    consent.give(profile, basis=Basis.OPT_IN, source="storefront", text=f"Yes, {WORDS}.", now=now)
    offers = campaign(now)
    plan.consider(offers, now)
    refused = SMTPRecipientsRefused({EMAIL: (550, f"no {EMAIL} here".encode())})
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _raises(refused))
        send.send_due(now=now)
    Touch.objects.update(state="queued", reason="", ended_at=None)
    send.send_due(now=now)
    order = Purchase.objects.filter(profile=profile).first()
    assert order is not None
    browser, page = Client(), links.feedback_url(profile.public_id, now, order.pk)
    browser.post(page.removeprefix("http://127.0.0.1:8000"), {"kind": "complaint", "text": WORDS})
    browser.post(page.removeprefix("http://127.0.0.1:8000"), {"kind": "complaint", "text": WORDS * 500})
    herself = Asker(shop.context(account=account))
    asked = "mutation($i: RelationshipTellInput!) { relationshipTell(input: $i) { errors { message } } }"
    herself.ask(asked, i={"kind": "WISH", "text": f"{WORDS}\x00{EMAIL}"})
    herself.ask(asked, i={"kind": WORDS, "text": EMAIL})
    _breaks(now)
    browser.post(f"/leave/{links.leave_token(profile.public_id)}/", {"answer": "leave"})
    assert forget.forget(Profile.objects.get(pk=profile.pk), now=now)


def _raises(error: Exception) -> Any:
    def raised(*arguments: Any, **named: Any) -> int:
        raise error

    return raised


def _breaks(now: datetime) -> None:
    """A constraint that names her address in its detail; counted as ours."""
    try:
        Profile.objects.create(
            public_id=Profile.objects.get(email=EMAIL).public_id, email=EMAIL, created_at=now
        )
    except IntegrityError as error:
        failures.count("canary", error, now=now)
        failures.log("canary", error)


def test_nothing_of_her_is_said_anywhere(
    shop: Any, now: datetime, learn: Any, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once she is forgotten nothing of her is in a table either."""
    the_whole_way(shop, now, learn, monkeypatch)
    assert len(mail.outbox) >= 1 and len(heard) > 5
    assert sung(heard) == []
    assert sung([repr(row) for row in ErrorCount.objects.values()]) == []
    assert tables_with(CANARIES) == {canary: [] for canary in CANARIES}


def test_the_ear_hears() -> None:
    """A line with her address in it would be noticed, in a message, an argument, or an error."""
    ear = Heard()
    logger = logging.Logger("saleor_relacional.test")
    logger.addHandler(ear)
    logger.error("no mail to %s", EMAIL)
    try:
        raise ValueError(EMAIL)
    except ValueError:
        logger.exception("failed")
    assert len(sung(ear.said)) == 2
