"""The page of one person: it tells everything, each form changes one thing at once and can be undone, leaving is as
prominent as staying, and it needs no script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.preferences import preferences, topics
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Consent, DataRequest, LeaveReason, Profile, Topic
from saleor_relacional.views.yours import opening
from tests.support.ledger_stories import address, known, text
from tests.support.mailing import campaign, due, touch_of


@pytest.fixture
def browser() -> Iterator[Client]:
    """With CSRF checks on: nothing of ours may need a cookie."""
    yield Client(enforce_csrf_checks=True)


@pytest.fixture
def zenobia(shop: Any, now: Any) -> Profile:
    """Something of everything."""
    Topic.objects.create(key="tea", names={"en": "Tea", "es": "Té"}, created_at=now)
    Topic.objects.create(key="cups", names={"en": "Cups"}, created_at=now)
    return known(now)


def test_all_of_it_on_one_page(zenobia: Profile, browser: Client, now: Any) -> None:
    """In words first, then what they decide, then the ledger by parts, then their data; no script, nothing from
    elsewhere, no style of an element, one heading of the first rank."""
    answer = browser.get(address(zenobia, now))
    told = text(answer)
    assert answer.status_code == 200 and told.count("<h1>") == 1
    places = [told.index(words) for words in (
        "orders, the last on", "Stop writing to me", "Write less often", "You decide", "Your ledger", "What we know<",
        "What we promised", "What you told us", "Your data",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "<script" not in told and " style=" not in told and "http" not in told
    assert "unsafe" not in answer["Content-Security-Policy"] and answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_leaving_is_as_prominent_as_staying(zenobia: Profile, browser: Client, now: Any) -> None:
    """The same button, beside the other and before it, one tap away from anything else."""
    told = text(browser.get(address(zenobia, now)))
    box = told.split('<div class="actions">')[1].split("</div>")[0]
    assert re.findall(r"<button([^>]*)>([^<]*)<", box) == [
        (' type="submit"', "Stop writing to me"), (' type="submit"', "Write less often"),
    ]  # fmt: skip


def test_leaving_from_here_and_why(zenobia: Profile, browser: Client, now: Any) -> None:
    """One tap, then she is asked why in one more; a second time she is not asked again."""
    page = text(browser.get(address(zenobia, now)))
    leave = re.findall(r'action="(/leave/[^"]+)"', page)[0]
    left = text(browser.post(leave, {"answer": "leave"}))
    assert consent.bases([zenobia.pk], now=now, purpose="offers")[zenobia.pk] == Basis.OPT_OUT
    undo = left.split('name="undo" value="')[1].split('"')[0]
    assert len(re.findall(r'name="why"', left)) == 5
    thanks = text(browser.post(leave, {"answer": "why", "why": "too_many", "undo": undo}))
    assert "Thank you for telling us." in thanks and 'name="why"' not in thanks
    assert f'name="undo" value="{undo}"' in thanks and "Yes, keep writing to me" in thanks
    browser.post(leave, {"answer": "why", "why": "other", "undo": undo})
    assert LeaveReason.objects.get().reason == "too_many"
    browser.post(leave, {"answer": "stay", "undo": undo})
    assert 'name="why"' not in text(browser.post(leave, {"answer": "leave"}))
    assert "You have left" in text(browser.get(address(zenobia, now)))


@pytest.mark.parametrize(("undo", "why"), [("", "other"), ("x.y.z", "other"), (None, "spite")])
def test_a_reason_that_is_none(
    zenobia: Profile, browser: Client, now: Any, undo: str | None, why: str
) -> None:
    """Somebody who did not just leave says nothing for her, and nothing but the five is kept."""
    leave = f"/leave/{links.leave_token(zenobia.public_id)}/"
    left = text(browser.post(leave, {"answer": "leave"}))
    given = left.split('name="undo" value="')[1].split('"')[0] if undo is None else undo
    browser.post(leave, {"answer": "why", "why": why, "undo": given})
    assert LeaveReason.objects.get().reason == ""


WISHES = [
    ({"what": "often", "often": "month"}, "per_month", 1, "At most one email per month."),
    ({"what": "pause", "days": "30"}, "paused_until", ..., "Nothing about offers and news before April 1, 2026."),
    ({"what": "topics", "wanted": ["tea"]}, "unwanted_topics", ("cups",), "Some topics only."),
    ({"what": "when", "quiet_from": "20:00", "quiet_to": "09:00"}, "quiet_from", ..., "Quiet from 20:00 to 09:00."),
    ({"what": "when", "time_zone": "Asia/Tokyo"}, "time_zone", "Asia/Tokyo", "You live in the zone Asia/Tokyo."),
    ({"what": "when", "language": "es"}, "language", "es", "En este idioma: español."),
    ({"what": "rhythm", "every": "6", "unit": "weeks"}, "every_days", 42.0, "About every 6 weeks."),
    ({"what": "rhythm", "not_before": "2026-06-01"}, "not_before", ..., "No reminder before June 1, 2026."),
    ({"what": "just_looking", "on": "yes"}, "just_looking", True, "Nothing but what you ask for."),
    ({"what": "do_not_sell", "on": "yes"}, "do_not_sell", True, "No offers: only content and service."),
    ({"what": "no_profiling", "on": "yes"}, "no_profiling", True, "We conclude nothing about you."),
]  # fmt: skip


@pytest.mark.parametrize(("form", "field", "value", "words"), WISHES, ids=lambda one: str(one)[:40])
def test_each_wish_and_its_undo(
    zenobia: Profile, browser: Client, now: Any, form: dict[str, Any], field: str, value: Any, words: str
) -> None:  # fmt: skip
    """It holds at once, the page says what holds now, and its undo brings back exactly what held before."""
    before = preferences.of(zenobia.pk)
    answer = browser.post(address(zenobia, now, "ask/"), form)
    told = text(answer)
    assert answer.status_code == 200 and words in told.split('role="status"')[1].split("</div>")[0]
    held = preferences.of(zenobia.pk)
    assert held != before and (value is ... or getattr(held, field) == value)
    box = told.split('role="status"')[1].split("</form>")[0]
    undo: dict[str, list[str]] = {}
    for name, was in re.findall(r'name="([^"]+)" value="([^"]*)"', box):
        undo.setdefault(name, []).append(was)
    assert browser.post(address(zenobia, now, "ask/"), undo).status_code == 200
    assert preferences.of(zenobia.pk) == before


def test_a_topic_declared_while_the_page_is_open(zenobia: Profile, browser: Client, now: Any) -> None:
    """She saves what she saw: of the new one she has said nothing, and what she refused elsewhere stays refused."""
    page = text(browser.get(address(zenobia, now)))
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert shown and "oak" not in shown
    topics.declare("oak", {"en": "Oak"}, now=now)
    browser.post(address(zenobia, now, "ask/"), {"what": "topics", "shown": shown, "wanted": shown[:1]})
    assert preferences.of(zenobia.pk).unwanted_topics == tuple(sorted(shown[1:]))
    preferences.change(zenobia, now=now, source="customer", unwanted_topics=["oak"])
    browser.post(address(zenobia, now, "ask/"), {"what": "topics", "shown": shown, "wanted": shown})
    assert preferences.of(zenobia.pk).unwanted_topics == ("oak",)


def test_profiling_allowed_again_with_the_words_of_the_button(
    zenobia: Profile, browser: Client, now: Any
) -> None:
    """Also by the page's own undo, which shows them nowhere: no statement of theirs is without words."""
    told = text(browser.post(address(zenobia, now, "ask/"), {"what": "no_profiling", "on": "yes"}))
    box = told.split('role="status"')[1].split("</form>")[0]
    undo = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', box))
    browser.post(address(zenobia, now, "ask/"), undo)
    said = Consent.objects.get(profile=zenobia, purpose="profiling", basis="opt_in")
    assert (said.text, said.language) == ("You may learn my rhythm again", "en")


