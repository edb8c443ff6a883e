"""A shop with a season: learnt once, counted in by everything that says when somebody comes back, and by no stage."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import numpy as np
import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.learning import buyer_histories, fit, past_cuts, sampling, seasons
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs, fits, reasons
from saleor_relacional.flows.profiles.beliefs.named import Name
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing import forecast, rhythm, season_fit
from saleor_relacional.insight.timing.season import Season
from saleor_relacional.models import (
    CustomerSummary,
    Declaration,
    Fit,
    HabitShift,
    Prediction,
    Profile,
    Purchase,
    StageChange,
)
from tests.support.crowds import a_seasonal_shop, a_shop, purchase
from tests.support.instants import DAY, NOON, TODAY
from tests.support.people import every, person

pytestmark = pytest.mark.django_db


def rows_of_the_shop() -> Any:
    """(customer, day number, value) as the tables hold them."""
    told = Purchase.objects.order_by("pk").values_list("profile_id", "day", "sold")
    return np.array([(who, day.toordinal(), float(sold)) for who, day, sold in told]).T


def reference(found: Season, cut: date = TODAY, days: float = 1.0) -> tuple[summary_columns.Period, Any]:
    """What `summary_columns.at` makes of the orders themselves."""
    return summary_columns.at(*rows_of_the_shop(), cut.toordinal(), days, found.gaps)


def test_the_database_counts_days_as_the_reference_does() -> None:
    """The season learnt in SQL is the one that the orders teach, and it comes back from the fit as it was kept."""
    a_seasonal_shop()
    with sql.atomic():
        found = seasons.learn(sampling.take(NOON))
    who, day, _ = rows_of_the_shop()

    assert not found.flat and found.days_lacking == 0
    assert found == season_fit.learn(season_fit.counts(who, day, TODAY.toordinal()))
    fit.estimate(NOON)
    assert fit.shop(NOON).season == found


def test_gaps_in_own_time_are_those_of_the_reference() -> None:
    """Buyers as they stand, and as they stood at each cut, in SQL: the same sums of log gaps to the last digit kept."""
    a_seasonal_shop(150)
    with sql.atomic():
        sample = sampling.take(NOON)
        found = Season(cosine=(0.6, 0.3), sine=(0.2, -0.3))
        people, cuts = buyer_histories.read(sample, found), past_cuts.cuts(sample, found)

    for cut, past, days in [
        (TODAY, people.past, 1.0),
        *((one.day, one.period.past, one.period.days) for one in cuts),
    ]:
        expected = reference(found, cut, days)[0].past
        assert past.as_of is not None and set(past.as_of) == {cut.toordinal()}
        for name in ("log_sum", "season_log_sum", "season_log_square_sum"):
            ours, theirs = (np.sort(getattr(one, name)) for one in (past, expected))
            assert np.allclose(ours, theirs, atol=2e-3), name
        assert not np.allclose(np.sort(past.season_log_sum), np.sort(past.log_sum), atol=0.1)


def test_days_outside_of_the_clock_are_counted_evenly() -> None:
    """Ana bought in 1995 and again three weeks later: nothing is NULL, nothing fails."""
    found = Season(cosine=(0.8,), sine=(0.0,))
    clock = Clock.of(found, TODAY)
    asked = {
        "a": date(1995, 3, 1),
        "b": date(1995, 3, 22),
        "c": TODAY,
        "d": TODAY - 40 * DAY,
        **clock.parameters,
    }
    old, new = sql.rows(
        f"SELECT {clock.gap('%(b)s::date', '%(a)s::date')}, {clock.gap('%(c)s::date', '%(d)s::date')}", asked
    )[0]

    assert old == 21
    assert new == pytest.approx(found.gaps(TODAY.toordinal() - 40, TODAY.toordinal()), abs=0.002)


def test_predictions_are_in_own_time_and_stages_in_the_calendar() -> None:
    """What is stored is what the models say in the shop's own time; boundaries follow the calendar's rhythm, as people
    read it."""
    a_seasonal_shop()
    score.refit(NOON)
    shop = fit.shop(NOON)
    period, who = reference(shop.season)
    said = forecast.signals(shop.forecast, period.past, 365)
    chance = forecast.probability_of_order(shop.weights, said)
    stored = dict(Prediction.objects.values_list("profile_id", "order_365"))

    # a value that is a quantile of the shop's may fall to either side of it by a rounding: .003 of a chance
    assert [stored[one] for one in who.tolist()] == pytest.approx(chance.tolist(), abs=5e-3)
    undated = replace(period.past, as_of=None, season_log_sum=None, season_log_square_sum=None)
    calendar = forecast.probability_of_order(shop.weights, forecast.signals(shop.forecast, undated, 365))
    assert np.abs(calendar - chance).max() > 0.05
    own = rhythm.rhythms(shop.rhythm, period.past.gaps, period.past.log_sum, period.past.log_square_sum)
    kept = dict(CustomerSummary.objects.values_list("profile_id", "rhythm_log_mean"))
    assert [kept[one] for one in who.tolist()] == pytest.approx(own.log_mean.tolist(), abs=1e-6)
    assert shop.rhythm != shop.forecast.rhythm and shop.rhythm.gaps == shop.forecast.rhythm.gaps


def test_few_are_scored_as_everybody_is() -> None:
    """By key and by range, exactly at once or read again after a late evening: the same gaps in own time. A change of
    habit leaves the gaps since."""
    ana = person("Ana", days_ago=[*every(30, 4, last=5), *every(7, 5, last=102)])
    ben = person("Ben", days_ago=[20])
    late = (NOON - 60 * DAY).replace(hour=23, minute=30)
    Purchase.objects.bulk_create([purchase(ben, late), purchase(ben, late + timedelta(hours=1))])
    HabitShift.objects.create(
        profile_id=ana.pk, what="rhythm", happened_on=(NOON - 95 * DAY).date(), learned_at=NOON, p_value=0.001
    )
    found = Season(cosine=(0.5,), sine=(0.3,))

    few = Histories.of([ana.pk, ben.pk], NOON, season=found)
    range_of = Histories.between(ana.pk, ben.pk, NOON, season=found)

    days = [TODAY.toordinal() - ago for ago in every(30, 4, last=5)][::-1]
    logs = np.log(found.gaps(days[:-1], days[1:]))
    for history in (few, range_of):
        assert history["gaps"].tolist() == [3, 1]
        assert history["own_log_sum"][0] == pytest.approx(logs.sum(), abs=1e-3)
        assert history["own_log_squares"][0] == pytest.approx((logs**2).sum(), abs=1e-2)
        assert history["gap_log_sum"][0] == pytest.approx(3 * np.log(30))
    assert few["own_log_sum"][1] == pytest.approx(range_of["own_log_sum"][1])
    assert "own_log_sum" not in Histories.of([ana.pk], NOON).column


def test_a_refit_that_counts_time_otherwise_is_no_correction() -> None:
    """Last week's fit had another season: nobody's gaps were corrected by that, and no stage says so."""
    a_seasonal_shop(120)
    score.refit(NOON)
    learnt = Fit.objects.get(adopted=True)
    learnt.parameters["forecast"]["season"] = {"cosine": [0.4], "sine": [-0.4]}
    learnt.parameters["forecast"]["rhythm"]["log_mean"] += 0.1
    Fit.objects.filter(pk=learnt.pk).update(parameters=learnt.parameters, created_at=NOON - DAY)
    StageChange.objects.all().delete()

    score.refit(NOON)

    assert not StageChange.objects.filter(cause="correction").exists()


def window(profile: Profile) -> Any:
    """The next order, as the card and the API read it."""
    (asked,) = fits.asked([profiles.of_ids([profile.pk])[profile.pk]], NOON)
    return asked.rhythms[profile.pk]


def test_the_window_is_that_of_the_models() -> None:
    """Read of somebody who is stored: the window that the models give for their days, and the season as its reason.
    Who said "every six weeks" means weeks of the calendar."""
    people = a_seasonal_shop()
    score.refit(NOON)
    shop = fit.shop(NOON)
    period, who = reference(shop.season)
    regular = int(who[np.argmax(period.past.frequency)])
    row = np.flatnonzero(who == regular)
    within = forecast.next_order(shop.forecast, period.past.of(row), 365, shop.gaps, shop.weights.own_share)
    read = window(people[[one.pk for one in people].index(regular)])
    last = CustomerSummary.objects.get(profile_id=regular).last_at

    for moment, p in ((read.earliest, 0.1), (read.middle, 0.5), (read.latest, 0.9)):
        assert (moment - last).total_seconds() / 86400 == pytest.approx(within.quantile(p)[0], abs=1.5)
    one = profiles.of_ids([regular])[regular]
    why = reasons.of([(one, Name.NEXT_ORDER_DAY)], NOON)[regular, Name.NEXT_ORDER_DAY]
    assert [fact.name for fact in why][-1] == "season"
    day = read.middle.astimezone(UTC).toordinal()
    assert why[-1].value == pytest.approx(shop.season.weights([day])[0]) and why[-1].weight == 0
    Declaration.objects.create(profile_id=regular, every_days=42, declared_by="customer", declared_at=NOON)
    said = window(people[[one.pk for one in people].index(regular)])
    assert said.season_lacks_days == 0 and said.middle != read.middle


def test_reasons_follow_the_season_too() -> None:
    """Two people scored on different days, in one page: each one's reasons are asked about from that day on."""
    a_seasonal_shop(120)
    score.refit(NOON)
    some = list(profiles.of_ids(Prediction.objects.values_list("profile_id", flat=True)[:6]).values())
    Prediction.objects.filter(profile_id=some[0].id).update(as_of=NOON - 40 * DAY)
    some = list(profiles.of_ids([one.id for one in some]).values())

    why = reasons.of([(one, name) for one in some for name in Name], NOON)

    told = beliefs.of(some, NOON)
    for one in some:
        chance = next(belief for belief in told[one.id] if belief.name is Name.ALIVE)
        assert 0 <= chance.low <= chance.value <= chance.high <= 1
        assert len(why[one.id, Name.ORDER_365]) == 5 and why[one.id, Name.YEAR_VALUE]


