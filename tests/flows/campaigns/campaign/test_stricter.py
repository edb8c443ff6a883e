"""A campaign that is stricter than the shop: how often, how long after an order, at weekends; in both arms alike."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.calendar import rehearse
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.campaign import history
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.contact import booking, contact_policy, notes
from saleor_relacional.flows.contact.booking import Booking
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Campaign, Contact, Enrolment, Profile, Touch
from saleor_relacional.rules.contact.policy import CampaignContactPolicy
from tests.support.campaign_stories import crowd, late, one_step, open_shop, swept, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db

OTHER = b"other salt of 16"
ONCE_A_MONTH = CampaignContactPolicy(per_month=1)
NO_WEEKENDS = CampaignContactPolicy(weekends=False)
SATURDAY = datetime(2026, 3, 7, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)


def a_day(now: datetime) -> int:
    """A plan, then whatever is due is sent; how many mails left."""
    swept()
    plan.consider_all(now)
    return send.send_due(now=now).sent


def reasons(campaign: Campaign) -> dict[tuple[str, str], int]:
    """State and reason → people, over both arms."""
    return Counter(Enrolment.objects.filter(campaign=campaign).values_list("state", "reason"))


def wrote(profile: Profile, at: datetime, now: datetime) -> None:
    """Somebody of the shop wrote to them, to sell."""
    notes.note(profile.pk, kind="staff", at=at, now=now, commercial=True)


def test_once_a_month_though_the_shop_allows_three(shop: Any, now: datetime) -> None:
    """Everybody heard from staff ten days ago: the strict campaign waits for their month in both arms, the other one
    starts today."""
    open_shop(now)
    strict = win_back(now, contact_policy=ONCE_A_MONTH)
    people = crowd(8, now)
    for one in people:
        wrote(one, now - 10 * DAY, now)
    a_day(now)
    assert reasons(strict) == {("suppressed", "month_cap"): 8}
    waits = Enrolment.objects.filter(campaign=strict)
    assert set(waits.values_list("next_try_at", flat=True)) == {now + 20 * DAY}
    assert set(waits.values_list("arm", flat=True)) == {"treated", "control"}
    campaigns.pause(strict, now=now)
    other = win_back(now, salt=OTHER)
    a_day(now)
    assert reasons(other) == {("started", ""): 8}


def test_it_starts_when_its_own_month_is_over(shop: Any, now: datetime) -> None:
    """Not a day before, and without any news of her."""
    open_shop(now)
    win_back(now, control_share="0", contact_policy=ONCE_A_MONTH)
    wrote(late("Ana", now), now - 10 * DAY, now)
    assert [a_day(now + days * DAY) for days in (0, 19, 20)] == [0, 0, 1]


def test_a_longer_gap_after_an_order(shop: Any, now: datetime) -> None:
    """Ana's order left five days ago: the shop's three days are over, the campaign's ten are not."""
    open_shop(now)
    told = {"control_share": "0", "stages": ("active", "loyal")}
    strict = win_back(now, contact_policy=CampaignContactPolicy(gap_days=10), **told)
    late("Ana", now, days_ago=range(5, 366, 30))
    assert a_day(now) == 0 and reasons(strict) == {("suppressed", "order_gap"): 1}
    assert Enrolment.objects.get().next_try_at == now + 5 * DAY
    other = win_back(now, salt=OTHER, **told)
    assert a_day(now) == 1 and reasons(other) == {("started", ""): 1}


def test_a_later_step_keeps_the_policy_of_its_version_in_both_arms(shop: Any, now: datetime) -> None:
    """Her second word is due on the tenth day; one a month, said the version with which everybody has started, though
    the campaign asks for nothing any more: it is booked on the thirtieth for the treated and the control group."""
    open_shop(now)
    steps = (Step(message="win_back"), Step(message="win_back_again", wait_days=10))
    campaign = win_back(now, steps=steps, contact_policy=ONCE_A_MONTH)
    crowd(8, now)
    treated = a_day(now)
    campaigns.edit(campaign, now=now, contact_policy=CampaignContactPolicy())
    assert [a_day(now + days * DAY) for days in (10, 20, 29)] == [0, 0, 0]
    assert Contact.objects.count() == 8
    assert a_day(now + 30 * DAY) == treated and 0 < treated < 8
    assert Contact.objects.filter(step__number=2).count() == 8


def test_each_booking_keeps_its_own_caps(shop: Any, now: datetime) -> None:
    """One query books both: what is left of Ana's month is enough for the one and not for the other."""
    open_shop(now)
    pairs = [win_back(now, salt=salt, control_share="0") for salt in (OTHER, b"a salt of sixteen")]
    ana, leo = late("Ana", now), late("Leo", now)
    plan.consider_all(now)
    for one in (ana, leo):
        Contact.objects.filter(profile=one).delete()
        wrote(one, now - 10 * DAY, now)
    shop_s = contact_policy.current()

    def of(profile: Profile, campaign: Campaign, policy: Any) -> Booking:
        row = Enrolment.objects.get(campaign=campaign, profile=profile)
        step = campaigns.current(campaign).steps.get()
        return Booking(
            profile_id=profile.pk,
            enrolment_id=row.pk,
            step_id=step.pk,
            at=now,
            commercial=True,
            policy=policy,
        )

    wanted = [of(ana, pairs[0], shop_s), of(leo, pairs[1], shop_s.stricter(ONCE_A_MONTH))]
    assert booking.book(wanted, now) == {(wanted[0].enrolment_id, wanted[0].step_id)}


