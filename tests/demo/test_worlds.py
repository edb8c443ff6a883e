"""The world without the win-back has the other campaigns: they say the same in both until two lives part."""

from dataclasses import replace

import numpy as np

from saleor_relacional.demo.simulator import Day, Life, Mail, People, newcomers, together
from saleor_relacional.demo.simulator.life import LINK_EFFECT, WORD_EFFECT
from saleor_relacional.demo.simulator.worlds import Post, Worlds

STRONG = Mail(effect=0.5)


def regulars(seed: int, count: int) -> People:
    """People who were there before the world begins."""
    drawn = newcomers(seed, count, 1)
    return replace(drawn, joins_on=np.full(count, -1), there=np.ones(count, dtype=bool))


def worlds(people: People, mail: Mail = STRONG, *, leaves: float = 0.3, reminded: float = 0.0) -> Worlds:
    ours, without = Life(1, people, mail, leaves=leaves), Life(1, people, leaves=leaves)
    return Worlds(with_us=ours, without=without, reminded_share=reminded)


def live(both: Worlds, days: int, mailed: range) -> list[tuple[Day, Day]]:
    """The win-back writes on the first day, a word of another campaign comes weekly to all, and whoever left a checkout
    is reminded of it on the next day."""
    everybody, lived, left = range(len(both.with_us.people)), [], np.array([], dtype=np.int64)
    for number in range(days):
        words = [*everybody] if number % 7 == 3 else []
        lived.append(
            both.live(Post(win_back=[*mailed] if not number else [], words=words, reminded=left.tolist()))
        )
        left = lived[-1][0].left
    return lived


def test_whom_no_win_back_reached_lives_the_same_life_twice() -> None:
    """A hundred are written to, three hundred are not: these order and leave the same in both worlds, reminders and
    words of other campaigns included, and never part."""
    both = worlds(regulars(4, 400), reminded=1.0)
    for ours, theirs in live(both, 40, range(100)):
        for mine, other in ((ours.who, theirs.who), (ours.left, theirs.left)):
            assert np.array_equal(mine[mine >= 100], other[other >= 100])
    assert not both.parted[100:].any() and both.parted[:100].sum() > 10


def test_words_and_links_bring_people_back_in_both_worlds() -> None:
    """Without any win-back both worlds are equal, and the other campaigns change both: those who had left come back."""
    people = replace(regulars(5, 2_000), there=np.zeros(2_000, dtype=bool))
    lived = live(worlds(people, leaves=0.0), 20, range(0))
    assert all(np.array_equal(ours.who, theirs.who) for ours, theirs in lived)
    came = sum(len(theirs.who) for _, theirs in lived)
    assert 0.5 < came / (2_000 * 3 * WORD_EFFECT) < 2.5
    answered = sum(int(theirs.answered.sum()) for _, theirs in lived)
    assert 0 < answered <= came


def test_a_checkout_that_was_left_is_one_order_less_unless_its_link_is_followed() -> None:
    """Three in ten of those who would order leave theirs. Reminded, about LINK_EFFECT of them come back to it on that
    day, for what was in it, without a code; nobody comes back to a checkout that they have not left."""
    people = regulars(6, 3_000)
    plain, leaving = Life(1, people), Life(1, people, leaves=0.3)
    would, day = plain.live(), leaving.live()
    assert sorted([*day.who, *day.left]) == sorted(would.who)
    assert 0.2 < len(day.left) / len(would.who) < 0.4
    back = leaving.live(reminded=[*range(3_000)])
    linked = back.who[back.by_link]
    assert set(linked) <= set(day.left)
    assert 0.5 * LINK_EFFECT < len(linked) / len(day.left) < 1.6 * LINK_EFFECT
    left = dict(zip(day.left.tolist(), day.left_value.tolist(), strict=True))
    assert [left[int(who)] for who in linked] == back.value[back.by_link].tolist()
    assert not back.uses_code[back.by_link].any()
    assert not leaving.live(reminded=linked).by_link.any()


def test_after_two_lives_have_parted_the_other_world_hears_no_more_of_this_one() -> None:
    """Whom the win-back brought back is reminded here of a checkout that does not exist there; there, who leaves one is
    reminded with the odds that are given: always, or never."""
    for share in (0.0, 1.0):
        both = worlds(regulars(7, 800), leaves=0.5, reminded=share)
        lived = live(both, 60, range(800))
        there = sum(int(theirs.by_link[both.parted[theirs.who]].sum()) for _, theirs in lived)
        assert both.parted.sum() > 100
        last = live(both, 30, range(0))
        later = sum(int(theirs.by_link[both.parted[theirs.who]].sum()) for _, theirs in last)
        assert (there + later > 20) == bool(share)


def test_newcomers_join_beside_those_who_were_there() -> None:
    """Ten who join from day 5 on, with names of their own; nobody's chances change because others are there."""
    old, new = regulars(8, 20), newcomers(8, 10, 3, first_day=5, initial="N")
    people = together(old, new)
    assert len(people) == 30 and people.names[20] == "N000001"
    alone, beside = Life(1, old), Life(1, people)
    first: list[int] = []
    for number in range(9):
        ours, theirs = alone.live(), beside.live()
        assert ours.who.tolist() == theirs.who[theirs.who < 20].tolist()
        if number < 5:
            assert (theirs.who < 20).all()
        first += theirs.who[theirs.who >= 20].tolist()
    assert set(first) == {*range(20, 30)}
