"""The ledger tells one person what we know, believe, sent, plan, offer, promised, and what they agreed to."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.feedback import cases, promises, tell
from saleor_relacional.flows.ledger import ledger
from saleor_relacional.flows.ledger.entries import MOST, SectionKind
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import CalendarEntry, Profile, StaffTask
from tests.support.asked import Asked
from tests.support.campaign_stories import customer, open_shop, scored, win_back
from tests.support.ledger_stories import known
from tests.support.people import buys


@pytest.fixture
def zenobia(shop: Any, now: Any) -> Profile:
    """Scored after all that happened to her."""
    person = known(now)
    score.score_stale(now=now)
    return person


def told(person: Profile, now: Any) -> dict[str, list[str]]:
    return {
        str(part.kind): [f"{one.title} {one.detail}".strip() for one in part.entries]
        for part in ledger.of(person, now).sections
    }


def test_all_of_it_in_words(zenobia: Profile, now: Any) -> None:
    """Every section holds what happened to her, in plain words."""
    parts = told(zenobia, now)
    assert list(parts) == [str(kind) for kind in SectionKind]
    assert "Your first name: Zenobia" in parts["know"]
    assert any("€31.50 Green tea. €4.00 went back to you." in one for one in parts["know"])
    assert any(one.startswith("You buy about every ") for one in parts["believe"])
    assert any(one.startswith("Your next order, if one comes, is likely") for one in parts["believe"])
    [wrote] = [one for one in parts["sent"] if one.startswith("A word because we had not seen you")]
    assert "You receive this because you last bought from us on" in wrote
    assert "You complained." in parts["sent"]
    [offer] = parts["offers"]
    assert offer.startswith("10% off Code ")
    assert parts["promised"] == ["10% off It can be used."]
    assert any(one.endswith("“Yes, write to me”") for one in parts["allowed"])


def test_half_a_minute(zenobia: Profile, now: Any) -> None:
    """The headline is at most six short sentences: no number but days, no word of ours."""
    headline = ledger.of(zenobia, now).headline
    assert 4 <= len(headline) <= 6 and max(map(len, headline)) < 110
    assert headline[0].endswith("orders, the last on " + headline[0].rpartition("on ")[2])
    assert headline[-1] == "We may write to you about offers and news."


def test_in_spanish(zenobia: Profile, now: Any) -> None:
    """Her language is that of the page, the day's names included."""
    with translation.override("es"):
        parts = told(zenobia, now)
    assert "Tu nombre: Zenobia" in parts["know"]
    [wrote] = [
        one for one in parts["sent"] if one.startswith("Unas palabras porque hacía tiempo que no te veíamos")
    ]
    assert "Recibes este correo porque" in wrote


def test_somebody_of_whom_we_know_nothing(shop: Any, now: Any) -> None:
    """An account that never bought: every section says so, none is missing."""
    bea = Profile.objects.create(created_at=now, email="bea@shop.example", email_key="bea@shop.example")
    found = ledger.of(bea, now)
    assert [part.summary for part in found.sections] == [
        "No order of yours.", "You have not bought from us yet.", "We have written you nothing of our own accord.",
        "Nothing for now.", "None at the moment.", "We have promised you nothing.",
        "Nothing allows us to write to you about offers and news.",
    ]  # fmt: skip


def test_who_is_held_out_learns_nothing_of_it(shop: Any, now: Any) -> None:
    """Half of them are in the control group: whoever of them reads their ledger finds no plan, no word of it and no
    message, since knowing would change what is measured."""
    open_shop(now, daily_capacity=100)
    running = win_back(now, control_share="0.5")
    people = [customer(f"Ana{n}", now) for n in range(12)]
    scored(now)
    plan.consider(running, now)
    held = [one for one in people if one.enrolments.get().arm == "control"]
    treated = [one for one in people if one not in held]
    assert held and treated
    for one in held:
        parts = told(one, now)
        assert parts["plan"] == [] and parts["sent"] == [] and "control" not in str(parts)
    assert all(told(one, now)["plan"] for one in treated)


def test_who_is_held_out_reads_no_calendar(shop: Any, now: Any) -> None:
    """The calendar of the coming days holds messages that would be held out: their people read nothing of them."""
    open_shop(now, daily_capacity=100)
    win_back(now, control_share="0.5")
    people = [customer(f"Ana{n}", now) for n in range(12)]
    scored(now)
    calendars.make(now, days=2)
    later = now - timedelta(hours=1)
    arms = {one.pk: CalendarEntry.objects.filter(profile=one).values_list("arm", flat=True) for one in people}
    assert {arm for found in arms.values() for arm in found} == {"treated", "control"}
    for one in people:
        coming = [each for each in told(one, later)["plan"] if "If nothing happens" in each]
        assert bool(coming) == ("treated" in arms[one.pk])


