"""The money of promises: reserved before anybody is told, settled with what an order really took off, returned where a
promise ends without one.

What an incentive has of the month's money follows from the row of the incentive alone: a live one holds its reserve, a
redeemed one what its order took off, an ended one nothing. `book` writes the difference between that and what is
booked, in the transaction that changed the row and holds it. So it does not matter how often an event is told, in
which order events come, or where a crash cuts in; and whoever settles waits for nobody: entries are only added.

Whoever reserves comes one by one (Lock.CAPACITY), where there is a budget: plans hold it while they give out the day.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.incentives import month_money, rungs
from saleor_relacional.flows.incentives.month_money import Held, MonthMoney
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.models import (
    CampaignStep,
    CampaignVersion,
    Enrolment,
    Incentive,
    IncentiveState,
    Purchase,
    Rung,
    RungKind,
)

_LIVE = [IncentiveState.PLANNED.value, IncentiveState.ISSUED.value]
_PLACES = Decimal("0.001")
_MOST_TAX = Decimal("1.27")
"""Of all prices with tax: Hungary's are 27 % more than those without."""
_ROUNDED = Decimal("1.02")
"""Tax of an order is rounded to the cent."""

_BOOK = f"""
WITH should AS (
    SELECT i.id, e.campaign_id, i.month, told.* FROM {tables.INCENTIVE} i
    JOIN {tables.ENROLMENT} e ON e.id = i.enrolment_id
    CROSS JOIN LATERAL (VALUES
        ('reserved', i.reserve_currency, CASE WHEN i.state IN ('planned', 'issued') THEN i.reserve ELSE 0 END),
        ('settled', i.settled_currency, CASE WHEN i.state = 'redeemed' THEN i.settled ELSE 0 END),
        ('returned', i.reserve_currency, CASE WHEN i.state IN ('expired', 'withdrawn') THEN i.reserve ELSE 0 END)
    ) AS told (kind, currency, amount)
    WHERE i.id = ANY(%(ids)s)
), missing AS (
    SELECT id, campaign_id, month, kind, currency, sum(amount) AS amount FROM (
        SELECT * FROM should
        UNION ALL
        SELECT incentive_id, campaign_id, month, kind, currency, -amount FROM {tables.BUDGET_ENTRY}
        WHERE incentive_id = ANY(%(ids)s)
    ) AS compared GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0
)
INSERT INTO {tables.BUDGET_ENTRY} (incentive_id, campaign_id, month, kind, number, amount, currency, at, counted)
SELECT id, campaign_id, month, kind,
       row_number() OVER (PARTITION BY id, kind ORDER BY currency)
           + (SELECT count(*) FROM {tables.BUDGET_ENTRY} b WHERE b.incentive_id = missing.id AND b.kind = missing.kind),
       amount, currency, %(now)s, false
FROM missing ORDER BY id, kind, currency
"""

_ADD_UP = f"""
WITH newly AS (
    UPDATE {tables.BUDGET_ENTRY} SET counted = true WHERE id IN (
        SELECT id FROM {tables.BUDGET_ENTRY} WHERE NOT counted ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING campaign_id, month, currency, kind, amount
), added AS (
    INSERT INTO {tables.BUDGET_MONTH} AS b (campaign_id, month, currency, reserved, settled, returned)
    SELECT campaign_id, month, currency, coalesce(sum(amount) FILTER (WHERE kind = 'reserved'), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'settled'), 0),
           coalesce(sum(amount) FILTER (WHERE kind = 'returned'), 0)
    FROM newly GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (campaign_id, month, currency) DO UPDATE SET reserved = b.reserved + excluded.reserved,
        settled = b.settled + excluded.settled, returned = b.returned + excluded.returned
)
SELECT count(*) FROM newly
"""


def held_by(
    rung: Rung, reserves: Mapping[int, Held] | None, moneys: Collection[str], now: datetime
) -> Callable[[Enrolment], dict[str, Any]]:
    """Fields of an incentive that this rung promises to somebody: what it holds. An amount holds all of itself,
    whatever is believed of the person; of several the one that is worth most, of those currencies (`moneys`) in which
    the code is promised."""
    whole = None
    if rung.kind == RungKind.FIXED and moneys:
        offers = [(one.amount, one.currency) for one in rungs.of(rung).amounts if one.currency in moneys]
        whole = month_money.most(offers, month_money.factors(rung.step.version, now))

    def fields(enrolment: Enrolment) -> dict[str, Any]:
        believed = (enrolment.reserve, enrolment.reserve_currency)
        amount, currency = whole or (believed if reserves is None else reserves[enrolment.pk])
        return {"reserve": amount, "reserve_currency": currency}

    return fields


