"""Staff answer by a clock; an apology comes before any offer, and nothing else that they do ends the silence."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.contact import booking, contact_policy, standing
from saleor_relacional.flows.feedback import cases, promises, tell
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Contact, FeedbackCase, Incentive, Profile, StaffTask, Touch
from saleor_relacional.rules.contact.trust import TrustLevel
from tests.support import lock_order
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY, NOON
from tests.support.mailing import campaign, due, promise_of
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
STAFF = "staff:7"


def complaint(profile: Profile, at: datetime = NOON, **more: Any) -> FeedbackCase:
    said = {"kind": "complaint", "text": "It came broken.", "source": "page", "now": at, **more}
    case = tell.tell(profile.pk, **said).case
    assert case is not None
    return case


def stands(profile: Profile, now: datetime) -> standing.Standing:
    return standing.standing([profile.pk], now, contact_policy.current())[profile.pk]


def test_an_answer_is_kept_and_leaves_as_a_mail(shop: Any, now: datetime) -> None:
    """Taken, then answered: the customer reads it line by line, in a mail without an offer; and on their page."""
    open_shop(now)
    ana = person("Ana", channel="eur")
    case = complaint(ana, now)
    with lock_order.in_order():
        taken = cases.take(case, STAFF, now + HOUR)
    assert (taken.state, taken.owner, taken.seen_at) == ("seen", STAFF, now + HOUR)
    with lock_order.in_order():
        done = cases.answer(
            taken,
            text="We are sorry.\n\nA new one <b>leaves</b> today.",
            apology=True,
            by=STAFF,
            now=now + 2 * HOUR,
        )
    assert (done.state, done.answered_at, done.answered_by) == ("answered", now + 2 * HOUR, STAFF)
    send.send_due(now=now + 3 * HOUR)
    [sent] = mail.outbox
    assert sent.subject == "An answer from " + sent.subject.removeprefix("An answer from ")
    assert "We are sorry.\n\nA new one <b>leaves</b> today." in sent.body
    assert "&lt;b&gt;leaves" in sent.alternatives[0][0] and "It came broken." not in sent.body


@pytest.mark.parametrize(("apology", "silent"), [(True, False), (False, True)])
def test_an_apology_alone_ends_the_silence(apology: bool, silent: bool) -> None:
    """An answer without one leaves the days of the contact policy, and no offer comes even after them."""
    ana = person()
    buys(ana, NOON - 90 * DAY)
    cases.answer(complaint(ana), text="We see.", apology=apology, by=STAFF, now=NOON + HOUR, send=False)
    assert (stands(ana, NOON + 2 * HOUR).silent_until is not None) is silent
    later = stands(ana, NOON + 60 * DAY)
    assert later.silent_until is None or later.silent_until < NOON + 60 * DAY
    assert later.level == (TrustLevel.CONTENT if silent else TrustLevel.OFFERS)


def test_nothing_is_sold_while_nobody_has_answered() -> None:
    """However many days the contact policy says. A closed case leaves those days, and offers wait for an apology."""
    ana = person()
    buys(ana, NOON - 90 * DAY)
    case = complaint(ana)
    much_later = NOON + 200 * DAY
    assert stands(ana, much_later).silent_until == much_later + DAY
    cases.close(case, STAFF, much_later)
    after = stands(ana, much_later)
    assert after.silent_until is None or after.silent_until < much_later
    assert after.level == TrustLevel.CONTENT
    booking.apologised(ana.pk, much_later + HOUR)
    assert stands(ana, much_later + DAY).level == TrustLevel.OFFERS


def test_no_offer_leaves_before_the_apology(shop: Any, now: datetime) -> None:
    """The campaign wants Ana, who complained: it starts her once somebody has said sorry, not before."""
    open_shop(now)
    offering = win_back(now, control_share="0", discount="percentage", value=10)
    ana = late("Ana", now)
    case = complaint(ana, now)
    plan.consider(offering, now)
    assert not Touch.objects.exists() and not Incentive.objects.exists()
    cases.answer(case, text="We are sorry.", apology=True, by=STAFF, now=now + HOUR, send=False)
    plan.consider(offering, now + 2 * HOUR)
    assert Touch.objects.get().state == "queued"


def test_a_reply_silences_until_it_is_seen() -> None:
    ana = person()
    case = tell.tell(ana.pk, kind="answer", text="Blue ones?", source="staff", now=NOON).case
    assert case is not None and stands(ana, NOON + 9 * DAY).silent_until == NOON + 10 * DAY
    cases.take(case, STAFF, NOON + 9 * DAY)
    assert stands(ana, NOON + 9 * DAY).silent_until is None


def test_what_has_ended_stays_ended() -> None:
    """Nobody takes what was answered, or answers what was closed; closing twice is once; no words, no answer."""
    case = complaint(person())
    with pytest.raises(BadInput):
        cases.answer(case, text=" ", apology=True, by=STAFF, now=NOON)
    answered = cases.answer(case, text="Sorry.", apology=True, by=STAFF, now=NOON, send=False)
    with pytest.raises(Refused):
        cases.take(answered, "staff:8", NOON)
    again = cases.answer(answered, text="Sorry!", apology=True, by="staff:8", now=NOON + HOUR, send=False)
    assert (again.answered_at, again.answered_by, again.answer) == (NOON, "staff:8", "Sorry!")
    closed = cases.close(again, STAFF, NOON + DAY)
    assert cases.close(closed, "staff:8", NOON + 2 * DAY).closed_by == STAFF
    with pytest.raises(Refused):
        cases.answer(closed, text="Sorry.", apology=True, by=STAFF, now=NOON, send=False)


def test_the_inbox_begins_with_what_is_overdue() -> None:
    """Page by page, none twice, none left out, though somebody answers one in between."""
    told = [complaint(person(f"P{number}"), NOON - number * HOUR, text=f"{number}") for number in range(5)]
    first = cases.page(waiting=True, first=2, after=None)
    assert [one.pk for one in first.cases] == [told[4].pk, told[3].pk] and first.more
    cases.close(told[4], STAFF, NOON)
    last = first.cases[-1]
    rest = cases.page(waiting=True, first=9, after=(last.due_at, last.pk))
    assert [one.pk for one in rest.cases] == [told[2].pk, told[1].pk, told[0].pk] and not rest.more
    assert [one.pk for one in cases.page(waiting=False, first=9, after=None).cases] == [told[4].pk]
    assert cases.overdue(NOON + 22 * HOUR) == 1 and cases.count(waiting=True) == 4


def kept(profile: Profile, now: datetime) -> list[tuple[str, str]]:
    return [(one.kind.value, one.state.value) for one in promises.of(profile.pk, now)]


def test_promises_end_kept_or_broken_by_their_time() -> None:
    """Ana is answered in time and gets no apology; Bea gets one, and her answer a day too late; Cleo waits."""
    ana, bea, cleo = person("Ana"), person("Bea"), person("Cleo")
    first, second = complaint(ana), complaint(bea)
    complaint(cleo, NOON + 4 * DAY)
    cases.answer(first, text="We see.", apology=False, by=STAFF, now=NOON + HOUR, send=False)
    cases.answer(second, text="Sorry.", apology=True, by=STAFF, now=NOON + 30 * HOUR, send=False)
    now = NOON + 4 * DAY + HOUR
    assert kept(ana, now) == [("apology", "broken"), ("answer", "kept")]
    assert kept(bea, now) == [("apology", "kept"), ("answer", "broken")]
    assert kept(cleo, now) == [("apology", "open"), ("answer", "open")]
    told = {(month.kind.value, month.kept, month.broken, month.open) for month in promises.per_month(1, now)}
    assert told == {("answer", 1, 1, 1), ("apology", 1, 1, 1)}


def test_what_the_customer_took_back_is_no_promise() -> None:
    """One star becomes five before anybody answered."""
    ana = person()
    order = buys(ana, NOON - 9 * DAY)
    for stars in (1, 5):
        tell.tell(ana.pk, kind="rating", stars=stars, purchase_id=order.pk, source="page", now=NOON)
    assert kept(ana, NOON + 9 * DAY) == []


def test_an_offer_is_a_promise(shop: Any, now: datetime) -> None:
    """Ana's stood until its last day; Bea's was withdrawn after she had been told of it."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    assert kept(ana, now) == []  # she has not been told yet
    send.send_due(now=now)
    assert kept(ana, now) == [("offer", "open")]
    Incentive.objects.filter(pk=promise_of(bea).pk).update(state="withdrawn", ended_at=now + DAY)
    incentive.expire(now + 40 * DAY)
    assert kept(ana, now + 40 * DAY) == [("offer", "kept")] and kept(bea, now + 40 * DAY) == [
        ("offer", "broken")
    ]


@pytest.mark.parametrize(
    ("state", "ended", "told"),
    [
        ("done", NOON, "kept"),
        ("done", NOON + 3 * DAY, "broken"),
        ("open", None, "broken"),
        ("stopped", NOON, None),
    ],
)
def test_a_task_of_staff_is_a_promise(
    shop: Any, now: datetime, state: str, ended: datetime | None, told: str | None
) -> None:
    [ana] = due(campaign(now), now, "Ana")
    touch = Touch.objects.get()
    StaffTask.objects.create(
        profile=ana, enrolment=touch.enrolment, rung=touch.step.rungs.get(), kind="call", state=state, made_at=NOON,
        due_at=NOON + 2 * DAY, ended_at=ended,
    )  # fmt: skip
    assert kept(ana, NOON + 5 * DAY) == ([("call", told)] if told else [])
    assert Contact.objects.count() == 1  # the campaign's own booking: counting promises writes nothing