@pytest.mark.parametrize(
    "form",
    [
        {}, {"what": "sell"}, {"what": "often"}, {"what": "often", "often": "hourly"},
        {"what": "pause", "until": "soon"}, {"what": "pause", "until": "2020-01-01"}, {"what": "pause", "days": "-3"},
        {"what": "pause", "days": "9" * 400}, {"what": "when", "quiet_from": "8"},
        {"what": "when", "quiet_from": "20:00"},
        {"what": "when", "time_zone": "Mars/North"}, {"what": "when", "language": "klingon!"},
        {"what": "rhythm", "every": "0"}, {"what": "rhythm", "every": "1e9"}, {"what": "rhythm", "not_before": "31"},
        {"what": "rhythm", "every": "²"},
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_read(
    zenobia: Profile, browser: Client, now: Any, form: dict[str, str]
) -> None:
    """It says so on the page, and nothing has changed."""
    before = preferences.of(zenobia.pk)
    answer = browser.post(address(zenobia, now, "ask/"), form)
    assert answer.status_code == 400 and 'role="alert"' in text(answer)
    assert preferences.of(zenobia.pk) == before


def test_that_is_wrong(zenobia: Profile, browser: Client, now: Any) -> None:
    """From an entry to the form about it, to the page with what she said, to its answer. What she writes is text."""
    page = text(browser.get(address(zenobia, now)))
    links_ = re.findall(r'href="(/page/[^"]+/about/purchase-[0-9a-f]+/)"', page)
    form = text(browser.get(links_[0]))
    assert "It was a gift" in form and 'name="words"' in form
    done = text(browser.post(links_[0], {"kind": "wrong", "words": "<b>No</b> & never"}))
    assert (
        "We have noted it." in done
        and "&lt;b&gt;No&lt;/b&gt; &amp; never" in done
        and "Not answered yet." in done
    )
    [said] = remarks.of(zenobia)
    remarks.answer(said.public_id, words="We looked: <i>it was</i> another.", by="staff:1", now=now)
    assert "We looked: &lt;i&gt;it was&lt;/i&gt; another." in text(browser.get(address(zenobia, now)))


def test_it_was_a_gift_and_taken_back(zenobia: Profile, browser: Client, now: Any) -> None:
    """One tap says it, and its undo takes it back."""
    page = text(browser.get(address(zenobia, now)))
    about = re.findall(r'href="(/page/[^"]+/about/purchase-[0-9a-f]+/)"', page)[0]
    done = text(browser.post(about, {"right": "gift"}))
    [said] = remarks.of(zenobia)
    assert (said.kind, said.right) == ("correction", "gift") and str(said.public_id) in done
    assert "Taken back." in text(
        browser.post(address(zenobia, now, "take-back/"), {"remark": str(said.public_id)})
    )
    assert remarks.of(zenobia) == []
    assert browser.post(address(zenobia, now, "take-back/"), {"remark": "x"}).status_code == 400


def test_of_an_entry_that_is_not_hers(zenobia: Profile, browser: Client, now: Any) -> None:
    """Bea's link opens no entry of Zenobia's, and says nothing of it."""
    bea = Profile.objects.create(created_at=now, email="bea@shop.example", email_key="bea@shop.example")
    page = text(browser.get(address(zenobia, now)))
    entry = re.findall(r"/about/(purchase-[0-9a-f]+)/", page)[0]
    told = browser.get(address(bea, now, f"about/{entry}/"))
    assert told.status_code == 404 and "Green tea" not in text(told)
    assert browser.post(address(bea, now, f"about/{entry}/"), {"kind": "wrong"}).status_code == 404
    assert remarks.of(zenobia) == [] == remarks.of(bea)


@pytest.mark.parametrize(
    ("form", "media", "ends"), [("json", "application/json", "json"), ("csv", "application/zip", "zip")]
)
def test_taking_the_data_along(
    zenobia: Profile, browser: Client, now: Any, form: str, media: str, ends: str
) -> None:
    """A file, to be kept and not shown; that it was asked for is kept."""
    answer = browser.post(address(zenobia, now, "take/"), {"form": form})
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        media,
        f'attachment; filename="my-data.{ends}"',
    )
    assert answer["Cache-Control"] == "no-store" and "sandbox" in answer["Content-Security-Policy"]
    assert DataRequest.objects.get().kind == "export"
    assert browser.post(address(zenobia, now, "take/"), {"form": "pdf"}).status_code == 400


def test_forgotten_after_being_asked_twice(zenobia: Profile, browser: Client, now: Any) -> None:
    """The first time it says what remains; with what that page holds it is done; the link then finds nothing."""
    asked = text(browser.post(address(zenobia, now, "forget/")))
    assert "Keyed hashes of your address" in asked and Profile.objects.filter(pk=zenobia.pk).exists()
    sure = asked.split('name="sure" value="')[1].split('"')[0]
    done = text(browser.post(address(zenobia, now, "forget/"), {"sure": sure}))
    assert "Done: we have forgotten you" in done and not Profile.objects.exists()
    assert "We hold nothing about you" in text(browser.get(address(zenobia, now)))
    assert "We hold nothing about you" in text(browser.post(address(zenobia, now, "take/"), {"form": "json"}))


def test_what_does_not_make_sure(zenobia: Profile, browser: Client, now: Any) -> None:
    """Neither the link itself, nor another's or another purpose's token forgets her."""
    bea = Profile.objects.create(created_at=now, email="bea@shop.example", email_key="bea@shop.example")
    tokens = [
        links.page_token(zenobia.public_id, now), links.leave_token(zenobia.public_id),
        links.stay_token(zenobia.public_id), links.erase_token(bea.public_id), "x",
        links.erase_token(zenobia.public_id)[:-1],
    ]  # fmt: skip
    for sure in tokens:
        assert browser.post(address(zenobia, now, "forget/"), {"sure": sure}).status_code == 400
    assert Profile.objects.filter(pk=zenobia.pk).exists() and not DataRequest.objects.exists()


def test_while_the_shop_has_us_switched_off(
    zenobia: Profile, browser: Client, now: Any, monkeypatch: Any
) -> None:
    """She can leave, see and be forgotten; nothing else is offered, and nothing else is done."""
    from saleor_relacional import conf

    monkeypatch.setattr(type(conf.host()), "active", lambda self: False)
    told = text(browser.get(address(zenobia, now)))
    assert "Your ledger" in told and "Forget me" in told and "Stop writing to me" in told
    assert "You decide" not in told and "That is wrong" not in told and "/ask/" not in told
    assert (
        browser.post(address(zenobia, now, "ask/"), {"what": "just_looking", "on": "yes"}).status_code == 400
    )
    assert browser.post(address(zenobia, now, "take/"), {"form": "json"}).status_code == 200


def test_of_a_guest_who_has_an_account_now(zenobia: Profile, browser: Client, now: Any) -> None:
    """The old mail's link opens who she is now, and forgetting forgets both."""
    account = Profile.objects.create(
        created_at=now, email=zenobia.email, email_key=zenobia.email_key, first_name="Zen"
    )
    merge.merge(zenobia.pk, account.pk, cause="vouched", now=now)
    assert "Your first name: Zen" in text(browser.get(address(zenobia, now)))
    forget.forget(account, now=now)
    assert "We hold nothing about you" in text(browser.get(address(zenobia, now)))


def test_too_much_at_once(
    zenobia: Profile, browser: Client, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many changes an hour are enough; reading goes on, and so does leaving."""
    assert opening.MOST == 60
    monkeypatch.setattr(opening, "MOST", 6)
    answers = [
        browser.post(address(zenobia, now, "ask/"), {"what": "often", "often": "month"}).status_code
        for _ in range(7)
    ]
    assert answers == [200] * 6 + [429]
    assert browser.get(address(zenobia, now)).status_code == 200
    leave = f"/leave/{links.leave_token(zenobia.public_id)}/"
    assert browser.post(leave, {"answer": "leave"}).status_code == 200
    shopping = now + timedelta(hours=1)
    assert consent.bases([zenobia.pk], now=shopping, purpose="offers")[zenobia.pk] == Basis.OPT_OUT


def test_it_holds_for_what_is_queued(shop: Any, browser: Client, now: Any, db: Any) -> None:
    """A mail to Ana is queued when she says that she is just looking: it does not leave."""
    [ana] = due(campaign(now), now, "Ana")
    browser.post(address(ana, now, "ask/"), {"what": "just_looking", "on": "yes"})
    send.send_due(now=now)
    assert mail.outbox == [] and touch_of(ana).state != "sent"