def test_what_was_queued_is_asked_again_at_the_hand_over(shop: Any, now: datetime) -> None:
    """Her mail is queued; then staff note that they wrote to her ten days ago. The shop's caps have room for it, the
    campaign's have not."""
    open_shop(now)
    win_back(now, control_share="0", contact_policy=ONCE_A_MONTH)
    ana = late("Ana", now)
    plan.consider_all(now)
    wrote(ana, now - 10 * DAY, now)
    assert send.send_due(now=now).sent == 0
    assert Touch.objects.values_list("state", "reason").get() == ("waiting", "month_cap")


def test_it_writes_on_no_weekend(shop: Any, now: datetime) -> None:
    """On Saturday everybody of the strict campaign is booked for Monday morning, in both arms; the other one's mail
    leaves at once. Whoever was booked under its terms waits also when the campaign writes at weekends again."""
    open_shop(SATURDAY)
    strict = win_back(SATURDAY, contact_policy=NO_WEEKENDS)
    crowd(6, SATURDAY)
    assert a_day(SATURDAY) == 0
    assert set(Contact.objects.values_list("at", flat=True)) == {MONDAY}
    assert set(Enrolment.objects.values_list("arm", flat=True)) == {"treated", "control"}
    Touch.objects.update(due_at=SATURDAY)
    campaigns.edit(strict, now=SATURDAY, contact_policy=CampaignContactPolicy())
    assert send.send_due(now=SATURDAY).sent == 0
    told = set(Touch.objects.values_list("state", "reason", "due_at"))
    assert told == {("waiting", "quiet_hours", MONDAY)}
    campaigns.pause(strict, now=SATURDAY)
    win_back(SATURDAY, salt=OTHER, control_share="0")
    late("Zoe", SATURDAY, value="1")
    assert a_day(SATURDAY) == 1


@pytest.mark.django_db(transaction=True)
def test_the_calendar_knows_its_weekends(shop: Any, now: datetime) -> None:
    """Rehearsed from Saturday on, its mail leaves on Monday; the other campaign's on the same day."""
    open_shop(SATURDAY)
    strict = win_back(SATURDAY, control_share="0", contact_policy=NO_WEEKENDS)
    ana = late("Ana", SATURDAY)
    [told] = rehearse.rehearse(SATURDAY, days=4).said
    assert (told.profile_id, told.campaign_id, told.at) == (ana.pk, strict.pk, MONDAY)
    campaigns.edit(strict, now=SATURDAY, contact_policy=CampaignContactPolicy())
    [told] = rehearse.rehearse(SATURDAY, days=4).said
    assert told.at == SATURDAY


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"per_week": 2}, "perWeek"), ({"per_week": 0}, "perWeek"), ({"per_month": 4}, "perMonth"),
        ({"gap_days": 2}, "gapDays"), ({"gap_days": 22}, "gapDays"), ({"weekends": True}, "weekends"),
    ],
)  # fmt: skip
def test_nothing_is_looser_than_the_shop(shop: Any, now: datetime, asked: dict[str, Any], field: str) -> None:
    """Neither of a new campaign nor of an edited one, and the refusal names the field."""
    contact_policy.decide(now=now, weekends=False)
    terms = one_step(contact_policy=CampaignContactPolicy(**asked))
    with pytest.raises(BadInput) as refused:
        campaigns.create(name="Loose", now=now, terms=terms)
    assert refused.value.field == f"contactPolicy.{field}" and not Campaign.objects.exists()
    draft = campaigns.create(name="Draft", now=now, terms=one_step())
    with pytest.raises(BadInput) as refused:
        campaigns.edit(draft, now=now, contact_policy=terms.contact_policy)
    assert refused.value.field == f"contactPolicy.{field}" and draft.versions.count() == 1


def test_where_the_shop_becomes_stricter_that_holds(shop: Any, now: datetime) -> None:
    """Two a week, asks the campaign of a shop of three; then the shop says one. The campaign can still be edited in
    anything else, and two hold again when the shop allows three."""
    contact_policy.decide(now=now, per_week=3)
    two = CampaignContactPolicy(per_week=2, gap_days=5)
    campaign = campaigns.create(name="Two", now=now, terms=one_step(contact_policy=two))
    assert contact_policy.of(campaigns.current(campaign)).per_week == 2
    contact_policy.decide(now=now, per_week=1, gap_days=9)
    version = campaigns.edit(campaign, now=now, daily_capacity=7)
    held = contact_policy.of(version)
    assert (held.per_week, held.gap_days, contact_policy.own(version)) == (1, 9, two)
    contact_policy.decide(now=now, per_week=3, gap_days=0)
    held = contact_policy.of(version)
    assert (held.per_week, held.gap_days) == (2, 5)


def test_an_edit_makes_a_version_and_says_what_changed(shop: Any, now: datetime) -> None:
    """Field by field; asking for the same again makes none."""
    campaign = campaigns.create(name="Back", now=now, terms=one_step(contact_policy=ONCE_A_MONTH))
    asked = CampaignContactPolicy(per_month=2, weekends=False)
    for _ in range(2):
        campaigns.edit(campaign, now=now, contact_policy=asked)
    assert campaign.versions.count() == 2
    changed = history.of([campaign.pk])[campaign.pk][0]
    assert changed.fields == [
        ["contactPolicy.perMonth", "1", "2"], ["contactPolicy.weekends", None, "False"],
    ]  # fmt: skip
