"""After delivery, on the real thing: asked by mail, answered by a page under the plugin's URL, heard by staff."""

import re
from typing import Any

import requests

from tests.api.asking import operation
from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import (
    a_year,
    bought,
    days_pass,
    of,
    orders,
    plan,
    plan_and_send,
    touch,
    words,
)
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront, key
from tests.saleor.stack import Stack

STAY = 8
"""Days since her order left."""


def test_two_stars_are_heard(stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str) -> None:
    """Ana's order left eight days ago: she is asked how it was. Opening the link stores nothing; her two stars stop the
    thanks that were queued, staff see a case with a clock, take it and say sorry, by mail and on her page. Until then
    nothing is sold to her; afterwards what holds is that she has heard from us this week."""
    bought(saleor, somebody, *a_year(-STAY))
    orders(saleor, somebody)
    days_pass(somebody, STAY)
    ana = behind.profile(somebody)
    asks = switch_on("SATISFACTION")
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "How was your order" in subject and of(asks, ana) == ("started", "")
    thanks = switch_on("ANNIVERSARY")
    plan()
    assert touch(thanks, ana) == ("queued", "")
    found = re.search(r"https?://\S+/feedback/\S+\?stars=2", text)
    assert found and "/plugins/saleor_relacional/feedback/" in found[0]
    page = requests.get(found[0], timeout=30)
    assert page.status_code == 200 and 'value="2" required checked' in page.text and cases(saleor, ana) == []
    said = requests.post(found[0], {"kind": "rating", "stars": "2", "text": "It came broken."}, timeout=30)
    assert said.status_code == 200 and "We are sorry that it was not right." in said.text
    assert touch(thanks, ana) == ("suppressed", "silence")
    sells = switch_on("WIN_BACK", stages=["NEW", "ACTIVE", "LOYAL", "SLIPPING"])
    plan_and_send()
    assert of(sells, ana) == ("suppressed", "silence"), behind.standing(somebody)
    [case] = cases(saleor, ana)
    assert (case["state"], case["overdue"], case["told"][0]["stars"]) == ("OPEN", False, 2)
    taken = saleor.ask(operation("case-take"), token=saleor.staff(), id=case["id"])
    assert taken["case"]["state"] == "SEEN"
    answer = {"id": case["id"], "text": "We are sorry. A new one leaves today.", "apology": True}
    saleor.ask(operation("case-answer"), token=saleor.staff(), **answer)
    plan_and_send()
    subject, text = words(stack, somebody, 2)
    assert "An answer from" in subject and "A new one leaves today." in text
    assert of(sells, ana) == ("suppressed", "week_cap"), behind.standing(somebody)
    mine = saleor.ask(operation("my-feedback"), token=saleor.login(somebody))["relationship"]
    assert mine["feedback"][0]["answer"] == answer["text"]
    assert {one["state"] for one in mine["promises"]} == {"KEPT"}


def cases(saleor: Storefront, person: Any) -> list[Any]:
    """What waits for staff of this person; other stories have left theirs."""
    told = saleor.ask(operation("cases"), token=saleor.staff(), first=100)
    named = [edge["node"] for edge in told["edges"]]
    return [one for one in named if key(one["profile"]["id"]) == str(person.public_id)]
