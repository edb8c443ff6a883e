"""The page behind a mail's link, on the real thing: a customer who bought, gave back, complained, was apologised to and
bought again reads all of it; switched off, what mails lead to still lets them leave, see and be forgotten."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import requests

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, now, orders, plan, plan_and_send, touch, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import CHANNEL, Storefront, within
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


def planned(page: str) -> str:
    """What the page says is to come."""
    return re.sub("<[^>]+>", " ", page.partition("What we plan")[2].partition("Your offers")[0])


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


WISHES = {
    "just_looking": ({"on": "yes"}, "Nothing for now.", ("suppressed", "just_looking")),
    "often": ({"often": "month"}, "You asked to hear from us less often.", ("waiting", "less_often")),
}


@pytest.mark.parametrize("wish", WISHES)
def test_what_they_ask_holds_for_a_queued_mail(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, wish: str
) -> None:
    """Ana has a mail, and another is queued. On the page to which the first leads she says that she is just looking, or
    wants one a month: through Saleor's own address it holds at once, for the queued one too, and her ledger says so."""
    from saleor_relacional.models import Contact

    asked, said, becomes = WISHES[wish]
    ana = bought(saleor, somebody, *a_year())
    switch_on("WIN_BACK", stages=["ACTIVE", "LOYAL"])
    plan_and_send()
    page = page_of(stack, somebody)
    then = now() - timedelta(days=20)
    Contact.objects.filter(profile=ana).update(at=then, sent_at=then)
    thanks = switch_on("ANNIVERSARY", steps=[{"message": "anniversary", "waitDays": 1}])
    plan()
    assert touch(thanks, ana) == ("queued", "") and "It is on its way." in planned(read(page))
    answer = requests.post(f"{page}ask/", {"what": wish, **asked}, timeout=30)
    assert answer.status_code == 200 and 'role="status"' in answer.text
    assert said in planned(read(page))
    due(thanks, ana)
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1 and touch(thanks, ana) == becomes
    assert said in planned(read(page))


def test_the_page_in_a_channel(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, switched_off: Any
) -> None:
    """Saleor has an address of every plugin for each channel, too: the same page answers there, its forms lead to the
    plugin's own, and switched off nothing does."""
    bought(saleor, somebody, *a_year())
    switch_on("ANNIVERSARY")
    plan_and_send()
    page = page_of(stack, somebody)
    in_channel = page.replace("/plugins/", f"/plugins/channel/{CHANNEL}/")
    told = read(in_channel)
    assert "You decide" in told and 'action="/plugins/saleor_relacional/page/' in told
    unknown = page.replace("/plugins/", "/plugins/channel/no-such-channel/")
    assert requests.get(unknown, timeout=30).status_code == 404
    switched_off()
    assert requests.get(in_channel, timeout=30).status_code == 404
    assert "Your ledger" in read(page)


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
