"""What is added up of somebody's facts: days, gaps and money, whatever the facts look like."""

from datetime import date
from decimal import Decimal
from math import log
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.models import (
    CustomerSummary,
    Declaration,
    HabitShift,
    Policy,
    Prediction,
    Profile,
    Refund,
    StageChange,
)
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def scored(profile: Profile, now: Any = NOON) -> CustomerSummary:
    score.score_stale(now)
    return CustomerSummary.objects.get(profile=profile)


def money(profile: Profile) -> tuple[Any, ...]:
    summary = scored(profile)
    return summary.currency, summary.sold, summary.refunded, summary.valued_purchases, summary.purchases


def gives_back(profile: Profile, amount: str, currency: str, days_ago: int = 0) -> None:
    Refund.objects.create(
        profile=profile, source="test", reference=f"{profile.pk}-{amount}-{currency}", amount=Decimal(amount),
        currency=currency, happened_at=NOON - days_ago * DAY, learned_at=NOON,
    )  # fmt: skip


def test_several_currencies() -> None:
    """Money is in the currency of the last purchase, or of the last refund where there is no purchase; a refund in
    another currency counts in none."""
    ana = person("Ana", days_ago=[40, 30], value="10.00")
    buys(ana, NOON - 20 * DAY, "99.00", currency="USD")
    gives_back(ana, "3", "EUR")
    gives_back(ana, "4", "USD")
    bea = person("Bea", days_ago=[40], value="10.00")
    gives_back(bea, "5", "GBP")
    carla = person("Carla")
    gives_back(carla, "6", "EUR", days_ago=9)
    gives_back(carla, "7", "GBP", days_ago=3)
    assert money(ana) == ("USD", Decimal(99), Decimal(4), 1, 3)
    assert money(bea) == ("EUR", Decimal(10), Decimal(0), 1, 1)
    assert money(carla) == ("GBP", Decimal(0), Decimal(7), 0, 0)


def test_a_refund_of_a_withdrawn_purchase() -> None:
    """It gives back what does not count: neither counts."""
    ana = person("Ana", days_ago=[40, 30], value="10.00")
    last = ana.purchases.order_by("placed_at").last()
    assert last is not None
    gives_back(ana, "10", "EUR")
    Refund.objects.update(purchase=last)
    assert money(ana)[:3] == ("EUR", Decimal(20), Decimal(10))
    last.state = "withdrawn"
    last.save()
    stale.mark([ana.pk], NOON)
    assert money(ana)[:3] == ("EUR", Decimal(10), Decimal(0))


def test_one_currency_to_report_in() -> None:
    """Rates turn all of it into euros; what has no rate counts for the rhythm and is left out of value."""
    Policy.objects.create(reporting_currency="EUR", rates={"USD": "0.5"}, updated_at=NOON)
    ana = person("Ana", days_ago=[40], value="10.00")
    buys(ana, NOON - 30 * DAY, "9.99", currency="USD")
    buys(ana, NOON - 20 * DAY, "1000.00", currency="JPY")
    gives_back(ana, "2", "USD")
    gives_back(ana, "500", "JPY")
    bea = person("Bea")
    gives_back(bea, "4", "USD")
    paul = person("Paul")
    assert money(ana) == ("EUR", Decimal("14.995"), Decimal(1), 2, 3)
    assert CustomerSummary.objects.get(profile=ana).sold_squares == pytest.approx(100 + 4.995**2)
    assert money(bea) == ("EUR", Decimal(0), Decimal(2), 0, 0)
    assert money(paul) == ("", Decimal(0), Decimal(0), 0, 0)


def test_totals_below_zero_and_beyond_reason() -> None:
    """A negative total is a fact like others, exact to the thousandth; one of a hundred quadrillions breaks nothing."""
    ana = person("Ana", days_ago=[3], value="-12.345")
    rich = person("Rich", days_ago=[2], value="99999999999999999.999")
    assert money(ana)[:2] == ("EUR", Decimal("-12.345"))
    assert money(rich)[:2] == ("EUR", Decimal(9_000_000_000_000_000))
    assert Prediction.objects.count() == 2


def test_the_rhythm_is_learnt_from_the_last_change_on() -> None:
    """Ana came monthly, weekly since February: only the gaps since then are her rhythm, all days are her history."""
    ana = person("Ana", days_ago=[200, 170, 140, 110, 30, 23, 16, 9, 9])
    since = (NOON - 30 * DAY).date()
    for day in (since - 50 * DAY, since):
        HabitShift.objects.create(
            profile_id=ana.pk,
            what="rhythm",
            happened_on=day,
            learned_at=NOON,
            before=30,
            after=7,
            p_value=0.001,
        )
    HabitShift.objects.create(
        profile_id=ana.pk, what="basket", happened_on=NOON.date(), learned_at=NOON, p_value=0.001
    )
    history = Histories.of([ana.pk], NOON)
    assert history["gap_log_sum"][0] == pytest.approx(3 * log(7))
    assert (history["gaps"][0], history["purchase_days"][0], history["last_gap"][0]) == (3, 8, 7)
    summary = scored(ana)
    assert (summary.rhythm_since, summary.rhythm_gaps, summary.purchase_days) == (since, 3, 8)
    HabitShift.objects.create(
        profile_id=ana.pk, what="rhythm", happened_on=NOON.date(), learned_at=NOON, p_value=0.001
    )
    assert Histories.of([ana.pk], NOON)["gaps"].tolist() == [0]


