"""Sending: what leaves, what does not, and that every touch says what became of it."""

import smtplib
import socket
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from saleor_relacional.db import sql
from saleor_relacional.emails import TemplateProblem
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending import compose, lease, send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Campaign,
    Consent,
    CustomerSummary,
    Declaration,
    Entitlement,
    ErrorCount,
    Profile,
    Refund,
    Touch,
)
from tests.support.instants import DAY
from tests.support.mailing import (
    campaign,
    due,
    promise_of,
    touch_of,
)
from tests.support.people import buys


def ends() -> list[tuple[str, str]]:
    return list(Touch.objects.order_by("pk").values_list("state", "reason"))


def test_the_mail_arrives_with_a_code_that_works(shop: Any, now: Any) -> None:
    """Ana's mail leaves once, in her language, says why she gets it, and its code takes ten per cent off."""
    [ana] = due(campaign(now), now, "Ana", language="es-MX")
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


def test_a_shop_without_an_address_gives_no_dead_button(shop: Any, now: Any) -> None:
    """No storefront URL is configured: the mail has no button that leads nowhere; with one it has."""
    running = campaign(now)
    due(running, now, "Ana")
    send.send_due(now=now)
    shop_models.Shop.objects.update(storefront_url="https://tea.example/shop")
    due(running, now, "Bea")
    send.send_due(now=now)
    anas, beas = mail.outbox
    assert 'href=""' not in anas.alternatives[0].content and "Visit" not in anas.body
    assert (
        "https://tea.example/shop" in beas.body
        and 'href="https://tea.example/shop"' in beas.alternatives[0].content
    )


def test_sending_again_sends_nothing(shop: Any, now: Any) -> None:
    """RhythmForecast fires twice: one mail."""
    due(campaign(now), now, "Ana")
    assert [send.send_due(now=now).sent for _ in range(3)] == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_just_a_word_when_nothing_is_offered(shop: Any, now: Any) -> None:
    """No incentive is the default: no code, no voucher, no claim."""
    due(campaign(now, discount="", value=None), now, "Ana")
    assert send.send_due(now=now).sent == 1
    assert "%" not in mail.outbox[0].subject
    assert not Entitlement.objects.exists() and not shop_models.VoucherCode.objects.exists()


