"""Contacts are booked once, in both arms, and only where the budget has room."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from saleor_relacional import conf
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.contact import booking, notes
from saleor_relacional.flows.contact.booking import Booking
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.models import Contact, Enrolment, Profile
from saleor_relacional.rules.contact.policy import DEFAULT, ContactPolicy
from tests.support import lock_order
from tests.support.campaign_stories import one_step
from tests.support.concurrency import at_once
from tests.support.instants import DAY, NOON
from tests.support.people import person


def started(profile: Profile, arm: str = "treated", name: str = "Win back") -> tuple[Enrolment, int]:
    """Somebody who has started in a campaign of their own, and its step."""
    campaign = campaigns.create(
        name=name, now=NOON, salt=b"a salt of sixteen", terms=one_step(control_share=Decimal("0.5"))
    )
    version = campaign.versions.get()
    enrolment = Enrolment.objects.create(
        campaign=campaign, version=version, profile=profile, cycle="2026", arm=arm, state="started",
        stage="lapsed", considered_at=NOON, started_at=NOON, window_ends_at=NOON + 30 * DAY,
    )  # fmt: skip
    return enrolment, version.steps.get().pk


def of(
    enrolment: Enrolment,
    step: int,
    at: datetime = NOON,
    *,
    commercial: bool = True,
    policy: ContactPolicy = DEFAULT,
) -> Booking:
    return Booking(
        profile_id=enrolment.profile_id or 0, enrolment_id=enrolment.pk, step_id=step, at=at,
        commercial=commercial, policy=policy,
    )  # fmt: skip


def book(bookings: Sequence[Booking]) -> set[tuple[int, int]]:
    with lock_order.in_order():
        return booking.book(bookings, NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("arm", ["treated", "control"])
def test_a_step_is_booked_once_whichever_its_arm(arm: str) -> None:
    """Booked again, also for another moment, it stays what it was."""
    enrolment, step = started(person(), arm)
    assert book([of(enrolment, step)]) == {(enrolment.pk, step)}
    assert book([of(enrolment, step, NOON + DAY)]) == {(enrolment.pk, step)}
    kept = Contact.objects.get()
    assert (kept.kind, kept.at, kept.commercial, kept.sent_at) == ("message", NOON, True, None)


@pytest.mark.django_db
def test_what_the_caps_do_not_allow_is_not_booked() -> None:
    """Not by two campaigns in one week, nor by a campaign after staff wrote; a service message is no matter."""
    ana = person()
    one, two = started(ana), started(ana, name="Replenish")
    assert book([of(*one)]) == {(one[0].pk, one[1])}
    assert book([of(*two, NOON + 6 * DAY)]) == set()
    assert book([of(*two, NOON + 7 * DAY)]) == {(two[0].pk, two[1])}
    leo = person("Leo")
    notes.note(leo.pk, kind="staff", at=NOON - 3 * DAY, now=NOON, commercial=True)
    three, four = started(leo, name="Third"), started(leo, name="Fourth")
    assert book([of(*three)]) == set()
    assert book([of(*four, commercial=False)]) == {(four[0].pk, four[1])}


@pytest.mark.django_db
def test_the_cap_of_a_month_counts_what_the_week_has_forgotten() -> None:
    ana = person()
    for days in (8, 16, 25):
        notes.note(ana.pk, kind="staff", at=NOON - days * DAY, now=NOON, commercial=True)
    one = started(ana)
    assert book([of(*one)]) == set()
    assert book([of(*one, NOON + 5 * DAY)]) == {(one[0].pk, one[1])}


@pytest.mark.django_db(transaction=True)
def test_two_plans_at_once_book_one_message_of_one_person() -> None:
    """Eight campaigns want Ana in eight processes: one is booked, whichever comes first."""
    ana = person()
    wanted = [started(ana, name=f"Campaign {number}") for number in range(8)]

    def one(want: Any) -> Any:
        return lambda: booking.book([of(*want)], NOON)

    found = at_once(*(one(want) for want in wanted))
    assert sorted(map(len, found)) == [0] * 7 + [1]
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_what_was_sent_is_said_once() -> None:
    """The moment of the first hand-over stays; of the control group nothing is ever sent."""
    treated, held = started(person()), started(person("Leo"), "control", "Other")
    book([of(*treated), of(*held)])
    sent = [(treated[0].pk, treated[1], NOON + DAY)]
    assert booking.mark_sent(sent) == 1
    assert booking.mark_sent([(treated[0].pk, treated[1], NOON + 2 * DAY)]) == 0
    assert booking.mark_sent([]) == 0
    assert sorted(Contact.objects.values_list("enrolment_id", "sent_at")) == [
        (treated[0].pk, NOON + DAY), (held[0].pk, None),
    ]  # fmt: skip


@pytest.mark.django_db
def test_nothing_is_booked_for_somebody_who_is_gone() -> None:
    enrolment, step = started(ana := person())
    wanted = of(enrolment, step)
    forget.forget(ana, now=NOON)
    assert book([wanted]) == set() and not Contact.objects.exists()


@pytest.mark.django_db
def test_contacts_go_with_the_person() -> None:
    """Merged they count for the survivor, and go back when it is undone; forgotten nothing of them is left."""
    guest, ana = person("Guest", email="g@shop.example"), person()
    one = started(guest)
    book([of(*one)])
    notes.note(guest.pk, kind="complaint", at=NOON, now=NOON)
    done = merge.merge(guest.pk, ana.pk, cause="test", now=NOON)
    assert list(Contact.objects.values_list("profile_id", flat=True)) == [ana.pk] * 2
    merge.undo(done, now=NOON)
    assert list(Contact.objects.values_list("profile_id", flat=True)) == [guest.pk] * 2
    forget.forget(guest, now=NOON)
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_a_declared_zone_goes_along_with_a_merge() -> None:
    """What a guest declared beats what was derived for the account."""
    guest = person("Guest", email="g@shop.example", time_zone="Asia/Tokyo", time_zone_declared=True)
    ana = person(time_zone="Europe/Madrid")
    merge.merge(guest.pk, ana.pk, cause="test", now=NOON)
    ana.refresh_from_db()
    assert (ana.time_zone, ana.time_zone_declared) == ("Asia/Tokyo", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "message"}, {"kind": "complaint", "commercial": True}, {"kind": "rating"},
        {"kind": "rating", "stars": 6}, {"kind": "answer", "stars": 3}, {"kind": "staff", "sent_at": NOON},
    ],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    """A message without its step, a complaint that sells, stars out of their place."""
    ana = person()
    with pytest.raises(IntegrityError), transaction.atomic(using=conf.database()):
        Contact.objects.create(profile=ana, at=NOON, recorded_at=NOON, **wrong)
