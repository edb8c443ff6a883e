"""The rungs that are stopped, and what is stopped tonight."""

from datetime import datetime
from decimal import Decimal

from saleor_relacional.flows.evidence.rung_sums import MARGIN, RungSums
from saleor_relacional.flows.incentives.arms import Arms
from saleor_relacional.insight.ladder import stopping, thompson
from saleor_relacional.insight.ladder.stopping import RungEffect
from saleor_relacional.models import Campaign, RungStop

Stopped = frozenset[tuple[str, str]]
"""(segment, name of the rung)."""

_PLACES = Decimal("0.001")


def stopped(campaign: int) -> Stopped:
    """Of a campaign, by its key."""
    rows = RungStop.objects.filter(campaign=campaign).values_list("segment", "rung")
    return frozenset((segment, rung) for segment, rung in rows)


def stop(campaign: Campaign, arms: Arms, told: RungSums, now: datetime, *, learning: bool) -> list[RungStop]:
    """Stop what was proved to earn less than the next cheaper one; what was stopped now. Where it is learnt nothing and
    a word never stop. Somebody else who does the same at this moment loses nothing: a rung stops once."""
    spared = thompson.ALWAYS if learning else 1
    found = stopping.stopped(told.gathered, stopped(campaign.pk), spared=spared)
    rows = [_row(campaign, arms, one, told, now) for one in found]
    RungStop.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _row(campaign: Campaign, arms: Arms, one: RungEffect, told: RungSums, now: datetime) -> RungStop:
    rung = arms.rungs[arms.names.index(one.rung)]
    known, later = (told.priced if told.outcome == MARGIN else None) or (None, None)
    return RungStop(
        campaign=campaign, segment=one.segment, rung=one.rung, cheaper=one.cheaper, at=now, outcome=told.outcome,
        kind=one.rung.partition(":")[0], value=rung.value if rung else None, people=one.people,
        cost=_money(one.cost), brought_at_most=_money(one.brought_at_most), currency=told.currency,
        cost_known=known, cost_estimated=later,
    )  # fmt: skip


def _money(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_PLACES)


def lowered(arms: Arms, place: int, segment: str, stops: Stopped) -> int:
    """The place itself, or of the next cheaper rung that is not stopped in the segment; the cheapest of the ladder at
    last."""
    cheapest = 0 if arms.rungs[0] is not None else 1
    for lower in range(place, cheapest, -1):
        if (segment, arms.names[lower]) not in stops:
            return lower
    return min(place, cheapest)
