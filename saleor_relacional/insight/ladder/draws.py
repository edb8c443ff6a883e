"""Down the queue: who draws which rung, while the money of the month lasts.

A rung that does not fit into what is left of a budget is closed to whoever's turn it is. Nothing and a word cost no
money and stay open, so nobody waits for money. What is left to somebody depends on what those before them drew, never
on their own draw or arm: whoever is held out has the same rungs open as if they were treated, and takes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import BoolArray, FloatArray, IntArray
from saleor_relacional.insight.ladder import thompson
from saleor_relacional.insight.ladder.state import LadderState

AT_ONCE = 256
"""People who are drawn together, until one of them finds other rungs open than those before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What came of it, per person and rung."""

    place: IntArray
    """Of the rung that each drew; 0, nothing, of whoever is held out."""
    open_rungs: BoolArray
    chances: FloatArray
    """Of somebody who is treated; 0 of what is closed."""
    too_dear: BoolArray
    """What was closed for want of money alone."""


def draw(
    known: LadderState, allowed: npt.ArrayLike, *, segment: IntArray, holds: FloatArray, left: npt.ArrayLike,
    treated: BoolArray, luck: FloatArray,
) -> Draws:  # fmt: skip
    """Everybody draws, in this order. `allowed`: (segments, rungs) neither stopped nor out of reach. Per person: their
    `segment` (its place in `known.segments`), whether they are `treated`, and a number in [0, 1). `holds`: (budgets,
    people, rungs) what each rung would hold of each budget; `left`: what is left of each."""
    believed = known.posterior()
    usable = thompson.worth_trying(believed, allowed)
    people, rungs = len(segment), usable.shape[1]
    place, chances = np.zeros(people, dtype=np.int64), np.zeros((people, rungs))
    open_rungs = np.zeros((people, rungs), dtype=np.bool_)
    remains = np.array(left, dtype=np.float64)
    told: dict[bytes, FloatArray] = {}
    done = 0
    while done < people:
        rows = slice(done, done + AT_ONCE)
        fits = _fits(holds[:, rows], remains[:, None])
        part = np.empty(fits.shape)
        for pattern in np.unique(fits, axis=0):
            key = pattern.tobytes()
            if key not in told:
                told[key] = known.odds(usable & pattern, believed)
            mine = (fits == pattern).all(axis=1)
            part[mine] = told[key][segment[rows][mine]]
        drawn = np.where(treated[rows], thompson.choose(part, luck[rows]), 0)
        taken = np.take_along_axis(holds[:, rows], drawn[None, :, None], axis=2)[:, :, 0]
        before = taken.cumsum(axis=1) - taken
        # Up to the first whose turn comes when other rungs fit than were thought to.
        differ = (_fits(holds[:, rows], remains[:, None] - before) != fits).any(axis=1)
        some = int(differ.argmax()) if differ.any() else len(drawn)
        kept = slice(done, done + some)
        place[kept], chances[kept] = drawn[:some], part[:some]
        open_rungs[kept] = (usable[segment[rows]] & fits)[:some]
        remains -= taken[:, :some].sum(axis=1)
        done += some
    return Draws(place=place, open_rungs=open_rungs, chances=chances, too_dear=usable[segment] & ~open_rungs)


def _fits(holds: FloatArray, left: FloatArray) -> BoolArray:
    """(people, rungs) Whether it fits into every budget; `left`: (budgets, people). What holds nothing always does."""
    return np.asarray(((holds <= left[:, :, None]) | (holds == 0)).all(axis=0))
