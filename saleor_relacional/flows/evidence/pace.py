"""How much longer until a verdict, if all goes on as it does."""

import math
from datetime import datetime

from saleor_relacional.flows.evidence.comparison import Compared, CurrencyResult
from saleor_relacional.insight.inference import power
from saleor_relacional.insight.inference.experiment import Verdict

LEAST_DAYS = 7
"""A pace is told after so many days, not before."""


def weeks_more(result: CurrencyResult, measured: Compared, now: datetime) -> float | None:
    """Weeks from now until the interval leaves zero out, if as many people start as have until now and the estimate
    stays what it is. None: there is a verdict, or no interval yet, or hardly anybody has started, or no verdict will be
    given for want of a bound. Infinite: more than five years."""
    begins = [arm.first_at for arm in result.arms if arm.first_at is not None]
    if measured.verdict != Verdict.NOT_ENOUGH_EVIDENCE or not begins:
        return None
    days = (now - min(begins)).total_seconds() / 86400
    if days < LEAST_DAYS:
        return None
    if measured.worst is None or measured.lift.low is None or measured.lift.low > 0:
        return None
    found = power.weeks_more(measured.lift, per_week=7 * result.people / days)
    return math.inf if found is None else found or None
