"""What offers hold of the month's money while they are promised.

An amount holds all of itself; a percentage what it takes off a high order of the person, which nine in ten stay below;
a gift and free delivery what they cost each time (campaigns/costs.py). What gives no code holds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import costs
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.reserve import Held
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.learning import fit
from saleor_relacional.models import CampaignVersion, Rung, RungKind
from saleor_relacional.once import once

_BELIEVED = f"""
SELECT e.id, coalesce(b.order_value, 0), e.currency FROM {tables.ENROLMENT} e
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = e.profile_id WHERE e.id = ANY(%s)
"""

High = Callable[[float, str], Decimal]
"""(expected value, currency) → what an order may come to (fit.ShopModel.high_order)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHolds:
    """What the first message of a version holds."""

    rungs: Sequence[RungTerms]
    """All that somebody may get with it, by its rules."""
    high: High

    def held(self, order_value: float, currency: str) -> Held:
        """What starting somebody takes of the month's money at most, of whom orders of this value are expected."""
        told = (_held(rung, self.high(order_value, currency), currency) for rung in self.rungs)
        return max(told, key=lambda held: held[0], default=(Decimal(0), currency))


@once
def first(version: CampaignVersion, now: datetime) -> FirstHolds:
    """Those of a version."""
    terms = terms_of(version)
    reached = costs.reached((terms.steps or ())[:1], learning=terms.learning)
    return FirstHolds(
        rungs=[costs.reckoned(rung, terms.channels, now) for rung in reached], high=fit.shop(now).high_order
    )


def of(rung: Rung, enrolments: Sequence[int], now: datetime) -> dict[int, Held]:
    """Enrolment → what this rung holds, by what is believed of the person now."""
    terms = costs.reckoned(rungs.of(rung), rung.step.version.channels, now)
    high, rows = fit.shop(now).high_order, sql.rows(_BELIEVED, [list(enrolments)])
    return {key: _held(terms, high(value, currency), currency) for key, value, currency in rows}


def _held(rung: RungTerms, high: Decimal, currency: str) -> Held:
    if rung.kind == RungKind.PERCENTAGE:
        most = max(high, rung.minimum_in(currency) or Decimal(0))
        return (most * (rung.value or 0) / 100).quantize(CENT, rounding=ROUND_UP), currency
    said = rung.amounts if rung.kind == RungKind.FIXED else rung.cost
    if rung.kind not in rungs.CODED or not said:
        return Decimal(0), currency
    own = next((one for one in said if one.currency == currency), said[0])
    return own.amount, own.currency
