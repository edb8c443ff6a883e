"""What a campaign changed, and what it did: lift first, then counts, credit and cost, each under its own name.

**Lift** is the difference between the arms in money kept per person: what the person's purchases placed within the
outcome window (fixed when they started) sold, less what was refunded of these purchases until now. Discounts are in it,
for sold is after discounts. Everybody who started counts in the arm drawn, whether or not anything reached them
(intention to treat): people whose mail was stopped, who never opened it, who objected, who were forgotten.

Two rules keep it honest:

- Only windows that have closed count; those that still run are shown beside it, without a verdict. Of a window's last
  purchases some are still given back, so a verdict is provisional until the refund period of the last closed window is
  over, or until the windows whose period is over say the same by themselves.
- People are compared with people who were drawn under the same control share, and each share weighs by its people: who
  came before a change of the share differs from who came after it in more than the arm (docs/maths.md).
- A person counts once, with the first time they started. Whether somebody lapses *again*, and may still be written to
  then, depends on what we did to them the first time, so that later cycles no longer compare like with like.

Money of different currencies is added up through the owner's rates only, and told in the reporting currency
(outcomes.py). Without a rate people are compared within the currency of their enrolment: what they pay in another one
makes nobody a buyer in it, and is told beside it, per currency (`left_out`). The currency in which most people started
is the result; the others are listed beside it.

**Credit** says which orders followed a mail. It is not lift.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import outcomes
from saleor_relacional.flows.evidence.arm_results import ArmResult, together
from saleor_relacional.flows.evidence.results_words import sentence, word
from saleor_relacional.insight.inference.experiment import (
    Lift,
    Stratum,
    Verdict,
    stratified_lift,
)
from saleor_relacional.models import (
    Arm,
    Campaign,
    EnrolmentState,
    TouchState,
)

__all__ = ["ArmResult", "Counts", "CurrencyResult", "Results", "results", "sentence", "word"]

_KEPT = outcomes.outcome("person", now="%(now)s")
_PERSON = f"""
    SELECT DISTINCT ON (coalesce(profile_id, -id))
           profile_id, arm, drawn_share, currency, started_at, window_ends_at, settled_kept, settled_objected
    FROM {tables.ENROLMENT} WHERE campaign_id = %(campaign)s AND state = 'started' AND started_at <= %(now)s
    ORDER BY coalesce(profile_id, -id), started_at, id
"""
_OUTCOMES = f"""
WITH person AS ({_PERSON}), outcome AS (
    SELECT person.arm, person.drawn_share AS share, {outcomes.currency("person")} AS currency,
           person.window_ends_at <= %(now)s AS closed,
           person.window_ends_at <= %(settled)s AS settled, person.window_ends_at,
           coalesce(person.settled_kept * {outcomes.worth("person.currency", "person")}, bought.kept, 0) AS kept,
           coalesce(person.settled_kept <> 0, bought.orders > 0, false) AS bought,
           coalesce(person.settled_objected, {outcomes.objected("person", now="%(now)s")}) AS objected
    FROM person CROSS JOIN {outcomes.TERMS} LEFT JOIN LATERAL ({_KEPT}) bought ON true
)
SELECT currency, share, arm, closed, settled, max(window_ends_at), count(*), sum(kept),
       coalesce(var_samp(kept::float8), 0), count(*) FILTER (WHERE bought), count(*) FILTER (WHERE objected)
