"""Shops whose people spend what real people spent, with a campaign whose true effect is known exactly.

**Histories.** Of both public shops every thirtieth day is a cut. Everybody who had ordered twice or more by then and
had been away for 45 to 200 days is an occasion: what was believed of them (logarithms of their own average order, own
rate and idle days, and the product of the first two), and what they ordered and paid in the 30 days after. Simulated
people are occasions, drawn with replacement, so tails are as heavy as real ones.

**Beside the files**, which know neither refunds nor costs (drawn once for each occasion, so that means are sums): one
buyer in 25 gives everything back; an occasion's margin is a share of what is kept, normal .35 with deviation .1, within
.05 and .7.

**The campaign.** One in five is in the control group. Of the treated, whoever would not have come back does so with the
same chance for everybody, and then buys like another occasion of the shop that did, drawn by chance. Treated buyers
redeem 10 % off in seven of ten cases; a message costs .10. In a third of the shops the campaign brings nobody (and
still costs), in a third 5 in a hundred people more come back, in a third 10.

**Truth.** With w the occasions, all equally probable, and what is brought equally probable among those that bought,
the mean of any outcome, capped or not, is a sum over occasions (`Shop.truth`): nothing is simulated for it. The cap
comes from a past of the shop's own, drawn from the same occasions; the truth is that of this very cap. It counts kept
and margin in proportion (`cap.counted`), as the product does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.orders import DATA, Orders, public
from saleor_relacional.insight.inference.cap import cap, counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OUTCOMES = ("came_back", "orders", "kept", "margin")
CONTROL, OFF, REDEEMS, SENDING = 0.2, 0.10, 0.7, 0.10
WINDOW, ENTERING = 30, 75
"""Days until an outcome counts; days on which people start."""
BRINGS = (0.0, 0.05, 0.10)
"""How many more of the treated come back."""
PAST = 3
"""Occasions of the shop's past for each person enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """All occasions of one public shop; n rows."""

    name: str
    x: Floats
    """(n, 4), about their means."""
    outcomes: Floats
    """(n, 4): came back, orders, kept, margin, without a campaign."""

    @property
    def came(self) -> Bools:
        return self.outcomes[:, 0] > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One simulated campaign: n people who started, none of them seen before their window has closed."""

    history: str
    brings: float
    day: npt.NDArray[np.int64]
    """(n,): of the start."""
    control: Bools
    x: Floats
    """(n, 4)"""
    raw: Floats
    """(n, 4): outcomes, uncapped."""
    capped: Floats
    """(n, 4): the same, of whoever bought for more than the cap in proportion."""
    truth: Floats
    """(4,): expected difference of capped outcomes."""
    truth_uncapped: Floats


@cache
def occasions() -> tuple[Occasions, ...]:
    """Of both public shops, or SystemExit where they are not at hand."""
    found = public()
    if len(found) < 2:
        raise SystemExit(f"Both public histories are needed in {DATA}: see its README for the sources")
    return tuple(_occasions(orders) for orders in found)


def shop(number: int, people: int) -> Shop:
    """Always the same for the same number: histories take turns, then effects."""
    chance = np.random.default_rng([number, people])
    all_of = occasions()
    of, brings = all_of[number % len(all_of)], BRINGS[number // len(all_of) % len(BRINGS)]
    past = of.outcomes[chance.integers(0, len(of.x), PAST * people), 2]
    most = cap(past)
    who = chance.integers(0, len(of.x), people)
    control = chance.random(people) < CONTROL
    brought = ~control & ~of.came[who] & (chance.random(people) < _chance_to_bring(of, brings))
    buys_as = np.where(brought, chance.choice(np.flatnonzero(of.came), people), who)
    raw, treated = of.outcomes[buys_as].copy(), ~control
    part = _part(raw, most)
    raw[treated] = _with_campaign(raw[treated], chance.random(treated.sum()) < REDEEMS)
    return Shop(
        history=of.name, brings=brings, day=chance.integers(0, ENTERING, people), control=control, x=of.x[who],
        raw=raw, capped=raw * part, truth=_truth(of, brings, most), truth_uncapped=_truth(of, brings, None),
    )  # fmt: skip


def _part(outcomes: Floats, most: float | None) -> Floats:
    """(n, 4): what counts of the outcomes, by what each person bought for before anything was taken off."""
    part = np.ones_like(outcomes)
    part[:, 2:] = counted(outcomes[:, 2], most)[:, None]
    return part


def _chance_to_bring(of: Occasions, brings: float) -> float:
    return float(brings / (1 - of.came.mean()))


def _with_campaign(outcomes: Floats, redeems: Bools) -> Floats:
    """What the treated do: less is paid where a code is redeemed, and a message was sent."""
    off = np.where(redeems, OFF, 0.0) * outcomes[:, 2]
    return np.column_stack(
        [outcomes[:, 0], outcomes[:, 1], outcomes[:, 2] - off, outcomes[:, 3] - off - SENDING]
    )


def _truth(of: Occasions, brings: float, most: float | None) -> Floats:
    """Expected outcome of the treated less that of the control group."""
    part = _part(of.outcomes, most)
    redeemed, full = (part * _with_campaign(of.outcomes, np.full(len(of.x), told)) for told in (True, False))
    treated = REDEEMS * redeemed + (1 - REDEEMS) * full
    stays = 1 - _chance_to_bring(of, brings)
    nobody, bought = treated[~of.came], treated[of.came]
    rate = of.came.mean()
    if_away = stays * nobody.mean(axis=0) + (1 - stays) * bought.mean(axis=0)
    without = (part * of.outcomes).mean(axis=0)
    return np.asarray(rate * bought.mean(axis=0) + (1 - rate) * if_away - without)


def _occasions(orders: Orders) -> Occasions:
    chance = np.random.default_rng(20_260_301)
    cuts = np.arange(orders.day.min() + 90, orders.end - WINDOW + 1, 30)
    rows = np.concatenate([_at(orders, cut) for cut in cuts])
    x, bought, spent = rows[:, :4], rows[:, 4], rows[:, 5]
    kept = np.where(chance.random(len(rows)) < 0.04, 0.0, spent)
    margin = kept * np.clip(chance.normal(0.35, 0.1, len(rows)), 0.05, 0.7)
    return Occasions(
        name=orders.name, x=x - x.mean(axis=0), outcomes=np.column_stack([bought > 0, bought, kept, margin])
    )


def _at(orders: Orders, cut: float) -> Floats:
    """Occasions of one cut: four covariates, orders and money of the window after it."""
    size, past = int(orders.customer.max()) + 1, orders.day <= cut
    ahead = (orders.day > cut) & (orders.day <= cut + WINDOW)
    first, last = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(first, orders.customer[past], orders.day[past])
    np.maximum.at(last, orders.customer[past], orders.day[past])
    count = np.bincount(orders.customer[past], minlength=size)
    spent = np.bincount(orders.customer[past], orders.value[past], size)
    who = np.flatnonzero((count >= 2) & (cut - last >= 45) & (cut - last <= 200))
    average = np.log1p(spent[who] / count[who])
    rate = np.log(count[who] / (cut - first[who]))
    later = np.bincount(orders.customer[ahead], minlength=size)[who]
    money = np.bincount(orders.customer[ahead], orders.value[ahead], size)[who]
    return np.column_stack([average, rate, np.log(cut - last[who]), average * rate, later, money])
