"""The simulator: chance by stable names, people who live on, worlds that differ only in what a mail changed."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from saleor_relacional.demo.simulator import (
    HEADER,
    Habits,
    Life,
    Mail,
    Past,
    People,
    continued,
    lines,
    newcomers,
    world,
)
from saleor_relacional.demo.simulator.chance import (
    Purpose,
    _mix,
    keys_of,
    uniform,
)

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)
WORD = Mail(effect=0.2)


def regulars(seed: int, count: int, habits: Habits | None = None) -> People:
    """People who were there before the world begins."""
    drawn = newcomers(seed, count, 1, habits)
    return replace(drawn, joins_on=np.full(count, -1), there=np.ones(count, dtype=bool))


def test_chance_is_the_same_on_any_machine() -> None:
    """Pinned: a change here changes every world that anybody has published. The mixing is splitmix64's own."""
    assert (
        int(_mix(np.uint64(0))) == 0xE220A8397B1DCDAF
    )  # first output of the reference generator seeded with 0
    drawn = uniform(7, keys_of(["Ana", "Bea"]), 3, Purpose.ORDER)
    assert drawn.tolist() == pytest.approx([0.4997754792701828, 0.04650786543519253], abs=1e-15)


def test_chance_is_even_and_days_purposes_and_people_do_not_echo_each_other() -> None:
    """Means, spread and correlations of 200,000 draws are what independent uniform numbers give (5 sigma)."""
    keys = keys_of(f"person {number}" for number in range(200_000))
    order, leave = uniform(1, keys, 5, Purpose.ORDER), uniform(1, keys, 5, Purpose.LEAVE)
    tomorrow, other_seed = uniform(1, keys, 6, Purpose.ORDER), uniform(2, keys, 5, Purpose.ORDER)
    five_sigma = 5 / np.sqrt(len(keys))
    assert abs(order.mean() - 0.5) < five_sigma * np.sqrt(1 / 12)
    assert abs(np.histogram(order, bins=20, range=(0, 1))[0] / 10_000 - 1).max() < 0.05
    for other in (leave, tomorrow, other_seed, np.roll(order, 1)):
        assert abs(np.corrcoef(order, other)[0, 1]) < five_sigma


def test_without_effect_and_offer_a_mail_changes_nothing_at_all() -> None:
    """Zero effect is exactly zero, not zero on average: the two worlds are equal to the cent."""
    people = regulars(3, 500)
    everybody = dict.fromkeys(people.names, 5)
    with_us = world(3, 60, people, everybody, Mail(effect=0.0))
    without = world(3, 60, people)
    assert np.array_equal(with_us.money, without.money)
    assert without.money.sum() > 0


def test_a_mail_touches_only_whom_it_was_sent_to_and_only_afterwards() -> None:
    """Half get it on day 20. The other half, and everything before, are equal in both worlds."""
    people = replace(regulars(4, 800), there=np.zeros(800, dtype=bool))
    half = people.names[:400]
    with_us = world(4, 90, people, dict.fromkeys(half, 20), WORD)
    without = world(4, 90, people)
    assert np.array_equal(with_us.money[400:], without.money[400:])
    assert np.array_equal(with_us.money[:, :21], without.money[:, :21])
    came_back = with_us.ordered[:400, 21:28].any(axis=1)
    assert without.ordered[:400].sum() == 0
    assert 0.15 < came_back.mean() < 0.25  # WORD's effect is .2
    assert not with_us.ordered[:400][~came_back].any()


def test_what_brings_more_people_back() -> None:
    """A stronger mail brings at least those whom the weaker one brings; so does an offer."""
    people = replace(regulars(5, 1000), there=np.zeros(1000, dtype=bool))
    everybody = dict.fromkeys(people.names, 0)
    weak, strong, offer = (
        world(5, 8, people, everybody, mail).ordered.any(axis=1)
        for mail in (Mail(effect=0.1), Mail(effect=0.2), Mail(effect=0.1, discount=0.2))
    )
    assert strong.sum() > offer.sum() > weak.sum() > 50
    assert not (weak & ~strong).any()
    assert not (weak & ~offer).any()


def test_who_answers_more_gladly_answers_more() -> None:
    """The willing half comes back about three times as often as the other: their mean willingness is 1.5 and 0.5."""
    people = replace(regulars(12, 4000), there=np.zeros(4000, dtype=bool))
    back = world(12, 8, people, dict.fromkeys(people.names, 0), WORD).ordered.any(axis=1)
    willing = people.willingness > 1
    assert people.willingness.mean() == pytest.approx(1, abs=0.05)
    assert 2.3 < back[willing].mean() / back[~willing].mean() < 4


def test_credit_goes_to_a_mail_only_where_it_made_the_order() -> None:
    """Ana orders every day anyway: no order of hers is an answer. Gone Bea's one order is."""
    daily = Habits(rate_shape=1e6, rate_scale_days=1e4, leaving_a=1e-3, leaving_b=1e3)
    people = replace(regulars(1, 2, daily), there=np.array([True, False]), leaving=np.array([0.0, 1.0]))
    life = Life(1, people, Mail(effect=1e9))
    answers = [
        (int(who), bool(answered))
        for d in range(9)
        for day in [life.live([0, 1] if d == 0 else [])]
        for who, answered in zip(day.who, day.answered, strict=True)
    ]
    assert answers.count((1, True)) == 1
    assert answers.count((0, False)) == 9
    assert len(answers) == 10


