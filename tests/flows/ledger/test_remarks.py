"""What people say of an entry of their ledger, and what staff answer."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.ledger import leaving, ledger, remarks
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.models import LeaveReason, Profile, Remark
from tests.support.leak import tables_with
from tests.support.people import person


@pytest.fixture
def ana(db: Any, shop: Any) -> Profile:
    """She bought twice."""
    return person("Ana", days_ago=[40, 10])


def entry(whose: Profile, now: Any, kind: str) -> str:
    return next(
        one.name
        for part in ledger.of(whose, now).sections
        for one in part.entries
        if one.name.startswith(kind)
    )


def test_that_is_wrong_and_its_answer(ana: Profile, now: Any) -> None:
    """An order was a gift, she says; it waits for staff with the words that she read; the answer is hers to read."""
    about = entry(ana, now, "purchase")
    said = remarks.say(ana, kind="correction", now=now, entry=about, right="gift", words="For my sister.")
    assert (said.told[:6], said.right, said.words) == ("An ord", "gift", "For my sister.")
    [waits] = remarks.page(first=10, state="open").remarks
    assert waits == said
    remarks.answer(said.public_id, words="Noted, thank you.", by="staff:3", now=now + timedelta(hours=2))
    assert remarks.page(first=10, state="open").remarks == []
    [read] = remarks.of(ana)
    assert (read.answer, read.answered_by) == ("Noted, thank you.", "staff:3")


def test_of_nobody_elses_entry(ana: Profile, now: Any) -> None:
    """Bea names an entry of Ana's: to her there is no such entry, and nothing is kept."""
    bea, about = person("Bea", days_ago=[5]), entry(ana, now, "purchase")
    with pytest.raises(BadInput) as refused:
        remarks.say(bea, kind="wrong", now=now, entry=about)
    assert (refused.value.field, refused.value.code) == ("entry", "NOT_FOUND")
    said = remarks.say(ana, kind="wrong", now=now, entry=about)
    assert not remarks.take_back(bea, said.public_id)
    assert Remark.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "praise"}, "kind"), ({"kind": "wrong"}, "entry"), ({"kind": "note", "words": "  "}, "words"),
        ({"kind": "note", "words": "x" * 2001}, "words"), ({"kind": "note", "words": "a\u202eb"}, "words"),
        ({"kind": "wrong", "entry": "purchase-0000000000000000"}, "entry"),
        ({"kind": "correction", "entry": "email", "right": "gift"}, "right"),
        ({"kind": "correction", "entry": "purchase", "right": "stolen"}, "right"),
        ({"kind": "correction", "entry": "purchase"}, "words"),
    ],
)  # fmt: skip
def test_what_cannot_be_said(ana: Profile, now: Any, given: dict[str, str], field: str) -> None:
    """Each refused with its field, and nothing is kept."""
    if given.get("entry") in ("email", "purchase"):
        given = {**given, "entry": entry(ana, now, given["entry"])}
    with pytest.raises(BadInput) as refused:
        remarks.say(ana, now=now, **given)
    assert refused.value.field == field
    assert not Remark.objects.exists()


def test_twice_is_once_and_enough_is_enough(ana: Profile, now: Any) -> None:
    """A page loaded anew says the same again; and whoever floods us waits for answers."""
    first = remarks.say(ana, kind="note", now=now, words="I like tea.")
    assert remarks.say(ana, kind="note", now=now + timedelta(minutes=1), words="I like tea.") == first
    for n in range(remarks.MOST_OPEN - 1):
        remarks.say(ana, kind="note", now=now, words=f"And {n}.")
    with pytest.raises(Refused):
        remarks.say(ana, kind="note", now=now, words="One more.")
    remarks.answer(first.public_id, words="So do we.", by="staff:3", now=now)
    remarks.say(ana, kind="note", now=now, words="One more.")


def test_taken_back(ana: Profile, now: Any) -> None:
    """As if it had not been said; but not once it was answered."""
    said = remarks.say(ana, kind="note", now=now, words="Oh.")
    assert remarks.take_back(ana, said.public_id) and not remarks.take_back(ana, said.public_id)
    again = remarks.say(ana, kind="note", now=now, words="Oh.")
    remarks.answer(again.public_id, words="Ah.", by="staff:3", now=now)
    assert not remarks.take_back(ana, again.public_id) and Remark.objects.count() == 1


def test_why_they_left_is_asked_once(ana: Profile, now: Any) -> None:
    """She says it, and neither a second answer nor a second leaving asks or changes anything."""
    assert leaving.ask(ana, now) and not leaving.ask(ana, now + timedelta(days=400))
    assert leaving.say(ana, "too_many", now) and not leaving.say(ana, "other", now)
    assert leaving.reasons() == {"too_many": 1}
    with pytest.raises(BadInput):
        leaving.say(ana, "spite", now)


def test_a_merge_takes_them_along_and_forgetting_ends_them(ana: Profile, now: Any) -> None:
    """What Ana said as a guest is the account's; both were asked why they left, and stay asked; undone, all is as
    before; forgotten, nothing of it stands anywhere."""
    remarks.say(ana, kind="note", now=now, words="Zanzibar")
    account = person("Anna", days_ago=[3])
    leaving.ask(ana, now)
    leaving.ask(account, now)
    done = merge.merge(ana.pk, account.pk, cause="vouched", now=now)
    assert [one.words for one in remarks.of(account)] == ["Zanzibar"] and LeaveReason.objects.count() == 2
    merge.undo(done, now=now)
    assert [one.words for one in remarks.of(ana)] == ["Zanzibar"]
    merge.merge(ana.pk, account.pk, cause="staff", now=now)
    forget.forget(account, now=now)
    assert tables_with(["zanzibar"]) == {"zanzibar": []} and not LeaveReason.objects.exists()
