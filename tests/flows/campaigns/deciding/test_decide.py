"""Who draws which rung is written with its probabilities when they start, in both arms, and can be computed again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.deciding import decide, learn
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.planning import planned_under
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.segments import segments
from saleor_relacional.insight.ladder import state
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    Incentive,
    RungDecision,
    RungModel,
    RungStop,
    Touch,
)
from tests.flows.campaigns.ladder.test_ladder import LADDER, NOTHING, TEN, WORD, RungRule, climbing, readers
from tests.support.campaign_stories import a_fit, crowd, customer, scored, swept
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


def learning(now: datetime, *, share: str = "0.3", **step: Any) -> Any:
    """A campaign of four rungs that learns."""
    return campaigns.edit(climbing(now, control_share=share, **step), now=now, learning=True).campaign


def test_both_arms_decide_at_their_start_and_everything_can_be_computed_again(
    shop: Any, now: datetime
) -> None:
    """Forty people. What was drawn is what the stored state and the documented hash say; nobody in control gets
    anything; every open rung has its 5 % of the treated; what was drawn is what they get."""
    running = learning(now)
    crowd(40, now)
    plan.consider(running, now)
    rows = list(RungDecision.objects.select_related("enrolment", "rung", "model").order_by("pk"))
    assert len(rows) == 40 and {row.enrolment.arm for row in rows} == {"treated", "control"}
    model = RungModel.objects.get()
    assert model.digest == state.digest(model.state)
    assert {row.model for row in rows} == {model}
    for row in rows:
        known = state.read(model.state)
        treated = known.odds([[one == "1" for one in row.open_rungs]])[0]
        assert row.probabilities == pytest.approx(
            [0.3 * (n == 0) + 0.7 * one for n, one in enumerate(treated)]
        )
        assert all(
            one >= 0.05 for one, is_open in zip(treated, row.open_rungs, strict=True) if is_open == "1"
        )
        luck = decide.chance(running.salt, row.enrolment.public_id, 1)
        drawn = sum(luck >= edge for edge in treated.cumsum())
        assert row.place == (0 if row.enrolment.arm == "control" else drawn)
        assert row.probability == row.probabilities[row.place]
        assert row.reasons[0] == ("control" if row.enrolment.arm == "control" else "learnt")
    treated = {row.enrolment_id: row.rung_id for row in rows if row.enrolment.arm == "treated"}
    assert dict(Touch.objects.values_list("enrolment", "rung")) == treated
    promised = {row.enrolment_id for row in rows if row.rung and row.rung.kind == "percentage"}
    assert set(Incentive.objects.values_list("enrolment", flat=True)) == promised
    assert {row.place for row in rows if row.enrolment.arm == "treated"} >= {0, 1}


def with_budget(now: datetime, amount: str, **terms: Any) -> Any:
    """A campaign that learns, with so many euros for the month."""
    running = learning(now, **terms)
    budget = {"month_budget": Decimal(amount), "budget_currency": "EUR", "channels": ("eur",)}
    return campaigns.edit(running, now=now, **budget).campaign


@pytest.mark.parametrize("whose", ["the campaign's", "the shop's"])
def test_what_does_not_fit_is_closed_and_nobody_waits_for_money(shop: Any, now: datetime, whose: str) -> None:
    """Orders of twenty; ten per cent holds two euros, five one. There are five: everybody starts, in both arms; once
    the money is gone a word and nothing remain, and it is written why. Each decision can be computed again."""
    a_fit(now, high_orders={"EUR": 1.0})
    running = with_budget(now, "5") if whose == "the campaign's" else learning(now)
    if whose == "the shop's":
        policy.decide(now=now, month_budget=Decimal(5), budget_currency="EUR")
    crowd(60, now, value="20.00")
    foretold = plan.dry_run(running, now)
    plan.consider(running, now)
    rows = list(RungDecision.objects.select_related("enrolment", "model").order_by("pk"))
    assert len(rows) == 60 and not Enrolment.objects.exclude(state="started").exists()
    assert foretold.summary and foretold.summary.over_budget == 0
    held = sum(Incentive.objects.values_list("reserve", flat=True))
    assert 4 < held <= 5
    assert rows[0].open_rungs == "1111" and "budget" not in rows[0].reasons
    assert rows[-1].open_rungs == "1100" and rows[-1].reasons[-1] == "budget"
    given = {row.enrolment_id: row.rung_id for row in rows if row.enrolment.arm == "treated"}
    assert dict(Touch.objects.values_list("enrolment", "rung")) == given  # as drawn: nothing was lowered
    for row in rows:
        treated = state.read(row.model.state).odds([[one == "1" for one in row.open_rungs]])[0]
        assert row.probabilities == pytest.approx(
            [0.3 * (n == 0) + 0.7 * one for n, one in enumerate(treated)]
        )


def test_a_rule_that_is_newer_than_what_was_learnt_decides_nothing_wrong(shop: Any, now: datetime) -> None:
    """The night knew one kind of people; a rule of the morning tells French readers apart. They draw all the same."""
    running = learning(now)
    learn.learn_rungs(now)
    french = readers(now, "fr")
    steps = (Step(message="win_back", rungs=LADDER, rules=(RungRule(segment=french, rung=1),)),)
    running = campaigns.edit(running, now=now, steps=steps).campaign
    crowd(3, now, language="fr")
    plan.consider(running, now)
    assert {row.segment for row in RungDecision.objects.all()} == {str(french)}


def test_by_rules_the_rung_is_sure_and_the_arm_is_not(shop: Any, now: datetime) -> None:
    """French gets ten, all else a word, half are held out: probability one half each, and it is kept why."""
    french = readers(now, "fr")
    running = climbing(now, default_rung=2, rules=(RungRule(segment=french, rung=4),), control_share="0.5")
    for n in range(8):
        customer(f"P{n}", now, language="fr" if n % 2 else "en")
    scored(now)
    plan.consider(running, now)
    told = {
        (
            row.segment,
            row.enrolment.arm,
            row.place,
            row.open_rungs,
            row.probability,
            tuple(row.reasons),
            row.model,
        )
        for row in RungDecision.objects.select_related("enrolment")
    }
    assert told == {
        ("", "treated", 1, "1100", 0.5, ("default",), None),
        ("", "control", 0, "1100", 0.5, ("control", "default"), None),
        (str(french), "treated", 3, "1001", 0.5, ("rule",), None),
        (str(french), "control", 0, "1001", 0.5, ("control", "rule"), None),
    }


def test_whoever_time_alone_moves_to_a_word_starts_though_the_money_is_gone(shop: Any, now: datetime) -> None:
    """Ten per cent for all, a word for whoever has been away for longer than Ana has. No money is left: she waits, and
    nobody is judged again for the day's sake but her. A day later she has been away for as long, and starts."""
    a_fit(now)
    [ana] = crowd(1, now)
    away = (now - CustomerSummary.objects.get(profile=ana).last_at).days
    rule = {"field": "idle_days", "operator": "at_least", "value": away + 1}
    long = segments.create(name="Long", rule=rule, now=now).public_id
    budget = {"month_budget": Decimal("0.01"), "budget_currency": "EUR", "channels": ("eur",)}
    running = climbing(now, default_rung=4, rules=(RungRule(segment=long, rung=2),))
    running = campaigns.edit(running, now=now, **budget).campaign
    plan.consider(running, now)
    waits = Enrolment.objects.get()
    assert (waits.state, waits.reason) == ("waiting", "budget") and waits.next_try_at <= now + DAY
    version, before = campaigns.current(running), planned_under.digest(campaigns.current(running), now)
    later = now + DAY
    assert planned_under.digest(version, later) == before
    swept()
    plan.consider(running, later)
    waits.refresh_from_db()
    assert waits.state == "started" and RungDecision.objects.get().rung.kind == "word"


