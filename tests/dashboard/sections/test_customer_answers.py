"""What a customer told, answered on their page; what colleagues wrote there."""

import re
from datetime import datetime

import pytest

from saleor_relacional.flows.contact import labels, staff_notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.models import (
    FeedbackCase,
    Profile,
    ServiceMessage,
)
from tests.api.asking import Asker
from tests.dashboard.sections.test_customer import do, page, zenobia
from tests.support.campaign_stories import late
from tests.support.people import person

__all__ = ["zenobia"]

pytestmark = pytest.mark.django_db


def hidden(text: str, name: str, near: str) -> str:
    """A hidden value of the form that stands there."""
    return re.findall(rf'{near}.*?name="{name}" value="([^"]*)"', text, re.DOTALL)[0]


def test_what_they_told_is_answered(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """By mail and on their page; of nobody else's case or remark."""
    told = tell.tell(zenobia.pk, kind="complaint", text="Cold tea", source="page", now=now)
    text = page(zenobia, owner)
    assert "They wait for an answer" in text and "Answer what they told you" in text
    other = late("Bea", now)
    case = FeedbackCase.objects.get(pk=told.case_id)
    given = {"case": str(case.public_id), "seen": hidden(text, "seen", "They wait for")}
    assert do(other, "answer", owner, **given, text="Hm").status_code == 422
    refused = do(zenobia, "answer", owner, **given, text="", apology="on")
    assert refused.status_code == 422 and 'name="apology" checked' in refused.content.decode()
    do(zenobia, "answer", owner, **given, text="A new one is on its way.", apology="on")
    case.refresh_from_db()
    assert case.state == "answered" and "They wait for an answer" not in page(zenobia, owner)
    remark = remarks.say(zenobia, kind="note", words="I moved", now=now)
    about = {"remark": str(remark.public_id), "seen": "none"}
    assert do(other, "remark", owner, **about, text="Hm").status_code == 422
    do(zenobia, "remark", owner, **about, text="Thanks")
    assert "Answered: Thanks" in page(zenobia, owner)


def test_what_is_answered_stands_beside_the_answer(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """The latest words, the way to all of them; a mail leaves unless its writer says that they told them already."""
    tell.tell(zenobia.pk, kind="complaint", text="Cold tea", source="page", now=now)
    text, case = page(zenobia, owner), FeedbackCase.objects.get()
    form = text.partition("They wait for an answer")[2].partition("</form>")[0]
    assert "<blockquote>Cold tea" in form and f'inbox/{case.public_id}" data-go' in form
    assert 'name="send" value="on" checked' in form
    given = {"case": str(case.public_id), "seen": hidden(text, "seen", "They wait for")}
    mails = ServiceMessage.objects.count()
    told = do(zenobia, "answer", owner, **given, text="As I said on the phone").content.decode()
    assert "It stands on their page." in told and ServiceMessage.objects.count() == mails
    tell.tell(zenobia.pk, kind="complaint", text="Cold again", source="page", now=now)
    text = page(zenobia, owner)
    given = {
        "case": hidden(text, "case", "They wait for"), "seen": hidden(text, "seen", "They wait for"),
        "send": "on",
    }  # fmt: skip
    told = do(zenobia, "answer", owner, **given, text="A new one is on its way.").content.decode()
    assert "a mail leaves" in told and ServiceMessage.objects.count() == mails + 1


def test_two_who_answer_at_once_are_told(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """One answer, one mail: the later one reads the first, keeps what they typed, and may still answer again."""
    told = tell.tell(zenobia.pk, kind="complaint", text="Cold tea", source="page", now=now)
    remark = remarks.say(zenobia, kind="note", words="I moved", now=now)
    text, case = page(zenobia, owner), FeedbackCase.objects.get(pk=told.case_id)
    given = {"case": str(case.public_id), "seen": hidden(text, "seen", "They wait for")}
    about = {"remark": str(remark.public_id), "seen": hidden(text, "seen", "I moved")}
    do(zenobia, "answer", owner, **given, text="Sorry!")
    mails = ServiceMessage.objects.count()
    late_one = do(zenobia, "answer", owner, **given, text="Send it back", apology="on")
    said = late_one.content.decode()
    assert late_one.status_code == 409 and "Answered meanwhile" in said and "“Sorry!”" in said
    assert "Send it back</textarea>" in said and 'name="apology" checked' in said
    case.refresh_from_db()
    assert case.answer == "Sorry!" and ServiceMessage.objects.count() == mails
    again = {**given, "seen": hidden(said, "seen", "Answered meanwhile")}
    assert do(zenobia, "answer", owner, **again, text="Send it back").status_code == 200
    do(zenobia, "remark", owner, **about, text="Thanks")
    late_one = do(zenobia, "remark", owner, **about, text="Where to?")
    assert late_one.status_code == 409 and "Where to?</textarea>" in late_one.content.decode()
    assert "Answered: Thanks" in late_one.content.decode()
    without = do(zenobia, "remark", owner, remark=str(remark.public_id), text="Hm")
    assert without.status_code == 409, "who does not say what they read is told, too"


def test_a_refused_answer_stays_in_its_own_form(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """With a case that waits and two remarks: in none of the others."""
    tell.tell(zenobia.pk, kind="complaint", text="Cold tea", source="page", now=now)
    ones = [remarks.say(zenobia, kind="note", words=words, now=now) for words in ("I moved", "I was ill")]
    told = do(zenobia, "remark", owner, remark=str(ones[0].public_id), seen="none", text="x" * 2001)
    said = told.content.decode()
    assert told.status_code == 422 and said.count("x" * 2001) == 1 and said.count('aria-invalid="true"') == 1
    assert "x" * 2001 in said.partition(f'value="{ones[0].public_id}"')[2].partition("</form>")[0]


def test_labels_and_notes_of_colleagues(zenobia: Profile, owner: Asker, reader: Asker) -> None:
    """Whoever wrote them, here or from the shop's own list, they are read here, added to and taken away; of nobody
    else; what cannot be stays as it was typed."""
    do(zenobia, "label", owner, labels="VIP, Press \"A'")
    do(zenobia, "staff-note", owner, text="Rang about <oak>.\nCall in May.")
    text = page(zenobia, reader)
    assert "VIP" in text and "Rang about &lt;oak&gt;.<br>Call in May." in text and "hx-post" not in text
    assert "you</small>" in page(zenobia, owner) and "Etiquetas y notas" in page(zenobia, owner, "es")
    refused = do(zenobia, "label", owner, labels="x" * 41)
    assert refused.status_code == 422 and "x" * 41 in refused.content.decode()
    assert do(zenobia, "label", owner, labels=" , ").status_code == 422
    assert do(zenobia, "staff-note", owner, text=" ").status_code == 422
    do(zenobia, "label", owner, remove="Press \"A'")
    assert [one.name for one in labels.of([zenobia.pk])[zenobia.pk]] == ["VIP"]
    [note], bea = staff_notes.of(zenobia.pk), person("Bea")
    for other in (str(note.public_id), "nonsense", ""):
        assert do(bea, "staff-note/remove", owner, note=other).status_code in (404, 422)
    assert staff_notes.of(zenobia.pk)
    do(zenobia, "staff-note/remove", owner, note=str(note.public_id))
    assert not staff_notes.of(zenobia.pk)
