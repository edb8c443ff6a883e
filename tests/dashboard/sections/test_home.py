"""Home: what changed, what leaves, what waits, what is wrong; what has to be counted comes after the page."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows import policy
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.profiles import changed
from saleor_relacional.models import CustomerSummary, StageChange
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db


def test_a_shop_without_customers_says_what_comes(shop: Any, owner: Asker) -> None:
    """What is missing, with the way there; nothing is counted."""
    text = content(owner, "home/")
    assert "No customers yet" in text and "What changed" not in text
    assert "things are missing before a mail can leave" in text and "dashboard/content/home/missing/" in text


def test_the_past_is_told_until_the_first_campaign(shop: Any, owner: Asker, now: datetime) -> None:
    """How often customers buy, how many are late, what is at stake; each stage leads to its people."""
    for each in ("Ana", "Bea"):
        late(each, now, value="100.00")
    person("Dora")
    assert "What we found in your past" in content(owner, "home/")
    text = content(owner, "home/past/")
    assert "Your customers usually buy every 9 weeks." in text and "2 of them are late" in text
    assert "are at stake" in text and "customers?stage=lapsed" in text and "Not a buyer yet" in text
    assert "llevan retraso" in content(owner, "home/past/", language="es")
    open_shop(now)
    win_back(now)
    assert "What we found" not in content(owner, "home/")


def test_who_changed_this_week(shop: Any, owner: Asker, now: datetime) -> None:
    """With names that lead to them, how many and what is at stake; nobody who changed before."""
    crowd(7, now, value="200.00")
    CustomerSummary.objects.update(since=now - 2 * DAY)
    early = CustomerSummary.objects.get(profile__first_name="Person000")
    CustomerSummary.objects.filter(pk=early.pk).update(since=now - 9 * DAY)
    text = content(owner, "home/")
    assert text.count("data-go>person00") == 5 and "person000@" not in text
    counted = " ".join(content(owner, "home/total/lapsed/").split())
    assert counted.startswith("6 customers, €") and counted.endswith("in the year ahead")
    assert content(owner, "home/total/slipping/").strip() == "0 customers"
    assert StageChange.objects.exists()


def test_a_large_shop_is_not_counted_to_its_end(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """At most so many are read."""
    crowd(4, now)
    monkeypatch.setattr(changed, "_COUNTED", changed._COUNTED.replace("10001", "3"))
    monkeypatch.setattr(changed, "MOST", 2)
    found = changed.total("lapsed", now - 1000 * DAY)
    assert (found.number, found.more) == (2, True)


def test_what_waits_and_what_is_wrong(shop: Any, owner: Asker, now: datetime) -> None:
    """A complaint, the doctor's and health's words; nothing was measured yet."""
    ana = late("Ana", now)
    tell.tell(ana.pk, kind="complaint", text="Cold tea", source="page", now=now)
    text = content(owner, "home/")
    assert "1 customer waits for an answer" in text and "What is wrong" in text
    assert "no campaign is switched on yet" in text
    assert "Not measured yet" in content(owner, "home/brought/")
    policy.decide(now=now, daily_capacity=5)


def test_more_people_ask_no_more(shop: Any, owner: Asker, now: datetime) -> None:
    """A constant number of statements."""
    crowd(2, now)
    content(owner, "home/")
    with Asked() as few:
        content(owner, "home/")
    crowd(40, now)
    with Asked() as many:
        content(owner, "home/")
    assert len(many) <= len(few)


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime) -> None:
    """axe finds nothing, with what is filled in later in its place."""
    ana, *_rest = crowd(7, now, value="200.00")
    tell.tell(ana.pk, kind="complaint", text="Cold tea", source="page", now=now)
    CustomerSummary.objects.update(since=now - 2 * DAY)

    def whole(language: str) -> str:
        text = content(owner, "home/", language=language)
        later = f"{content(owner, 'home/past/', language=language)}{content(owner, 'home/brought/', language=language)}"
        return text.replace("<h2>", f"<div>{later}</div><h2>", 1)

    assert faults({"home-en": whole("en")}) == {}
    assert faults({"home-es": whole("es")}, language="es") == {}


def test_what_is_missing_is_cured_in_place(shop: Any, owner: Asker, now: datetime) -> None:
    """A newcomer decides at Home, and stands at Home afterwards; a refusal stands at its field with what was typed."""
    missing = content(owner, "home/")
    assert "dashboard/content/home/missing/capacity/" in missing
    client, headers = Client(), {"Authorization": owner.token}
    refused = client.post(
        "/dashboard/content/home/missing/capacity/", {"dailyCapacity": "-3"}, headers=headers
    )
    assert refused.status_code == 422 and 'value="-3"' in refused.content.decode()
    saved = client.post("/dashboard/content/home/missing/capacity/", {"dailyCapacity": "40"}, headers=headers)
    assert saved.status_code == 200 and policy.current(now).daily_capacity == 40
    assert 'aria-current="page"' in saved.content.decode() and "Saved." in saved.content.decode()
    assert client.post("/dashboard/content/home/missing/none/", {}, headers=headers).status_code == 404