def test_a_stopped_rung_gives_way_to_the_next_cheaper_one_for_those_alone(shop: Any, now: datetime) -> None:
    """Ten is stopped for French readers: they get five, the others still ten. A rung on other terms is another one."""
    french = readers(now, "fr")
    running = climbing(now, default_rung=4, rules=(RungRule(segment=french, rung=4),))
    ana, cid = customer("Ana", now, language="en"), customer("Cid", now, language="fr")
    scored(now)
    names = decide.ladders.arms(decide.learn.first_step(campaigns.current(running))).names
    RungStop.objects.create(
        campaign=running, segment=str(french), rung=names[3], cheaper=names[2], kind="percentage",
        value=Decimal(10), people=100, cost=412, brought_at_most=150, currency="EUR", at=now,
    )  # fmt: skip
    plan.consider(running, now)
    given = {
        row.enrolment.profile_id: (row.rung and row.rung.value, row.reasons)
        for row in RungDecision.objects.all()
    }
    assert given == {ana.pk: (10, ["default"]), cid.pk: (5, ["rule", "stopped"])}
    assert dict(Incentive.objects.values_list("profile", "rung__value")) == {ana.pk: 10, cid.pk: 5}


def test_where_a_ladder_leaves_no_choice_nothing_is_decided(shop: Any, now: datetime) -> None:
    """A word alone, or a word and nothing."""
    running = climbing(now, rungs=(NOTHING, WORD), default_rung=2)
    crowd(3, now)
    plan.consider(running, now)
    assert Touch.objects.count() == 3 and not RungDecision.objects.exists() and not RungModel.objects.exists()


def test_decisions_stay_without_their_person(shop: Any, now: datetime) -> None:
    """Whoever is forgotten leaves what was drawn, and no name beside it."""
    running = learning(now)
    [ana] = crowd(1, now)
    plan.consider(running, now)
    before = RungDecision.objects.values("place", "probability", "segment").get()
    forget.forget(profile=ana, now=now + DAY)
    row = RungDecision.objects.select_related("enrolment").get()
    assert row.enrolment.profile_id is None
    assert RungDecision.objects.values("place", "probability", "segment").get() == before


def test_learning_needs_nothing_a_word_another_rung_and_a_control_group(shop: Any, now: datetime) -> None:
    """Each is refused with its cure."""
    running = climbing(now, rungs=(WORD, TEN), control_share="0.3")
    with pytest.raises(BadInput, match="needs nothing, a word") as refused:
        campaigns.edit(running, now=now, learning=True)
    assert refused.value.field == "learning"
    with pytest.raises(BadInput, match="keep a control group"):
        campaigns.edit(climbing(now), now=now, learning=True)
    assert not campaigns.current(climbing(now, control_share="0.3")).learning
    assert len(LADDER) == 4