def affordable(planned: Sequence[Incentive], now: datetime) -> list[Incentive]:
    """Those of these, all of one step and not saved yet, whose reserve fits into what is left of the month's money, in
    their order. Where there is a budget nobody else reserves until the transaction ends."""
    if not planned:
        return []
    version = _current(planned[0].step.version.campaign_id)
    if not month_money.limited(version, now):
        for one in planned:
            if (one.reserve, one.reserve_currency) == month_money.UNKNOWN:
                one.reserve, one.reserve_currency = Decimal(0), ""  # no budget asks
        return list(planned)
    locks.lock(Lock.CAPACITY)
    left = month_money.month_money(version, now)
    return [one for one in _wanting(planned) if left.takes(one.reserve, one.reserve_currency, treated=True)]


def left(campaign: int, now: datetime) -> MonthMoney | None:
    """What may still be promised with this campaign; None: there is no limit."""
    version = _current(campaign)
    return month_money.month_money(version, now) if month_money.limited(version, now) else None


def wanting(people: Sequence[Enrolment], step: CampaignStep) -> frozenset[int]:
    """Those of these enrolments that would get an incentive of this step, if money reaches."""
    some = [Incentive(enrolment=each, profile_id=each.profile_id, step=step) for each in people]
    return frozenset(one.enrolment_id for one in _wanting(some)) if some else frozenset()


def _wanting(planned: Sequence[Incentive]) -> list[Incentive]:
    """Those of whom nothing keeps an incentive but money: who has a live one, or had one of this step, gets none."""
    rows, step = Incentive.objects, planned[0].step
    people, enrolments = [one.profile_id for one in planned], [one.enrolment_id for one in planned]
    live = set(rows.filter(profile__in=people, state__in=_LIVE).values_list("profile_id", flat=True))
    had = set(rows.filter(step=step, enrolment__in=enrolments).values_list("enrolment_id", flat=True))
    return [one for one in planned if one.profile_id not in live and one.enrolment_id not in had]


def _current(campaign: int) -> CampaignVersion:
    return CampaignVersion.objects.filter(campaign=campaign).select_related("campaign").latest("number")


def book(ids: Sequence[int], now: datetime) -> None:
    """Book what has changed of the money of these incentives. Whoever calls has just changed their rows, in this
    transaction. Doing it twice changes nothing."""
    if ids:
        sql.run(_BOOK, {"ids": list(ids), "now": now})


def settle(purchase: Purchase, now: datetime) -> None:
    """Write down what this order cost of the month's money, each of its codes its part, and book it. Whoever calls
    holds the incentives."""
    part = (purchase.discount / len(purchase.codes)).quantize(_PLACES)
    rows = Incentive.objects.filter(code__in=purchase.codes).select_related("rung")
    for one in rows.filter(redeemed_by=purchase.reference, state=IncentiveState.REDEEMED):
        amount, currency = _cost(one, part, purchase)
        Incentive.objects.filter(pk=one.pk).update(settled=amount, settled_currency=currency)
    book(list(rows.values_list("pk", flat=True)), now)


def _cost(used: Incentive, amount: Decimal, purchase: Purchase) -> Held:
    """What a code cost the shop, of what the order says it took off, which is told with tax. An amount costs itself
    where no more than tax comes on top: where prices are entered without tax, five euros off make the order 6.05 less,
    of which 1.05 are tax that the shop does not owe. Where it took off more than that, because staff have raised it
    since, it costs what it took off. A gift costs what it held for. Anything else costs what it took off."""
    currency, terms = purchase.currency, rungs.of(used.rung)
    if used.rung.kind == RungKind.FIXED:
        said = terms.amount_in(currency)
        if said is None or _without_tax(amount, terms, purchase) > said * _ROUNDED:
            return amount, currency
        return min(amount, said), currency
    if used.rung.kind == RungKind.GIFT and used.reserve_currency and amount:
        same = used.reserve_currency == currency
        return (min(amount, used.reserve) if same else used.reserve), used.reserve_currency
    return amount, currency


def _without_tax(amount: Decimal, terms: RungTerms, purchase: Purchase) -> Decimal:
    """What was taken off, without tax, at least: by the tax of the whole order, or where it was taken off some of the
    goods, or nothing was left to pay, by the highest tax there is."""
    some = terms.products or terms.variants or terms.categories or terms.collections or terms.once_per_order
    if some or not purchase.net or not purchase.sold:
        return amount / _MOST_TAX
    return amount * purchase.net / purchase.sold


def add_up(*, limit: int = 10_000) -> int:
    """Count entries into the sums of their months; how many were. Any number of workers may do this at once."""
    with sql.atomic():
        [(counted,)] = sql.rows(_ADD_UP, {"limit": limit})
    return int(counted)
