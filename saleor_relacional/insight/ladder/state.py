"""What is known of a ladder on one night, as it is stored: whoever reads it can compute every probability again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.ladder import hierarchy, thompson
from saleor_relacional.insight.ladder.belief import Belief
from saleor_relacional.insight.ladder.hierarchy import Posterior
from saleor_relacional.insight.ladder.moments import RungMoments


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a shop knows of its own money, all in one currency."""

    unit: float
    """Margin of an order."""
    takes: tuple[float, ...]
    """What each rung takes off an order, from the cheapest, nothing included."""
    holds: tuple[float, ...]
    """What each holds of the month's money while it is promised, for a usual order."""
    alone: float
    """Share of the people who come within their window by themselves."""
    alone_in: Mapping[str, float] = field(default_factory=dict)
    """The same by segment, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderState:
    """Sums, beliefs and price."""

    gathered: RungMoments
    segments: tuple[str, ...]
    """Those of the rules, in the order of their names; what nobody was in is there too."""
    currency: str
    outcome: str
    """What was measured: margin, or kept while margin is not known of all."""
    money: Money
    price: float = 0.0
    """insight/ladder/price.py"""
    priced: tuple[float, float] | None = None
    """Of the money that margin was measured of, which parts have a cost of their day, and of a later one; None: nothing
    was bought."""

    def posterior(self) -> Posterior:
        """What follows for the increments, in units of the margin of an order."""
        units = [self.money.unit] * len(self.segments)
        part = np.minimum(np.array(self.money.takes[1:]) / self.money.unit, 1.0)
        alone = [self.money.alone_in.get(segment, self.money.alone) for segment in self.segments]
        prior = Belief().prior(alone, np.tile(part, (len(units), 1)))
        return hierarchy.posterior(hierarchy.information(self.gathered, self.segments, units), prior)

    def odds(self, open_rungs: npt.ArrayLike, told: Posterior | None = None) -> FloatArray:
        """(segments, rungs) Probability of each rung for somebody who is treated and has these open (draws.py). The
        price of the budget is asked of what a rung holds. `told`: the posterior, where it is at hand."""
        usable = np.asarray(open_rungs, dtype=np.bool_)
        dear = self.price * np.array(self.money.holds) / self.money.unit
        return thompson.probabilities(told or self.posterior(), usable, np.tile(dear, (len(usable), 1)))

    def written(self) -> dict[str, Any]:
        """As JSON: numbers read back to the last bit."""
        return {
            "rungs": list(self.gathered.rungs), "segments": list(self.segments), "currency": self.currency,
            "outcome": self.outcome, "price": self.price, "priced": None if self.priced is None else list(self.priced),
            "money": {
                "unit": self.money.unit, "takes": list(self.money.takes), "holds": list(self.money.holds),
                "alone": self.money.alone, "alone_in": dict(self.money.alone_in),
            },
            "sums": [
                {"segment": segment, "open": open_rungs, "sums": block.tolist()}
                for (segment, open_rungs), block in sorted(self.gathered.sums.items())
            ],
        }  # fmt: skip


def read(written: Mapping[str, Any]) -> LadderState:
    """As it was written."""
    sums = {(row["segment"], row["open"]): np.array(row["sums"], dtype=np.float64) for row in written["sums"]}
    money = written["money"]
    return LadderState(
        gathered=RungMoments(rungs=tuple(written["rungs"]), sums=sums), segments=tuple(written["segments"]),
        currency=written["currency"], outcome=written["outcome"], price=written["price"],
        priced=None if written["priced"] is None else (written["priced"][0], written["priced"][1]),
        money=Money(
            unit=money["unit"], takes=tuple(money["takes"]), holds=tuple(money["holds"]), alone=money["alone"],
            alone_in=money["alone_in"],
        ),
    )  # fmt: skip


def text(written: Mapping[str, Any]) -> str:
    """A state as the JSON that its digest is made of: names in their order, no space between them."""
    return json.dumps(written, sort_keys=True, separators=(",", ":"))


def digest(written: Mapping[str, Any]) -> str:
    """SHA-256 of a state, in hexadecimal digits."""
    return hashlib.sha256(text(written).encode()).hexdigest()
