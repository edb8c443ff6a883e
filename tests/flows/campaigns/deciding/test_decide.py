"""Who draws which rung is written with its probabilities when they start, in both arms, and can be computed again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, capacity, plan
from saleor_relacional.flows.campaigns.deciding import decide, learn
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.planning import planned_under
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.standalone.models import Variant
from saleor_relacional.insight.ladder import state
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    Incentive,
    Profile,
    RungDecision,
    RungModel,
    RungStop,
    Touch,
)
from tests.flows.campaigns.ladder.test_ladder import LADDER, NOTHING, TEN, WORD, RungRule, climbing, readers
from tests.support.campaign_stories import a_fit, crowd, customer, open_shop, scored, swept
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


@pytest.fixture(params=["small", "large"])
def sized(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small shop is asked who would start, of a large one its last plan is shown."""
    if request.param == "large":
        monkeypatch.setattr(rebuild, "SMALL", 0)


def waiting() -> dict[int, tuple[str, Decimal]]:
    """Person → why they wait, and what is held of their first offer."""
    rows = Enrolment.objects.filter(state="waiting")
    return {one.profile_id: (one.reason, one.reserve) for one in rows if one.profile_id}


def dear_tomorrow(now: datetime, **terms: Any) -> tuple[Any, list[Profile], list[Profile]]:
    """A word for all, ten per cent for whoever has been away for a day longer than the first twelve have; no money is
    left. All were judged as a word, and wait for a day's mails. The campaign, those twelve, and those behind them."""
    a_fit(now)
    dear = [customer(f"Away{n}", now, value="90", days_ago=(400,)) for n in range(12)]
    cheap = [customer(f"Less{n}", now, value="20", days_ago=(380,)) for n in range(12)]
    scored(now)
    away = (now - CustomerSummary.objects.get(profile=dear[0]).last_at).days
    rule = {"field": "idle_days", "operator": "at_least", "value": away + 1}
    long = segments.create(name="Long", rule=rule, now=now).public_id
    running = climbing(now, default_rung=2, rules=(RungRule(segment=long, rung=4),), **terms)
    budget = {"month_budget": Decimal("0.01"), "budget_currency": "EUR", "channels": ("eur",)}
    running = campaigns.edit(running, now=now, **budget).campaign
    policy.decide(now=now, daily_capacity=0)
    plan.consider(running, now)
    return running, dear, cheap


@pytest.mark.usefixtures("sized")
def test_whoever_time_alone_makes_dear_leaves_their_place_to_those_behind(shop: Any, now: datetime) -> None:
    """A day later the twelve stand at the head of a day of two mails: they are passed over in both arms, those behind
    start in the same run, and it is as the dry run says then; nobody is asked again before the next day."""
    running, dear, cheap = dear_tomorrow(now, control_share="0.5")
    assert waiting() == {one.pk: ("capacity", 0) for one in (*dear, *cheap)}
    arms = dict(Enrolment.objects.filter(profile__in=dear).values_list("profile", "arm"))
    assert {*arms.values()} == {"treated", "control"}
    later = now + DAY
    open_shop(later, daily_capacity=2)
    plan.consider(running, later)
    assert Touch.objects.filter(rung__kind="word", profile__in=cheap).count() == Touch.objects.count() == 2
    held = waiting()
    assert {key for key, (reason, amount) in held.items() if reason == "budget" and amount} == arms.keys()
    tries = Enrolment.objects.filter(profile__in=dear).values_list("next_try_at", flat=True)
    assert all(later < at <= later + DAY for at in tries)
    running.refresh_from_db()
    foretold = plan.dry_run(running, later)
    assert foretold.summary and (foretold.summary.treated, foretold.summary.over_budget) == (0, 12)
    plan.consider(running, later + DAY / 24)
    assert waiting() == held


def test_many_who_became_dear_cost_no_more_turns_than_few(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve stand above the first whom the money reaches, in a day of one mail: the day is given out anew once."""
    running, _, cheap = dear_tomorrow(now)
    days = []

    def counted(*args: Any) -> Any:
        days.append(args)
        return day_room(*args)

    day_room = capacity.day_room
    monkeypatch.setattr(capacity, "day_room", counted)
    open_shop(now + DAY, daily_capacity=1)
    plan.consider(running, now + DAY)
    assert Touch.objects.get().profile in cheap and len(days) == 2


def test_whoever_waits_for_less_than_is_theirs_by_now_keeps_nobody_waiting(shop: Any, now: datetime) -> None:
    """Five per cent for readers of French, a word for Bea, one mail a day, one euro: Ana waits for two. An hour later
    there are three, but by the owner's segment ten per cent are hers: she waits for four, and Bea starts."""
    a_fit(now, high_orders={"EUR": 1.0})
    ana, bea = (
        customer(name, now, value=v, language=tag)
        for name, v, tag in (("Ana", "40", "fr"), ("Bea", "20", "en"))
    )
    scored(now)
    dear = readers(now, "de")
    rules = (RungRule(segment=dear, rung=4), RungRule(segment=readers(now, "fr"), rung=3))
    running = climbing(now, default_rung=2, rules=rules)
    running.versions.update(month_budget=1, budget_currency="EUR", channels=["eur"])
    policy.decide(now=now, daily_capacity=0)
    plan.consider(running, now)
    assert waiting() == {ana.pk: ("budget", 2), bea.pk: ("capacity", 0)}
    hour = now + DAY / 24
    running.versions.update(month_budget=3)
    segments.update(dear, now=hour, rule={"field": "language", "operator": "one_of", "value": ["fr"]})
    open_shop(hour, daily_capacity=1)
    plan.consider(running, hour)
    assert waiting() == {ana.pk: ("budget", 4)} and Touch.objects.get().profile_id == bea.pk


def test_whoever_waits_for_a_gift_that_is_gone_the_next_day_gets_a_word(shop: Any, now: datetime) -> None:
    """No money is left for the cup that Ana would get. On the next day the last one is sold: what is hers costs
    nothing, and she does not wait for another month's money."""
    cup = shop.product("Cup", "4.50", stock=1)
    gift = RungTerms(
        kind="gift", variants=(cup.variant,), minimum=(Amount(currency="EUR", amount=Decimal(10)),)
    )
    [ana] = crowd(1, now)
    running = climbing(now, rungs=(WORD, gift), default_rung=2)
    running.versions.update(month_budget=1, budget_currency="EUR", channels=["eur"])
    plan.consider(running, now)
    assert [*waiting()] == [ana.pk] and waiting()[ana.pk][0] == "budget"
    Variant.objects.filter(sku="cup").update(stock=0)
    swept()
    plan.consider(running, now + DAY)
    assert Touch.objects.get().profile_id == ana.pk and not Incentive.objects.exists()


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
