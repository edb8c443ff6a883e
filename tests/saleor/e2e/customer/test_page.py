"""The page behind a mail's link, on the real thing: a customer who bought, gave back, complained, was apologised to and
bought again reads all of it; switched off, what mails lead to still lets them leave, see and be forgotten."""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import requests

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, orders, plan, plan_and_send, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront, within
from tests.saleor.e2e.test_apologies import due, note
from tests.saleor.stack import Stack

LEDGER = "{ me { relationship { ledger { headline sections { summary } } } } }"


def page_of(stack: Stack, email: str, which: int = 1) -> str:
    """Where the mail leads its reader, on this Saleor."""
    _subject, text = words(stack, email, which)
    [path] = re.findall(r"https?://[^\s/]+(/plugins/saleor_relacional/page/\S+/)", text)
    return f"{stack.url}{path}"


def read(address: str) -> str:
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 200, answer.text[:500]
    return unescape(" ".join(answer.text.split()))


@pytest.fixture
def switched_off(saleor: Storefront) -> Iterator[Any]:
    """Switches the plugin off; it is on again afterwards."""
    yield lambda: saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": False})
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": True})


def test_the_ledger_of_a_whole_relationship(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Ana bought for a year, ordered, got some money back, complained, was apologised to and bought again: all of it
    stands on the page to which the apology's mail leads, and she reads the same signed in."""
    from saleor_relacional import tasks

    ana = bought(saleor, somebody, *a_year())
    made = saleor.buy(somebody, token=saleor.login(somebody))
    saleor.refund(made, Decimal("2.00"))
    assert within(10.0, lambda: ana.refunds.count() == 1)
    note(saleor, ana, 0, kind="COMPLAINT")
    sorry = switch_on("SECOND_CHANCE")
    plan()
    due(sorry, ana)
    plan_and_send()
    subject, _ = words(stack, somebody)
    assert "sorry" in subject
    orders(saleor, somebody)
    tasks.score_stale()
    told = read(page_of(stack, somebody))
    for words_ in (
        "went back to you", "You complained.", "An apology", "something about an order of yours was not right",
        "We apologised to you.", "You buy about every",
    ):  # fmt: skip
        assert words_ in told, words_
    assert told.index("You decide") < told.index("Your ledger")
    mine = saleor.ask(LEDGER, token=saleor.login(somebody))
    assert mine["relationship"]["ledger"]["headline"][0] in told


def test_switched_off_mails_still_lead_to_leaving_seeing_and_forgetting(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, switched_off: Any
) -> None:
    """Ana was thanked for her year. The owner switches us off: her page shows what is held, offers nothing that would
    be kept, and nothing else of ours answers; she leaves, and is forgotten after being asked twice."""
    ana = bought(saleor, somebody, *a_year())
    switch_on("ANNIVERSARY")
    plan_and_send()
    page = page_of(stack, somebody)
    assert "You decide" in read(page)
    switched_off()
    told = read(page)
    assert "Your ledger" in told and "You decide" not in told and "That is wrong" not in told
    for rest in ("ask/", "note/", "take-back/"):
        assert (
            requests.post(f"{page}{rest}", {"what": "just_looking", "on": "yes"}, timeout=30).status_code
            == 404
        )
    [leave] = re.findall(r'action="([^"]*/leave/[^"]+)"', told)
    assert "Done" in requests.post(f"{stack.url}{leave}", {"answer": "leave"}, timeout=30).text
    file = requests.post(f"{page}take/", {"form": "json"}, timeout=30)
    assert file.headers["Content-Type"] == "application/json" and somebody in file.text
    asked = requests.post(f"{page}forget/", timeout=30).text
    assert behind.profile(somebody) is not None
    sure = asked.split('name="sure" value="')[1].split('"')[0]
    assert "Done: we have forgotten you" in requests.post(f"{page}forget/", {"sure": sure}, timeout=30).text
    assert behind.profile(somebody) is None and not type(ana).objects.filter(pk=ana.pk).exists()
    assert "We hold nothing about you" in read(page)


def test_an_account_that_is_deleted_and_an_address_that_changes(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana moves to another address: the link of her old mail opens who she is. Then she deletes her account: it opens
    nothing any more."""
    from saleor.account.models import User

    ana = bought(saleor, somebody, *a_year())
    switch_on("ANNIVERSARY")
    plan_and_send()
    page = page_of(stack, somebody)
    user = User.objects.get(email=somebody)
    User.objects.filter(pk=user.pk).update(email=another)
    behind.record("customer", [str(user.pk)])
    assert f"Your address: {another}" in read(page)
    User.objects.filter(pk=user.pk).delete()
    behind.record("customer", [str(user.pk)])
    assert "We hold nothing about you" in read(page)
    assert not type(ana).objects.filter(pk=ana.pk).exists()