def test_a_change_of_habit_is_no_correction() -> None:
    """Once it is known that Ana comes weekly now, she is late; her stage says that her habit changed."""
    for i in range(20):
        person(f"Regular{i}", days_ago=every(7, 10, last=i % 6))
    ana = person("Ana", days_ago=[400, 310, 220, 130, 47, 40])
    before = scored(ana)
    assert (before.stage, before.rhythm_since) == ("loyal", None)
    HabitShift.objects.create(
        profile_id=ana.pk, what="rhythm", happened_on=(NOON - 47 * DAY).date(), learned_at=NOON, p_value=0.001
    )
    stale.mark([ana.pk], NOON)
    assert scored(ana).stage_cause == "habit"
    assert StageChange.objects.filter(profile_id=ana.pk).count() == 2


def test_what_is_declared_wins() -> None:
    """Ana comes weekly and is silent for a month. She says that she comes each quarter: she is not late, and it says
    so; she takes it back: she is late as before. Neither is time's doing."""
    for i in range(20):
        person(f"Regular{i}", days_ago=every(7, 10, last=i % 6))
    ana = person("Ana", days_ago=every(7, 10, last=40))
    before = scored(ana)
    assert before.stage in ("slipping", "lapsed", "lost")
    Declaration.objects.create(profile=ana, every_days=90, declared_by="customer", declared_at=NOON)
    stale.mark([ana.pk], NOON)
    told = scored(ana)
    assert (told.stage, told.stage_cause, told.declared_at) == ("loyal", "declared", NOON)
    assert told.rhythm_log_mean == pytest.approx(log(90))
    Declaration.objects.all().delete()
    stale.mark([ana.pk], NOON)
    after = scored(ana)
    assert (after.stage, after.slips_at, after.stage_cause) == (before.stage, before.slips_at, "declared")
    assert StageChange.objects.filter(profile_id=ana.pk).count() == 3


def test_not_before_march() -> None:
    """Until the day that they named nobody slips."""
    ana = person("Ana", days_ago=every(7, 10))
    usual = scored(ana).slips_at
    day = (NOON + 100 * DAY).date()
    Declaration.objects.create(profile=ana, not_before=day, declared_by="staff", declared_at=NOON)
    stale.mark([ana.pk], NOON)
    summary = scored(ana)
    assert usual is not None and summary.slips_at is not None
    assert usual.date() < day <= summary.slips_at.date() <= day + DAY
    assert summary.slips_at < summary.lapses_at < summary.lost_at  # type: ignore[operator]


def test_fifty_thousand_orders_of_one_customer() -> None:
    """They are added up where they lie: one row."""
    robot = person("Robot")
    sql.run(
        "INSERT INTO saleor_relacional_purchase (profile_id, source, reference, number, state, channel, currency, sold,"
        " placed_at, day, learned_at, checkout, codes, digest)"
        " SELECT %s, 'test', 'r' || n, '', 'counts', 'web', 'EUR', 1, at, at::date, at, '', '[]', ''"
        " FROM (SELECT n, %s::timestamptz - n * interval '20 minutes' AS at FROM generate_series(1, 50000) AS n) b",
        [robot.pk, NOON],
    )
    summary = scored(robot)
    days = 50_000 // 72 + 1
    assert (summary.purchases, summary.sold) == (50_000, Decimal(50_000))
    assert abs(summary.purchase_days - days) <= 1
    assert (summary.gap_log_sum, summary.last_gap) == (0, 1)


def test_the_clock_goes_backwards() -> None:
    """Everything is scored at noon and again as of the day before: no error, nobody is idle for less than nothing, and
    at noon all is as it was."""
    people = [person(f"P{i}", days_ago=every(5 + i, 4, last=i)) for i in range(8)]
    score.score_stale(NOON)
    before = CustomerSummary.objects.order_by("pk").values_list("pk", "stage", "slips_at", "purchase_days")
    stood = list(before)
    for now in (NOON - DAY, NOON):
        stale.mark([one.pk for one in people], now)
        score.score_stale(now)
        score.pass_time(now)
    assert list(before) == stood


def test_days_before_our_era_of_computing() -> None:
    """Histories that begin in 1970, and a gap of half a century."""
    ana = person("Ana", days_ago=[5])
    buys(ana, NOON.replace(year=1970))
    summary = scored(ana)
    assert (summary.first_day, summary.last_gap) == (
        date(1970, 3, 2),
        (NOON - 5 * DAY - NOON.replace(year=1970)).days,
    )


def test_nobody_is_read_twice_and_the_merged_are_left_out() -> None:
    """A range of keys, both ends inside."""
    ana, bea, carla = person("Ana", days_ago=[1]), person("Bea", days_ago=[2]), person("Carla")
    Profile.objects.filter(pk=bea.pk).update(merged_into=carla)
    found = Histories.between(ana.pk, carla.pk, NOON)
    assert found["profile"].tolist() == [ana.pk, carla.pk]
    assert found.bought.tolist() == [True, False]
    assert len(Histories.between(carla.pk + 1, carla.pk + 10, NOON)) == 0
    fit.ensure_fit(NOON)
