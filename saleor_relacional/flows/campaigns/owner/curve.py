"""How a comparison looked on days gone by: worked out anew from what had happened by then, nothing of it is kept.

The intervals hold at every look (insight/inference/experiment.py), so that an owner may look every day. A day gone by
is told as it would be today: an order that became known later stands in it, with the day on which it was placed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.comparison import CurrencyResult
from saleor_relacional.models import Campaign

LOOKS = 12
"""Days that are told; each costs what the results cost."""
MANY = 20_000
"""People from which on fewer are told."""
FEW = 6
LEAST = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The comparison as of one moment, in the currency that is told."""

    at: datetime
    result: CurrencyResult


def of_campaign(campaign: Campaign, main: CurrencyResult, now: datetime) -> list[Look]:
    """From the first window that closed to now. `main`: its result of now."""

    def compare(at: datetime) -> Sequence[CurrencyResult]:
        return results.compared(campaign, at)

    return looks(compare, main, now, window=timedelta(days=campaign.window_days))


def looks(
    compare: Callable[[datetime], Sequence[CurrencyResult]], main: CurrencyResult, now: datetime, *, window: timedelta
) -> list[Look]:  # fmt: skip
    """The latest moments, evenly spread, the last of them now. `compare`: what was known at a moment."""
    begun = [arm.first_at for arm in main.arms if arm.first_at is not None]
    if not begun:
        return []
    first = min(begun) + window
    most = FEW if main.people > MANY else LOOKS
    many = max(min(most, int((now - first) / LEAST) + 1), 0) if now >= first else 0
    step = (now - first) / max(many - 1, 1)
    moments = [now - step * (many - 1 - number) for number in range(many)]
    found = []
    for at in moments:
        told = [main] if at == now else [one for one in compare(at) if one.currency == main.currency]
        found += [Look(at=at, result=one) for one in told if one.came_back.people]
    return found
