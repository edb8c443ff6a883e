"""Service messages: they leave through the same outbox, first, once, and whatever campaigns may do."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from saleor_relacional.emails import library
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.sending import lease, send, service
from saleor_relacional.models import Cursor, Profile, ServiceMessage, Touch
from tests.support.campaign_stories import customer, open_shop
from tests.support.instants import DAY
from tests.support.leak import tables_with
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service message as others ship theirs: a folder with words."""
    for known in library.HERE.iterdir():
        if known.is_dir() and known.name != "__pycache__":
            (tmp_path / known.name).symlink_to(known)
    (tmp_path / "an_answer").mkdir()
    (tmp_path / "an_answer" / "sample.json").write_text((library.HERE / "sunset" / "sample.json").read_text())
    for language in ("en", "es"):
        folder = tmp_path / "an_answer" / language
        folder.mkdir()
        words = "Hello {{ customer.first_name }}, {{ occasion.words }} {{ links.leave }}"
        (folder / "body.mjml").write_text(
            f"<mj-section><mj-column><mj-text>{words}</mj-text></mj-column></mj-section>"
        )
        (folder / "body.txt").write_text(words)
        (folder / "subject.liquid").write_text("Your question")
        (folder / "reason.liquid").write_text("You receive this because you asked us.")
    monkeypatch.setattr(library, "HERE", tmp_path)
    for cached in (library.names, library.languages, library._read):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (library.names, library.languages, library._read):
        cached.cache_clear()


def enqueued(profile: Profile, now: Any, key: str = "answer:1", **more: Any) -> bool:
    asked = {
        "occasion": {"words": "zebra"}, "links": {"leave": ("leave", profile.public_id)},
        "expires_at": now + 2 * DAY, **more,
    }  # fmt: skip
    return service.enqueue(profile=profile, message="an_answer", key=key, now=now, **asked)


def end() -> tuple[str, str]:
    touch = Touch.objects.get(service__isnull=False)
    return touch.state, touch.reason


def test_an_answer_arrives_once(shop: Any, now: Any) -> None:
    """Ana asked something. The answer is enqueued twice and arrives once, with a link signed for her, and without the
    headers of a mailing: there is nothing to leave. What it said is not kept."""
    open_shop(now)
    ana = customer("Ana", now)
    assert [enqueued(ana, now), enqueued(ana, now)] == [True, False]
    assert links.leave_token(ana.public_id) not in str(ServiceMessage.objects.get().links)
    assert [send.send_due(now=now).sent for _ in range(2)] == [1, 0]
    [sent] = mail.outbox
    assert sent.to == ["ana@shop.example"]
    assert f"zebra {links.leave_url(ana.public_id)}" in sent.body
    assert "List-Unsubscribe" not in sent.extra_headers and "Unsubscribe:" not in sent.body
    assert (ServiceMessage.objects.get().occasion, ServiceMessage.objects.get().links) == ({}, {})
    assert not enqueued(ana, now)


def test_a_copy_of_the_shop_sends_no_answer(shop: Any, now: Any, settings: Any) -> None:
    """The database lives at another address now: Ana's answer does not leave from there, nor one that a sender held
    when it was copied; at its own address it does."""
    open_shop(now)
    home = settings.PUBLIC_URL
    enqueued(customer("Ana", now), now)
    settings.PUBLIC_URL = "https://staging.example"
    assert send.send_due(now=now).ends == {} and mail.outbox == []
    token = uuid4()
    asked = {"state": "claimed", "claim_token": token, "lease_until": now + 400 * DAY}
    Touch.objects.update(**asked)
    held = Touch.objects.get()
    beginning = lease.Beginning(
        touch=held.pk, profile=held.profile_id or 0, template_version="", data_hash=""
    )
    assert not lease.begin(beginning, token)
    settings.PUBLIC_URL = home
    assert lease.begin(beginning, token)


