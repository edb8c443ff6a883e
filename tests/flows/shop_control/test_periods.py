"""When a period begins and ends, and who is drawn into which arm of it."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from saleor_relacional.db import rehearsal, sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.calendar import calendars, rehearse
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.shop_control import draw, periods
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.insight.inference import experiment
from saleor_relacional.models import Enrolment, Profile, ShopControlEntry, ShopControlPeriod
from tests.flows.campaigns.test_give_out import a_day
from tests.support.campaign_stories import crowd, open_shop, swept, win_back
from tests.support.instants import DAY, MINUTE
from tests.support.people import person
from tests.support.shop_control import SALT, arms, hold_out

pytestmark = pytest.mark.django_db(transaction=True)

MADRIDS_NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)


@pytest.fixture
def madrid(shop: Any) -> None:
    """A shop in Madrid."""
    Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})


@pytest.mark.parametrize("share", ["-0.01", "0.201", "1", "NaN"])
def test_a_share_that_is_none_is_refused(shop: Any, now: datetime, share: str) -> None:
    """With the field, and nothing is written."""
    with pytest.raises(BadInput) as refused:
        periods.decide(Decimal(share), now=now)
    assert refused.value.field == "share" and not ShopControlPeriod.objects.exists()


def test_a_period_lasts_until_the_shops_own_new_year(madrid: None, now: datetime) -> None:
    """The salt is drawn once, at random; the share can change within it and begins nothing."""
    assert periods.current(now) is None
    periods.decide(Decimal("0.05"), now=now)
    first = periods.current(now)
    assert (first.begins_at, first.ends_at, first.share) == (now, MADRIDS_NEW_YEAR, Decimal("0.05"))
    assert len(first.salt) == 16
    periods.decide(Decimal("0.1"), now=now + DAY)
    assert periods.current(now + DAY) == periods.Period(
        key=first.key, begins_at=now, ends_at=MADRIDS_NEW_YEAR, salt=first.salt, share=Decimal("0.1")
    )


def test_everybody_is_drawn_anew_at_new_year(madrid: None, now: datetime) -> None:
    """A minute before it nothing changes. Then whoever was held waits for their turn like others, and enters the new
    period as its own salt says; who looks ahead sees the same salt as the plan writes."""
    open_shop(now)
    hold_out(now)
    late_in_the_year = MADRIDS_NEW_YEAR - 3 * DAY
    crowd(40, late_in_the_year)
    win_back(now, control_share="0")
    a_day(late_in_the_year)
    before = arms()
    swept()
    a_day(MADRIDS_NEW_YEAR - MINUTE)
    assert arms() == before and len(before) == 40
    foreseen = periods.current(MADRIDS_NEW_YEAR)
    assert (foreseen.key, foreseen.begins_at) == (None, MADRIDS_NEW_YEAR) and foreseen.salt != SALT
    swept()
    a_day(MADRIDS_NEW_YEAR)
    new = ShopControlPeriod.objects.get(begins_at=MADRIDS_NEW_YEAR)
    assert (bytes(new.salt), new.ends_at) == (foreseen.salt, datetime(2027, 12, 31, 23, tzinfo=UTC))
    again = {row.profile_id: row.arm for row in new.entries.all()}
    keys = dict(Profile.objects.values_list("pk", "arm_key"))
    assert {*again} == {one for one, arm in before.items() if arm == "control"}
    assert again == {
        one: experiment.draw_arm(foreseen.salt, keys[one], Decimal("0.2")).value for one in again
    }
    assert {*again.values()} == {"treated", "control"}
    assert {row.window_ends_at for row in ShopControlEntry.objects.exclude(period=new)} == {MADRIDS_NEW_YEAR}


def test_years_in_which_nobody_planned_are_passed_over(madrid: None, now: datetime) -> None:
    """Two years later the period is that of its own year, wherever it is asked for."""
    hold_out(now)
    later = now + 2 * 365 * DAY
    found = periods.current(later)
    assert found.begins_at == datetime(2027, 12, 31, 23, tzinfo=UTC)
    assert periods.current(later + DAY) == found
    periods.renew(later)
    periods.renew(later)
    assert ShopControlPeriod.objects.count() == 2
    assert periods.current(later).salt == found.salt


def test_switched_off_it_ends_at_once(shop: Any, now: datetime) -> None:
    """Whoever was held has their turn at the next plan; windows end; switched on again a new period begins."""
    open_shop(now)
    hold_out(now)
    crowd(20, now)
    win_back(now, control_share="0")
    a_day(now)
    held = {one for one, arm in arms().items() if arm == "control"}
    off = now + 10 * DAY
    periods.decide(Decimal(0), now=off)
    assert {*ShopControlEntry.objects.values_list("window_ends_at", flat=True)} == {off}
    swept()
    assert a_day(off) == len(held) > 0
    assert not Enrolment.objects.exclude(state="started").exists() and ShopControlEntry.objects.count() == 20
    periods.decide(Decimal("0.1"), now=off + DAY)
    first, second = ShopControlPeriod.objects.order_by("begins_at")
    assert (first.ends_at, second.begins_at) == (off, off + DAY) and first.salt != second.salt


def test_another_share_moves_nobody_who_has_entered(shop: Any, now: datetime) -> None:
    """Twenty enter under a twentieth and keep their arm and share; who comes later is drawn under a fifth."""
    open_shop(now, daily_capacity=20)
    hold_out(now, "0.05")
    crowd(60, now)
    win_back(now, control_share="0")
    a_day(now)
    first = dict(ShopControlEntry.objects.values_list("pk", "arm"))
    periods.decide(Decimal("0.2"), now=now + DAY)
    swept()
    a_day(now + DAY)
    assert dict(ShopControlEntry.objects.filter(pk__in=first).values_list("pk", "arm")) == first
    later = ShopControlEntry.objects.exclude(pk__in=first)
    assert {*later.values_list("drawn_share", flat=True)} == {Decimal("0.200")} and len(later) > 20
    assert {*ShopControlEntry.objects.filter(pk__in=first).values_list("drawn_share", flat=True)} == {
        Decimal("0.050")
    }


@pytest.mark.parametrize("share", ["0.001", "0.033", "0.125", "0.2"])
def test_sql_draws_as_python_does(shop: Any, now: datetime, share: str) -> None:
    """Of five hundred people the same are held; a greater share only adds to them."""
    for number in range(500):
        person(f"P{number}", arm_key=uuid4())
    hold_out(now, share)
    statement = f"SELECT p.arm_key, {draw.held('p.id')} FROM {tables.PROFILE} p"
    found = dict(sql.rows(statement, draw.parameters(now)))
    drawn = draw.drawing(now)
    assert found == {key: drawn(key) for key in found}
    assert found == {
        key: experiment.draw_arm(SALT, key, Decimal(share)) is experiment.Arm.CONTROL for key in found
    }
    periods.decide(Decimal("0.2"), now=now)
    more = dict(sql.rows(statement, draw.parameters(now)))
    assert {key for key, held in found.items() if held} <= {key for key, held in more.items() if held}
    assert 60 < sum(more.values()) < 140


def test_whether_somebody_enters_does_not_depend_on_their_arm(shop: Any, now: datetime) -> None:
    """Ten mails for sixty people, under six salts: somebody enters if fewer than ten people above them are written to,
    whichever arm they are in themselves, of the shop or of the campaign."""
    open_shop(now, daily_capacity=10)
    hold_out(now)
    people = crowd(60, now)
    campaign = win_back(now)
    own = {one.pk: experiment.draw_arm(bytes(campaign.salt), one.arm_key, Decimal("0.5")) for one in people}
    seen = Counter[tuple[str, str]]()
    for number in range(6):
        salt = bytes([number]) * 16
        with rehearsal.on_copies(rehearse.COPIED):
            ShopControlPeriod.objects.update(salt=salt)
            plan.consider_all(now)
            entered = arms()
        above = 0
        for one in people:
            arm = experiment.draw_arm(salt, one.arm_key, Decimal("0.2"))
            assert entered.get(one.pk) == (arm if above < 10 else None)
            seen[arm, own[one.pk]] += above < 10
            above += arm == own[one.pk] == "treated"
    assert min(seen.values()) > 0 and len(seen) == 4


def test_the_calendar_is_made_anew_after_the_decision(shop: Any, now: datetime) -> None:
    """As after every decision of the owner's."""
    open_shop(now)
    crowd(3, now)
    win_back(now)
    calendars.make(now, days=1)
    assert not calendars.wanted(now)
    periods.decide(Decimal("0.1"), now=now + MINUTE)
    assert calendars.wanted(now + MINUTE)
