"""The same people and the same luck twice: in the world that has the win-back, and in the one that has not.

The other campaigns are in both. What they write is decided by the shop, which sees the first world alone; and they
book in both arms alike, so that they say the same to somebody whom no win-back has moved. Until a person's two lives
part (an order, or a checkout left, in one of them alone) each word of another campaign therefore reaches both. After
that the first has what the shop writes, which follows from the win-back; in the second whoever leaves a checkout is
reminded of it with the odds of the treated arm, and other words are not lived: their effect is small
(docs/simulator.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from saleor_relacional.demo.simulator.chance import Purpose, uniform
from saleor_relacional.demo.simulator.life import Day, Ints, Life


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who got what this morning: indices of people."""

    win_back: Sequence[int] = ()
    """With an offer."""
    plain: Sequence[int] = ()
    """The win-back without an offer."""
    words: Sequence[int] = ()
    """Of another campaign."""
    reminded: Sequence[int] = ()
    """Of the checkout that they left."""


@dataclass(slots=True, kw_only=True)
class Worlds:
    """Both, day by day."""

    with_us: Life
    without: Life
    """Without the win-back."""
    reminded_share: float = 0.0
    """Of those whose lives have parted and who left a checkout: how many are reminded of it."""
    parted: npt.NDArray[np.bool_] = field(init=False)
    """Whose two lives have parted."""
    _left: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.parted = np.zeros(len(self.with_us.people), dtype=np.bool_)
        self._left = np.array([], dtype=np.int64)

    def live(self, post: Post) -> tuple[Day, Day]:
        """The next day, with and without."""
        there = (
            self._still_one(post.words),
            np.concatenate([self._still_one(post.reminded), self._reminded_there()]),
        )
        ours = self.with_us.live(post.win_back, plain=post.plain, words=post.words, reminded=post.reminded)
        theirs = self.without.live(words=there[0], reminded=there[1])
        for mine, other in ((ours.who, theirs.who), (ours.left, theirs.left)):
            self.parted[np.setxor1d(mine, other)] = True
        self._left = theirs.left
        return ours, theirs

    def _still_one(self, people: Sequence[int]) -> Ints:
        who = np.asarray(people, dtype=np.int64)
        return who[~self.parted[who]]

    def _reminded_there(self) -> Ints:
        who = self._left[self.parted[self._left]]
        keys = self.without.people.keys[who]
        drawn = uniform(self.without.seed, keys, self.without.day, Purpose.REMINDED)
        return who[drawn < self.reminded_share]
