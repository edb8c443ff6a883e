"""What people buy that runs out: each has a favourite, and whoever orders more often has one that runs out sooner."""

import numpy as np

from saleor_relacional.demo.simulator.chance import Purpose, uniform
from saleor_relacional.demo.simulator.life import Ints, Life
from saleor_relacional.demo.simulator.people import People

GOODS = ("Coffee", "Tea", "Soap")
"""The soonest gone first."""
FAITHFUL = 0.85
"""Share of orders that are of one's favourite; the others are of anything."""


def favourites(people: People) -> Ints:
    """Place in GOODS, one per person: a third of the people each."""
    sooner = np.argsort(np.argsort(-people.rate, kind="stable"), kind="stable")
    return np.asarray(sooner * len(GOODS) // max(len(people), 1), dtype=np.int64)


def bought(life: Life, day: int, who: Ints, favourite: Ints) -> list[str]:
    """What these people order on this day."""
    drawn = uniform(life.seed, life.people.keys[who], day, Purpose.GOODS)
    anything = ((drawn - FAITHFUL) / (1 - FAITHFUL) * len(GOODS)).astype(np.int64)
    return [GOODS[place] for place in np.where(drawn < FAITHFUL, favourite[who], anything)]
