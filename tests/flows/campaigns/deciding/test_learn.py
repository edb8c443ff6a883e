"""Every night what came of decisions is added up by their probabilities, and what costs more than it brings is
stopped."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.deciding import audit, learn
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.evidence import rung_sums, rung_words
from saleor_relacional.flows.incentives import arms as ladders
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.people import forget
from saleor_relacional.insight.ladder import state
from saleor_relacional.insight.ladder.moments import SUMS
from saleor_relacional.models import (
    DefaultMargin,
    Enrolment,
    Incentive,
    Prediction,
    Purchase,
    PurchaseLine,
    Rung,
    RungDecision,
    RungModel,
    RungStop,
    StaffTask,
)
from tests.flows.campaigns.ladder.test_ladder import TEN, WORD, RungRule, climbing, readers
from tests.support.campaign_stories import a_fit, crowd, customer, open_shop, scored
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db


def told(campaign: Any, now: datetime) -> rung_sums.RungSums:
    arms = ladders.arms(learn.first_step(campaigns.current(campaign)))
    return rung_sums.sums(campaign, arms.names, learn.past_ladders(campaign), now, source=conf.host().source)


def test_sums_are_those_of_closed_windows_weighted_by_hand(shop: Any, now: datetime) -> None:
    """Twenty people, half held out, all the others a word. One of each arm buys: 30 and 50. Weights are 1 / .5."""
    running = climbing(now, default_rung=2, control_share="0.5")
    crowd(20, now)
    plan.consider(running, now)
    for arm, paid in (("treated", "50.00"), ("control", "30.00")):
        buys(Enrolment.objects.filter(arm=arm).order_by("pk")[0].profile, now + DAY, paid)
    assert told(running, now + 29 * DAY).gathered.sums == {}
    found = told(running, now + 31 * DAY)
    [block] = found.gathered.sums.values()
    many = [Enrolment.objects.filter(arm=arm).count() for arm in ("control", "treated")]
    rows = dict(zip(SUMS, block[:, :2].tolist(), strict=True))
    assert list(found.gathered.sums) == [("", "1100")]
    assert rows == {
        "people": many, "weight": [2 * one for one in many], "weight_square": [4 * one for one in many],
        "outcome": [60, 100], "outcome_weight": [120, 200], "outcome_square": [3600, 10_000], "cost": [0, 0],
        "unsure": [0, 0],
    }  # fmt: skip
    assert (found.currency, found.outcome, found.untouched, found.came) == ("EUR", "kept", many[0], 1)


def test_a_rung_that_is_edited_takes_the_others_nothing(shop: Any, now: datetime) -> None:
    """Some drew a word, some ten per cent. Then five per cent come in between: what came of both stays, at its new
    place. Then ten becomes fifteen, which nobody drew: what came of the word stays, and who had drawn ten drops out.
    What each drew is read as it was."""
    word = climbing(now, rungs=(WORD, TEN), default_rung=1, control_share="0.5")
    crowd(10, now)
    plan.consider(word, now)
    ten = campaigns.edit(
        word, now=now, steps=(Step(message="win_back", rungs=(WORD, TEN), default_rung=2),)
    ).campaign
    people = [customer(f"Late{n}", now) for n in range(10)]
    scored(now)
    plan.consider(ten, now)
    for one in Enrolment.objects.filter(state="started"):
        buys(one.profile, now + DAY, "30.00")
    later, page = now + 31 * DAY, audit.page(word, first=50, after=None, using="default")
    before = told(ten, later)
    drawn = {name: block[0].tolist() for (_, name), block in before.gathered.sums.items()}
    assert set(drawn) == {"110", "101"} and len(people) == 10 and drawn["101"][2] > 0

    five = RungTerms(kind="percentage", value=Decimal(5))
    steps = (Step(message="win_back", rungs=(WORD, five, TEN), default_rung=3),)
    found = told(campaigns.edit(ten, now=later, steps=steps).campaign, later)
    for old, new, places in (("110", "1100", [0, 1]), ("101", "1001", [0, 3])):
        whole = before.gathered.sums["", old]
        assert (found.gathered.sums["", new][:, places] == whole[:, whole[0] > 0]).all()
    assert (found.untouched, found.came) == (before.untouched, before.came)

    fifteen = RungTerms(kind="percentage", value=Decimal(15))
    steps = (Step(message="win_back", rungs=(WORD, five, fifteen), default_rung=3),)
    found = told(campaigns.edit(ten, now=later, steps=steps).campaign, later)
    assert {name: block[0].tolist() for (_, name), block in found.gathered.sums.items()} == {
        "1100": [*drawn["110"][:2], 0, 0], "1000": [drawn["101"][0], 0, 0, 0],
    }  # fmt: skip
    assert audit.page(word, first=50, after=None, using="default") == page


def test_one_who_is_forgotten_leaves_margin_to_the_others(shop: Any, now: datetime) -> None:
    """All bought, and of one nobody knew what it cost: money kept is measured. Once they are erased margin is, which
    may be wrong by the cap for them: 2, their weight, times 80. Without a cap nobody can tell by how much."""
    running = climbing(now, default_rung=2, control_share="0.5")
    crowd(8, now)
    plan.consider(running, now)
    lost, *others = Enrolment.objects.filter(arm="treated").order_by("pk")
    for one in (lost, *others):
        order = buys(one.profile, now + DAY, "50.00")
        Purchase.objects.filter(pk=order.pk).update(net=50)
        PurchaseLine.objects.create(
            purchase=order,
            profile_id=one.profile_id,
            quantity=1,
            total=50,
            net=50,
            cost=None if one == lost else 30,
        )
    running.cap, running.cap_currency = Decimal(80), "EUR"
    assert told(running, now + 31 * DAY).outcome == "kept"
    assert forget.forget(lost.profile, now=now + 31 * DAY)
    found = told(running, now + 31 * DAY)
    [block] = found.gathered.sums.values()
    rows = dict(zip(SUMS, block[:, :2].tolist(), strict=True))
    assert (found.outcome, rows["unsure"], rows["outcome"]) == ("margin", [0, 160], [0, 2 * 20 * len(others)])
    running.cap = None
    assert told(running, now + 31 * DAY).outcome == "kept"


def test_a_rung_costs_what_its_own_code_took_off_in_its_time(shop: Any, now: datetime) -> None:
    """Ten per cent off 121.00 were 12.10, or 10.00 without tax: so it is told beside margin; beside kept money as
    it was paid. The code of a later step, and one that was used after the window, are not this decision's."""
    running = climbing(
        now, Step(message="win_back_again", wait_days=7, rungs=(TEN,)), default_rung=4, control_share="0.5"
    )
    crowd(8, now)
    plan.consider(running, now)
    first, second = Enrolment.objects.filter(arm="treated").order_by("pk")[:2]
    redeemed(Incentive.objects.get(enrolment=first), now + DAY)
    redeemed(Incentive.objects.get(enrolment=second), now + 30 * DAY)
    later = Incentive.objects.get(enrolment=first)
    later.pk, later.public_id, later.code = None, uuid4(), "another code"
    later.step = campaigns.current(running).steps.get(number=2)
    later.save(force_insert=True)
    redeemed(later, now + 2 * DAY)
    found = told(running, now + 31 * DAY)
    [block] = found.gathered.sums.values()
    assert (found.outcome, block[SUMS.index("cost")].sum(), found.priced) == ("margin", 10, None)
    later = Purchase.objects.filter(net__isnull=False).earliest("pk")
    for cost, late in ((Decimal(40), False), (Decimal(20), True), (None, False)):
        PurchaseLine.objects.create(
            purchase=later, profile_id=later.profile_id, product_key=str(cost), quantity=1, total=30, net=30, cost=cost,
            cost_estimated=late,
        )  # fmt: skip
    DefaultMargin.objects.create(share=Decimal("0.4"))
    assert told(running, now + 31 * DAY).priced == pytest.approx((1 / 3, 1 / 3))
    assert learn.learn_rungs(now + 31 * DAY) == 1
    known = audit.learnt(running, using="default")
    assert known is not None and known.priced == pytest.approx((1 / 3, 1 / 3))
    Purchase.objects.update(net=None)
    found = told(running, now + 31 * DAY)
    [block] = found.gathered.sums.values()
    assert (found.outcome, block[SUMS.index("cost")].sum()) == ("kept", pytest.approx(12.1))