def test_a_name_stays(zenobia: Profile, now: Any) -> None:
    """The same entries have the same names in another language and a day later; no two share one; none tells a key."""
    first = [one.name for part in ledger.of(zenobia, now).sections for one in part.entries]
    with translation.override("es"):
        again = [
            one.name for part in ledger.of(zenobia, now + timedelta(days=1)).sections for one in part.entries
        ]
    assert set(again) >= {one for one in first if not one.startswith("offer")} - {
        one for one in first if one.startswith("calendar")
    }
    assert len(set(first)) == len(first)
    assert not any(one.endswith(f"-{zenobia.pk}") for one in first)


def test_only_the_latest_are_told(shop: Any, now: Any) -> None:
    """Sixty orders: twenty are told, and that there are forty more."""
    ana = Profile.objects.create(created_at=now, email="ana@shop.example", email_key="ana@shop.example")
    for n in range(60):
        buys(ana, now - timedelta(days=n + 1))
    know = ledger.of(ana, now).sections[0]
    assert sum(one.name.startswith("purchase") for one in know.entries) == MOST
    assert know.left_out == 40 and know.summary.startswith("60 orders")


def test_the_number_of_statements_is_constant(zenobia: Profile, now: Any) -> None:
    """However much there is to tell."""
    ledger.of(zenobia, now)
    with Asked() as few:
        ledger.of(zenobia, now)
    for n in range(30):
        buys(zenobia, now - timedelta(days=500 + n))
    with Asked() as many:
        ledger.of(zenobia, now)
    assert len(many.captured_queries) == len(few.captured_queries) < 60


def test_a_promise_of_staff(zenobia: Profile, now: Any) -> None:
    """A call that was promised: open, late, done in time, done too late. Each is said as it is."""
    enrolment = zenobia.enrolments.get()
    rung = enrolment.touches.get().step.rungs.first()
    task = StaffTask.objects.create(
        profile=zenobia, enrolment=enrolment, rung=rung, kind="call", state="open", made_at=now,
        due_at=now + timedelta(days=2),
    )  # fmt: skip

    def said(later: int) -> str:
        [one] = [
            one for one in told(zenobia, now + timedelta(days=later))["promised"] if one.startswith("A call")
        ]
        return one

    assert said(1).startswith("A call To be done by ")
    assert said(3).startswith("A call Not kept yet: promised by ")
    for days, words in ((1, "Kept: done on"), (5, "Late: done on")):
        StaffTask.objects.filter(pk=task.pk).update(state="done", ended_at=now + timedelta(days=days))
        assert words in said(6)


def test_an_answer_that_was_promised(zenobia: Profile, now: Any) -> None:
    """Told as the owner's count has it: an answer and an apology for a complaint; a case that was closed without an
    answer is no promise kept; a wish is promised nothing."""

    def said(at: Any) -> list[str]:
        found = sorted(one for one in told(zenobia, at)["promised"] if one.startswith("An a"))
        counted = [one for one in promises.of(zenobia.pk, at) if one.kind.value in ("answer", "apology")]
        assert len(found) == len(counted)
        return found

    tell.tell(zenobia.pk, kind="wish", text="More oak.", source="page", now=now)
    assert said(now) == []
    case = tell.tell(zenobia.pk, kind="complaint", text="Broken.", source="page", now=now).case
    assert case is not None
    answer, apology = said(now)
    assert answer.startswith("An answer to what you told us To be done by ")
    assert apology.startswith("An apology for what went wrong To be done by ")
    cases.close(case, by="staff:7", now=now)
    for days in (0, 9):
        assert all("It was not kept: promised by " in one for one in said(now + timedelta(days=days)))
    other = tell.tell(zenobia.pk, kind="answer", text="Yes.", source="staff", now=now).case
    assert other is not None
    cases.answer(other, text="Thank you.", apology=False, by="staff:7", now=now + timedelta(hours=1))
    assert any("Kept: done on " in one for one in said(now + timedelta(hours=2)))


def test_who_wants_nothing_concluded(zenobia: Profile, now: Any) -> None:
    """She objected to profiling: her ledger says so, and nothing is concluded for its sake either."""
    preferences.change(zenobia, now=now, source="customer", no_profiling=True)
    believe = ledger.of(zenobia, now).sections[1]
    assert (believe.summary, list(believe.entries)) == ("We conclude nothing about you, as you asked.", [])
    assert not any("rhythm" in one or "next order" in one for one in ledger.of(zenobia, now).headline)


def test_what_was_a_guests_is_the_accounts(zenobia: Profile, now: Any) -> None:
    """She opens an account: her ledger goes along."""
    account = Profile.objects.create(created_at=now, email=zenobia.email, email_key=zenobia.email_key)
    merge.merge(zenobia.pk, account.pk, cause="vouched", now=now)
    parts = told(account, now)
    assert any("Green tea" in one for one in parts["know"]) and "You complained." in parts["sent"]
    assert any(one.endswith("“Yes, write to me”") for one in parts["allowed"])
