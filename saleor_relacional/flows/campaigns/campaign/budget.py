"""Who starts within the month's money: what is left of the campaign's budget and of the shop's, by calendar month.

A promise holds its part of the money from the moment it is planned until it is used or ends (incentives/reserve.py).
Down the queue somebody starts while what the offer of their first message would hold, by the segments that they are in
now, still fits, in whichever arm they are: else the arm would decide who starts. Whoever does not fit is passed over
and leaves the queue with the reason `budget`, whatever was believed of them before, so that those behind them get their
turn: a cheaper one may start. After each plan so does whoever waits and does not fit into what is left; where money
came back unused they wait for room again. These two go by what was believed when somebody was judged or passed over
(Enrolment.reserve). Where segments or the shop's goods say who gets what, whoever waits for money is judged again on
the next day, since both change without news of them. The dry run goes by the same `MonthMoney`. Whoever gives out the
day holds Lock.CAPACITY, so nothing is reserved twice.

Where the first rung is learnt nobody waits for money: what does not fit is closed when they draw (deciding/decide.py).

A later message whose offer no longer fits leaves all the same, as a word: it is booked in both arms and its time is
part of the treatment, while money comes last.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import days, selling
from saleor_relacional.flows.incentives import accounts, month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.models import CampaignVersion, RungKind

REASON = "budget"
_BY_ITSELF = (RungKind.GIFT, RungKind.SHIPPING, RungKind.EARLY_ACCESS)
"""What can be given of these, and what it costs, the shop changes without news of anybody."""


def _fits(left: str, factors: str) -> str:
    """Condition: the offer fits into one of the budgets."""
    worth = f"(%({factors})s::jsonb ->> e.reserve_currency)::numeric"
    return f"(%({left})s::numeric IS NULL OR coalesce(e.reserve * {worth} <= %({left})s::numeric, false))"


FITS = f"(e.reserve = 0 OR ({_fits('left', 'factors')} AND {_fits('shop_left', 'shop_factors')}))"
"""Condition: the first offer of an enrolment (the alias `e`) fits; asks for `MonthMoney.parameters`."""
_WAIT = f"""
UPDATE {tables.ENROLMENT} SET reason = %(reason)s, next_try_at = %(until)s WHERE id IN (
    SELECT e.id FROM {tables.ENROLMENT} e
    WHERE e.campaign_id = %(campaign)s AND e.state = 'waiting' AND e.reason = 'capacity' AND NOT {FITS}
    ORDER BY e.id FOR UPDATE SKIP LOCKED)
"""

_PASS_OVER = f"""
WITH told AS (SELECT * FROM unnest(%(ids)s::bigint[], %(amounts)s::numeric[], %(currencies)s::text[])
    AS told (id, amount, currency)
), free AS (
    SELECT e.id FROM {tables.ENROLMENT} e
    WHERE e.id = ANY(%(ids)s::bigint[]) AND e.state = 'waiting' AND e.reason = 'capacity'
    ORDER BY e.id FOR UPDATE SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e SET (reserve, reserve_currency, reason, next_try_at)
    = (told.amount, told.currency, %(reason)s, %(until)s)
FROM free JOIN told ON told.id = free.id WHERE e.id = free.id
"""
_REOPEN = f"""
UPDATE {tables.ENROLMENT} SET reason = 'capacity', next_try_at = NULL WHERE id IN (
    SELECT e.id FROM {tables.ENROLMENT} e
    WHERE e.campaign_id = %(campaign)s AND e.state = 'waiting' AND e.reason = %(reason)s AND {FITS}
    ORDER BY e.id FOR UPDATE SKIP LOCKED)
"""


class Starting(Protocol):
    """Somebody who would start, or hear a later step."""

    @property
    def enrolment(self) -> int: ...
    @property
    def first(self) -> bool: ...
    @property
    def treated(self) -> bool: ...


One = TypeVar("One", bound=Starting)


def within(
    version: CampaignVersion,
    goes: Sequence[One],
    held: Callable[[Sequence[int]], Mapping[int, Held]],
    now: datetime,
) -> tuple[list[One], dict[int, Held]]:
    """Those whose offers fit, of these, who come down the queue; and of the others enrolment → what starting them would
    hold. `held`: enrolments → what starting each of them holds (deciding/first_offers.py)."""
    if not month_money.limited(version, now) or not any(one.first for one in goes):
        return list(goes), {}
    month = month_money.month_money(version, now)
    holds = held([one.enrolment for one in goes if one.first])
    fit = [
        one for one in goes
        if not one.first
        or (one.enrolment in holds and month.takes(*holds[one.enrolment], treated=one.treated))
    ]  # fmt: skip
    begins = {one.enrolment for one in fit if one.first}
    return fit, {key: each for key, each in holds.items() if key not in begins}


def pass_over(version: CampaignVersion, passed: Mapping[int, Held], now: datetime) -> int:
    """These enrolments, whose offers hold too much, wait as `wait` says, and what they hold is written: in the queue
    they would stand where others could start. How many did not wait so before."""
    if not passed:
        return 0
    amounts, currencies = zip(*passed.values(), strict=True)
    asked = {"ids": [*passed], "amounts": [*amounts], "currencies": [*currencies], **_until(version, now)}
    return sql.run(_PASS_OVER, asked)


def reopen(version: CampaignVersion, now: datetime) -> int:
    """Whoever waits for money and fits into what is left waits for room again: offers have ended unused since. How
    many."""
    if not month_money.limited(version, now):
        return 0
    month = month_money.month_money(version, now)
    return sql.run(_REOPEN, {"campaign": version.campaign_id, "reason": REASON, **month.parameters})


def wait(version: CampaignVersion, now: datetime) -> None:
    """Whoever waits and does not fit into what is left waits for the next month's money, or for news of them, or for
    another day: they are judged again then."""
    if not month_money.limited(version, now):
        return
    month = month_money.month_money(version, now)
    sql.run(_WAIT, {"campaign": version.campaign_id, **_until(version, now), **month.parameters})


def _until(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """What waiting for money says of an enrolment: the reason, and when they are judged again."""
    step = selling.first_step(version)
    by_itself = step.rules or any(rung.kind in _BY_ITSELF for rung in step.rungs.all())
    tomorrow = accounts.began(days.today(now) + timedelta(days=1))
    return {"reason": REASON, "until": tomorrow if by_itself else month_ends(now)}


def month_ends(now: datetime) -> datetime:
    """When the shop's next calendar month begins."""
    return accounts.began(accounts.following(accounts.month_of(now)))