def test_it_leaves_before_what_sells_and_beyond_the_days_mails(shop: Any, now: Any) -> None:
    """One mail may leave today. Ana's offer takes it; Bea's answer leaves before it and beside it, though nobody has
    read the shop's orders for a day."""
    running = campaign(now, capacity=1)
    due(running, now, "Ana")
    enqueued(customer("Bea", now), now)
    assert send.send_due(now=now, limit=1).sent == 1
    assert [sent.to for sent in mail.outbox] == [["bea@shop.example"]]
    assert send.send_due(now=now).sent == 1
    Cursor.objects.filter(name__startswith="sweep:").update(finished_at=now - timedelta(days=400))
    enqueued(customer("Cleo", now), now, "answer:2")
    assert send.send_due(now=now).sent == 1
    assert len(mail.outbox) == 3


def test_who_wants_no_offers_gets_their_answer(shop: Any, now: Any) -> None:
    """An opt-out ends what sells, queued offers included, and no answer."""
    [ana] = due(campaign(now), now, "Ana")
    enqueued(ana, now)
    consent.record_objection(ana, source="one_click", now=now)
    assert send.send_due(now=now).sent == 1
    assert mail.outbox[0].subject == "Your question"
    assert Touch.objects.get(service=None).reason == "opted_out"


@pytest.mark.parametrize(
    ("happening", "reason"),
    [
        ("bounce", "unreachable"),
        ("complaint", "unreachable"),
        ("no address", "no_address"),
        ("no sender", "no_sender"),
    ],
)
def test_whom_it_cannot_reach(shop: Any, now: Any, happening: str, reason: str) -> None:
    """To an address that bounced, or from which a mail of ours was called spam, nothing is sent."""
    open_shop(now)
    ana = customer("Ana", now)
    match happening:
        case "no address":
            Profile.objects.update(email="")
        case "no sender":
            policy.Sender.objects.all().delete()
        case cause:
            consent.record_objection(ana, source="one_click", now=now)
            consent.record_objection(ana, source="mail", now=now, cause=cause)
    enqueued(ana, now)
    assert send.send_due(now=now).sent == 0
    assert end() == ("suppressed", reason)
    assert mail.outbox == []


def test_the_forgotten_leave_nothing_in_it(shop: Any, now: Any) -> None:
    """Ana is forgotten while an answer waits: no mail, and no table holds what it would have said."""
    open_shop(now)
    ana = customer("Ana", now)
    enqueued(ana, now)
    assert tables_with(["zebra"])["zebra"]
    assert forget.forget(ana, now=now)
    assert tables_with(["zebra"]) == {"zebra": []}
    assert not Touch.objects.exists()
    assert send.send_due(now=now).sent == 0


def test_it_follows_a_merge(shop: Any, now: Any) -> None:
    """A guest's answer waits while she registers: it goes to the person that she is now."""
    open_shop(now)
    guest, registered = customer("Guest", now), customer("Ana", now)
    enqueued(guest, now)
    merge.merge(guest.pk, registered.pk, cause="test", now=now)
    assert send.send_due(now=now).sent == 1
    assert mail.outbox[0].to == ["ana@shop.example"]


def test_too_late_is_never(shop: Any, now: Any) -> None:
    """An answer that could not leave in time expires, and what it said goes with it."""
    open_shop(now)
    enqueued(customer("Ana", now), now)
    assert send.send_due(now=now + 2 * DAY).sent == 0
    assert end() == ("expired", "too_late")
    assert ServiceMessage.objects.get().occasion == {}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"message": "no_such"}, "message"),
        ({"key": ""}, "key"),
        ({"links": {"x": ("no_such", uuid4())}}, "links"),
    ],
)
def test_what_cannot_be_enqueued(shop: Any, now: Any, asked: Any, field: str) -> None:
    """Mistakes of the caller are said at once, and leave no row."""
    open_shop(now)
    given = {"message": "an_answer", "key": "k", "occasion": {}, "expires_at": now + DAY, **asked}
    with pytest.raises(BadInput) as refused:
        service.enqueue(profile=customer("Ana", now), now=now, **given)
    assert refused.value.field == field
    assert not ServiceMessage.objects.exists()
