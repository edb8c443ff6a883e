"""What customers tell is kept word for word; who is disappointed is left alone at once, and staff have a clock."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import translation

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import policy
from saleor_relacional.flows.contact import contact_policy, notes, standing
from saleor_relacional.flows.feedback import tell, told
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Contact, Feedback, FeedbackCase, Incentive, Profile, Touch
from tests.support import lock_order
from tests.support.instants import DAY, NOON
from tests.support.leak import tables_with
from tests.support.mailing import campaign, due, touch_of
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def silent_until(profile: Profile, now: datetime = NOON) -> datetime | None:
    return standing.standing([profile.pk], now, contact_policy.current())[profile.pk].silent_until


def leased(state: str, now: datetime) -> None:
    """All touches are in this state; a sender holds those that somebody can hold."""
    held = state in ("claimed", "handing_over")
    token, until = (uuid4(), now + HOUR) if held else (None, None)
    Touch.objects.update(state=state, claim_token=token, lease_until=until)


def test_two_stars_begin_a_silence_and_a_clock() -> None:
    """Ana's order was not what she hoped for: staff have a day to answer."""
    ana = person()
    order = buys(ana, NOON - 9 * DAY)
    with lock_order.in_order():
        tell.tell(ana.pk, kind="rating", stars=2, purchase_id=order.pk, source="page", now=NOON)
    [case] = FeedbackCase.objects.all()
    assert (case.state, case.kind, case.purchase_id, case.owner, case.due_at) == (
        "open", "rating", order.pk, "", NOON + 24 * HOUR,
    )  # fmt: skip
    assert silent_until(ana) is not None
    [said] = told.of(ana.pk)
    assert (said.kind, said.stars, said.counts, said.state, said.due_at) == (
        "rating", 2, True, "open", case.due_at,
    )  # fmt: skip


def test_a_good_rating_asks_nothing_of_anybody() -> None:
    ana = person()
    order = buys(ana, NOON - 9 * DAY)
    tell.tell(ana.pk, kind="rating", stars=3, purchase_id=order.pk, source="page", now=NOON)
    assert not FeedbackCase.objects.exists() and silent_until(ana) is None


def test_one_rating_per_order_counts_the_latest() -> None:
    """Ana slips and gives one star, then five: both stay as she said them, the silence and the case are over. Her other
    order counts for itself."""
    ana = person()
    order, other = buys(ana, NOON - 9 * DAY), buys(ana, NOON - 8 * DAY)
    for stars, purchase, at in ((1, order, NOON), (5, order, NOON + HOUR), (4, other, NOON + HOUR)):
        tell.tell(ana.pk, kind="rating", stars=stars, purchase_id=purchase.pk, source="page", now=at)
    assert [(one.stars, one.counts) for one in told.of(ana.pk)] == [(4, True), (5, True), (1, False)]
    assert sorted(Contact.objects.values_list("stars", flat=True)) == [4, 5]
    assert FeedbackCase.objects.get().state == "closed" and silent_until(ana, NOON + HOUR) is None


def test_a_case_with_a_complaint_in_it_stays_open() -> None:
    """She complains of the order, too: raising the stars takes the words back from nobody. Staff have one case."""
    ana = person()
    order = buys(ana, NOON - 9 * DAY)
    tell.tell(ana.pk, kind="rating", stars=1, purchase_id=order.pk, source="page", now=NOON)
    tell.tell(ana.pk, kind="complaint", text="It broke.", purchase_id=order.pk, source="page", now=NOON)
    tell.tell(ana.pk, kind="rating", stars=4, purchase_id=order.pk, source="page", now=NOON)
    assert FeedbackCase.objects.get().state == "open" and silent_until(ana) is not None


def test_a_mind_is_changed_within_a_month() -> None:
    ana = person()
    order = buys(ana, NOON - 9 * DAY)
    tell.tell(ana.pk, kind="rating", stars=4, purchase_id=order.pk, source="page", now=NOON)
    with pytest.raises(Refused) as refused:
        tell.tell(ana.pk, kind="rating", stars=1, purchase_id=order.pk, source="page", now=NOON + 31 * DAY)
    assert refused.value.field == "stars" and Feedback.objects.get().stars == 4


