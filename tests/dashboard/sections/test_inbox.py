"""The inbox: what customers told us, by a clock; taken, answered, closed; and what became of promises."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.flows.feedback import cases, tell
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.flows.sending import send
from saleor_relacional.models import FeedbackCase, Profile, Purchase, Remark, StaffTask
from tests.api.asking import Asker
from tests.dashboard.asking import CANARY, get, harmless, post, text
from tests.dashboard.looking import content, faults, filled
from tests.support.instants import DAY
from tests.support.mailing import campaign, due
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CALL = RungTerms(kind="call", person="Eva Ruiz", note="Ask about the grinder.", days=2)


@pytest.fixture
def profile(ana: str) -> Profile:
    return Profile.objects.get(identities__kind="account", identities__key=ana)


@pytest.fixture
def complaint(profile: Profile, now: datetime) -> FeedbackCase:
    """Of this morning, about her last order."""
    order = Purchase.objects.filter(profile=profile).order_by("-placed_at")[0]
    told = tell.tell(
        profile.pk, kind="complaint", source="page", text="The cup was broken.", now=now, purchase_id=order.pk
    )
    assert told.case is not None
    return told.case


def test_what_nobody_has_read_is_not_closed(
    shop: Any, owner: Asker, complaint: FeedbackCase, profile: Profile, now: datetime
) -> None:
    """She tells more while somebody is about to close it: it stays open, her words are shown, and the next Close has
    read them. One that is closed already stays so, whoever presses again."""
    place = f"inbox/{complaint.public_id}/"
    read = text(get(owner, place))
    [seen] = set(re.findall(r'"seen": "([^"]+)"', read))
    tell.tell(
        profile.pk, kind="complaint", source="page", text="It cut my hand!", now=now, purchase_id=complaint.purchase_id
    )  # fmt: skip
    refused = post(owner, f"{place}close/", {"seen": seen})
    complaint.refresh_from_db()
    assert (refused.status_code, complaint.state) == (409, "open")
    assert "It cut my hand!" in text(refused) and "has changed meanwhile" in text(refused)
    assert post(owner, f"{place}close/").status_code == 409, "read by nobody"
    [seen] = set(re.findall(r'"seen": "([^"]+)"', text(refused)))
    for _again in range(2):
        assert "Closed" in text(post(owner, f"{place}close/", {"seen": seen}))


def test_a_complaint_is_taken_answered_and_closed(
    shop: Any, owner: Asker, complaint: FeedbackCase, profile: Profile, now: datetime
) -> None:
    """From the list to the answer on her page; the apology ends the silence, and the promise is kept."""
    listed = text(get(owner, "inbox/"))
    for said in ("Complaint", "The cup was broken.", "Ana", "24 hours left", "Nobody has it"):
        assert said in listed, said
    assert f'href="/dashboard/inbox/{complaint.public_id}"' in get(owner, "inbox/").content.decode()
    assert 'class="count">1<' in get(owner, "inbox/open/").content.decode()

    hers = f'href="/dashboard/customers/{profile.public_id}" data-go'
    place = f"inbox/{complaint.public_id}/"
    assert all(hers in get(owner, each).content.decode() for each in ("inbox/", place)), (
        "to her page, account or not"
    )
    taken = post(owner, f"{place}take/")
    assert taken.status_code == 200 and "Who has it</dt><dd>you</dd>" in text(taken)
    typed = {"text": "We are sorry.", "apology": "on", "send": "on", "seen": cases.version(complaint)}
    answered = post(owner, f"{place}answer/", typed)
    assert answered.status_code == 200 and 'data-notify="success"' in answered.content.decode()
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answer) == ("answered", "We are sorry.")
    assert profile.contacts.filter(kind="apology").count() == 1
    assert "We are sorry." in text(get(owner, place)) and text(get(owner, "inbox/open/")) == ""
    complaint = cases.of_public_id(complaint.public_id)
    assert complaint and "Closed" in text(post(owner, f"{place}close/", {"seen": cases.version(complaint)}))
    assert "Nobody waits for an answer" in text(get(owner, "inbox/"))
    assert "The cup was broken." in text(get(owner, "inbox/?show=ended"))
    promised = text(get(owner, "inbox/promises/"))
    assert "Kept: 2 of the 2 promises that came due." in promised


def test_late_is_said_in_words(shop: Any, owner: Asker, profile: Profile, now: datetime) -> None:
    tell.tell(profile.pk, kind="wish", source="page", text="Blue ones.", now=now - 4 * DAY)
    assert "days late" in text(get(owner, "inbox/"))
    assert "días de retraso" in text(get(owner, "inbox/", language="es"))
    assert 'class="late"' in get(owner, "inbox/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("?kind=complaint", True), ("?kind=wish", False), ("?whose=mine", False),
        ("?whose=nobody", True), ("?show=ended", False), ("?show=told&kind=complaint", True),
        ("?show=told", False),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(owner: Asker, complaint: FeedbackCase, query: str, found: bool) -> None:
    assert ("The cup was broken." in text(get(owner, f"inbox/{query}"))) is found


@pytest.mark.parametrize("query", ["show=nothing", "kind=nothing", "whose=hers", "after=x", "show=tasks&after=x",
                                   "after=2026-01-01~1"])  # fmt: skip
def test_an_address_that_names_no_list(owner: Asker, query: str) -> None:
    assert get(owner, f"inbox/?{query}").status_code == 404


def test_many_come_page_by_page(owner: Asker, profile: Profile, now: datetime) -> None:
    """Keyset: each once, in the order in which they are due."""
    for number in range(27):
        tell.tell(profile.pk, kind="wish", source="page", text=f"Wish {number:02}.", now=now + number * HOUR)
    for query in ("", "?show=told&kind=wish"):
        first = get(owner, f"inbox/{query}").content.decode()
        [more] = [
            part.split('"')[0]
            for part in first.replace("&amp;", "&").split('hx-get="')[1:]
            if "after=" in part
        ]
        second = get(owner, more.removeprefix("/dashboard/content/")).content.decode()
        seen = [number for number in range(27) if f"Wish {number:02}." in first]
        rest = [number for number in range(27) if f"Wish {number:02}." in second]
        assert sorted(seen + rest) == list(range(27)) and len(seen) == 25 and "after=" not in second


def test_two_answer_at_once(owner: Asker, complaint: FeedbackCase, profile: Profile, now: datetime) -> None:
    """The second is told; what was typed is kept, and what the first said stands above it. Likewise where the customer
    has said more."""
    seen = cases.version(complaint)
    tell.tell(profile.pk, kind="complaint", source="page", text="And the saucer!", now=now + HOUR,
              purchase_id=complaint.purchase_id)  # fmt: skip
    place = f"inbox/{complaint.public_id}/answer/"
    late = post(owner, place, {"text": "A new cup is on its way.", "seen": seen})
    assert late.status_code == 409 and "And the saucer!" in text(late)
    assert "A new cup is on its way.</textarea>" in text(late) and "changed meanwhile" in text(late)
    fresh = cases.of_public_id(complaint.public_id)
    assert fresh is not None and fresh.state == "open"
    assert post(owner, place, {"text": "All of it anew.", "seen": cases.version(fresh)}).status_code == 200
    again = post(owner, place, {"text": "Mine.", "seen": cases.version(fresh)})
    assert again.status_code == 409 and "All of it anew." in text(again) and "Mine.</textarea>" in text(again)


def test_no_words_no_answer(owner: Asker, complaint: FeedbackCase) -> None:
    """Said at its field; what was ticked stays ticked."""
    place = f"inbox/{complaint.public_id}/answer/"
    refused = post(owner, place, {"text": " ", "apology": "on", "seen": cases.version(complaint)})
    page = refused.content.decode()
    assert refused.status_code == 422 and 'aria-describedby="text-wrong"' in page
    assert 'name="apology" value="on" checked' in page and 'name="send" value="on" checked' not in page
    complaint.refresh_from_db()
    assert complaint.state == "open"


def test_what_is_drawn_anew_rests_on_what_was_read(
    owner: Asker, complaint: FeedbackCase, profile: Profile, now: datetime
) -> None:
    """A colleague answers; mine is refused for want of words. Typed then, it is another's case meanwhile, not mine to
    answer over theirs. The same of a remark."""
    place, seen = f"inbox/{complaint.public_id}/answer/", cases.version(complaint)
    assert post(owner, place, {"text": "Theirs.", "seen": seen}).status_code == 200
    wordless = post(owner, place, {"text": " ", "seen": seen})
    assert wordless.status_code == 422 and f'name="seen" value="{seen}"' in wordless.content.decode()
    assert post(owner, place, {"text": "Mine.", "seen": seen}).status_code == 409
    remark = remarks.say(profile, kind="note", now=now, words="I moved to Porto.")
    place = f"inbox/remarks/{remark.public_id}/answer/"
    assert post(owner, place, {"answer": "Theirs.", "seen": "none"}).status_code == 200
    wordless = post(owner, place, {"answer": " ", "seen": "none"})
    assert wordless.status_code == 422 and 'name="seen" value="none"' in wordless.content.decode()


def test_what_ended_meanwhile_is_said(owner: Asker, complaint: FeedbackCase, now: datetime) -> None:
    cases.close(complaint, "staff:9", now)
    refused = post(owner, f"inbox/{complaint.public_id}/take/")
    assert refused.status_code == 409 and "has ended" in text(refused)


def test_who_may(shop: Any, owner: Asker, reader: Asker, complaint: FeedbackCase) -> None:
    """Readers read, and are told what is missing; nobody else sees a word."""
    place = f"inbox/{complaint.public_id}/"
    page = text(get(reader, place))
    assert "The cup was broken." in page and "<form" not in page and "hx-post" not in page
    assert "MANAGE_RELATIONSHIPS" in page
    for each in ("take/", "answer/", "close/"):
        assert post(reader, f"{place}{each}", {"text": "x"}).status_code == 403
    mallory = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    for asker, status in ((None, 401), (mallory, 403)):
        for each in ("", "open/", "promises/", "more/", f"{complaint.public_id}/"):
            answer = get(asker, f"inbox/{each}")
            assert answer.status_code == status and "cup" not in text(answer)
    complaint.refresh_from_db()
    assert complaint.state == "open"


def test_nothing_that_customers_type_is_markup(
    owner: Asker, profile: Profile, complaint: FeedbackCase, now: datetime
) -> None:
    """In the list, in the case, beside their data, in what was typed and refused."""
    tell.tell(profile.pk, kind="wish", source="page", text=CANARY, now=now)
    tell.tell(profile.pk, kind="reason", source="page", text=CANARY, now=now)
    case = FeedbackCase.objects.get(kind="wish")
    remark = remarks.say(profile, kind="note", now=now, words=CANARY)
    Profile.objects.filter(pk=profile.pk).update(first_name=CANARY)
    for place in ("inbox/", "inbox/?show=told&kind=wish", "inbox/?show=told&kind=reason", "inbox/?show=remarks",
                  f"inbox/{case.public_id}/", f"inbox/remarks/{remark.public_id}/"):  # fmt: skip
        assert harmless(get(owner, place)), place
    for place, field in (
        (f"inbox/{case.public_id}/answer/", "text"), (f"inbox/remarks/{remark.public_id}/answer/", "answer"),
    ):  # fmt: skip
        refused = post(owner, place, {field: CANARY, "seen": "another"})
        assert refused.status_code == 409 and harmless(refused)
    cases.answer(case, text=CANARY, apology=False, by="staff:9", now=now)
    assert harmless(get(owner, f"inbox/{case.public_id}/"))


def test_that_is_wrong_is_answered(owner: Asker, profile: Profile, now: datetime) -> None:
    """It waits in the count, is answered, and stands on her page; a second colleague is told."""
    remark = remarks.say(profile, kind="note", now=now, words="I moved to Porto.")
    assert "<span" in text(get(owner, "inbox/open/"))
    assert "I moved to Porto." in text(get(owner, "inbox/?show=remarks"))
    hers = f'href="/dashboard/customers/{profile.public_id}" data-go'
    assert hers in get(owner, f"inbox/remarks/{remark.public_id}/").content.decode()
    place = f"inbox/remarks/{remark.public_id}/answer/"
    assert post(owner, place, {"answer": "", "seen": "none"}).status_code == 422
    assert post(owner, place, {"answer": "Thank you.", "seen": "none"}).status_code == 200
    again = post(owner, place, {"answer": "Thanks!", "seen": "none"})
    assert again.status_code == 409 and "Thanks!</textarea>" in text(again)
    assert Remark.objects.get().answer == "Thank you." and text(get(owner, "inbox/open/")) == ""


def test_a_promised_call_is_taken_and_done(shop: Any, owner: Asker, reader: Asker, now: datetime) -> None:
    due(campaign(now, discount="", value=None, rungs=(CALL,)), now, "Ana")
    assert send.send_due(now=now + DAY).sent == 1
    task = StaffTask.objects.get()
    page = text(get(owner, "inbox/?show=tasks"))
    assert (
        "Call them" in page and "Take it" in page and "Take it" not in text(get(reader, "inbox/?show=tasks"))
    )
    assert "you" in text(post(owner, f"inbox/tasks/{task.public_id}/take/"))
    assert "the promise is kept" in text(post(owner, f"inbox/tasks/{task.public_id}/done/"))
    task.refresh_from_db()
    assert (task.state, task.ended_by) == ("done", task.owner)
    refused = post(owner, f"inbox/tasks/{task.public_id}/take/")
    assert refused.status_code == 409 and "has ended" in text(refused)
    assert post(reader, f"inbox/tasks/{task.public_id}/done/").status_code == 403


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(
    shop: Any, owner: Asker, profile: Profile, complaint: FeedbackCase, now: datetime, language: str
) -> None:
    orders = Purchase.objects.filter(profile=profile).order_by("-placed_at")
    tell.tell(profile.pk, kind="rating", stars=1, source="page", now=now - 5 * DAY, purchase_id=orders[1].pk,
              text="It came four days late and the box was open. I had bought it for my mother's birthday, and so"
              " there was nothing to give her. I would have liked a word from you at least.")  # fmt: skip
    tell.tell(profile.pk, kind="wish", source="storefront", text="Have it in blue.", now=now)
    tell.tell(profile.pk, kind="reason", reason="too_often", source="page", now=now)
    remark = remarks.say(profile, kind="note", now=now, words="I moved to Porto.")
    case = FeedbackCase.objects.get(kind="rating")
    cases.answer(case, text="We are sorry.\nA new one is on its way.", apology=True, by="staff:9", now=now)
    promised = content(owner, "inbox/promises/", language=language)
    listed = filled(owner, "inbox/", language=language)
    listed = listed.replace('<p class="muted">One moment…</p>', promised).replace(
        '<p class="muted">Un momento…</p>', promised
    )
    found = {
        "inbox": listed,
        "inbox-remarks": filled(owner, "inbox/?show=remarks", language=language),
        "case-answered": filled(owner, f"inbox/{case.public_id}/", language=language),
        "remark": filled(owner, f"inbox/remarks/{remark.public_id}/", language=language),
    }
    assert faults({f"{name}-{language}": page for name, page in found.items()}, language=language) == {}


def test_a_remark_about_an_order_is_corrected_from_the_inbox(shop: Any, owner: Asker, now: datetime) -> None:
    """One button beside the answer; it is offered as long as it does not hold."""
    ana = person("Ana", days_ago=[40, 10])
    entry = name("purchase", Purchase.objects.filter(profile=ana).latest("placed_at").pk)
    said = remarks.say(ana, kind="correction", entry=entry, right="not_mine", words="My son did.", now=now)
    place = f"inbox/remarks/{said.public_id}/"
    assert 'name="correct"' in get(owner, place).content.decode()
    done = post(owner, f"{place}answer/", {"seen": "none", "answer": "So it is.", "correct": "yes"})
    assert "Corrected, and answered on their page." in text(done) and "So it is." in text(done)
    assert 'name="correct"' not in done.content.decode()
    assert Purchase.objects.filter(state="not_mine", profile=ana).count() == 1