def test_a_rung_costs_what_was_given_without_a_code(shop: Any, now: datetime) -> None:
    """A call of the decision's step, said to cost 3, appeared for one, and one of a later step."""
    call = RungTerms(kind="call", person="Eva", cost=(Amount(currency="EUR", amount=Decimal(3)),))
    again = Step(message="win_back_again", wait_days=7, rungs=(call,))
    running = climbing(now, again, rungs=(WORD, call), default_rung=2, control_share="0.5")
    crowd(8, now)
    plan.consider(running, now)
    first = Enrolment.objects.filter(arm="treated").order_by("pk")[0]
    StaffTask.objects.exclude(enrolment=first).delete()
    [task] = StaffTask.objects.all()
    StaffTask.objects.update(state="open")
    task.pk, task.public_id, task.state = None, uuid4(), "open"
    task.rung = campaigns.current(running).steps.get(number=2).rungs.get()
    task.save(force_insert=True)
    found = told(running, now + 31 * DAY)
    [block] = found.gathered.sums.values()
    assert block[SUMS.index("cost")].sum() == 3


def redeemed(code: Incentive, at: datetime) -> None:
    """An order of 108.90 that would have been 121.00 without it, with a tax of 21 %."""
    assert code.profile is not None
    order = buys(code.profile, at, "108.90")
    Purchase.objects.filter(pk=order.pk).update(
        source=conf.host().source, discount=Decimal("12.10"), net=Decimal(90), codes=[code.code]
    )
    Incentive.objects.filter(pk=code.pk).update(state="redeemed", redeemed_by=order.reference)


