"""The mail server refuses: an address that does not exist is given up, and a shop that is not wanted stops sending."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.saleor.e2e import behind, campaigning
from tests.saleor.e2e.storefront import Refused, Storefront, within
from tests.saleor.stack import Stack

RESTART = """mutation { relationshipSendingRestart(withTest: true) { provider { stoppedAt } errors { message } } }"""
OUTBOX = "{ relationshipOutbox { provider { stopReason stoppedAt } states { state messages } } }"


@pytest.fixture
def campaign(stack: Stack, saleor: Storefront, somebody: str) -> Iterator[Any]:
    """Ana is late, a campaign is on, and whatever the mail server was told to refuse is forgotten afterwards."""
    from saleor_relacional import tasks
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.flows.sending.mail_server import restarting

    tasks.sweep()
    campaigning.late(saleor, somebody, dict.fromkeys(range(126, -1, -21), "40.00"))
    made = behind.win_back(active=True)
    yield made
    stack.mailbox.refuses.clear()
    restarting.restart(campaigning.now(), with_test=False)
    campaigns.pause(made, now=campaigning.now())


def test_an_address_that_does_not_exist(
    stack: Stack, saleor: Storefront, somebody: str, campaign: Any
) -> None:
    """550 5.1.1 of Ana's address, over SMTP, by the worker: her mail fails, nothing else is mailed to it, and sending
    goes on."""
    from saleor_relacional.flows.consent import consent

    stack.mailbox.refuses[somebody] = "550 5.1.1 no such user"
    person = behind.profile(somebody)
    campaigning.plan()
    campaigning.send()
    assert within(30.0, lambda: campaigning.touch(campaign, person) == ("failed", "smtp_5.1.1"))
    assert consent.unreachable([person.pk]) == {person.pk}
    assert stack.mailbox.to(somebody) == []
    assert saleor.ask(OUTBOX, token=saleor.staff())["provider"]["stoppedAt"] is None


def test_not_wanted_until_staff_start_it_again(
    stack: Stack, saleor: Storefront, somebody: str, campaign: Any
) -> None:
    """554 5.7.1: sending stops and the API tells why. With the answer still the same for the shop's own address a test
    mail fails and nothing goes on; once it is taken staff start again, and Ana's mail arrives, once."""
    stack.mailbox.refuses[somebody] = "554 5.7.1 not wanted"
    person = behind.profile(somebody)
    campaigning.plan()
    campaigning.send()
    staff = saleor.staff()

    def provider() -> Any:
        return saleor.ask(OUTBOX, token=staff)["provider"]

    assert within(30.0, lambda: provider()["stopReason"] == "smtp_5.7.1")
    assert campaigning.touch(campaign, person) == ("waiting", "smtp_5.7.1")
    for own in own_addresses():
        stack.mailbox.refuses[own] = "554 5.7.1 not wanted"
    with pytest.raises(Refused, match="smtp_5.7.1"):
        saleor.ask(RESTART, token=staff)
    assert provider()["stoppedAt"]
    stack.mailbox.refuses.clear()
    assert saleor.ask(RESTART, token=staff)["provider"] == {"stoppedAt": None}
    behind.due(person)
    campaigning.send()
    assert len(within(30.0, lambda: stack.mailbox.to(somebody))) == 1
    assert campaigning.touch(campaign, person) == ("sent", "")


def own_addresses() -> set[str]:
    """The shop's: other stories may have named a sender before ours."""
    from saleor_relacional.models import Sender

    return {one.reply_to or one.address for one in Sender.objects.all()}
