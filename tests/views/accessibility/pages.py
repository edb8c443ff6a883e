"""Every public page in each of its states, as our views answer it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.test import Client

from saleor_relacional import conf
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import ledger, remarks
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import Basket, Profile, Signup, Topic
from tests.support.ledger_stories import address, known
from tests.support.people import buys

LANGUAGES = ("en", "es")


def pages(now: datetime) -> Mapping[str, str]:
    """Name → HTML, in both languages. Whoever reads them has something of everything."""
    person = known(now)
    conf.host().set_place(storefront_url="https://tea.example/{channel}/")
    Topic.objects.create(key="tea", names={"en": "Tea", "es": "Té"}, created_at=now)
    preferences.change(person, now=now, source="customer", per_month=1, paused_until=now + timedelta(days=40))
    for days in range(24):
        buys(person, now - timedelta(days=500 + days))
    score.score_stale(now=now)
    entry = next(one for one in ledger.of(person, now).sections[0].entries if one.name.startswith("purchase"))
    answered = remarks.say(
        person, kind="correction", entry=entry.name, right="gift", words="For my sister.", now=now
    )
    remarks.answer(
        answered.public_id, words="Thank you, we leave it out of your rhythm.", by="staff:1", now=now
    )
    remarks.say(person, kind="note", words="I drink less tea in summer.", now=now)
    basket = Basket.objects.create(
        profile=person,
        source="test",
        reference="b",
        channel="eur",
        currency="EUR",
        total=9,
        changed_at=now,
        learned_at=now,
        filled=True,
    )
    order = person.purchases.order_by("pk")[0]
    asks = links.feedback_url(person.public_id, now, order.pk).partition("/feedback/")[2]
    too_old = links.feedback_url(person.public_id, now - timedelta(days=90), order.pk).partition(
        "/feedback/"
    )[2]
    signups.ask("yuri@shop.example", who="10.0.0.1", text="News of tea, by mail.", now=now)
    signups.invite(now)
    confirm = (
        "/newsletter/" + links.newsletter_url(Signup.objects.get().public_id).partition("/newsletter/")[2]
    )
    signups.ask(
        "xenia@shop.example", who="10.0.0.2", text="News of tea, by mail.", now=now - timedelta(days=9)
    )
    late = (
        "/newsletter/"
        + links.newsletter_url(Signup.objects.latest("pk").public_id).partition("/newsletter/")[2]
    )
    gone = links.checkout_url(basket.pk, now - timedelta(days=20)).rsplit("/", 2)[1]
    open_ = links.checkout_url(basket.pk, now).rsplit("/", 2)[1]
    leave = f"/leave/{links.leave_token(person.public_id)}/"
    reads = {
        "yours": address(person, now), "say": address(person, now, f"about/{entry.name}/"),
        "note": address(person, now, "note/"), "old": address(person, now - timedelta(days=91)),
        "unknown": "/page/x/", "checkout": f"/checkout/{open_}/", "checkout gone": f"/checkout/{gone}/",
        "leave": leave, "leave unknown": "/leave/x/",
        "rating": f"/feedback/{asks}?stars=2", "rating old": f"/feedback/{too_old}", "rating unknown": "/feedback/x/",
        "newsletter old": late, "newsletter": "/newsletter/", "confirm": confirm, "confirm unknown": "/newsletter/x/",
    }  # fmt: skip
    found: dict[str, str] = {}
    for language in LANGUAGES:
        Profile.objects.filter(pk=person.pk).update(language=language)
        browser = Client(headers={"accept-language": language})

        def keep(name: str, answer: Any, spoken: str = language) -> None:
            found[f"{name} ({spoken})"] = answer.content.decode()

        for name, where in reads.items():
            keep(name, browser.get(where))
        asked = {"what": "often", "often": "week" if language == "en" else "twice"}
        keep("asked", browser.post(address(person, now, "ask/"), asked))
        keep("refused", browser.post(address(person, now, "ask/"), {"what": "pause", "until": "never"}))
        keep("rated", browser.post(f"/feedback/{asks}", {"kind": "rating", "stars": "2", "text": "Broken."}))
        keep("complaint without words", browser.post(f"/feedback/{asks}", {"kind": "complaint", "text": ""}))
        keep("newsletter asked", browser.post("/newsletter/", {"email": "zoe@shop.example"}))
        keep("newsletter wrong", browser.post("/newsletter/", {"email": "zoe"}))
        keep("fresh", browser.post(reads["old"].replace("/page/", "/fresh/")))
        keep("fresh often", _often(browser))
        for name, answer in _turned_away(browser, reads).items():
            keep(name, answer)
        keep("yours while off", _while_off(browser, reads["yours"]))
        keep("sure", browser.post(address(person, now, "forget/")))
        keep("left", browser.post(leave, {"answer": "leave"}))
        keep("yours of who has left", browser.get(reads["yours"]))
        undo = found[f"left ({language})"].split('name="undo" value="')[1].split('"')[0]
        keep("stays", browser.post(leave, {"answer": "stay", "undo": undo}))
    for language in LANGUAGES:
        browser = Client(headers={"accept-language": language})
        Profile.objects.update(language=language)
        found[f"confirmed ({language})"] = browser.post(confirm).content.decode()
    for language in LANGUAGES:
        browser = Client(headers={"accept-language": language})
        somebody = Profile.objects.create(created_at=now, email=f"{language}@shop.example", language=language)
        theirs = address(somebody, now)
        sure = {"sure": links.erase_token(somebody.public_id)}
        found[f"forgotten ({language})"] = browser.post(f"{theirs}forget/", sure).content.decode()
        found[f"nothing held ({language})"] = browser.get(theirs).content.decode()
    for language, often, off in (
        ("en", "That was a lot at once", "Your ledger"),
        ("es", "Eso fue mucho", " libro<"),
    ):
        assert often in found[f"busy ({language})"] and off in found[f"yours while off ({language})"]
    assert " earlier ones" in found["yours (en)"] and "You have left" in found["yours of who has left (en)"]
    assert "Back to my basket" in found["checkout (en)"] and "too old" in found["newsletter old (en)"]
    assert "Send me a fresh link" in found["old (en)"] and "mailbox" in found["fresh (en)"]
    assert "fresh link" in found["rating old (en)"] and "fresh link" in found["checkout gone (en)"]
    assert 'name="stars"' in found["rating (en)"] and "sorry" in found["rated (en)"]
    assert "Is this what you want?" in found["confirm (en)"] and "<form" in found["newsletter wrong (es)"]
    return found


def _often(browser: Client) -> Any:
    """Once a computer has asked as often as it may."""
    for _ in range(25):
        answer = browser.post("/fresh/x/", REMOTE_ADDR="10.9.9.9")
    assert answer.status_code == 429
    return answer


def _turned_away(browser: Client, reads: Mapping[str, str]) -> Mapping[str, Any]:
    """What somebody reads who has knocked too often at each door."""
    with patch.object(limit, "allowed", lambda *given, **named: False):
        return {
            "busy": browser.get(reads["yours"]), "checkout often": browser.get(reads["checkout"]),
            "rating often": browser.get(reads["rating"]), "confirm often": browser.get(reads["confirm"]),
            "newsletter often": browser.post("/newsletter/", {"email": "zoe@shop.example"}),
        }  # fmt: skip


def _while_off(browser: Client, page: str) -> Any:
    """The same page while the shop has us switched off."""
    with patch.object(type(conf.host()), "active", lambda host: False):
        return browser.get(page)