def test_a_night_makes_one_row_and_the_next_one_another(shop: Any, now: datetime) -> None:
    """However often it runs; what a decision refers to never changes. A price needs a budget."""
    made = climbing(now, control_share="0.5", default_rung=2)
    running = campaigns.edit(made, now=now, learning=True).campaign
    assert learn.learn_rungs(now) == 1 and learn.learn_rungs(now) == 0
    first = RungModel.objects.get()
    assert state.read(first.state).price == 0 and state.read(first.state).written() == first.state
    crowd(6, now)
    plan.consider(running, now)
    assert {row.model_id for row in RungDecision.objects.all()} == {first.pk}
    assert learn.learn_rungs(now + 31 * DAY) == 1
    later = RungModel.objects.exclude(pk=first.pk).get()
    assert sum(block[0].sum() for block in state.read(later.state).gathered.sums.values()) == 6
    assert RungModel.objects.get(pk=first.pk).state == first.state


def test_who_comes_alone_is_believed_segment_by_segment(shop: Any, now: datetime) -> None:
    """French readers came lately, the others long ago: of the first more are expected to come by themselves. What was
    believed at the start stays, whatever they do after it; a window of 30 days is a third of what is believed of 90."""
    french = readers(now, "fr")
    running = climbing(now, control_share="0.5", default_rung=2, rules=(RungRule(segment=french, rung=1),))
    running = campaigns.edit(running, now=now, learning=True).campaign
    crowd(4, now, language="fr", days_ago=(250, 220, 190))
    people = [customer(f"Late{n}", now, language="en") for n in range(4)]
    scored(now)
    plan.consider(running, now)
    known = state.read(RungModel.objects.get().state).money
    chance = {one.profile.language: one.order_90 for one in Prediction.objects.select_related("profile")}
    assert known.alone_in[str(french)] > known.alone_in[""] > 0
    third = running.window_days / 90
    assert known.alone_in[""] == pytest.approx(1 - (1 - chance["en"]) ** third)
    for one in people:
        buys(one, now + DAY, "50.00")
    scored(now + 2 * DAY)
    learn.learn_rungs(now + 2 * DAY)
    later = state.read(RungModel.objects.latest("day").state).money
    assert later.alone_in[""] == pytest.approx(known.alone_in[""], abs=0.05)


