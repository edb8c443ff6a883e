"""Never two mails, never a silent loss: senders are killed at any moment, and a real mail server counts."""

import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail

from saleor_relacional.db import sql
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Incentive, Touch
from tests.running.processes import environment
from tests.running.tries import THOROUGH
from tests.support.campaign_stories import crowd
from tests.support.concurrency import at_once
from tests.support.mailing import campaign

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 40
KILLS = 24 if THOROUGH else 4

SENDER = """
import django, sys
django.setup()
from saleor_relacional import conf
from saleor_relacional.flows.sending import send
print("ready", flush=True)
while True:
    send.send_due(now=conf.host().now(), limit=5)
"""


class Mailbox:
    """A mail server that takes its time, so that a kill can land before, in and after its answer."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.received: Counter[str] = Counter()
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        await asyncio.sleep(self.chance.uniform(0, 0.02))
        text = envelope.content.decode()
        self.received[next(line for line in text.splitlines() if line.lower().startswith("message-id:"))] += 1
        await asyncio.sleep(self.chance.uniform(0, 0.02))
        return "250 taken"


@pytest.fixture
def mailbox() -> Any:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def sender(port: int) -> subprocess.Popen[str]:
    """A worker of its own, on the tests' database and the tests' mail server."""
    given = environment(EMAIL_PORT=str(port), EMAIL_HOST="127.0.0.1")
    process = subprocess.Popen([sys.executable, "-c", SENDER], env=given, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def end_leases() -> None:
    """Time passes for the leases, on the database's clock."""
    sql.run(
        "UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'"
        " WHERE lease_until IS NOT NULL"
    )


def test_killed_at_any_moment(shop: Any, now: Any, mailbox: Any, settings: Any) -> None:
    """Two senders at a time, killed after some milliseconds, over and over; then one that lives. Everybody got one
    mail at most, every touch ends sent or unknown, whoever is `sent` got it, and no more are unknown than senders
    were killed."""
    running = campaign(now)
    crowd(PEOPLE, now)
    plan.consider(running, now)
    assert Touch.objects.filter(state="queued").count() == PEOPLE
    chance = random.Random(11)
    for _ in range(KILLS // 2):
        pair = [sender(mailbox.port), sender(mailbox.port)]
        for process in pair:
            time.sleep(chance.uniform(0.0, 0.15))
            assert process.poll() is None  # it is killed, it does not die by itself
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
        end_leases()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = mailbox.port
    for _ in range(PEOPLE):
        send.send_due(now=now, limit=7)
        end_leases()
    states = Counter(Touch.objects.values_list("state", flat=True))
    assert set(states) <= {"sent", "unknown"} and states.total() == PEOPLE
    assert states["unknown"] <= KILLS
    assert max(mailbox.received.values()) == 1
    got = {line.split("<")[1].split("@")[0] for line in mailbox.received}
    sent = {touch.public_id.hex for touch in Touch.objects.filter(state="sent")}
    unknown = {touch.public_id.hex for touch in Touch.objects.filter(state="unknown")}
    assert sent <= got <= sent | unknown
    assert not Incentive.objects.exclude(state__in=["issued", "planned"]).exists()


def test_many_senders_at_once(shop: Any, now: Any) -> None:
    """Six workers wake at the same beat: everybody gets one mail, and the day's capacity holds for all of them
    together."""
    running = campaign(now, capacity=25)
    crowd(40, now)
    plan.consider(running, now)
    at_once(*[lambda: [send.send_due(now=now, limit=4) for _ in range(4)]] * 6)
    assert len(mail.outbox) == len({sent.to[0] for sent in mail.outbox}) == 25
    assert Touch.objects.filter(state="sent").count() == 25
