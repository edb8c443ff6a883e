"""What is proved to earn less than the next cheaper one is stopped there, and it is known what it cost."""

import numpy as np
import pytest

from saleor_relacional.insight.inference.experiment import boundary
from saleor_relacional.insight.ladder import stopping
from saleor_relacional.insight.ladder.moments import moments

RUNGS = ("nothing", "word", "ten")


def shop(ten: float, word: float = 0.0, people: int = 600, segment: str = "loyal"):
    """People in turn, each rung with a third; outcomes 0 to 9 besides what the rung changes; ten takes 2 off each."""
    rung = np.arange(people) % 3
    came = (np.arange(people) // 3 % 10) + word * (rung == 1) + ten * (rung == 2)
    return moments(
        RUNGS, np.zeros(people, dtype=np.int64), [(segment, "111")], rung, np.full(people, 1 / 3), came,
        2.0 * (rung == 2),
    )  # fmt: skip


def test_the_interval_is_hajeks_with_the_boundary_of_all_looks():
    """200 people a rung with a variance of 8.25 over them."""
    told = stopping.effect(shop(-1.0), "loyal", "ten", "word")
    half = np.sqrt(2 * 8.25 / 200 * 600 / 597) * boundary(400, 0.05, 1000)

    assert told.estimate == pytest.approx(-1.0)
    assert (told.low, told.high) == (pytest.approx(-1 - half, rel=1e-3), pytest.approx(-1 + half, rel=1e-3))
    assert (told.people, told.cost, told.cheaper) == (200, 400.0, "word")


def test_a_rung_that_costs_more_than_it_brings_is_stopped_and_the_others_are_not():
    """It took 400 off and brought at most its cost less what is lost for sure."""
    found = stopping.stopped(shop(-2.0))

    assert [(one.segment, one.rung, one.cheaper) for one in found] == [("loyal", "ten", "word")]
    assert found[0].brought_at_most == pytest.approx(200 * found[0].high + 400)
    assert 0 < found[0].brought_at_most < 400
    assert stopping.stopped(shop(-0.1)) == []
    assert stopping.stopped(shop(-2.0), frozenset({("loyal", "ten")})) == []


def test_with_a_stopped_word_ten_is_held_against_nothing():
    """Without learning a word that harms is stopped too; where it is learnt it is spared."""
    gathered = shop(0.5, word=-3.0)

    assert [one.rung for one in stopping.stopped(gathered)] == ["word"]
    assert stopping.stopped(gathered, spared=2) == []
    both = stopping.stopped(shop(-3.0, word=-2.0))
    assert [(one.rung, one.cheaper) for one in both] == [("word", "nothing"), ("ten", "nothing")]


def year_of(rung: int, brings: float, takes: float):
    """A year in which the rule gave everybody the same: 1,600 treated, 400 in control; no other rung was open."""
    drew = np.where(np.arange(2_000) % 5 == 0, 0, rung)
    came = np.arange(2_000) // 5 % 10 + brings * (drew == rung)
    return moments(
        RUNGS, np.zeros(2_000, dtype=np.int64), [("loyal", "".join("01"[place in (0, rung)] for place in range(3)))],
        drew, np.where(drew == rung, 0.8, 0.2), came, takes * (drew == rung),
    )  # fmt: skip


def test_after_the_rule_changed_a_losing_rung_is_held_against_nothing_and_stopped():
    """A word for a year, then 10 %: nobody ever chose between the two, but both were chosen beside nothing."""
    gathered = year_of(1, 0.0, 0.0) + year_of(2, -4.7, 6.0)

    assert stopping.effect(gathered, "loyal", "ten", "word") is None
    found = stopping.stopped(gathered)
    assert [(one.rung, one.cheaper) for one in found] == [("ten", "nothing")]
    assert (found[0].estimate, found[0].people, found[0].cost) == (pytest.approx(-4.7), 1600, 9600.0)
    assert [(one.rung, one.cheaper) for one in stopping.effects(gathered)] == [
        ("word", "nothing"), ("ten", "nothing"),
    ]  # fmt: skip


def test_a_rung_is_held_against_the_next_cheaper_one_as_long_as_anything_tells_of_both():
    """A third year in which both were open: the word is the next cheaper one again."""
    gathered = year_of(1, 0.0, 0.0) + year_of(2, -4.7, 6.0) + shop(-4.7)

    assert [one.cheaper for one in stopping.stopped(gathered)] == ["word"]
    assert [one.cheaper for one in stopping.effects(gathered)] == ["nothing", "word"]


def test_what_is_not_known_of_the_forgotten_may_save_a_rung():
    """Of one in twenty who got ten per cent, each may have left 60 more: 3 per person, where 2 are lost."""
    rung = np.arange(1_200) % 3
    unsure = 60.0 * ((rung == 2) & (np.arange(1_200) // 3 % 20 == 0))
    came = np.arange(1_200) // 3 % 10 - 2.0 * (rung == 2)
    parts = (
        RUNGS,
        np.zeros(1_200, dtype=np.int64),
        [("loyal", "111")],
        rung,
        np.full(1_200, 1 / 3),
        came,
        0.0 * rung,
    )
    sure, told = (stopping.effect(moments(*parts, one), "loyal", "ten", "word") for one in (None, unsure))

    assert sure.stops and not told.stops and told.estimate == sure.estimate
    assert (told.low, told.high) == (pytest.approx(sure.low - 3), pytest.approx(sure.high + 3))
    assert stopping.stopped(moments(*parts, unsure)) == []


def test_few_people_prove_nothing():
    """Under fifty a rung, or without any difference between people."""
    assert stopping.effect(shop(-9.0, people=147), "loyal", "ten", "word") is None
    flat = moments(
        RUNGS, np.zeros(300, dtype=np.int64), [("loyal", "111")], np.arange(300) % 3, np.full(300, 1 / 3),
        np.ones(300), np.zeros(300),
    )  # fmt: skip
    assert stopping.effect(flat, "loyal", "ten", "word") is None