FROM outcome GROUP BY GROUPING SETS ((currency, share, arm, closed), (currency, share, arm, settled))
"""
"""Once by whether the window has closed (`settled` is null), and once by whether its refund period is over."""

_LEFT_OUT = f"""
WITH person AS ({_PERSON})
SELECT paid.currency, person.arm, count(*), sum(paid.kept) FROM person CROSS JOIN {outcomes.TERMS}
CROSS JOIN LATERAL ({outcomes.unrated("person", now="%(now)s")}) paid
WHERE person.settled_kept IS NULL AND person.window_ends_at <= %(now)s GROUP BY 1, 2 ORDER BY 1, 2
"""
"""Of closed windows, as lift."""

_COUNTS = f"""
SELECT state, arm, reason, count(*) FROM {tables.ENROLMENT} WHERE campaign_id = %(campaign)s
GROUP BY state, arm, reason
"""

_TOUCHES = f"""
SELECT t.state, count(*) FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
WHERE e.campaign_id = %(campaign)s GROUP BY t.state
"""

_CREDIT = f"""
SELECT {outcomes.currency("e")} AS told, sum(credited_sold) FROM {tables.ENROLMENT} e CROSS JOIN {outcomes.TERMS}
WHERE campaign_id = %(campaign)s AND credited_sold > 0 GROUP BY told
UNION ALL
SELECT u.currency, sum(u.sold) FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.PURCHASE} u ON u.id = t.credited_purchase_id CROSS JOIN {outcomes.TERMS}
WHERE e.campaign_id = %(campaign)s AND ({outcomes.worth("u.currency", "e")}) IS NULL AND u.sold > 0
GROUP BY u.currency ORDER BY 1
"""
"""What has no rate is told in its own currency."""

_REDEEMED = f"""
SELECT coalesce(u.currency, ''), count(*), coalesce(sum(u.discount / nullif(jsonb_array_length(u.codes), 0)), 0)
FROM {tables.INCENTIVE} i JOIN {tables.ENROLMENT} e ON e.id = i.enrolment_id
LEFT JOIN {tables.PURCHASE} u ON u.source = %(source)s AND u.reference = i.redeemed_by
WHERE e.campaign_id = %(campaign)s AND i.state = 'redeemed' GROUP BY 1
"""


class Windows(Enum):
    """Whose outcomes: those whose window still runs, has closed, or closed so long ago that its refunds are in."""

    RUNNING = "running"
    CLOSED = "closed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyResult:
    """Both arms in one currency."""

    currency: str
    treated: ArmResult
    control: ArmResult
    """Windows that have closed, of all control shares together."""
    lift: Lift
    """Of the people of each share by themselves: with several, more than the difference of the two above."""
    running_treated: ArmResult
    running_control: ArmResult
    """Windows that still run, up to now: no verdict is taken from them."""
    provisional_until: datetime | None = None
    """When the refund period of the last closed window is over, while refunds may still change the verdict; None when
    it is settled."""

    @property
    def people(self) -> int:
        arms = (self.treated, self.control, self.running_treated, self.running_control)
        return sum(arm.people for arm in arms)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Money in a currency without a rate into that of its buyers' enrolments: in no lift."""

    currency: str
    buyers: int
    treated: Decimal
    control: Decimal
    """Kept of all of them together, by arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Enrolments. considered = treated + control + waiting + suppressed."""

    considered: int
    treated: int
    control: int
    """Started, by arm."""
    waiting: int
    """May be written to and wait for capacity."""
    suppressed: int
    """May not be written to, those included whose lapse ended before their turn came."""
    reasons: dict[str, int]
    """Reason → how many of the suppressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One campaign, all its versions together, as of an instant."""

    as_of: datetime
    count: Callable[[], Counts] = field(repr=False, compare=False)
    """Counts everybody considered when it is first called: in a large shop they are many."""
    main: CurrencyResult | None
    """The currency in which most people started; None before anybody has."""
    others: tuple[CurrencyResult, ...]
    touches: dict[str, int] = field(default_factory=dict)
    """TouchState → how many."""
    redeemed: int = 0
    discounts: dict[str, Decimal] = field(default_factory=dict)
    """Currency → what redeemed codes took off what would have been paid without them, as the shop says of each order;
    of an order with several codes each has its part."""
    credited: dict[str, Decimal] = field(default_factory=dict)
    """Currency → sold of the first orders after a mail, told as lift is; what has no rate, in its own. Credit, not
    lift."""
    left_out: tuple[LeftOut, ...] = ()
    """What people kept us in currencies that lift cannot count, in closed windows."""

    @property
    def counts(self) -> Counts:
        """Everybody considered."""
        return self.count()

    @property
    def sent(self) -> int:
        return self.touches.get(TouchState.SENT, 0)

    @property
    def verdict(self) -> Verdict:
        """helps, harms or not_enough_evidence."""
        return self.main.lift.verdict if self.main else Verdict.NOT_ENOUGH_EVIDENCE

    @property
    def provisional_until(self) -> datetime | None:
        """As of the main currency."""
        return self.main.provisional_until if self.main else None


def results(campaign: Campaign, now: datetime, *, using: str | None = None) -> Results:
    """What came of a campaign until `now`. Reads only; `using` names the database to read from."""
    by_currency = _outcomes(campaign, now, using)
    redeemed = _read(_REDEEMED, campaign, using, source=conf.host().source)
    return Results(
        as_of=now, count=cache(lambda: _counts(campaign, using)), main=by_currency[0] if by_currency else None,
        others=tuple(by_currency[1:]), touches=dict(_read(_TOUCHES, campaign, using)),
        redeemed=sum(count for _, count, _ in redeemed), discounts={name: cost for name, _, cost in redeemed if name},
        credited=_added(_read(_CREDIT, campaign, using)), left_out=_left_out(campaign, now, using),
    )  # fmt: skip


