"""Every public page in each of its states, as our views answer it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import ledger, remarks
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import Basket, Profile, Signup, Topic
from tests.support.ledger_stories import address, known

LANGUAGES = ("en", "es")


def pages(now: datetime) -> Mapping[str, str]:
    """Name → HTML, in both languages. Whoever reads them has something of everything."""
    person = known(now)
    Topic.objects.create(key="tea", names={"en": "Tea", "es": "Té"}, created_at=now)
    preferences.change(person, now=now, source="customer", per_month=1, paused_until=now + timedelta(days=40))
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
    leave = f"/leave/{links.leave_token(person.public_id)}/"
    reads = {
        "yours": address(person, now), "say": address(person, now, f"about/{entry.name}/"),
        "note": address(person, now, "note/"), "old": address(person, now - timedelta(days=91)),
        "unknown": "/page/x/", "checkout gone": f"/checkout/{gone}/", "leave": leave, "leave unknown": "/leave/x/",
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
        keep("sure", browser.post(address(person, now, "forget/")))
        keep("left", browser.post(leave, {"answer": "leave"}))
        undo = found[f"left ({language})"].split('name="undo" value="')[1].split('"')[0]
        keep("stays", browser.post(leave, {"answer": "stay", "undo": undo}))
    found["confirmed (es)"] = browser.post(confirm).content.decode()
    sure = {"sure": links.erase_token(person.public_id)}
    found["forgotten (es)"] = browser.post(address(person, now, "forget/"), sure).content.decode()
    found["nothing held (es)"] = browser.get(address(person, now)).content.decode()
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
