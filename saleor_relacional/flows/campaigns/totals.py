"""All candidates of a campaign in counts: gone through one by one, or in a large shop a sample of them."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from saleor_relacional.flows.campaigns import candidates, costs
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.deciding import first_offers
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.month_money import Held, MonthMoney
from saleor_relacional.models import Arm, Campaign, CampaignVersion

SAMPLE = 10_000
"""Candidates from which on a sample of about so many is judged instead of all."""
ROUGHLY = 2_500
"""How many are judged of as many where two figures that count are enough."""


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
    """The same over all days, those who are held included, and those who will be held out of everything commercial."""
    worth_all: dict[str, Decimal]
    """Currency → what the coming year of these treated people is expected to bring without it, over all days."""
    over_budget: int = 0
    """Of those who wait: whose offer does not fit into what today leaves of the month's money."""
    left: Decimal | None = None
    """What today leaves of the campaign's, in the budget's currency; None: there is no limit."""
    shop_left: Decimal | None = None
    """The same of the shop's."""
    estimated: bool = False
    """From a sample: each figure is about so many."""
    treated_estimated: bool = False
    """Whether `treated` is; it is exact where the mails per day are what limits it."""


def summary(
    campaign: Campaign, version: CampaignVersion, room: int, now: datetime, *, roughly: bool = False
) -> Summary:
    """Judges every candidate, or every `of`th of them. `roughly`: of many, fewer."""
    people = candidates.count(version, now, roughly=roughly)
    of = 1 + people // (ROUGHLY if roughly else SAMPLE) if people >= SAMPLE else 1
    suppressed: Counter[str] = Counter()
    offers, month = costs.offers(version, now), month_money.month_money(version, now)
    first = holds.first(version, now)
    queue = candidates.queue(campaign, version, now, of=of) if people else []
    place = {person: i for i, person in enumerate(queue)}
    drawn_out = candidates.drawn_out(version, now)
    places, treated, left_out, cost = array("q"), array("b"), array("b"), array("q")
    currency, held, worth = list[str](), list[Held](), dict[str, Decimal]()
    for begin in range(0, len(queue), candidates.BATCH):
        batch = candidates.these(campaign, version, queue[begin : begin + candidates.BATCH], now)
        judged = candidates.consider(batch, version, now)
        rungs = first_offers.offered(version, [one.profile_id for one in batch], now)
        suppressed.update(each.reason for each in judged if each.judgement.reason)
        for one in [one for one in judged if not one.judgement.reason]:
            each = one.candidate
            places.append(place[each.profile_id])
            treated.append(each.arm == Arm.TREATED)
            left_out.append(drawn_out(each))
            paid, taken_off = offers.cost(Arm.TREATED, each.order_value, one.currency)
            cost.append(int(taken_off * 1000))
            currency.append(paid)
            held.append(first.held(rungs.get(each.profile_id), each.order_value, one.currency))
            if each.arm == Arm.TREATED:
                worth[one.currency] = worth.get(one.currency, Decimal(0)) + Decimal(str(each.year_value)) * of
    order = np.argsort(np.frombuffer(places, dtype=np.int64), kind="stable")
    arms, named = np.frombuffer(treated, dtype=np.int8)[order], np.array(currency, dtype=object)[order]
    out = np.frombuffer(left_out, dtype=np.bool_)[order]
    reserves = [held[row] for row in order.tolist()]
    starts = _starts(arms * ~out, reserves, room, month, of)
    over = sum(
        not (begins or month.fits(*offer)) for begins, offer in zip(starts.tolist(), reserves, strict=True)
    )
    taken = np.frombuffer(cost, dtype=np.int64)[order] / 1000 * arms * of
    begins, entering = starts & ~out, int((starts & out).sum())
    suppressed.update({Suppression.SHOP_CONTROL: entering} if entering else {})
    today = min(int(arms[begins].sum()) * of, room)
    control = int((1 - arms[begins]).sum())
    # Arms do not know the queue: all of them say better than the few at its head how many are held out.
    if of > 1:
        control = round(today * int((1 - arms[~out]).sum()) / max(1, int(arms[~out].sum())))
    return Summary(
        considered=(len(order) - entering + suppressed.total()) * of, treated=today, control=control,
        waiting=(len(order) - entering) * of - today - control,
        suppressed={why: n * of for why, n in suppressed.items()},
        cost=_by_currency(taken[begins], named[begins]), cost_all=_by_currency(taken, named), over_budget=over * of,
        worth_all={name: worth[name].quantize(CENT) for name in sorted(worth) if name},
        left=month.own.left, shop_left=month.shop.left, estimated=of > 1, treated_estimated=of > 1 and today < room,
    )  # fmt: skip


def _starts(arms: Any, reserves: Sequence[Held], room: int, month: MonthMoney, of: int) -> Any:
    """Who starts today, of these, who come down the queue: while there is room for treated people, whoever the month's
    money reaches. Takes it from `month`."""
    above, starts = 0, []
    for treated, (amount, currency) in zip(arms.tolist(), reserves, strict=True):
        begins = above < room and month.takes(amount, currency, treated=bool(treated), times=of)
        starts.append(begins)
        above += of * treated * begins
    return np.array(starts, dtype=np.bool_)


def _by_currency(taken: Any, currencies: Any) -> dict[str, Decimal]:
    return {
        name: Decimal(float(taken[currencies == name].sum())).quantize(CENT)
        for name in sorted(set(currencies.tolist()) - {""})
    }
