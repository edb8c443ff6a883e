"""What we are measured against: a wallet that lists live codes and reckons for itself, without asking the shop:
promised, not withdrawn, its day not over, for this channel; so many per cent, or so much, of the goods."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from saleor_relacional.flows.incentives import rungs
from saleor_relacional.models import Incentive, IncentiveState
from tests.wallet.cases import DELIVERY

CENT = Decimal("0.01")


def listed(
    profile: int, goods: Decimal, *, channel: str, delivery: bool, now: datetime
) -> Mapping[str, Decimal]:
    """Code → what this wallet says it takes off a basket of so much."""
    rows = Incentive.objects.filter(profile_id=profile, state=IncentiveState.ISSUED, expires_at__gt=now)
    return {
        each.code: _worth(each, goods, delivery)
        for each in rows.select_related("rung")
        if channel in each.channels
    }


def _worth(incentive: Incentive, goods: Decimal, delivery: bool) -> Decimal:
    terms = rungs.of(incentive.rung)
    currency = next(iter(incentive.channels.values()))
    if goods < (terms.minimum_in(currency) or 0):
        return Decimal(0)
    if terms.kind == "shipping":
        return DELIVERY if delivery else Decimal(0)
    if terms.kind == "percentage":
        return (goods * (terms.value or 0) / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(terms.amount_in(currency) or Decimal(0), goods)