@pytest.mark.parametrize(
    ("own", "of_shop", "price"),
    [
        ("100", None, 0.01),
        (None, "100", 0.01),
        ("100", "1000", 0.01),
        ("1000", "100", 0.01),
        (None, None, 0.0),
    ],
)
def test_the_tighter_budget_says_the_price(
    shop: Any, now: datetime, own: str | None, of_shop: str | None, price: float
) -> None:
    """Half of a hundred euros is promised when half of the month is over: a tenth of a tenth, whether it is the
    campaign's hundred or the shop's, and whatever the other has."""
    a_fit(now, high_orders={"EUR": 1.0})
    terms = {"month_budget": Decimal(own), "budget_currency": "EUR"} if own else {}
    made = climbing(now, control_share="0.5", default_rung=2)
    running = campaigns.edit(made, now=now, learning=True, channels=("eur",), **terms).campaign
    if of_shop:
        policy.decide(now=now, month_budget=Decimal(of_shop), budget_currency="EUR")
    [ana] = crowd(1, now)
    plan.consider(running, now)
    Incentive.objects.all().delete()
    enrolment = Enrolment.objects.get(profile=ana)
    rung = Rung.objects.filter(kind="percentage", step__version__campaign=running).latest("pk")
    half = now.replace(day=16, hour=12)  # of 31 days
    assert incentive.plan([enrolment], rung=rung, now=half, reserves={enrolment.pk: (Decimal(50), "EUR")})
    assert learn.learn_rungs(half) == 1
    assert state.read(RungModel.objects.latest("day").state).price == pytest.approx(price, abs=1e-4)


def test_what_costs_more_than_it_brings_is_stopped_and_it_is_said(shop: Any, now: datetime) -> None:
    """Whoever is held out spends 99 to 101, whoever got ten per cent half of it. Where there is a rung between, it is
    held against the next cheaper one that people drew: nothing. Later steps and later people get a word instead."""
    french = readers(now, "fr")
    running = climbing(
        now, rungs=(WORD, TEN), rules=(RungRule(segment=french, rung=2),), default_rung=1, control_share="0.5"
    )
    crowd(116, now, language="fr")
    plan.consider(running, now)
    for n, one in enumerate(Enrolment.objects.filter(state="started")):
        buys(one.profile, now + DAY, f"{(100 if one.arm == 'control' else 50) + n % 3 - 1}.00")
    assert learn.learn_rungs(now + 31 * DAY) == 1
    stop = RungStop.objects.get()
    assert (stop.segment, stop.kind, stop.value, stop.cheaper) == (str(french), "percentage", 10, "nothing")
    assert stop.people == Enrolment.objects.filter(arm="treated", state="started").count()
    assert (stop.cost, stop.brought_at_most, stop.currency, stop.outcome) == (0, 0, "EUR", "kept")
    [(_, said)] = audit.stopped(running, using="default")
    assert said.startswith("10 % for fr cost €0.00 and brought at most €0.00 in money kept (95 of 100; ")
    [effect] = audit.learnt(running, using="default").effects
    assert effect.high < 0 and effect.estimate == pytest.approx(-50, abs=1)
    later = customer("Lea", now + 31 * DAY, language="fr")
    scored(now + 31 * DAY)
    open_shop(now + 31 * DAY)
    assert RungModel.objects.count() == 1 and later.language == "fr"
    plan.consider(running, now + 31 * DAY)
    row = RungDecision.objects.get(enrolment__profile=later)
    assert row.open_rungs == "110" and row.reasons[-2:] == ["rule", "stopped"]


def test_the_sentence_names_rung_people_cost_and_what_it_brought_at_most() -> None:
    """In English and in Spanish."""
    stop = RungStop(
        kind="percentage", value=Decimal("10.000"), outcome="margin",
        cost=Decimal("412.000"), brought_at_most=Decimal("150.000"),
        currency="EUR",
    )  # fmt: skip
    assert rung_words.sentence(stop, "loyal customers") == (
        "10 % for loyal customers cost €412 and brought at most €150 (95 of 100); it has been stopped for them."
    )
    with translation.override("es"):
        assert rung_words.sentence(stop, "clientes fieles").replace("\xa0", " ") == (
            "10 % para clientes fieles costó 412 € y trajo como mucho 150 € (95 de 100); se ha suspendido para"
            " ellos."
        )
    stop.outcome = "kept"
    assert rung_words.sentence(stop, "loyal customers") == (
        "10 % for loyal customers cost €412 and brought at most €150 in money kept (95 of 100; what is earned is"
        " not known); it has been stopped for them."
    )
    assert audit.named("") == ""
