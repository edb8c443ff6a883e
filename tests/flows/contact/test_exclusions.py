"""Whom no campaign ever writes to: a person, a segment, addresses of a pattern."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Enrolment, Exclusion, Profile, Segment, Touch, Unplanned
from tests.support.campaign_stories import customer, late, open_shop, scored, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db(transaction=True)

LAPSED = {"field": "stage", "operator": "is", "value": "lapsed"}


def reasons() -> dict[str, str]:
    """Of everybody who is considered."""
    return dict(Enrolment.objects.values_list("profile__email", "reason"))


@pytest.mark.parametrize("how", ["person", "segment", "address"])
def test_nobody_writes_to_them(shop: Any, now: datetime, how: str) -> None:
    """Ana is excluded before the plan, in each way; Leo is not; the next day she is written to, once it has ended."""
    open_shop(now)
    win_back(now, control_share="0")
    ana = late("Ana", now)
    late("Leo", now, days_ago=(250,))  # slipping
    saved = segments.create(name="Lapsed", rule=LAPSED, now=now)
    kept = {
        "person": lambda: exclusions.add(now=now, profile_id=ana.pk, because="A friend of the house"),
        "segment": lambda: exclusions.add(now=now, segment=saved.public_id),
        "address": lambda: exclusions.add(now=now, address=" A*a@Shop.example "),
    }[how]()
    plan.consider_all(now)
    assert send.send_due(now=now).sent == 1
    assert reasons() == {"ana@shop.example": "excluded", "leo@shop.example": ""}
    exclusions.remove(kept.public_id)
    plan.consider_all(now)
    assert send.send_due(now=now).sent == 1


def test_what_is_queued_does_not_leave(shop: Any, now: datetime) -> None:
    """Excluded between plan and hand-over; and whoever is excluded while waiting is not started."""
    open_shop(now, daily_capacity=1)
    win_back(now, control_share="0")
    ana, bea = late("Ana", now), late("Bea", now, value="5.00")
    plan.consider_all(now)
    for one in (ana, bea):
        exclusions.add(now=now, profile_id=one.pk)
    assert send.send_due(now=now).sent == 0 and mail.outbox == []
    assert Touch.objects.get().reason == "excluded"
    plan.consider_all(now + DAY)
    assert Touch.objects.count() == 1


@pytest.mark.parametrize(
    ("pattern", "meets"),
    [
        ("*@marketplace.example", {"a_b@marketplace.example"}),
        ("a_b@*", {"a_b@marketplace.example"}),
        ("*+test*@shop.example", {"ana+test1@shop.example"}),
        ("%@shop.example", set()),
        ("*@*", {"a_b@marketplace.example", "ana+test1@shop.example", "axb@shop.example"}),
    ],
)
def test_a_pattern_is_letters_and_stars(shop: Any, now: datetime, pattern: str, meets: set[str]) -> None:
    """An underscore or a per cent sign is itself. Everybody at once is no pattern."""
    for address in ("a_b@marketplace.example", "ana+test1@shop.example", "axb@shop.example"):
        customer(address.replace("@", " at "), now, email=address)
    if pattern == "*@*":
        with pytest.raises(BadInput) as refused:
            exclusions.add(now=now, address=pattern)
        assert refused.value.field == "addressPattern"
        return
    exclusions.add(now=now, address=pattern)
    people = dict(Profile.objects.values_list("pk", "email"))
    assert {people[one] for one in exclusions.excluded([*people], now)} == meets


def test_exactly_one_and_only_once(shop: Any, now: datetime) -> None:
    """Neither none nor two; an unknown segment or person; twice is once."""
    ana = late("Ana", now)
    wrong: list[dict[str, Any]] = [
        {}, {"profile_id": ana.pk, "address": "*@x.example"}, {"segment": uuid4()}, {"profile_id": 0},
        {"address": "everybody"},
    ]  # fmt: skip
    for given in wrong:
        with pytest.raises(BadInput):
            exclusions.add(now=now, **given)
    first = exclusions.add(now=now, profile_id=ana.pk)
    assert exclusions.add(now=now, profile_id=ana.pk) == first and Exclusion.objects.count() == 1
    exclusions.remove(first.public_id)
    with pytest.raises(BadInput):
        exclusions.remove(first.public_id)


def test_a_segment_whose_people_are_excluded_is_not_deleted(shop: Any, now: datetime) -> None:
    """Its people would be written to again, unnoticed."""
    saved = segments.create(name="Lapsed", rule=LAPSED, now=now)
    kept = exclusions.add(now=now, segment=saved.public_id)
    with pytest.raises(Refused):
        segments.remove(saved.public_id)
    exclusions.remove(kept.public_id)
    segments.remove(saved.public_id)


def test_it_follows_the_person_and_goes_with_them(shop: Any, now: datetime) -> None:
    """An excluded guest registers: the account is excluded. Forgotten, nothing is left of it."""
    guest, account = customer("Guest", now, days_ago=(40,)), customer("Ana", now, days_ago=(50,))
    scored(now)
    exclusions.add(now=now, profile_id=guest.pk)
    merge.merge(guest.pk, account.pk, cause="joined", now=now)
    assert exclusions.excluded([account.pk], now) == {account.pk}
    forget.forget(Profile.objects.get(pk=account.pk), now=now)
    assert not Exclusion.objects.exists()


def test_a_segment_that_cannot_be_read_excludes_everybody(shop: Any, now: datetime) -> None:
    """Who is excluded is not known: better nobody than the wrong one."""
    ana = late("Ana", now)
    saved = segments.create(
        name="Lapsed", rule={"field": "stage", "operator": "is", "value": "lost"}, now=now
    )
    exclusions.add(now=now, segment=saved.public_id)
    assert exclusions.excluded([ana.pk], now) == set()
    Segment.objects.update(rule={"field": "of a later version", "operator": "is", "value": 1})
    assert exclusions.excluded([ana.pk], now) == {ana.pk}


def test_of_an_excluded_person_there_is_news_and_nobody_else_is_considered_anew(
    shop: Any, now: datetime
) -> None:
    """A plan for a million is not begun again for one."""
    open_shop(now)
    running = win_back(now, control_share="0")
    ana = late("Ana", now)
    plan.consider_all(now)
    running.refresh_from_db()
    before = running.planned_under
    exclusions.add(now=now, profile_id=ana.pk)
    assert Unplanned.objects.filter(profile_id=ana.pk).exists()
    plan.consider_all(now)
    running.refresh_from_db()
    assert running.planned_under == before
    exclusions.add(now=now, address="*@elsewhere.example")
    plan.consider_all(now)
    running.refresh_from_db()
    assert running.planned_under != before
