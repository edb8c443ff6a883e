"""Home: what changed, what leaves, what waits, what is wrong; what has to be counted comes after the page."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.db import sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.operations import week
from saleor_relacional.flows.profiles import changed
from saleor_relacional.flows.profiles.profiles import parameters
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Campaign, CustomerSummary, Profile, StaffTask, StageChange
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support import shop_control
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.mailing import campaign, due
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

CALL = RungTerms(kind="call", person="Eva Ruiz", note="Ask about the grinder.", days=2)


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
    CustomerSummary.objects.update(since=now - 2 * DAY, stage_cause="time")
    early = CustomerSummary.objects.get(profile__first_name="Person000")
    CustomerSummary.objects.filter(pk=early.pk).update(since=now - 9 * DAY)
    text = content(owner, "home/")
    assert text.count("data-go>person00") == 5 and "person000@" not in text
    counted = " ".join(content(owner, "home/total/lapsed/").split())
    assert counted.startswith("6 customers, €") and counted.endswith("in the year ahead")
    assert content(owner, "home/total/slipping/").strip() == "0 customers"
    assert StageChange.objects.exists()


def test_what_was_only_learnt_anew_is_no_news(shop: Any, owner: Asker, now: datetime) -> None:
    """A refit and a merge move people within the week; Home, its names and the homepage's widget tell of those alone to
    whom something happened, and of the same number."""
    crowd(5, now, value="200.00")
    CustomerSummary.objects.update(since=now - 2 * DAY, stage_cause="time")
    mine = list(CustomerSummary.objects.order_by("profile_id").values_list("pk", flat=True))
    CustomerSummary.objects.filter(pk__in=mine[:2]).update(stage_cause="refit", since=now - DAY)
    Profile.objects.filter(pk=mine[2]).update(merged_into=mine[4])
    assert [each.id for each in changed.named("lapsed", now - 7 * DAY, now=now, most=5)] == [mine[4], mine[3]]
    assert changed.total("lapsed", now - 7 * DAY, now=now).number == week.week(now).moved["lapsed"] == 2
    assert changed.total("lapsed", now - 7 * DAY, now=now, causes=None).number == 4
    assert "2 customers" in " ".join(content(owner, "home/total/lapsed/").split())


def test_who_changed_is_read_by_index(shop: Any, now: datetime) -> None:
    """In the order of the moment, each of the three: nobody is read who changed before the week."""
    crowd(3, now)
    asked = parameters(stage="lapsed", since=now - 7 * DAY, now=now, causes=list(changed.NEWS), most=5)
    every = asked | {"stages": list(week.STAGES)}
    for statement in (changed._NAMED, changed._COUNTED, week._MOVED):
        with sql.atomic():
            for other in ("seqscan", "bitmapscan", "sort"):  # of three people the planner would take any
                sql.run(f"SET LOCAL enable_{other} = off")
            plan = "\n".join(row[0] for row in sql.rows(f"EXPLAIN {statement}", every))
        assert re.search("Index Scan Backward using relacional_summary_(stage|since)", plan), plan
        assert re.search(r"Index Cond: .*since > .*since <= ", plan), plan


def test_a_large_shop_is_not_counted_to_its_end(shop: Any, now: datetime, monkeypatch: Any) -> None:
    """At most so many are read."""
    crowd(4, now)
    monkeypatch.setattr(changed, "_COUNTED", changed._COUNTED.replace("10001", "3"))
    monkeypatch.setattr(changed, "MOST", 2)
    found = changed.total("lapsed", now - 1000 * DAY, now=now, causes=None)
    assert (found.number, found.more) == (2, True)


def test_a_large_shops_totals_are_said_to_be_parts(
    shop: Any, owner: Asker, now: datetime, monkeypatch: Any
) -> None:
    """More are late than were counted: neither number nor money is told as all of it."""
    crowd(4, now, value="200.00")
    monkeypatch.setattr(changed, "_COUNTED", changed._COUNTED.replace("10001", "3"))
    monkeypatch.setattr(changed, "MOST", 2)
    text = " ".join(content(owner, "home/past/").split())
    assert "More than 2 of them are late by their own rhythm: at least €" in text
    CustomerSummary.objects.update(since=now - 2 * DAY, stage_cause="time")
    counted = " ".join(content(owner, "home/total/lapsed/").split())
    assert counted.startswith("More than 2, at least €") and counted.endswith("in the year ahead")


def test_what_was_promised_and_done_waits_no_more(shop: Any, owner: Asker, now: datetime) -> None:
    """Each kind leads to its own list in the inbox; a call that was made is nothing to do."""
    [ana] = due(campaign(now, discount="", value=None, rungs=(CALL,)), now, "Ana")
    send.send_due(now=now)
    remarks.say(ana, kind="note", now=now, words="I moved to Porto.")
    text = content(owner, "home/waits/")
    assert "1 thing that somebody was promised" in text and "1 remark about what we hold" in text
    assert 'inbox?show=tasks" data-go>1 thing' in text and 'inbox?show=remarks" data-go>1 remark' in text
    staff_tasks.done(StaffTask.objects.get(), "staff:eva", now)
    assert "promised" not in content(owner, "home/waits/")


def test_what_leaves_today_tells_unknown_from_nothing(shop: Any, owner: Asker, now: datetime) -> None:
    """No calendar yet is no empty day; what has left stands beside what still will; what was paused will not."""
    people = due(campaign(now), now, "Ana", "Bea")
    running = Campaign.objects.get()

    def leaves() -> str:
        return content(owner, "home/leaves/")

    assert "It is being worked out" in leaves() and "Nothing today" not in leaves()
    calendars.make(now, days=2)
    assert f'campaigns/{running.public_id}" data-go>' in leaves() and f"{len(people)} mails" in leaves()
    send.send_due(now=now)
    assert "Left today: 2" in leaves() and "mail<" not in leaves() and "mails" not in leaves()
    campaigns.pause(running, now=now)
    assert "no campaign runs at the moment" in leaves() and "mails" not in leaves()
    assert "Left today: 2" in leaves()


def test_what_waits_and_what_is_wrong(shop: Any, owner: Asker, now: datetime) -> None:
    """A complaint, the doctor's and health's words; nothing was measured yet."""
    ana = late("Ana", now)
    tell.tell(ana.pk, kind="complaint", text="Cold tea", source="page", now=now)
    text = content(owner, "home/")
    assert "dashboard/content/home/waits/" in text and "What is wrong" in text
    assert "1 customer waits for an answer" in content(owner, "home/waits/")
    wrong = text.partition("What is wrong")[2].partition("</section>")[0]
    assert wrong.count("<li>") == wrong.count("data-go>Go there</a>") > 0
    assert "no campaign is switched on yet" in content(owner, "home/leaves/")
    assert "Nothing yet: what a campaign brings stands here" in content(owner, "home/brought/")


def test_what_waits_is_counted_after_the_page(shop: Any, owner: Asker, now: datetime) -> None:
    """The page itself counts nothing of it."""
    tell.tell(late("Ana", now).pk, kind="complaint", text="Cold tea", source="page", now=now)
    with Asked() as queries:
        content(owner, "home/")
    counted = [one["sql"] for one in queries.captured_queries if "COUNT(" in one["sql"]]
    waiting = ("stafftask", "remark", "_campaign", "feedbackcase")
    said_by_health = (
        "due_at"  # answers that are late are a fault of the shop's, which stands on the page at once
    )
    assert not [
        one for one in counted if any(table in one for table in waiting) and said_by_health not in one
    ]
    assert "1 cliente espera" in content(owner, "home/waits/", language="es")


def test_what_it_brought_is_told_campaign_by_campaign(shop: Any, owner: Asker, now: datetime) -> None:
    """Where nobody is held out of everything, which is how a shop begins: the latest campaigns that were switched on,
    each with its sentence and the way to its evidence; no draft. With a period, its one sentence."""
    open_shop(now)
    made = [win_back(now) for _number in range(4)]
    for number, one in enumerate(made):
        Campaign.objects.filter(pk=one.pk).update(fixed_at=now - number * DAY)
    Campaign.objects.filter(pk=made[3].pk).update(fixed_at=None)
    draft = Campaign.objects.get(pk=made[3].pk)
    text = content(owner, "home/brought/")
    for one in made[:3]:
        assert f'href="/dashboard/evidence/{one.public_id}"' in text
        assert f"/dashboard/content/campaigns/{one.public_id}/said/" in text
    assert str(draft.public_id) not in text and 'href="/dashboard/evidence"' in text
    assert "Cada una por sí sola" in content(owner, "home/brought/", language="es")
    shop_control.hold_out(now)
    assert "All commercial messages together." in content(owner, "home/brought/")


def test_money_at_stake_is_told_of_each_currency(shop: Any, owner: Asker, now: datetime) -> None:
    """Never added up, and never of one currency as if it were all."""
    crowd(2, now, value="200.00")
    CustomerSummary.objects.filter(profile__first_name="Person001").update(currency="USD")
    CustomerSummary.objects.update(since=now - 2 * DAY, stage_cause="time")
    found = changed.total("lapsed", now - 7 * DAY, now=now)
    assert found.number == 2 and set(found.year_values) == {"EUR", "USD"}
    counted = " ".join(content(owner, "home/total/lapsed/").split())
    assert re.fullmatch(r"2 customers, €\d+ and \$\d+ in the year ahead|2 customers, \$\d+ and €\d+ in the year ahead",
                        counted), counted  # fmt: skip
    past = content(owner, "home/past/")
    assert "€" in past and "$" in past and "are at stake" in past


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
    open_shop(now)
    win_back(now)
    tell.tell(ana.pk, kind="complaint", text="Cold tea", source="page", now=now)
    CustomerSummary.objects.update(since=now - 2 * DAY, stage_cause="time")

    def whole(language: str) -> str:
        text = content(owner, "home/", language=language)
        later = f"{content(owner, 'home/past/', language=language)}{content(owner, 'home/brought/', language=language)}"
        waits = content(owner, "home/waits/", language=language) + content(
            owner, "home/leaves/", language=language
        )
        return text.replace("<h2>", f"<div>{later}{waits}</div><h2>", 1)

    assert faults({"home-en": whole("en")}) == {}
    assert faults({"home-es": whole("es")}, language="es") == {}


def test_what_is_missing_is_cured_in_place(shop: Any, owner: Asker, now: datetime) -> None:
    """A newcomer decides at Home, and stands at Home afterwards; a refusal stands at its field with what was typed."""
    missing = content(owner, "home/")
    assert "dashboard/content/home/missing/capacity/" in missing
    client, headers = Client(), {"Authorization": owner.token}
    version = re.findall(r'name="version" value="([^"]*)"', missing.partition("missing/capacity/")[2])[0]
    refused = client.post(
        "/dashboard/content/home/missing/capacity/",
        {"dailyCapacity": "-3", "version": version},
        headers=headers,
    )
    assert refused.status_code == 422 and 'value="-3"' in refused.content.decode()
    typed = {"dailyCapacity": "40", "version": version}
    saved = client.post("/dashboard/content/home/missing/capacity/", typed, headers=headers)
    assert saved.status_code == 200 and policy.current(now).daily_capacity == 40
    assert 'aria-current="page"' in saved.content.decode() and "Saved." in saved.content.decode()
    assert client.post("/dashboard/content/home/missing/none/", {}, headers=headers).status_code == 404