def test_a_young_shop_says_how_much_is_lacking() -> None:
    """A year and four months of history: the season is not known, the window is wider for it, and the reason says how
    many days lack."""
    ana = a_shop("regular", span=500)[0]
    score.refit(NOON)
    shop = fit.shop(NOON)
    first = Purchase.objects.order_by("day").values_list("day", flat=True)[0]
    lacking = season_fit.ENOUGH_DAYS - ((TODAY - first).days + 1)

    assert shop.season.flat and shop.season.days_lacking == lacking > 0
    one = profiles.of_ids([ana.pk])[ana.pk]
    why = reasons.of([(one, Name.NEXT_ORDER_DAY)], NOON)[ana.pk, Name.NEXT_ORDER_DAY]
    assert [(fact.name, fact.value, fact.weight) for fact in why][-1] == ("season_unknown", lacking, 0.0)
    assert window(ana).season_lacks_days == lacking


def test_a_shop_without_a_season_has_none() -> None:
    """Two years of even sales: the fit says flat, and asks nothing more of the database than before."""
    a_seasonal_shop(200, swing=0.0)
    score.refit(NOON)
    shop = fit.shop(NOON)

    assert shop.season == Season() and shop.rhythm == shop.forecast.rhythm
    assert window(Profile.objects.get(pk=Prediction.objects.values_list("profile_id", flat=True)[0]))