def test_a_discount_costs_money_where_people_would_have_come_anyway() -> None:
    """Ten per cent to people who order all the time, with a mail that moves nobody: kept money falls."""
    habits = Habits(rate_shape=50, rate_scale_days=500, leaving_a=0.01, leaving_b=50, refund_share=0)
    people = regulars(6, 300, habits)
    offer = Mail(effect=0.0, discount=0.1, valid_days=14)
    with_us = world(6, 30, people, dict.fromkeys(people.names, 0), offer)
    without = world(6, 30, people)
    assert np.array_equal(with_us.ordered, without.ordered)
    lost = without.kept() - with_us.kept()
    assert (lost >= 0).all()
    first = np.array([row[row > 0][0] if (row > 0).any() else 0 for row in without.money[:, :15]])
    assert lost == pytest.approx(first * 0.1, abs=0.011)  # one order each, rounded to the cent


def test_a_code_works_for_its_days_and_once() -> None:
    """Ana orders every day. Her code of three days is used on the first of them only."""
    habits = Habits(rate_shape=1e6, rate_scale_days=1e4, leaving_a=1e-3, leaving_b=1e3, refund_share=0)
    life = Life(1, regulars(1, 1, habits), Mail(discount=0.1, valid_days=3))
    used = [bool(life.live([0] if day == 2 else []).uses_code[0]) for day in range(6)]
    assert used == [False, False, True, False, False, False]


def test_who_left_stays_away() -> None:
    """Without mails nobody who left orders again."""
    life = Life(8, regulars(8, 400))
    for _ in range(100):
        life.live()
    gone = ~life.there
    assert 50 < gone.sum() < 400
    for _ in range(100):
        assert not gone[life.live().who].any()


def test_a_refunded_order_keeps_nothing() -> None:
    """All money comes back when everything is refunded."""
    people = regulars(9, 200, Habits(refund_share=1.0))
    lived = world(9, 60, people)
    assert lived.ordered.sum() > 100
    assert lived.kept().sum() == 0


def test_the_window_counts_from_each_persons_own_start() -> None:
    """Ana starts on day 3, Bea never; days 3 and 4 count for Ana, nothing for Bea."""
    lived = world(1, 10, regulars(1, 2))
    lived = replace(lived, money=np.arange(20.0).reshape(2, 10), ordered=np.ones((2, 10), dtype=bool))
    starts = np.array([3, -1])
    assert lived.kept_within(starts, 2).tolist() == [7.0, 0.0]
    assert lived.bought_within(starts, 2).tolist() == [True, False]


def test_a_past_as_a_file() -> None:
    """Two years of 300 people: header, time order, a refund after its order with its number and amount."""
    written = list(lines(Life(2, newcomers(2, 300, 730)), 730, MIDNIGHT))
    assert written[0] == HEADER
    rows = list(csv.DictReader(written))
    moments = [datetime.fromisoformat(row["placed_at"]) for row in rows]
    assert moments[0] >= MIDNIGHT
    orders = {row["order"]: row for row in rows if not row["order"].startswith("C")}
    refunds = [row for row in rows if row["order"].startswith("C")]
    assert len({row["customer"] for row in rows}) == 300
    assert len(orders) + len(refunds) == len(rows)
    assert 0.01 < len(refunds) / len(orders) < 0.06
    for refund in refunds:
        order = orders[refund["order"][1:]]
        assert Decimal(refund["total"]) == -Decimal(order["total"])
        assert refund["customer"] == order["customer"]
    assert list(lines(Life(2, newcomers(2, 300, 730)), 730, MIDNIGHT)) == written


def test_people_of_a_real_history_live_on_as_they_were() -> None:
    """Ana bought weekly until last week, Bea once two years ago: Ana orders far more, at her own prices."""
    copies = 400
    names = [f"Ana {n}" for n in range(copies)] + [f"Bea {n}" for n in range(copies)]
    first = np.arange(2 * copies) < copies
    past = Past(
        names=names,
        frequency=np.where(first, 50.0, 0.0),
        recency=np.where(first, 350.0, 0.0),
        tenure=np.where(first, 357.0, 700.0),
        orders=np.where(first, 51.0, 1.0),
        value_log_sum=np.where(first, 51 * np.log(80), np.log(20)),
        value_log_squares=np.where(first, 51 * (np.log(80) ** 2 + 0.01), np.log(20) ** 2),
    )
    people = continued(1, past)
    lived = world(1, 70, people)
    orders = lived.ordered.sum(axis=1)
    assert 6 < orders[:copies].mean() < 11  # ten weeks
    assert orders[copies:].mean() < 1
    paid = lived.money[:copies]
    assert np.exp(np.log(paid[paid > 0]).mean()) == pytest.approx(80, rel=0.05)
    assert people.there[:copies].mean() > people.there[copies:].mean()


def test_a_history_of_nobody() -> None:
    """An empty shop lives on, empty."""
    nothing = np.array([])
    past = Past(
        names=[],
        frequency=nothing,
        recency=nothing,
        tenure=nothing,
        orders=nothing,
        value_log_sum=nothing,
        value_log_squares=nothing,
    )
    assert world(1, 5, continued(1, past)).kept().shape == (0,)
