"""A provider: how fast it is used, what stops it, who starts it again."""

import smtplib
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.sending import claims, send
from saleor_relacional.flows.sending.mail_server import providers, restarting
from saleor_relacional.models import DeliveryEvent, MailProvider, Objection
from tests.flows.sending.test_failing import Answering
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: Any, monkeypatch: Any) -> Any:
    settings.EMAIL_BACKEND = "tests.flows.sending.test_failing.Answering"
    return lambda answer: monkeypatch.setattr(Answering, "answer", answer)


def refusal(text: bytes) -> Exception:
    return smtplib.SMTPRecipientsRefused({"ana@shop.example": (550, text)})


def names(count: int) -> list[str]:
    return [f"Person{number:02}" for number in range(count)]


def test_no_such_address(shop: Any, now: Any, server: Any) -> None:
    """5.1.1 of Ana's address: her mail fails, her address is given up, whoever has it. She has said nothing, so nothing
    is written down as said by her."""
    [ana] = due(campaign(now), now, "Ana")
    server(refusal(b"5.1.1 no such user"))
    send.send_due(now=now)
    assert ends() == [("failed", "smtp_5.1.1")]
    assert set(Objection.objects.values_list("cause", flat=True)) == {"bounce"}
    assert ana.consents.filter(basis="opt_out").count() == 0
    assert DeliveryEvent.objects.get().code == "5.1.1"
    assert providers.current(now).stopped_at is None


def test_we_are_not_wanted(shop: Any, now: Any, server: Any) -> None:
    """5.7.1 stops everything at once: three mails wait or go back as they were, staff are told, nothing leaves until
    they start it again, and then all do."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    server(smtplib.SMTPDataError(554, b"5.7.1 blocked"))
    found = send.send_due(now=now)
    assert found.hindrance == "provider_stopped" and found.sent == 0
    assert sorted(ends()) == [("queued", ""), ("queued", ""), ("waiting", "smtp_5.7.1")]
    assert providers.current(now).stop_reason == "smtp_5.7.1"
    assert "sending_stopped" in [problem.code for problem in health.health(now).problems]
    server(None)
    assert send.send_due(now=now + DAY).hindrance == "provider_stopped"
    assert mail.outbox == []
    restarting.restart(now, with_test=False)
    assert send.send_due(now=now + DAY).sent == 3


def test_a_mail_that_is_never_wanted_fails_alone(shop: Any, now: Any, server: Any) -> None:
    """Started again, the very mail that stopped everything is refused likewise: it is that mail."""
    due(campaign(now), now, "Ana")
    server(smtplib.SMTPDataError(554, b"5.7.1 blocked"))
    send.send_due(now=now)
    restarting.restart(now, with_test=False)
    send.send_due(now=now + DAY)
    assert ends() == [("failed", "smtp_5.7.1")]
    assert providers.current(now).stopped_at is None


def test_ten_refusals_in_a_row(shop: Any, now: Any, server: Any) -> None:
    """Nine are refused, the tenth is accepted: it goes on. Of those that are refused then, the tenth stops it, and the
    last goes back as it was."""
    due(campaign(now), now, *names(21))
    server(refusal(b"no"))
    assert send.send_due(now=now, limit=9).ends == {"failed": 9}
    assert providers.current(now).refusals == 9
    server(None)
    assert send.send_due(now=now, limit=1).sent == 1
    assert providers.current(now).refusals == 0
    server(refusal(b"no"))
    found = send.send_due(now=now)
    assert (found.hindrance, found.ends) == ("provider_stopped", {"failed": 10, "queued": 1})
    assert providers.current(now).stop_reason == providers.TEN_REFUSALS


def test_a_test_mail_first(shop: Any, now: Any, server: Any) -> None:
    """While the server refuses the test to the shop's own address, nothing goes on; once it takes it, all does."""
    due(campaign(now), now, "Ana")
    server(smtplib.SMTPDataError(554, b"5.7.1 blocked"))
    send.send_due(now=now)
    with pytest.raises(Refused, match="smtp_5.7.1"):
        restarting.restart(now, with_test=True)
    assert providers.current(now).stopped_at == now
    server(None)
    assert restarting.restart(now, with_test=True).stopped_at is None
    assert [sent.to for sent in mail.outbox] == [["hello@tea.example"]]


def test_a_rate_over_all_workers(shop: Any, now: Any) -> None:
    """One mail per second: who claims three takes their places in time, so that the next may begin in three seconds,
    and nobody takes places more than half a minute ahead."""
    due(campaign(now), now, *names(60))
    providers.decide(now=now, per_second=1, per_day=None, warm_up_from=None)
    rooms = [claims.claim_due(uuid4(), now, limit, campaigns=True) for limit in (3, 50, 50)]
    assert rooms[0].room.begins_in == 0.0 and len(rooms[0].touches) == 3
    assert 2.0 < rooms[1].room.begins_in <= 3.0
    assert len(rooms[1].touches) <= 28 and len(rooms[2].touches) <= 1


def test_a_worker_keeps_its_places(shop: Any, now: Any) -> None:
    """Ten mails per second: the fourth leaves three tenths of a second after the first."""
    due(campaign(now), now, *names(4))
    providers.decide(now=now, per_second=10, per_day=None, warm_up_from=None)
    began = time.monotonic()
    assert send.send_due(now=now).sent == 4
    assert time.monotonic() - began >= 0.3


def test_a_days_mails_and_a_warm_up(shop: Any, now: Any) -> None:
    """Two on the first day, four on the second, five at most on the third."""
    due(campaign(now), now, *names(12))
    providers.decide(now=now, per_second=None, per_day=5, warm_up_from=2)
    assert [send.send_due(now=now + day * DAY).sent for day in (0, 0, 1, 2)] == [2, 0, 4, 5]


def test_a_warm_up_doubles() -> None:
    """From 50, without end until the day's limit."""
    row = MailProvider(warm_up_from=50, warm_up_on=date(2026, 3, 2), per_day=1_000)
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(7)]
    assert [providers.day_limit(row, day) for day in days] == [50, 100, 200, 400, 800, 1_000, 1_000]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"per_second": 0.0}, "perSecond"), ({"per_day": 0}, "perDay"), ({"warm_up_from": 0}, "warmUpFrom")],
)
def test_what_is_no_rate(shop: Any, now: Any, given: dict[str, Any], field: str) -> None:
    """Refused by name, and nothing is saved."""
    with pytest.raises(BadInput) as refused:
        providers.decide(now=now, **{"per_second": None, "per_day": None, "warm_up_from": None, **given})
    assert refused.value.field == field
    assert not MailProvider.objects.exists()
