"""Staff see the outbox, say how fast mails may leave, and start sending again."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.sending import send
from saleor_relacional.flows.sending.mail_server import providers
from tests.api.asking import Asker
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db

ASK = """{ relationshipOutbox { sentToday dayLimit hears states { state messages service }
  provider { perSecond stopReason stoppedAt refusals } } }"""
RATE = "mutation { relationshipMailProviderUpdate(input: %s) { provider { perSecond perDay } errors { field } } }"
RESTART = "mutation { relationshipSendingRestart(withTest: %s) { provider { stoppedAt } errors { code } } }"


def test_the_outbox(shop: Any, now: datetime) -> None:
    """Ana's mail has left, Bea's waits; the provider stopped, and staff start it again."""
    running = campaign(now)
    due(running, now, "Ana")
    send.send_due(now=now)
    due(running, now, "Bea")
    providers.refused(now, stops_by="smtp_5.7.1")
    ask = Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))
    found = ask.data(ASK)["relationshipOutbox"]
    assert found["states"] == [
        {"state": "QUEUED", "messages": 1, "service": 0},
        {"state": "SENT", "messages": 1, "service": 0},
    ]
    assert (found["sentToday"], found["dayLimit"], found["hears"]) == (1, None, False)
    assert found["provider"]["stopReason"] == "smtp_5.7.1"
    assert ask.data(RATE % "{ perSecond: 2.5, perDay: 300 }")["relationshipMailProviderUpdate"] == {
        "provider": {"perSecond": 2.5, "perDay": 300}, "errors": [],
    }  # fmt: skip
    assert ask.data(RATE % "{ perSecond: -1 }")["relationshipMailProviderUpdate"]["errors"] == [
        {"field": "perSecond"}
    ]
    assert ask.data(RESTART % "false")["relationshipSendingRestart"]["provider"] == {"stoppedAt": None}
    assert send.send_due(now=now).sent == 1