@pytest.mark.parametrize(
    ("happening", "reason"),
    [
        ("bought", "cycle_over"),
        ("objected", "opted_out"),
        ("unfounded", "no_basis"),
        ("refunded", "recent_refund"),
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
            Consent.objects.create(
                profile=ana,
                purpose="marketing_mail",
                basis="opt_out",
                source="staff",
                happened_at=now,
                learned_at=now,
            )
        case "unfounded":
            Consent.objects.all().delete()
        case "refunded":
            Refund.objects.create(
                profile=ana,
                source="test",
                reference="r",
                amount=5,
                currency="EUR",
                happened_at=now,
                learned_at=now,
            )
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
    campaigns.pause(running)
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
        if codes == [bea]:
            raise KeyError("a listing")
        issue(recipe, codes)

    bea = promise_of(Profile.objects.get(first_name="Bea")).code
    with monkeypatch.context() as patch:
        patch.setattr(type(shop.host), "issue", stumbling)
        assert send.send_due(now=now).ends == {"sent": 2, "waiting": 1}
    assert send.send_due(now=now + DAY).sent == 1
    assert shop_models.VoucherCode.objects.filter(code=bea).count() == 1


def test_stopped_between_the_claim_and_the_hand_over(shop: Any, now: Any, monkeypatch: Any) -> None:
    """While Ana's mail is being written she leaves: it does not leave, and her code does not work."""
    [ana] = due(campaign(now), now, "Ana")
    whole = compose.compose

    def slowly(*args: Any) -> Any:
        written = whole(*args)
        assert touch_of(ana).state == "claimed"
        consent.record_objection(ana, source="one_click", now=now)
        return written

    monkeypatch.setattr(compose, "compose", slowly)
    assert send.send_due(now=now).ends == {"lost": 1}
    assert ends() == [("suppressed", "opted_out")] and mail.outbox == []
    assert promise_of(ana).state == "withdrawn"
    assert not shop_models.VoucherCode.objects.filter(state="usable").exists()


def test_withdrawn_while_the_host_was_issuing(shop: Any, now: Any, monkeypatch: Any) -> None:
    """She leaves just when the host makes her code: it is ended again at once."""
    [ana] = due(campaign(now), now, "Ana")
    issue = shop.host.issue

    def slow(self: Any, recipe: Any, codes: list[str]) -> None:
        consent.record_objection(ana, source="one_click", now=now)
        issue(recipe, codes)

    monkeypatch.setattr(type(shop.host), "issue", slow)
    send.send_due(now=now)
    assert mail.outbox == []
    assert not shop_models.VoucherCode.objects.filter(state="usable").exists()


def test_a_campaign_paused_while_the_mail_is_written(shop: Any, now: Any, monkeypatch: Any) -> None:
    """The owner's stop counts up to the hand-over; the touch goes back as it was."""
    running = campaign(now)
    due(running, now, "Ana")
    whole = compose.compose

    def slowly(*args: Any) -> Any:
        written = whole(*args)
        campaigns.pause(running)
        return written

    monkeypatch.setattr(compose, "compose", slowly)
    assert send.send_due(now=now).sent == 0
    assert ends() == [("queued", "")] and mail.outbox == []


def test_a_dead_sender_s_claims_go_back(shop: Any, now: Any) -> None:
    """Its lease ran out before the hand-over: somebody else sends it, once."""
    due(campaign(now), now, "Ana")
    assert len(lease.claim(uuid4(), now, 10)) == 1
    assert send.send_due(now=now).sent == 0  # the lease holds
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    assert send.send_due(now=now).sent == 1
    assert Touch.objects.get().attempts == 1


def test_a_sender_dead_in_the_hand_over_leaves_an_unknown(shop: Any, now: Any) -> None:
    """It may have reached the mail server: unknown, and not sent again. Its code stays good, for she may have the
    mail."""
    [ana] = due(campaign(now), now, "Ana")
    token = uuid4()
    [claimed] = lease.claim(token, now, 10)
    assert lease.begin(claimed, token, profile=ana.pk, template_version="v", data_hash="h")
    assert send.send_due(now=now).ends == {}
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    send.send_due(now=now)
    assert ends() == [("unknown", "interrupted")] and mail.outbox == []
    assert promise_of(ana).state == "planned"
    # The sender was only slow, and learns that it was accepted: the truth is written.
    assert lease.end(claimed, token, "sent", "", now, before=["handing_over", "unknown"])
    assert ends() == [("sent", "")]


def test_a_lost_claim_cannot_be_handed_over(shop: Any, now: Any) -> None:
    """A sender that slept through its lease finds that its token is worth nothing."""
    [ana] = due(campaign(now), now, "Ana")
    asleep, awake = uuid4(), uuid4()
    [claimed] = lease.claim(asleep, now, 10)
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    lease.recover(now)
    assert lease.claim(awake, now, 10) == [claimed]
    assert not lease.begin(claimed, asleep, profile=ana.pk, template_version="", data_hash="")
    assert lease.begin(claimed, awake, profile=ana.pk, template_version="", data_hash="")


def test_rhythm_is_mentioned_only_where_there_is_one(shop: Any, now: Any) -> None:
    """Two purchases are no habit; three are; since habits changed, the new one counts; and who said when they buy is
    not told of an old one: the reason must be true."""
    ana, bea, eva, fay = due(campaign(now), now, "Ana", "Bea", "Eva", "Fay")
    CustomerSummary.objects.filter(profile=ana).update(purchase_days=2, rhythm_gaps=1, gap_log_sum=3.4)
    CustomerSummary.objects.filter(profile=bea).update(purchase_days=3, rhythm_gaps=2, gap_log_sum=2 * 3.4012)
    CustomerSummary.objects.filter(profile=eva).update(
        purchase_days=30, rhythm_gaps=2, gap_log_sum=2 * 1.9459
    )
    CustomerSummary.objects.filter(profile=fay).update(purchase_days=3, rhythm_gaps=2, gap_log_sum=2 * 3.4012)
    Declaration.objects.create(profile=fay, every_days=21, declared_by="customer", declared_at=now)
    send.send_due(now=now)
    text = {sent.to[0]: " ".join(sent.body.split()) for sent in mail.outbox}
    assert "have not ordered since" in text["ana@shop.example"]
    assert "about every 30 days" in text["bea@shop.example"]
    assert "about every 7 days" in text["eva@shop.example"]
    assert "have not ordered since" in text["fay@shop.example"]


def test_capacity_of_campaigns_is_their_own(shop: Any, now: Any) -> None:
    """One campaign's mails do not use up what another may send, the shop's total does."""
    first = campaign(now, daily_capacity=1)
    due(first, now, "Ana")
    assert send.send_due(now=now).sent == 1
    Campaign.objects.filter(pk=first.pk).update(state="paused")
    due(campaign(now, daily_capacity=1), now, "Bea", value="250.00")
    assert send.send_due(now=now).sent == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Ana", "Ana"), ("María José", "María José"), ("J.R.", "J.R."), ("O'Neill", "O'Neill"), ("王", "王"), ("", ""),
        ("win at evil.example", ""), ("http://evil.example", ""), ("www evil", ""), ("call 555 0199", ""),
        ("write to eve@evil.example", ""), ("Ana " * 20, ""), ("Ana\r\nBcc: eve@evil.example", ""),
        ("Ana\u202e", "Ana"),
    ],
)  # fmt: skip
def test_a_name_that_is_an_advertisement(shop: Any, now: Any, typed: str, said: str) -> None:
    """Eve types Bea's address and a name of her own making into a checkout: our mail to Bea carries no link of hers."""
    [bea] = due(campaign(now), now, "Bea")
    Profile.objects.filter(pk=bea.pk).update(first_name=typed)
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    for part in (sent.subject, sent.body, str(sent.alternatives[0][0])):
        assert "evil" not in part and "555" not in part
    assert not said or said in sent.body or said.replace("'", "&#x27;") in sent.body


def test_switched_off_in_the_middle_of_a_batch(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner deactivates us while the first of three mails is being written: what has not begun goes back as it was,
    and leaves when they switch us on again."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    whole = compose.compose

    def and_off(*given: Any) -> Any:
        shop_models.Shop.objects.update(relational_active=False)
        return whole(*given)

    monkeypatch.setattr(compose, "compose", and_off)
    assert send.send_due(now=now).ends == {"sent": 1, "queued": 2}
    assert len(mail.outbox) == 1
    assert sorted(Touch.objects.values_list("state", "reason", "attempts")) == [
        ("queued", "", 0), ("queued", "", 0), ("sent", "", 0),
    ]  # fmt: skip
    monkeypatch.undo()
    shop_models.Shop.objects.update(relational_active=True)
    assert send.send_due(now=now).sent == 2


def test_one_persons_no_is_theirs_alone(shop: Any, now: datetime) -> None:
    """Ana wants no more mails. Bea's leaves."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    consent.record_objection(ana, source="one_click", now=now)
    assert (touch_of(ana).state, touch_of(bea).state) == ("suppressed", "queued")
    assert send.send_due(now=now).sent == 1
    assert [sent.to for sent in mail.outbox] == [["bea@shop.example"]]
