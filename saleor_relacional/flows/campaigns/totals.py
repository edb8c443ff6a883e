"""All candidates of a campaign in counts: gone through one by one, or in a large shop a sample of them."""

from array import array
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from saleor_relacional.flows.campaigns import candidates, costs
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.models import Arm, Campaign, CampaignVersion

SAMPLE = 10_000
"""Candidates from which on a sample of about so many is judged instead of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All candidates, in counts. considered = treated + control + waiting + the suppressed ones."""

    considered: int
    treated: int
    control: int
    """Would start today, by arm."""
    waiting: int
    """May be written to, but on another day."""
    suppressed: dict[str, int]
    """By reason, both arms together."""
    cost: dict[str, Decimal]
    """Currency → what today's discounts cost at most: if every treated person redeems on an order of
    expected value."""
    cost_all: dict[str, Decimal]
    """The same over all days, those who are held included."""
    estimated: bool = False
    """From a sample: each figure is about so many."""


def summary(campaign: Campaign, version: CampaignVersion, room: int, now: datetime) -> Summary:
    """Judges every candidate, or every `of`th of them."""
    of = 1 + candidates.count(version, now) // SAMPLE
    suppressed: Counter[str] = Counter()
    offers = costs.offers(version, now)
    place = {person: i for i, person in enumerate(candidates.queue(campaign, version, now, of=of))}
    places, treated, cost, currency = array("q"), array("b"), array("d"), []
    for batch in candidates.batches(campaign, version, now, of=of):
        judged = candidates.consider(batch, version, now)
        suppressed.update(each.reason for each in judged if each.judgement.reason)
        for one in [one for one in judged if not one.judgement.reason]:
            each = one.candidate
            places.append(place.get(each.profile_id, len(place)))  # a candidate since a moment
            treated.append(each.arm == Arm.TREATED)
            paid, taken_off = offers.cost(each.arm, each.order_value, one.currency)
            cost.append(float(taken_off) * of)
            currency.append(paid)
    order = np.argsort(np.frombuffer(places, dtype=np.int64), kind="stable")
    arms = np.frombuffer(treated, dtype=np.int8)[order]
    starts = (np.cumsum(arms) - arms) * of < room
    taken, named = np.frombuffer(cost)[order], np.array(currency, dtype=object)[order]
    today = min(int(arms[starts].sum()) * of, room)
    control = int((1 - arms[starts]).sum()) * of
    return Summary(
        considered=(len(order) + suppressed.total()) * of, treated=today, control=control,
        waiting=len(order) * of - today - control, suppressed={why: n * of for why, n in suppressed.items()},
        cost=_by_currency(taken[starts], named[starts]), cost_all=_by_currency(taken, named), estimated=of > 1,
    )  # fmt: skip


def _by_currency(taken: Any, currencies: Any) -> dict[str, Decimal]:
    return {
        name: Decimal(float(taken[currencies == name].sum())).quantize(CENT)
        for name in sorted(set(currencies.tolist()) - {""})
    }
