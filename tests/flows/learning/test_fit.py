"""What is learnt of the shop: from everybody or a sample, on the shop's own past, and kept only when it is good."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.learning import buyer_histories, fit, past_cuts, sampling
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.timing import mbg_nbd
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.models import (
    Fit,
    HabitShift,
    Policy,
    Profile,
    Purchase,
    Refund,
)
from tests.insight.shops import simulated
from tests.support.concurrency import at_once
from tests.support.crowds import a_shop, purchase
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def test_what_is_kept_is_what_was_learnt() -> None:
    """A shop of three hundred regulars: all that scoring needs, there and back through the database."""
    a_shop("regular")
    row = fit.estimate(NOON)
    shop = fit.shop(NOON)
    assert (shop.id, shop.as_of, shop.customers, shop.converged, shop.currency) == (
        row.pk,
        NOON,
        300,
        True,
        "EUR",
    )
    assert shop.forecast.worth.shape == (201,) and (np.diff(shop.forecast.worth) >= 0).all()
    assert shop.weights.periods == 4 and shop.weights.lean > 0.2
    assert (
        shop.gaps.count.sum()
        == shop.rhythm.gaps
        == Purchase.objects.values("profile", "day").distinct().count() - 300
    )
    assert set(shop.spend) == set(shop.rfm) == set(shop.gamma) == {"EUR"}
    assert shop.spend["EUR"].orders == Purchase.objects.count()
    assert set(shop.annual_needs) == {"web"}
    annual_need, least, most = shop.annual_needs["web"]
    assert 0 < least <= annual_need <= most
    assert shop.typical.purchases >= 1 and shop.typical.order_value > 0
    assert shop.valuer in Valuer and shop.mbg_nbd is shop.forecast.mbg_nbd


def test_a_fit_is_read_once() -> None:
    """Scoring asks for the shop at every order; the parameters are parsed when they change."""
    a_shop(customers=30)
    fit.estimate(NOON)
    assert fit.shop(NOON) is fit.shop(NOON)
    before = fit.shop(NOON)
    fit.estimate(NOON + DAY)
    assert fit.shop(NOON + DAY) is not before


def test_the_database_aggregates_as_the_reference_does() -> None:
    """Cuts of the past in SQL are those that `past.at` makes of the orders themselves, to the last number."""
    a_shop("random", 120, span=420)
    who, day, value = simulated("random", customers=120, span=420)
    with sql.atomic():
        sample = sampling.take(NOON)
        found = past_cuts.cuts(sample)
        gaps = past_cuts.gaps(sample)
    today = NOON.date().toordinal()
    assert [today - cut.day.toordinal() for cut in found] == [90, 180, 270, 280][: len(found)] or len(
        found
    ) == 4
    for cut in found:
        at = 420 - (today - cut.day.toordinal())
        expected, _ = summary_columns.at(who, day, np.round(value, 2), at, cut.period.days)
        for name in (
            "frequency",
            "recency",
            "tenure",
            "log_sum",
            "log_square_sum",
            "value",
            "value_square_sum",
        ):
            theirs = np.sort(getattr(expected.past, name))
            assert np.allclose(np.sort(getattr(cut.period.past, name)), theirs), name
        assert np.allclose(np.sort(cut.period.orders), np.sort(expected.orders))
        assert np.allclose(np.sort(cut.period.gap), np.sort(expected.gap), equal_nan=True)
        assert np.allclose(np.sort(cut.period.spent), np.sort(expected.spent))
        assert cut.months[:, 0].sum() == expected.orders.sum()
        assert cut.months[:, 2].sum() == pytest.approx(expected.spent.sum())
    order = np.lexsort((day, who))
    apart = np.diff(day[order])[np.diff(who[order]) == 0]
    closed = ShopGaps.of(apart[apart > 0])
    assert np.array_equal(gaps.days, closed.days) and np.array_equal(gaps.count, closed.count)


def test_many_buyers_are_sampled(monkeypatch: Any) -> None:
    """Four hundred buyers where two hundred are enough: about half are read, in whole blocks, and the shop still knows
    how many it has, near enough. Their keys are given: which blocks are taken depends on nothing else."""
    monkeypatch.setattr(sampling, "MOST", 200)
    sql.run(f"ALTER TABLE {tables.PROFILE} ALTER COLUMN id RESTART WITH 1000000")
    people = a_shop("random", 400)
    row = fit.estimate(NOON)
    assert 80 <= fit.shop(NOON).rhythm.customers <= 320
    assert row.customers == pytest.approx(400, rel=0.45)
    with sql.atomic():
        sample = sampling.take(NOON)
    taken = set(sample.spend.profile.tolist())
    blocks: dict[int, set[bool]] = {}
    for one in people:
        blocks.setdefault(one.pk >> sampling.BLOCK, set()).add(one.pk in taken)
    assert all(len(said) == 1 for said in blocks.values())


def test_prospects_do_not_thin_the_sample(monkeypatch: Any) -> None:
    """Nine in ten profiles never bought: a sample of profiles holds a tenth of what it should, so it grows."""
    monkeypatch.setattr(sampling, "MOST", 100)
    known = Profile.objects.bulk_create(Profile(created_at=NOON) for _ in range(900))
    Purchase.objects.bulk_create(
        purchase(one, NOON - timedelta(days=i + 1)) for i, one in enumerate(known[::10])
    )
    fit.estimate(NOON)
    assert 50 <= fit.shop(NOON).rhythm.customers <= 90


def test_the_day_is_the_shops_own() -> None:
    """In Auckland it is tomorrow already: who bought an hour ago bought today, and a year is not a day short."""
    Shop.objects.update_or_create(pk=1, defaults={"time_zone": "Pacific/Auckland"})
    now = NOON  # one o'clock on the third of March there
    profile = person("Ana")
    for when, day in ((now - timedelta(hours=1), date(2026, 3, 3)), (now - 10 * DAY, date(2026, 2, 21))):
        Purchase.objects.bulk_create([purchase(profile, when, day=day)])
    with sql.atomic():
        sample = sampling.take(now)
        people = buyer_histories.read(sample)
    assert sample.today == date(2026, 3, 3)
    assert (people.past.recency[0], people.past.tenure[0], people.past.idle[0]) == (10.0, 10.0, 0.0)


def test_a_rhythm_is_learnt_since_habits_changed() -> None:
    """Ana came weekly, and monthly since November: her weeks count for the past, not for her rhythm."""
    ana = person("Ana", days_ago=[*every(30, 4, last=5), *every(7, 5, last=102)])
    HabitShift.objects.create(
        profile_id=ana.pk, what="rhythm", happened_on=(NOON - 95 * DAY).date(), learned_at=NOON, p_value=0.001
    )
    with sql.atomic():
        sample = sampling.take(NOON)
        people = buyer_histories.read(sample)
    assert people.past.frequency[0] == 8 and people.past.gaps[0] == 3
    assert people.past.log_sum[0] == pytest.approx(3 * np.log(30))


def test_money_in_one_currency() -> None:
    """Euros and crowns, reported in euros: crowns count at their rate, dollars have none and are left out of value, not
    of rhythm."""
    Policy.objects.update_or_create(
        pk=1, defaults={"reporting_currency": "EUR", "rates": {"CZK": "0.04"}, "updated_at": NOON}
    )
    for i in range(40):
        one = person(f"E{i}")
        for days in every(20 + i, 3):
            buys(one, NOON - timedelta(days=days), "500.00", currency="CZK")
        buys(one, NOON - 2 * DAY, "20.00", currency="EUR")
        buys(one, NOON - 1 * DAY, "99.00", currency="USD")
    fit.estimate(NOON)
    shop = fit.shop(NOON)
    assert set(shop.spend) == {"EUR"} and shop.currency == "EUR"
    assert shop.spend["EUR"].orders == 160 and shop.spend["EUR"].mean == pytest.approx(20.0)
    assert shop.rhythm.gaps == 40 * 4
    assert shop.typical.order_value == pytest.approx(20.0)


def test_without_a_reporting_currency_each_stands_alone() -> None:
    """Sixty pay in euros, forty in dollars: two spends, and worth is that of those who pay in the larger one."""
    a_shop("random", 100, currency=lambda customer: "USD" if customer < 40 else "EUR")
    fit.estimate(NOON)
    shop = fit.shop(NOON)
    assert list(shop.spend) == ["EUR", "USD"] and shop.currency == "EUR"
    euros = Purchase.objects.filter(currency="EUR").count()
    assert shop.spend["EUR"].orders == euros and shop.spend["USD"].orders == Purchase.objects.count() - euros


def test_a_day_in_two_currencies_has_no_value() -> None:
    """Ana paid in euros, and one day in euros and dollars: it is one purchase day, and nobody adds the two up."""
    ana = person("Ana", days_ago=[30, 10], value="20.00")
    buys(ana, NOON - 10 * DAY, "500.00", currency="USD")
    with sql.atomic():
        sample = sampling.take(NOON)
        people = buyer_histories.read(sample)
    assert (people.past.frequency[0], people.past.recency[0], people.past.value[0]) == (1.0, 20.0, 20.0)
    assert (people.spend.currency[0], people.spend.orders[0], people.spend.sold[0]) == ("EUR", 1.0, 20.0)


def test_what_was_sent_back_is_not_kept() -> None:
    """Quintiles of money are of what was kept: Ana sent her thousand back."""
    for i in range(9):
        person(f"P{i}", days_ago=[i + 1], value=f"{10 * (i + 1)}.00")
    ana = person("Ana", days_ago=[3], value="1000.00")
    Refund.objects.create(
        profile=ana, source="test", reference="all", amount=Decimal("1000.00"), currency="EUR",
        happened_at=NOON - DAY, learned_at=NOON,
    )  # fmt: skip
    fit.estimate(NOON)
    assert fit.shop(NOON).rfm["EUR"].money[3] == pytest.approx(np.quantile([0, *range(10, 100, 10)], 0.8))


@pytest.mark.parametrize("story", ["nobody", "one", "same instant", "future", "zero", "negative"])
def test_bad_input_is_no_error(story: str) -> None:
    """No purchases, one customer, equal timestamps, a clock ahead, gifts, sums below nothing: there is a fit, and
    scoring with it works."""
    if story != "nobody":
        ana = person("Ana", days_ago={"future": [-3, 5]}.get(story, [5]))
        if story == "same instant":
            for _ in range(3):
                buys(ana, NOON - 5 * DAY)
        if story in ("zero", "negative"):
            for days in (20, 40, 400):
                buys(ana, NOON - timedelta(days=days), "0.00" if story == "zero" else "-12.00")
    row = fit.estimate(NOON)
    assert row.adopted and row.customers == (0 if story == "nobody" else 1)
    assert fit.shop(NOON).rhythm.customers == row.customers
    score.score_stale(NOON)


def test_a_customer_with_fifty_thousand_orders() -> None:
    """A reseller who orders twenty-four times a day for years drowns nobody."""
    a_shop("random", 60)
    first = purchase(person("Reseller"), NOON)
    first.save()
    sql.run(
        "INSERT INTO saleor_relacional_purchase (profile_id, source, reference, number, state, channel, currency, sold,"
        " placed_at, day, learned_at, checkout, codes, digest) SELECT profile_id, source, reference || '-' || hour, '',"
        " state, channel, currency, sold, placed_at - hour * interval '1 hour',"
        " (placed_at - hour * interval '1 hour')::date, learned_at, '', '[]', digest"
        " FROM saleor_relacional_purchase, generate_series(1, 49999) AS hour WHERE id = %s",
        [first.pk],
    )
    row = fit.estimate(NOON)
    assert row.converged and row.customers == 61
    assert fit.shop(NOON).spend["EUR"].orders > 50_000
    assert fit.shop(NOON).rfm["EUR"].purchases[0] < 10


@pytest.fixture
def unstable(monkeypatch: Any) -> None:
    """The search for the most likely shop ends nowhere from now on."""
    found = mbg_nbd.fit
    monkeypatch.setattr(
        mbg_nbd, "fit", lambda *args, **kwargs: replace(found(*args, **kwargs), converged=False)
    )


def test_a_failed_fit_is_kept_and_not_adopted(monkeypatch: Any, request: Any) -> None:
    """The last good one stands, the failed one can be seen, health says so, and it is tried again a day later."""
    a_shop("random", 60)
    good = fit.estimate(NOON - 8 * DAY)
    assert good.adopted and fit.wanted(NOON)
    request.getfixturevalue("unstable")
    failed = fit.estimate(NOON)
    assert not failed.adopted and fit.shop(NOON).id == good.pk
    assert Fit.objects.filter(adopted=True).get().pk == good.pk
    assert not fit.wanted(NOON + timedelta(hours=23)) and fit.wanted(NOON + DAY)
    told = [problem for problem in health.health(NOON).problems if problem.code == "fit_failed"]
    assert len(told) == 1 and "2026-03-02" in told[0].problem


def test_a_shop_that_never_had_a_good_fit_has_the_best_there_is(unstable: None) -> None:
    """Better the best met than nothing; the next good one takes its place."""
    a_shop("random", 60)
    assert fit.estimate(NOON).adopted


def test_a_shop_that_has_sold_nothing_is_no_failure() -> None:
    """There is nothing to converge: week after week the shipped prior is adopted anew, and no fault is told."""
    first, second = fit.estimate(NOON - 8 * DAY), fit.estimate(NOON)
    assert first.converged and second.converged
    assert fit.shop(NOON).id == second.pk and not fit.wanted(NOON + DAY)


def test_health_is_silent_about_an_empty_shop() -> None:
    """Nothing was learnt because there is nothing: that is no failure."""
    fit.estimate(NOON)
    assert not [problem for problem in health.health(NOON).problems if problem.code == "fit_failed"]


def test_reading_does_not_learn() -> None:
    """A shop that nothing was learnt of is read with the shipped priors; the first fit is learnt when a task asks for
    it, once."""
    assert fit.shop(NOON).id == 0 and fit.shop(NOON).customers == 0
    assert not Fit.objects.exists()
    assert [fit.ensure_fit(NOON), fit.ensure_fit(NOON)] == [True, False]
    assert fit.shop(NOON).id == Fit.objects.get(adopted=True).pk


@pytest.mark.django_db(transaction=True)
def test_two_workers_learn_the_first_fit_once() -> None:
    """The second waits for the first, and finds the fit there."""
    assert sorted(at_once(*[lambda: fit.ensure_fit(NOON)] * 2)) == [False, True]
    assert Fit.objects.count() == 1
