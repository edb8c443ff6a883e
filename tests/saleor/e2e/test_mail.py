"""The whole way: somebody who is late gets one mail, its code gives the discount, and the order is credited to it."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.saleor.e2e import behind, campaigning
from tests.saleor.e2e.storefront import Storefront, within
from tests.saleor.stack import Stack


@pytest.fixture
def late(saleor: Storefront, somebody: str) -> Iterator[str]:
    """Ana bought every three weeks until she stayed away."""
    from django.utils import timezone

    from saleor_relacional import tasks
    from saleor_relacional.flows.campaigns import campaigns

    tasks.sweep()  # beat does so each minute; without one nothing leaves
    campaigning.late(saleor, somebody, dict.fromkeys(range(126, -1, -21), "40.00"))
    campaign = behind.win_back(active=True)
    yield somebody
    campaigns.pause(campaign, now=timezone.now())


def test_the_mail_arrives_and_its_code_gives_the_discount(
    stack: Stack, saleor: Storefront, late: str
) -> None:
    """Planned and sent by the worker's own tasks, over SMTP; the code is Ana's and takes a fifth off."""
    from saleor_relacional import tasks
    from saleor_relacional.models import Enrolment

    tasks.plan.delay()
    theirs = Enrolment.objects.filter(
        profile=behind.profile(late), state="started"
    )  # enrolled a moment before
    enrolled = within(30.0, theirs.first)
    assert enrolled, behind.standing(late)
    tasks.send.delay()
    mails = within(30.0, lambda: stack.mailbox.to(late))
    assert len(mails) == 1
    code = _code(mails[0])
    full = saleor.total(saleor.checkout(late))
    ana = saleor.login(late)
    assert within(5.0, lambda: [offer["code"] for offer in saleor.relationship(ana)["offers"]]) == [code]
    order = saleor.buy(late, token=ana, code=code)
    assert order.total < full
    assert within(5.0, lambda: behind.incentive_state(code) == "redeemed")
    assert saleor.relationship(ana)["offers"] == []
    credited = Enrolment.objects.get(pk=enrolled.pk).credited_sold
    assert credited == order.total
    tasks.send()
    assert len(stack.mailbox.to(late)) == 1


def test_one_tap_in_the_mail_applies_its_code(stack: Stack, saleor: Storefront, late: str) -> None:
    """The button leads to the storefront with the code; what a storefront does with it, Saleor's own
    checkoutAddPromoCode, takes the discount off Ana's checkout, and stays on none of Mallory's."""
    from saleor_relacional import tasks
    from saleor_relacional.hosts.saleor import configuration
    from saleor_relacional.models import Enrolment

    configuration.save(storefront_url="https://tea.example/{channel}/", time_zone=None)
    theirs = Enrolment.objects.filter(profile=behind.profile(late), state="started")
    tasks.plan.delay()
    assert within(30.0, theirs.first)
    tasks.send.delay()
    mails = within(30.0, lambda: stack.mailbox.to(late))
    body = mails[0].get_body(("plain",))
    assert body
    link = re.search(r"https://tea\.example/\S+", body.get_content())
    assert link
    (code,) = parse_qs(urlsplit(link[0]).query)["promoCode"]
    assert code == _code(mails[0])
    stolen = saleor.checkout(f"mallory.{late}")
    saleor.put_code(stolen, code)
    assert within(5.0, lambda: saleor.look(stolen)["voucherCode"] is None)
    checkout = saleor.checkout(late)
    full = saleor.total(checkout)
    saleor.put_code(checkout, code)
    assert saleor.total(checkout) < full


def test_its_link_ends_the_mails_with_one_click_even_when_we_are_switched_off(
    stack: Stack, saleor: Storefront, late: str
) -> None:
    """RFC 8058: looking changes nothing, one POST ends it. A switched-off plugin still lets people go, and shows
    nothing else."""
    from saleor_relacional import tasks
    from saleor_relacional.flows.consent import consent
    from saleor_relacional.models import Basis
    from tests.saleor.e2e import operations

    tasks.plan()
    tasks.send()
    mail = within(30.0, lambda: stack.mailbox.to(late))[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<(http[^>]+)>", mail["List-Unsubscribe"])
    assert link
    person = behind.profile(late)
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": False})
    try:
        assert (
            requests.get(f"{stack.url}/plugins/saleor_relacional/dashboard/card/", timeout=30).status_code
            == 404
        )
        assert requests.get(link[1], timeout=30).status_code == 200
        assert consent.bases([person.pk], now=_now(), purpose="offers")[person.pk] == Basis.SOFT_OPT_IN
        done = requests.post(link[1], data={"List-Unsubscribe": "One-Click"}, timeout=30)
        assert done.status_code == 200
    finally:
        saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": True})
    assert consent.bases([person.pk], now=_now(), purpose="offers")[person.pk] == Basis.OPT_OUT


def test_switched_off_nothing_leaves(stack: Stack, saleor: Storefront, late: str) -> None:
    """The admin switches the plugin off before the mail's turn; when it is on again, the mail leaves."""
    from saleor_relacional import tasks
    from tests.saleor.e2e import operations

    tasks.plan()
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": False})
    try:
        tasks.send()
        assert stack.mailbox.to(late) == []
    finally:
        saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": True})
    tasks.send()
    assert within(30.0, lambda: len(stack.mailbox.to(late)) == 1)


def _code(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    found = re.search(r"\b[1-9]\d{11}\b", body.get_content())
    assert found
    return found[0]


def _now():  # type: ignore[no-untyped-def]
    from django.utils import timezone

    return timezone.now()
