"""One world from its first day to its last, and what it kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from saleor_relacional.demo.simulator.chance import Floats
from saleor_relacional.demo.simulator.life import (
    Bools,
    Day,
    Ints,
    Life,
    Mail,
)
from saleor_relacional.demo.simulator.people import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What each person (row) left with the shop on each day (column), after discounts and refunds."""

    money: Floats
    ordered: Bools

    def kept(self) -> Floats:
        """Kept money per person, over all days."""
        return self.money.sum(axis=1)

    def kept_within(self, starts: Ints, days: int) -> Floats:
        """Kept money per person within so many days of their own start; 0 for who never started (-1)."""
        return np.where(self._window(starts, days), self.money, 0.0).sum(axis=1)

    def bought_within(self, starts: Ints, days: int) -> Bools:
        """Whether each person ordered within the window."""
        found = (self._window(starts, days) & self.ordered).any(axis=1)
        return np.asarray(found, dtype=np.bool_)

    def _window(self, starts: Ints, days: int) -> Bools:
        column = np.arange(self.money.shape[1])[None, :]
        begin = np.asarray(starts, dtype=np.int64)[:, None]
        inside = (begin >= 0) & (column >= begin) & (column < begin + days)
        return np.asarray(inside, dtype=np.bool_)


def world(
    seed: int,
    days: int,
    people: People,
    treated_on: Mapping[str, int] | None = None,
    mail: Mail | None = None,
) -> Lived:
    """Live so many days from day 0. `treated_on`: name → day on which that person gets the mail.

    Same seed, same people, no mail: the world without us. The difference is the truth.
    """
    life = Life(seed, people, mail)
    mailed: dict[int, list[int]] = {}
    for name, day in (treated_on or {}).items():
        mailed.setdefault(day, []).append(int(life.index([name])[0]))
    money = np.zeros((len(people), days))
    ordered = np.zeros((len(people), days), dtype=np.bool_)
    for day in range(days):
        happened = life.live(mailed.get(day, ()))
        money[happened.who, day] = kept_of(happened, life.mail)
        ordered[happened.who, day] = True
    return Lived(money=money, ordered=ordered)


def kept_of(day: Day, mail: Mail) -> Floats:
    """Money that stays of each order of a day."""
    paid = np.round(day.value * np.where(day.uses_code, 1 - mail.discount, 1.0), 2)
    return np.where(day.refunded, 0.0, paid)
