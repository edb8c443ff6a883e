"""Nothing commercial reaches the shop-wide control group, by whatever way; service does."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.flows.calendar import rehearse
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.sending import person_plan, send
from saleor_relacional.flows.shop_control import periods
from saleor_relacional.models import Contact, Enrolment, Incentive, ShopControlEntry, Touch
from tests.flows.campaigns.test_give_out import a_day, of, of_kind
from tests.support.campaign_stories import crowd, customer, open_shop, scored, swept, win_back
from tests.support.concurrency import at_once
from tests.support.instants import DAY
from tests.support.shop_control import arms, drawn, hold_out

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_would_start_enters_and_the_control_group_does_not_start(shop: Any, now: datetime) -> None:
    """Forty people whose turn has come: all enter, in the arm that their key says; the held are in no arm of the
    campaign, hear nothing, cost nothing, are not booked, and are told apart in what the plan answers."""
    open_shop(now)
    hold_out(now)
    people = crowd(40, now)
    campaign = win_back(now, discount="percentage", value=Decimal(10))
    planned = plan.consider_all(now)[campaign.pk]
    held = {one.pk for one in people if drawn(one) == "control"}
    assert arms() == {one.pk: drawn(one) for one in people} and 0 < len(held) < 20
    assert planned.suppressed == {"shop_control": len(held)}
    assert (planned.waiting, planned.treated + planned.control) == (0, 40 - len(held))
    apart = Enrolment.objects.filter(state="suppressed", reason="shop_control", started_at=None)
    assert {*apart.values_list("profile_id", flat=True)} == held
    assert {one.arm for one in apart} == {"treated", "control"}
    for rows in (Touch, Contact, Incentive):
        assert not rows.objects.filter(profile_id__in=held).exists()
    assert send.send_due(now=now).sent == planned.treated
    assert not held & {one.pk for one in people if [one.email] in [each.to for each in mail.outbox]}


def test_their_room_goes_to_the_next_in_line(shop: Any, now: datetime) -> None:
    """Six mails a day: six people hear, whoever stands between them; those behind have not entered."""
    open_shop(now, daily_capacity=6)
    hold_out(now)
    people = crowd(30, now)
    win_back(now, control_share="0")
    assert a_day(now) == 6
    last = max(Enrolment.objects.filter(state="started").values_list("profile_id", flat=True))
    reached = [one for one in people if one.pk <= last]
    assert arms() == {one.pk: drawn(one) for one in reached}
    assert sum(drawn(one) == "treated" for one in reached) == 6 < len(reached)


def test_other_campaigns_leave_them_alone_until_the_year_is_over(shop: Any, now: datetime) -> None:
    """A second campaign judges them before it gives out its day; both try again when everybody is drawn anew."""
    open_shop(now)
    hold_out(now)
    people = crowd(20, now)
    first = win_back(now, control_share="0")
    a_day(now)
    second = win_back(now, salt=b"other salt of 16", control_share="0")
    a_day(now + 30 * DAY)
    ends = periods.current(now).ends_at
    for one in [one for one in people if drawn(one) == "control"]:
        for campaign in (first, second):
            assert of(campaign, one) == ("suppressed", "shop_control")
            assert Enrolment.objects.get(campaign=campaign, profile=one).next_try_at == ends
    assert ShopControlEntry.objects.count() == 20


def test_service_reaches_them(shop: Any, now: datetime) -> None:
    """Thanks for the first order sell nothing: they leave to all, and nobody enters by them."""
    open_shop(now)
    hold_out(now)
    thanks = of_kind("thanks_first_order", now, stages=("new",))
    people = [customer(f"New{i}", now, days_ago=(2,)) for i in range(20)]
    scored(now)
    assert a_day(now) == 20 and arms() == {}
    assert {of(thanks, one) for one in people} == {("started", "")}


def test_a_service_campaign_that_offers_something_later_keeps_it_from_them(shop: Any, now: datetime) -> None:
    """They enter by a win-back. Of an older campaign the word of thanks has left, its voucher does not come."""
    open_shop(now)
    offers = (Step(message="thanks_first_order"), Step(message="win_back", wait_days=10))
    win_back(now, control_share="0", steps=(Step(message="win_back"), offers[1]))
    crowd(20, now)
    assert a_day(now) == 20
    hold_out(now)
    win_back(now, salt=b"other salt of 16", control_share="0", discount="percentage", value=Decimal(10))
    a_day(now + 8 * DAY)
    held = {person for person, arm in arms().items() if arm == "control"}
    assert held and len(arms()) == 20
    for days in (10, 11, 18, 25):
        a_day(now + days * DAY)
    assert not Contact.objects.filter(profile_id__in=held, step__number=2).exists()
    assert Contact.objects.filter(step__number=2).count() == 20 - len(held)


def test_what_is_on_its_way_is_stopped_when_they_enter(shop: Any, now: datetime) -> None:
    """A mail was queued before the owner held anybody out, and has not left: the sender asks again, and ends it."""
    open_shop(now)
    win_back(now, control_share="0")
    people = crowd(20, now)
    plan.consider_all(now)
    hold_out(now)
    for one in people:
        ShopControlEntry.objects.create(
            period_id=periods.current(now).key, profile=one, arm=drawn(one), drawn_share="0.2", started_at=now,
            window_ends_at=now + DAY,
        )  # fmt: skip
    treated = sum(drawn(one) == "treated" for one in people)
    assert send.send_due(now=now).ends == {"sent": treated, "suppressed": 20 - treated}
    stopped = Touch.objects.filter(state="suppressed")
    assert {*stopped.values_list("reason", flat=True)} == {"shop_control"}


def test_staff_see_it_and_the_person_does_not(shop: Any, now: datetime) -> None:
    """In the plan of one person: held out, with the reason; the person learns nothing of what is measured by them."""
    open_shop(now)
    hold_out(now)
    people = crowd(20, now)
    win_back(now, control_share="0")
    plan.consider_all(now)
    held = next(one for one in people if drawn(one) == "control")
    [entry] = person_plan.of([held.pk], now)[held.pk]
    assert (entry.state, entry.reason) == ("held_out", "shop_control")
    assert person_plan.seen_by_them([entry]) == []


def test_where_nobody_is_held_out_nothing_is_read_of_it(shop: Any, now: datetime) -> None:
    """A plan of a shop without a share looks into neither table, and neither does the sender."""
    open_shop(now)
    crowd(5, now)
    win_back(now)
    with sql.atomic(), locks.nobody_else():
        plan.consider_all(now)
        send.send_due(now=now)
        assert scans() == 0
    hold_out(now)
    with sql.atomic(), locks.nobody_else():
        plan.consider_all(now)
        assert scans() > 0


def scans() -> int:
    """How often this transaction has looked into the tables."""
    looked = (
        "SELECT sum(seq_scan + coalesce(idx_scan, 0)) FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)"
    )
    return int(sql.rows(looked, [[tables.SHOP_CONTROL_ENTRY, tables.SHOP_CONTROL_PERIOD]])[0][0])


def test_eight_planners_at_once_write_one_row_per_person(shop: Any, now: datetime) -> None:
    """And everybody's arm is the one that their key says."""
    open_shop(now)
    hold_out(now)
    people = crowd(25, now)
    for number in (1, 2, 3):
        win_back(now, salt=bytes([number]) * 16)
    at_once(*[lambda: plan.consider_all(now)] * 8)
    assert ShopControlEntry.objects.count() == 25
    assert arms() == {one.pk: drawn(one) for one in people}


def test_the_calendar_says_the_same(shop: Any, now: datetime) -> None:
    """Three days of six mails: the same people hear on the same days, and making it leaves no entry."""
    open_shop(now, daily_capacity=6)
    hold_out(now)
    crowd(30, now)
    win_back(now, control_share="0")
    foreseen = {(one.profile_id, one.at.date()) for one in rehearse.rehearse(now, days=3).said}
    assert arms() == {}
    for days in range(3):
        swept()
        a_day(now + days * DAY)
    sent = {(one.profile_id, one.sent_at.date()) for one in Contact.objects.exclude(sent_at=None)}
    assert foreseen == sent and len(sent) == 18