def _outcomes(campaign: Campaign, now: datetime, using: str | None) -> list[CurrencyResult]:
    """The currency of most people first."""
    period = conf.refund_period()
    arms: dict[str, _Arms] = {}
    for currency, share, arm, closed, settled, ends, people, kept, variance, buyers, objected in _read(
        _OUTCOMES, campaign, using, now=now, settled=now - period
    ):
        if settled is False:
            continue  # told by whether their window has closed
        windows = Windows.SETTLED if settled else Windows.CLOSED if closed else Windows.RUNNING
        arms.setdefault(currency, {}).setdefault((arm, windows), {})[share] = ArmResult(
            people=people, kept=kept, variance=variance, buyers=buyers, objected=objected, window_ends_at=ends
        )
    found = [_compare(currency, by_arm, period) for currency, by_arm in arms.items()]
    return sorted(found, key=lambda each: (-each.people, each.currency))


_Arms = dict[tuple[str, Windows], dict[Decimal, ArmResult]]
"""Arm and windows → control share → its people."""


def _compare(currency: str, arms: _Arms, period: timedelta) -> CurrencyResult:
    def both(windows: Windows) -> tuple[ArmResult, ArmResult]:
        treated, control = (arms.get((arm, windows), {}) for arm in (Arm.TREATED, Arm.CONTROL))
        return together([*treated.values()]), together([*control.values()])

    closed, running = both(Windows.CLOSED), both(Windows.RUNNING)
    found = _lift(arms, Windows.CLOSED)
    ends = [arm.window_ends_at for arm in closed if arm.window_ends_at is not None]
    same = [arm.people for arm in closed] == [arm.people for arm in both(Windows.SETTLED)]
    until = None if same or _settled(found, arms) else max(ends) + period
    return CurrencyResult(
        currency=currency, treated=closed[0], control=closed[1], lift=found, running_treated=running[0],
        running_control=running[1], provisional_until=until,
    )  # fmt: skip


def _settled(found: Lift, arms: _Arms) -> bool:
    """Whether the windows for which no refund is waited any more say the same by themselves."""
    told = found.verdict != Verdict.NOT_ENOUGH_EVIDENCE
    return told and _lift(arms, Windows.SETTLED).verdict == found.verdict


def _lift(arms: _Arms, windows: Windows) -> Lift:
    """The shares in their order: whoever asks twice is told the same to the last digit."""
    treated, control = (arms.get((arm, windows), {}) for arm in (Arm.TREATED, Arm.CONTROL))
    nobody = ArmResult()
    return stratified_lift([
        Stratum(treated=treated.get(share, nobody).outcome, control=control.get(share, nobody).outcome)
        for share in sorted({*treated, *control})
    ])  # fmt: skip


def _added(rows: list[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Currency → its amounts together."""
    found: dict[str, Decimal] = {}
    for currency, amount in rows:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def _left_out(campaign: Campaign, now: datetime, using: str | None) -> tuple[LeftOut, ...]:
    arms: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for currency, arm, buyers, kept in _read(_LEFT_OUT, campaign, using, now=now):
        arms.setdefault(currency, {})[arm] = (buyers, kept)
    nothing = (0, Decimal(0))
    return tuple(
        LeftOut(
            currency=currency, buyers=sum(buyers for buyers, _ in found.values()),
            treated=found.get(Arm.TREATED, nothing)[1], control=found.get(Arm.CONTROL, nothing)[1],
        )
        for currency, found in arms.items()
    )  # fmt: skip


def _counts(campaign: Campaign, using: str | None) -> Counts:
    states: Counter[str] = Counter()
    started: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for state, arm, reason, count in _read(_COUNTS, campaign, using):
        states[state] += count
        if state == EnrolmentState.STARTED:
            started[arm] += count
        elif state != EnrolmentState.WAITING:
            reasons[reason] += count
    return Counts(
        considered=states.total(), treated=started[Arm.TREATED], control=started[Arm.CONTROL],
        waiting=states[EnrolmentState.WAITING], suppressed=reasons.total(), reasons=dict(reasons),
    )  # fmt: skip


def _read(statement: str, campaign: Campaign, using: str | None, **more: Any) -> list[tuple[Any, ...]]:
    return sql.rows(statement, {"campaign": campaign.pk, **more}, using=using)
