"""The same story in the words of every provider that django-anymail reads: each event counts once, in any order, from
the provider alone."""

import json
from typing import Any

import pytest
from anymail.exceptions import AnymailWebhookValidationFailure
from django.test import Client

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.operations import mail_requirements
from saleor_relacional.flows.sending import send
from saleor_relacional.flows.sending.heard import webhooks
from saleor_relacional.models import DeliveryEvent, Profile, Touch
from tests.flows.sending import provider_words
from tests.flows.sending.provider_words import CALLED, KEY, PROVIDERS, Provider
from tests.support.mailing import campaign, due, touch_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]


@pytest.fixture
def sent(shop: Any, now: Any, monkeypatch: Any) -> Touch:
    """Ana's mail has left. What anymail needs packages for that we do not is put aside."""

    def validate_request(self: Any, request: Any) -> None:
        if request.headers.get("x-postal-signature") != KEY:
            raise AnymailWebhookValidationFailure

    monkeypatch.setattr("anymail.webhooks.postal.PostalBaseWebhookView.validate_request", validate_request)
    monkeypatch.setattr("anymail.webhooks.amazon_ses._get_anymail_boto3_params", lambda *_, **__: ({}, {}))
    [ana] = due(campaign(now), now, "Ana")
    assert send.send_due(now=now).sent == 1
    Touch.objects.update(provider_id=CALLED)
    return touch_of(ana)


def through(provider: Provider, settings: Any) -> None:
    """From here on mails leave through this provider."""
    settings.EMAIL_BACKEND = f"anymail.backends.{provider.name}.EmailBackend"
    settings.ANYMAIL = dict(provider.settings)


@pytest.fixture(params=PROVIDERS, ids=lambda one: one.name)
def provider(request: Any, settings: Any, sent: Touch) -> Provider:
    found: Provider = request.param
    through(found, settings)
    return found


def kinds() -> list[str]:
    return sorted(DeliveryEvent.objects.values_list("kind", flat=True))


def test_each_counts_once_in_any_order(provider: Provider, sent: Touch) -> None:
    """Backwards, then all of it once more; a mail of which nobody knew had left."""
    Touch.objects.update(state="unknown", reason="cut_off")
    order = provider.tells[::-1] + provider.tells
    assert provider.tell(sent, order) == [200] * len(order)
    assert kinds() == sorted(provider.tells)
    assert consent.unreachable([Profile.objects.get().pk])
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("sent", "heard")
    assert webhooks.listens() and not list(mail_requirements.unheard())


def test_nobody_else_is_believed(provider: Provider, sent: Touch) -> None:
    """Another's signature or password, and none."""
    assert set(provider.tell(sent, provider.tells, secret="somebody:else")) <= {400, 401, 403, 404}
    call = provider.words(sent, "bounced", provider.secret)
    body = json.loads(call.body) if call.media == "application/json" else call.body
    if isinstance(body, dict):
        body = json.dumps({name: said for name, said in body.items() if name not in ("signature", "auth")})
    elif isinstance(body, list):
        body = json.dumps(body)
    status = Client().post("/mail/events/", body, content_type=call.media).status_code
    assert status in (400, 401, 403, 404)
    assert kinds() == [] and not consent.unreachable([Profile.objects.get().pk])


def test_a_full_mailbox_loses_nobody(provider: Provider, sent: Touch) -> None:
    """By the mail server's code, or by the provider's own word or sign."""
    if "soft_bounced" not in provider.tells:
        pytest.skip("it tells of none")
    assert provider.tell(sent, ("soft_bounced",)) == [200]
    assert kinds() == ["soft_bounced"] and not consent.unreachable([Profile.objects.get().pk])


def of(name: str) -> Provider:
    return next(one for one in PROVIDERS if one.name == name)


def test_neither_a_name_nor_a_moment(sent: Touch, settings: Any) -> None:
    """An event without both counts once, however often and whenever it is told."""
    through(of("brevo"), settings)
    about = {"email": provider_words.ANA, "message-id": f"<{sent.public_id.hex}@tea.example>"}
    for _ in range(3):
        call = provider_words.guarded({"event": "spam", **about}, provider_words.SECRET)
        assert call.post().status_code == 200
    assert kinds() == ["complained"]


def test_a_mixture_is_no_event(sent: Touch, settings: Any) -> None:
    """Mandrill's mails that came in beside what became of ours: refused, and nothing fails."""
    through(of("mandrill"), settings)
    coming = {
        "event": "inbound",
        "ts": provider_words.AT,
        "msg": {"raw_msg": "Subject: Hello", "email": "x@y.example"},
    }
    ours = {
        "event": "spam",
        "ts": provider_words.AT,
        "_id": "m",
        "msg": {"metadata": provider_words.mark(sent)},
    }
    assert provider_words.mandrills([ours, coming], KEY).post().status_code == 400
    assert provider_words.mandrills([coming, ours], KEY).post().status_code == 400
    assert kinds() == []


def test_a_provider_that_looks_whether_we_are_there(sent: Touch, settings: Any) -> None:
    """Unisender Go asks by GET, others by HEAD, before they tell anything."""
    through(of("unisender_go"), settings)
    assert [Client().get("/mail/events/").status_code, Client().head("/mail/events/").status_code] == [
        200,
        200,
    ]


@pytest.mark.parametrize("name", ["mailersend", "postal", "unisender_go", "mandrill"])
def test_without_its_key(sent: Touch, settings: Any, name: str) -> None:
    """Nobody is believed, the doctor says which setting is missing, and nothing fails."""
    found = of(name)
    through(found, settings)
    settings.ANYMAIL = {}
    assert found.tell(sent, ("bounced",)) == [403]
    assert kinds() == []
    assert [one.code for one in mail_requirements.unheard()] == ["webhook_secret"]


@pytest.mark.parametrize("name", ["scaleway", "console"])
def test_a_provider_that_tells_nothing(shop: Any, settings: Any, name: str) -> None:
    """anymail sends through it and reads no events of it: the doctor says so instead of asking for a secret."""
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {}
    assert not webhooks.tells()
    assert Client().post("/mail/events/").status_code == 404
    assert [one.code for one in mail_requirements.unheard()] == ["bounces_unheard"]
