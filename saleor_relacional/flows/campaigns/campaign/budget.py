"""Who starts within the month's money: what is left of the campaign's budget and of the shop's, by calendar month.

A promise holds its part of the money from the moment it is planned until it is used or ends (incentives/reserve.py).
Down the queue somebody starts while what the offer of their first message would hold, by the segments that they are in
now, still fits, in whichever arm they are: else the arm would decide who starts. Whoever does not fit is passed over,
and a cheaper one behind them may start. After each plan whoever waits and does not fit into what is left has the reason
`budget`; where money came back unused they wait for room again. Who waits is told by what was believed when they were
judged (Enrolment.reserve); where segments say who gets what, whoever waits for money is judged again on the next day,
since time alone moves people in and out of them. The dry run goes by the same `MonthMoney`. Whoever gives out the day
holds Lock.CAPACITY, so nothing is reserved twice.

Where the first rung is learnt nobody waits for money: what does not fit is closed when they draw (deciding/decide.py).

A later message whose offer no longer fits leaves all the same, as a word: it is booked in both arms and its time is
part of the treatment, while money comes last.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import days, selling
from saleor_relacional.flows.incentives import accounts, month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.models import CampaignVersion

REASON = "budget"


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
) -> list[One]:
    """Those whose offers fit, of these, who come down the queue. `held`: enrolments → what starting each of them holds
    (deciding/first_offers.py)."""
    if not month_money.limited(version, now) or not any(one.first for one in goes):
        return list(goes)
    month = month_money.month_money(version, now)
    holds = held([one.enrolment for one in goes if one.first])
    return [
        one for one in goes
        if not one.first
        or (one.enrolment in holds and month.takes(*holds[one.enrolment], treated=one.treated))
    ]  # fmt: skip


def reopen(version: CampaignVersion, now: datetime) -> int:
    """Whoever waits for money and fits into what is left waits for room again: offers have ended unused since. How
    many."""
    if not month_money.limited(version, now):
        return 0
    month = month_money.month_money(version, now)
    return sql.run(_REOPEN, {"campaign": version.campaign_id, "reason": REASON, **month.parameters})


def wait(version: CampaignVersion, now: datetime) -> int:
    """Whoever waits and does not fit into what is left waits for the next month's money, or for news of them, or for
    another day: they are judged again then. How many did not before."""
    if not month_money.limited(version, now):
        return 0
    month = month_money.month_money(version, now)
    by_segment = bool(selling.first_step(version).rules)
    until = accounts.began(days.today(now) + timedelta(days=1)) if by_segment else month_ends(now)
    asked = {"campaign": version.campaign_id, "reason": REASON, "until": until, **month.parameters}
    return sql.run(_WAIT, asked)


def month_ends(now: datetime) -> datetime:
    """When the shop's next calendar month begins."""
    return accounts.began(accounts.following(accounts.month_of(now)))
