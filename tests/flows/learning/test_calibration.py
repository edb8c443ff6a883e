"""Predicted beside happened: judged with what the other periods say, told to owners in words, corrected only where it
helps."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from saleor_relacional.flows.learning import calibration, calibration_words, fit
from saleor_relacional.flows.learning.calibration import Correction, Group, Measure
from saleor_relacional.insight.timing import forecast
from saleor_relacional.models import Fit, Purchase
from tests.support.crowds import a_shop
from tests.support.instants import NOON
from tests.support.people import every, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def learnt() -> calibration.Calibration:
    """Four hundred regulars over two years."""
    a_shop("regular", 400, span=730)
    fit.estimate(NOON)
    found = calibration.read()
    assert found is not None
    return found


def test_four_quarters_are_judged(learnt: calibration.Calibration) -> None:
    """The last year in four periods of ninety days, each in three months; everybody known at a cut is judged once."""
    assert learnt.days == 90 and len(learnt.periods) == 4 and len(learnt.chance.months) == 12
    assert learnt.last == NOON.date() and (learnt.last - learnt.first).days == 359
    for measure in learnt.measures:
        assert measure.customers == sum(period.customers for period in learnt.periods)
        assert sum(group.customers for group in measure.deciles) == measure.customers
        assert [month.first for month in measure.months] == sorted(month.first for month in measure.months)
        assert all(month.known < month.first <= month.last for month in measure.months)


def test_what_happened_is_what_happened(learnt: calibration.Calibration) -> None:
    """Purchase days and money of the last month, of those who were known at the cut before it: counted here by hand."""
    month = learnt.orders.months[-1]
    known = set(Purchase.objects.filter(day__lte=month.known).values_list("profile_id", flat=True))
    bought = Purchase.objects.filter(day__gte=month.first, day__lte=month.last, profile_id__in=known)
    assert month.customers == len(known)
    assert month.happened * month.customers == pytest.approx(
        len(set(bought.values_list("profile_id", "day")))
    )
    spent = float(sum(bought.values_list("sold", flat=True)))
    assert learnt.money.months[-1].happened * month.customers == pytest.approx(spent)
    came = Purchase.objects.filter(day__gt=month.known, day__lte=month.last, profile_id__in=known)
    share = len(set(came.values_list("profile_id", flat=True))) / len(known)
    assert learnt.chance.months[-1].happened == pytest.approx(share)


def test_predictions_are_near(learnt: calibration.Calibration) -> None:
    """In a shop that behaves, most tenths lie in their interval, and the whole is off by less than a tenth."""
    inside = sum(group.low - 0.02 <= group.predicted <= group.high + 0.02 for group in learnt.chance.deciles)
    assert inside >= 8 and learnt.chance.error < 0.05
    for measure in learnt.measures:
        assert measure.bias is not None and abs(measure.bias) < 0.1
    assert all(period.auc is not None and period.auc > 0.8 for period in learnt.periods)


def test_a_level_is_corrected_only_where_it_helps() -> None:
    """Whether the level is shifted is whether that lowered the loss of periods held out; both are told."""
    for kind in ("random", "regular"):
        a_shop(kind, 300, span=730, seed=len(kind))
        fit.estimate(NOON)
        found = calibration.read()
        assert found is not None
        for correction in (found.level, found.orders_level):
            assert correction.error_with is not None and correction.error_without is not None
            assert correction.applied == (correction.error_with < correction.error_without)
            assert (correction.value != 0) == correction.applied
        weights = fit.shop(NOON).weights
        assert (weights.level, weights.orders_level) == (found.level.value, found.orders_level.value)


def test_too_little_past_shows_nothing() -> None:
    """A shop two weeks old: learnt from priors, nothing to compare, and the command says what to do."""
    assert calibration.read() is None
    person("Ana", days_ago=[3, 9, 13])
    fit.estimate(NOON)
    assert calibration.read() is None
    with pytest.raises(CommandError, match="at least three weeks of orders"):
        call_command("relacional_calibration")
    with pytest.raises(CommandError, match="al menos tres semanas de pedidos"):
        call_command("relacional_calibration", language="es")


def test_a_shop_three_months_old_is_judged_once_or_more() -> None:
    """Short periods are judged as they are, a group of one without a made-up interval."""
    for i in range(12):
        person(f"P{i}", days_ago=every(9 + i, 5, last=i))
    fit.estimate(NOON)
    found = calibration.read()
    assert found is not None and 7 <= found.days < 90
    for measure in found.measures:
        for one in (*measure.deciles, *measure.months):
            assert one.low <= one.happened <= one.high


def test_few_customers_say_little(learnt: calibration.Calibration) -> None:
    """Four people are no proof, and the page says so; thirteen hundred need no caution."""
    assert calibration_words.caution(learnt) == ""
    few = replace(learnt, chance=replace(learnt.chance, customers=4))
    assert calibration_words.caution(few).startswith("Only 4 customers could be judged")


def test_a_customer_who_orders_daily_is_no_error() -> None:
    """Everybody else comes at most once: expected orders above 1 are no probability and nobody takes them for one."""
    person("Daily", days_ago=list(range(200)))
    for i in range(30):
        person(f"Once{i}", days_ago=[150 + i])
    fit.estimate(NOON)
    found = calibration.read()
    assert found is not None and found.orders.deciles[-1].predicted > 1


def test_the_command_prints_every_table(learnt: calibration.Calibration, capsys: Any) -> None:
    """Ten tenths and twelve months of three predictions, in the language asked for."""
    call_command("relacional_calibration")
    text = capsys.readouterr().out
    for said in (
        "Who comes back",
        "How many orders",
        "How much money",
        "Of 100 customers we expected",
        "interval",
    ):
        assert said in text, said
    assert text.count("\n  10 ") == 3 and text.count(f"\n  {learnt.first.isoformat()}") == 3
    call_command("relacional_calibration", language="es")
    spanish = capsys.readouterr().out
    assert "Quién vuelve" in spanish and "Who" not in spanish


def test_a_failed_estimation_is_said(learnt: calibration.Calibration, capsys: Any) -> None:
    """The page of the fit that stands says that a later one came to nothing."""
    kept = Fit.objects.get(adopted=True)
    Fit.objects.create(
        as_of=NOON.replace(day=9), created_at=NOON, adopted=False, customers=400, parameters=kept.parameters,
        converged=False,
    )  # fmt: skip
    found = calibration.read()
    assert found is not None and found.failed_at == NOON.replace(day=9) and found.as_of == NOON
    call_command("relacional_calibration")
    assert "learnt again on 9 Mar 2026" in capsys.readouterr().out


CHANCE = Measure(
    name="chance", currency="", customers=100, predicted=0.3, happened=0.28, deciles=(), months=()
)


@pytest.mark.parametrize(
    ("predicted", "happened", "said"),
    [
        (0.30, 0.28, "Of 100 customers we expected 30 to come, and 28 came: we said 7.1 % too much."),
        (0.28, 0.35, "Of 100 customers we expected 28 to come, and 35 came: we said 20 % too little."),
        (0.301, 0.3, "Of 100 customers we expected 30.1 to come, and 30 came: right on the whole."),
        (0.3, 0.0, "Of 100 customers we expected 30 to come, and 0 came: nothing happened at all."),
    ],
)
def test_bias_in_words(predicted: float, happened: float, said: str) -> None:
    """Too much, too little, right on the whole, and nothing at all."""
    assert calibration_words.bias(replace(CHANCE, predicted=predicted, happened=happened)) == said


def test_a_tenth_in_words() -> None:
    """What an owner understands, in both languages."""
    group = Group(number=4, customers=50, predicted=0.3, happened=0.28, low=0.2, high=0.4)
    assert calibration_words.group(CHANCE, group) == "Of 100 customers to whom we gave about 30 %, 28 came."
    with translation.override("es"):
        assert "dimos un 30 %" in calibration_words.group(CHANCE, group)


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        (
            Correction(applied=True, value=0.2, error_without=0.5, error_with=0.4),
            "A correction raises them all",
        ),
        (
            Correction(applied=True, value=-0.2, error_without=0.5, error_with=0.4),
            "A correction lowers them all",
        ),
        (
            Correction(applied=False, value=0.0, error_without=0.4, error_with=0.5),
            "it did not help (error 0.5000",
        ),
        (
            Correction(applied=False, value=0.0, error_without=None, error_with=None),
            "two periods in which some came",
        ),
    ],
)
def test_a_correction_in_words(correction: Correction, said: str) -> None:
    """Whether and why."""
    assert said in calibration_words.level(correction)


def test_weights_of_the_study_are_those_scored_with(learnt: calibration.Calibration) -> None:
    """What calibration shows is about the predictions that customers get."""
    shop = fit.shop(NOON)
    assert shop.weights.periods == len(learnt.periods)
    assert isinstance(shop.forecast, forecast.TimingModel) and learnt.valuer == shop.valuer.value
