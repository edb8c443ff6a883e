"""What offers hold of the month's money while they are promised.

An amount holds all of itself; a percentage what it takes off a high order of the person, which nine in ten stay below;
a gift and free delivery what they cost each time (campaigns/costs.py). What gives no code holds nothing. A code that
works in several currencies holds what is worth most of what it may take off in them (month_money.most). A code holds a
cent at least, so that none fits where nothing is left. What nobody can tell, because nobody has bought yet or paid for
delivery, fits into no budget (month_money.UNKNOWN), unless the rung says a minimum spend or what it costs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_UP, Decimal
from functools import partial

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.campaigns import costs
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.flows.incentives import accounts, codes, month_money, rungs
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.learning import fit
from saleor_relacional.models import CampaignVersion, Rung, RungKind
from saleor_relacional.once import once

_BELIEVED = f"""
SELECT e.id, e.profile_id, coalesce(b.order_value, 0), e.currency FROM {tables.ENROLMENT} e
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = e.profile_id WHERE e.id = ANY(%s)
"""

High = Callable[[float, str], Decimal]
"""(expected value, currency) → what an order may come to (fit.ShopModel.high_order)."""


def _high(now: datetime) -> High:
    return partial(fit.shop(now).high_order, rates=money.rates_of(policy.current(now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHolds:
    """What the first message of a version holds."""

    rungs: Mapping[int, RungTerms]
    """By number, in the currencies of their channels. None where it is learnt: what does not fit is closed when they
    draw (deciding/decide.py), and nobody waits for money."""
    high: High
    worth: Mapping[str, Decimal]
    """As month_money.factors."""

    def held(self, rung: Rung | None, order_value: float, currency: str) -> Held:
        """What starting somebody with this rung (deciding/first_offers.py) takes of the month's money, of whom orders
        of this value are expected."""
        if rung is None or rung.number not in self.rungs:
            return Decimal(0), currency
        return _held(self.rungs[rung.number], self.high(order_value, currency), currency, self.worth)


@once
def first(version: CampaignVersion, now: datetime) -> FirstHolds:
    """Those of a version."""
    terms = terms_of(version)
    senders = policy.senders()
    moneys = {channel.slug: channel.currency for channel in conf.channels() if channel.slug in senders}
    ladder = () if terms.learning else (terms.steps or ())[0].rungs
    told = {
        number: _spent_in(costs.reckoned(rung, terms.channels, now), {
            moneys[slug] for slug in rung.channels or terms.channels or moneys if slug in moneys
        })
        for number, rung in enumerate(ladder, 1)
    }  # fmt: skip
    return FirstHolds(rungs=told, high=_high(now), worth=month_money.factors(version, now))


def of(rung: Rung, enrolments: Sequence[int], now: datetime) -> dict[int, Held]:
    """Enrolment → what this rung holds, by what is believed of the person now."""
    moneys = set(codes.promised_channels(rung).values())
    held = _holding(rung, moneys, now)
    return {key: held(value, currency) for key, _person, value, currency in believed(enrolments)}


def unknown(rung: Rung, now: datetime) -> bool:
    """Whether there is a budget and nobody can tell what the rung would take of it: nobody is promised it then."""
    moneys = set(codes.promised_channels(rung).values())
    if not moneys or not month_money.limited(rung.step.version, now):
        return False
    held = _holding(rung, moneys, now)
    return all(held(0.0, each) == month_money.UNKNOWN for each in moneys)


def believed(enrolments: Sequence[int]) -> Sequence[tuple[int, int, float, str]]:
    """Enrolment, person, expected value of an order and its currency, as believed now."""
    return sql.rows(_BELIEVED, [list(enrolments)])


def _holding(rung: Rung, moneys: Collection[str], now: datetime) -> Callable[[float, str], Held]:
    """(expected value, currency) → what the rung holds of somebody's month's money."""
    version = rung.step.version
    terms = _spent_in(costs.reckoned(rungs.of(rung), version.channels, now), moneys)
    high, worth = _high(now), month_money.factors(version, now)
    return lambda value, currency: _held(terms, high(value, currency), currency, worth)


def usual(
    ladder: Sequence[Rung | None], version: CampaignVersion, order: Held, now: datetime
) -> tuple[float, ...]:
    """What each of these rungs holds for somebody of whom an order like this one is expected, in its currency. What
    nobody has a rate for counts as that whole order: nobody can tell that it is less."""
    value, currency = order
    high, worth = _high(now), accounts.factors(currency, now)

    def one(rung: Rung | None) -> float:
        if rung is None:
            return 0.0
        terms = costs.reckoned(rungs.of(rung), version.channels, now)
        amount, paid = _held(terms, high(float(value), currency), currency, worth)
        if not amount:
            return 0.0
        return float(amount * worth[paid] if paid in worth else value)

    return tuple(one(rung) for rung in ladder)


def _spent_in(rung: RungTerms, moneys: Collection[str]) -> RungTerms:
    """The rung as it is in these currencies; where it says nothing in any of them, as it is."""

    def some(amounts: Sequence[Amount]) -> tuple[Amount, ...]:
        return tuple(one for one in amounts if one.currency in moneys) or tuple(amounts)

    return replace(rung, amounts=some(rung.amounts), minimum=some(rung.minimum), cost=some(rung.cost))


def _held(rung: RungTerms, high: Decimal, currency: str, worth: Mapping[str, Decimal]) -> Held:
    """`high`: what an order of the person may come to, in `currency`; 0: nobody can tell."""
    if rung.kind not in rungs.CODED:
        return Decimal(0), currency
    said = rung.amounts if rung.kind == RungKind.FIXED else rung.cost
    if rung.kind == RungKind.PERCENTAGE:
        order, paid = month_money.most([(high, currency), *_told(rung.minimum, currency)], worth)
        if order:
            taken = (order * (rung.value or 0) / 100).quantize(CENT, rounding=ROUND_UP)
            return max(taken, CENT), paid
    if not said:
        return month_money.UNKNOWN
    amount, paid = month_money.most(_told(said, currency), worth)
    return max(amount, CENT), paid


def _told(amounts: Sequence[Amount], currency: str) -> list[Held]:
    """The person's own currency first."""
    return sorted(((one.amount, one.currency) for one in amounts), key=lambda held: held[1] != currency)
