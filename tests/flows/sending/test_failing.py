"""What cannot leave: what the mail server says, a server that is down, a mail that cannot be written."""

import smtplib
import socket
from collections import Counter
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from saleor_relacional.emails import TemplateProblem
from saleor_relacional.flows.sending import compose, send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    ErrorCount,
    Profile,
    Touch,
)
from tests.support.instants import DAY
from tests.support.mailing import (
    campaign,
    due,
    ends,
    promise_of,
    touch_of,
)


class Answering(EmailBackend):
    """A mail server that answers with what the test tells it."""

    answer: Exception | None = None

    def send_messages(self, messages: list[EmailMessage]) -> int:
        if self.answer is not None:
            raise self.answer
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any, monkeypatch: Any) -> Any:
    settings.EMAIL_BACKEND = f"{__name__}.Answering"
    return lambda answer: monkeypatch.setattr(Answering, "answer", answer)


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"ana@shop.example": (550, b"no such user")}), "failed", "smtp_550"),
        (smtplib.SMTPDataError(554, b"looks like spam"), "failed", "smtp_554"),
        (smtplib.SMTPRecipientsRefused({"ana@shop.example": (451, b"greylisted")}), "waiting", "smtp_451"),
        (smtplib.SMTPDataError(452, b"full"), "waiting", "smtp_452"),
        (smtplib.SMTPSenderRefused(553, b"not yours", "hello@tea.example"), "waiting", "sender_553"),
        (smtplib.SMTPServerDisconnected("gone"), "unknown", "cut_off"),
        (TimeoutError("slow"), "unknown", "cut_off"),
        (ValueError("a backend of somebody else"), "unknown", "error"),
    ],
)
def test_what_the_mail_server_says(
    shop: Any, now: Any, server: Any, answer: Exception, state: str, reason: str
) -> None:
    """Refused for good: failed. Refused for now: held. Cut off in the middle: unknown, and never sent again."""
    [ana] = due(campaign(now), now, "Ana")
    server(answer)
    assert send.send_due(now=now).ends == {state: 1}
    assert ends() == [(state, reason)]
    server(None)
    send.send_due(now=now + DAY)
    assert len(mail.outbox) == (1 if state == "waiting" else 0)
    assert promise_of(ana).state == {"failed": "withdrawn"}.get(state, "issued")


def test_the_mail_server_is_down(shop: Any, now: Any, settings: Any) -> None:
    """Nobody listens at its port: asked once for the whole batch, everybody is held, nothing is unknown, and all leave
    when it is back."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as closed_in_a_moment:
        settings.EMAIL_PORT = closed_in_a_moment.getsockname()[1]
    assert send.send_due(now=now) == send.Batch(hindrance="mail_server", ends=Counter(waiting=3))
    assert ends() == [("waiting", "mail_server")] * 3
    settings.EMAIL_BACKEND = backend
    assert send.send_due(now=now + DAY).sent == 3


def test_a_held_mail_waits_longer_each_time_then_expires(shop: Any, now: Any, server: Any) -> None:
    """Never silently dropped: tried at growing distances, then expired with the last reason."""
    [ana] = due(campaign(now), now, "Ana")
    server(smtplib.SMTPDataError(421, b"busy"))
    pauses, at = [], now
    for _ in range(4):
        send.send_due(now=at)
        pauses.append(touch_of(ana).due_at - at)
        assert send.send_due(now=at).ends == {}  # not before its time
        at = touch_of(ana).due_at
    assert pauses == list(send.NEXT_TRIES)
    send.send_due(now=now + 8 * DAY)
    assert ends() == [("expired", "smtp_421")]


def test_a_mail_that_cannot_be_written_fails_alone(shop: Any, now: Any, monkeypatch: Any) -> None:
    """A broken template for one person: theirs fails and is counted, the others' leave."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    whole = compose.compose

    def broken(touch: Any, profile: Profile, *rest: Any) -> Any:
        if profile.first_name == "Bea":
            raise TemplateProblem("it is broken", template="win_back", cure="Mend it.")
        return whole(touch, profile, *rest)

    monkeypatch.setattr(compose, "compose", broken)
    assert send.send_due(now=now).ends == {"sent": 2, "failed": 1}
    assert Touch.objects.get(profile__first_name="Bea").reason == "template"
    assert ErrorCount.objects.get(place="send").kind == "TemplateProblem"


def test_a_surprise_with_one_person_is_tried_again(shop: Any, now: Any, monkeypatch: Any) -> None:
    """The host stumbles while issuing Bea's voucher: the others' mails leave, hers is held and leaves later with one
    code."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    issue = shop.host.issue

    def stumbling(self: Any, recipe: Any, codes: list[str]) -> None:
        if bea in codes:
            raise KeyError("a listing")
        issue(recipe, codes)

    bea = promise_of(Profile.objects.get(first_name="Bea")).code
    with monkeypatch.context() as patch:
        patch.setattr(type(shop.host), "issue", stumbling)
        assert send.send_due(now=now).ends == {"sent": 2, "waiting": 1}
    assert send.send_due(now=now + DAY).sent == 1
    assert shop_models.VoucherCode.objects.filter(code=bea).count() == 1