@pytest.mark.parametrize("state", ["queued", "waiting", "claimed"])
def test_a_complaint_stops_a_mail_at_each_state(shop: Any, now: datetime, state: str) -> None:
    """A fresh complaint ends what would sell, and the code that it promised; whoever has claimed it loses it."""
    [ana] = due(campaign(now), now, "Ana")
    leased(state, now)
    tell.tell(ana.pk, kind="complaint", text="My parcel came open.", source="storefront", now=now)
    assert (touch_of(ana).state, touch_of(ana).reason) == ("suppressed", "silence")
    assert Incentive.objects.get().state == "withdrawn"
    send.send_due(now=now)
    assert mail.outbox == []


def test_what_is_handed_over_already_is_not_touched(shop: Any, now: datetime) -> None:
    """It may have reached the mail server: its sender names the end."""
    [ana] = due(campaign(now), now, "Ana")
    leased("handing_over", now)
    tell.tell(ana.pk, kind="complaint", text="My parcel came open.", source="storefront", now=now)
    assert touch_of(ana).state == "handing_over"


def test_staff_answer_within_hours_of_opening_days() -> None:
    """The shop is closed at weekends and on one holiday, and answers within 8 hours."""
    policy.decide(now=NOON, answer_hours=8, opening_days=[1, 2, 3, 4, 5])
    contact_policy.decide(now=NOON, holidays=["2026-03-09"])
    friday = NOON.replace(day=6, hour=20)
    tell.tell(person().pk, kind="complaint", text="Late.", source="page", now=friday)
    [case] = FeedbackCase.objects.all()
    assert friday + 3 * DAY < case.due_at <= friday + 4 * DAY + 8 * HOUR


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"kind": "rating"}, "stars"),
        ({"kind": "rating", "stars": 6}, "stars"),
        ({"kind": "complaint", "stars": 1, "text": "x"}, "stars"),
        ({"kind": "complaint"}, "text"),
        ({"kind": "wish", "text": "  "}, "text"),
        ({"kind": "reason"}, "reason"),
        ({"kind": "reason", "reason": "because"}, "reason"),
        ({"kind": "wish", "text": "x", "reason": "price"}, "reason"),
        ({"kind": "answer", "text": "x"}, "kind"),
        ({"kind": "wish", "text": "x" * 4001}, "text"),
        ({"kind": "wish", "text": "a\x00b"}, "text"),
        ({"kind": "wish", "text": "a\u202eb"}, "text"),
        ({"kind": "rating", "stars": 1, "purchase_id": 10**9}, "orderId"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, Any], field: str) -> None:
    """With the field, in Spanish, too; nothing is kept."""
    ana = person()
    with translation.override("es"), pytest.raises(BadInput) as refused:
        tell.tell(ana.pk, **{"source": "page", "now": NOON, **said})
    assert refused.value.field == field
    assert not Feedback.objects.exists() and not Contact.objects.exists()


def test_nobody_tells_of_somebody_elses_order() -> None:
    """The same answer as for an order that is not there."""
    theirs = buys(person("Bea"), NOON - DAY)
    with pytest.raises(BadInput) as refused:
        tell.tell(person().pk, kind="rating", stars=1, purchase_id=theirs.pk, source="storefront", now=NOON)
    assert (refused.value.code, refused.value.field) == ("NOT_FOUND", "orderId")


def test_words_go_along_with_a_merge_and_go_with_the_person() -> None:
    """A guest who told us something opens an account; and is forgotten: not a word is left."""
    guest, account = person("Guest"), person("Ana")
    tell.tell(guest.pk, kind="complaint", text="zebrafinch", source="page", now=NOON)
    merge.merge(guest.pk, account.pk, cause="test", now=NOON)
    assert [one.text for one in told.of(account.pk)] == ["zebrafinch"]
    assert FeedbackCase.objects.get().profile_id == account.pk
    forget.forget(account, now=NOON)
    assert tables_with(["zebrafinch"]) == {"zebrafinch": []}


def test_an_answer_to_a_mail_is_an_own_act() -> None:
    """It begins the count of messages anew."""
    ana = person()
    tell.tell(ana.pk, kind="answer", text="Do you have blue ones?", source="staff", now=NOON)
    assert standing.standing([ana.pk], NOON, contact_policy.current())[ana.pk].acted_at == NOON
    assert FeedbackCase.objects.get().state == "open"


def test_an_apology_ends_the_silence() -> None:
    ana = person()
    tell.tell(ana.pk, kind="complaint", text="Late.", source="page", now=NOON)
    notes.note(ana.pk, kind="apology", at=NOON + HOUR, now=NOON + HOUR)
    assert silent_until(ana, NOON + 2 * HOUR) is None
