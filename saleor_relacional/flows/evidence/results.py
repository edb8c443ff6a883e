"""What a campaign changed, and what it did: what changed first, then counts, credit and cost, each under its own name.

**Lift** is the difference between the arms, per person, in what happened within the outcome window (fixed when they
started): whether they came back, their orders, the money they kept us (what their purchases sold, less what was
refunded of these until now; discounts are in it, for sold is after discounts), counted up to a cap that was fixed
before the start (past_spends.py), and uncapped beside it. Everybody who started counts in the arm drawn, whether or not
anything reached them (intention to treat): people whose mail was stopped, who never opened it, who objected, who were
forgotten. How the arms are compared: comparison.py.

A person counts once, with the first time they started: later cycles are part of what their arm does to them. Whether
somebody lapses *again*, and may still be written to then, depends on what we did to them the first time, so that later
cycles by themselves no longer compare like with like.

Money of different currencies is added up through the owner's rates only, and told in the reporting currency
(outcomes.py). Without a rate people are compared within the currency of their enrolment: what they pay in another one
makes nobody a buyer in it, and is told beside it, per currency (`left_out`). The currency in which most people started
is the result; the others are listed beside it.

**Credit** says which orders followed a mail. It is not lift.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import outcomes, verdict_words
from saleor_relacional.flows.evidence.arm_results import ArmResult
from saleor_relacional.flows.evidence.comparison import Compared, CurrencyResult, by_currency
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.results_words import sentence, word
from saleor_relacional.flows.evidence.sums import PERSON, caps, sums
from saleor_relacional.insight.inference.experiment import Verdict
from saleor_relacional.models import Arm, Campaign, CampaignState, EnrolmentState, TouchState

__all__ = [
    "ArmResult",
    "Compared",
    "Counts",
    "CurrencyResult",
    "Outcome",
    "Results",
    "results",
    "sentence",
    "word",
]  # fmt: skip

_LEFT_OUT = f"""
WITH person AS ({PERSON})
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
    cap: Decimal | None
    """What a person's money counts up to, in `cap_currency`; None: nothing is capped."""
    cap_currency: str
    fixed_at: datetime | None
    """When that was fixed; None before the campaign was activated."""
    goes_on: bool
    """Whether people start in it at the moment."""
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
        """Of money kept: helps, harms or not_enough_evidence."""
        return self.main.kept.verdict if self.main else Verdict.NOT_ENOUGH_EVIDENCE

    @property
    def sentence(self) -> str:
        """Both verdicts, in the reader's language."""
        return verdict_words.leading(self.main, self.as_of if self.goes_on else None)

    @property
    def works(self) -> bool:
        """Whether it both brings people back and earns. While margin is not known nobody knows: more money kept may
        have cost more than it left."""
        main = self.main
        if main is None or main.margin is None:
            return False
        return all(one.verdict == Verdict.HELPS for one in (main.came_back, main.margin))

    @property
    def provisional_until(self) -> datetime | None:
        """Until when refunds may still change one of the two verdicts; None: neither."""
        return verdict_words.provisional_until(self.main) if self.main else None


def results(campaign: Campaign, now: datetime, *, using: str | None = None) -> Results:
    """What came of a campaign until `now`. Reads only; `using` names the database to read from."""
    by_currency = compared(campaign, now, using=using)
    redeemed = _read(_REDEEMED, campaign, using, source=conf.host().source)
    return Results(
        as_of=now, count=cache(lambda: _counts(campaign, using)), main=by_currency[0] if by_currency else None,
        cap=campaign.cap, cap_currency=campaign.cap_currency, fixed_at=campaign.fixed_at,
        goes_on=campaign.state == CampaignState.ACTIVE,
        others=tuple(by_currency[1:]), touches=dict(_read(_TOUCHES, campaign, using)),
        redeemed=sum(count for _, count, _ in redeemed), discounts={name: cost for name, _, cost in redeemed if name},
        credited=_added(_read(_CREDIT, campaign, using)), left_out=_left_out(campaign, now, using),
    )  # fmt: skip


def compared(campaign: Campaign, now: datetime, *, using: str | None = None) -> list[CurrencyResult]:
    """Both arms beside each other as of `now`: the currency of most people first."""
    period = conf.refund_period()
    found = by_currency(sums(campaign, now, period, using), period, caps(campaign, now))
    return sorted(found, key=lambda each: (-each.people, each.currency))


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
