"""What the purchases of a period left, per currency and in the reporting currency, and how much of it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import money
from saleor_relacional.flows.evidence import margin
from saleor_relacional.models import Policy

LONGEST = 366
"""Days of a period."""
YEARS = range(1970, 3000)
"""In which it lies: beyond them somebody has slipped."""

_BOUGHT = " UNION ALL ".join(
    f"SELECT * FROM {tables.PURCHASE} WHERE state = '{state}' AND placed_at >= %(since)s AND placed_at < %(until)s"
    for state in ("counts", "empty", "gift", "not_mine")
)
"""A query for each of the four, so that each finds its index. What is not its buyer's was sold all the same."""

_TOLD = """count(told.net), count(*) - count(told.net), coalesce(sum(told.net), 0), coalesce(sum(told.known), 0),
       coalesce(sum(told.estimated), 0), coalesce(sum(told.unknown), 0),
       CASE WHEN bool_or(told.lacking) THEN NULL ELSE coalesce(sum(told.margin), 0) END"""
"""In the order of _margin's row."""

_EACH = f"LEFT JOIN LATERAL ({margin.of_purchase('%(now)s')}) told ON u.net IS NOT NULL"

_PER_CURRENCY = f"SELECT u.currency, {_TOLD} FROM ({_BOUGHT}) u {_EACH} GROUP BY u.currency"

_PER_PERSON = f"""
SELECT u.profile_id, u.currency, {_TOLD} FROM {tables.PURCHASE} u {_EACH}
WHERE u.profile_id = ANY(%(ids)s) AND {margin.BOUGHT} GROUP BY u.profile_id, u.currency
"""

_PAID = f"""FROM {tables.TOUCH} t JOIN {tables.SENDING_COST} paid ON paid.medium = t.medium AND paid.amount > 0
WHERE t.state = 'sent' AND t.enrolment_id IS NOT NULL AND t.ended_at <= %(now)s"""

_MESSAGES = f"""
SELECT paid.currency, count(*), sum(paid.amount) {_PAID} AND t.ended_at >= %(since)s AND t.ended_at < %(until)s
GROUP BY paid.currency
"""
_MESSAGES_OF = f"""
SELECT t.profile_id, paid.currency, count(*), sum(paid.amount) {_PAID} AND t.profile_id = ANY(%(ids)s)
GROUP BY t.profile_id, paid.currency
"""

_GIVEN = f"""sum(cost.amount) FROM {margin.GIVEN} given JOIN {tables.ENROLMENT} e ON e.id = given.enrolment_id
JOIN {tables.RUNG} rung ON rung.id = given.rung_id CROSS JOIN LATERAL ({margin.stated("e.currency")}) cost
WHERE given.at <= %(now)s"""

_WITHOUT_A_CODE = f"""
SELECT cost.currency, {_GIVEN} AND given.at >= %(since)s AND given.at < %(until)s GROUP BY cost.currency
"""
_WITHOUT_A_CODE_TO = f"""
SELECT given.profile_id, cost.currency, {_GIVEN} AND given.profile_id = ANY(%(ids)s)
GROUP BY given.profile_id, cost.currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """What purchases left, in one currency. Everything is without tax."""

    currency: str
    purchases: int
    """Those in the amounts, and what was given back whole."""
    left_out: int
    """Those that tell no tax, or are in a currency without a rate: in none of the amounts."""
    net: Decimal
    """Their lines after discounts, before refunds."""
    known: Decimal
    """Of `net`, with a cost of its day."""
    estimated: Decimal
    """Of `net`, with a cost of a later day."""
    unknown: Decimal
    """Of `net`, with no cost and no default margin."""
    margin: Decimal | None
    """None: not known, for want of a cost and of a default margin."""
    messages: int
    """Messages that cost something."""
    sending: Decimal
    """What they cost; it is taken off `margin`."""
    given: Decimal
    """What was given without a code (service, calls, early access) cost, as the owner says; it is taken off too."""

    @property
    def by_default(self) -> Decimal:
        """Of `net`, at a default margin."""
        return self.net - self.known - self.estimated - self.unknown


def per_currency(
    first: date, last: date, *, zone: ZoneInfo, now: datetime, using: str | None = None
) -> Sequence[Margin]:
    """What was bought from the first day of a period to its last in this zone, with its refunds up to `now`, in each
    currency; the one with most purchases first. Raises BadInput when it is longer than LONGEST, or ends before it
    begins."""
    if not (0 <= (last - first).days < LONGEST and first.year in YEARS and last.year in YEARS):
        raise BadInput(
            _("Give a period of one day at least and %(most)s at most.") % {"most": LONGEST}, field="until"
        )
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    period = {"since": since, "until": until, "now": now}
    sent = {row[0]: row[1:] for row in sql.rows(_MESSAGES, period, using=using)}
    given = {row[0]: row[1] for row in sql.rows(_WITHOUT_A_CODE, period, using=using)}
    found = {row[0]: row[1:] for row in sql.rows(_PER_CURRENCY, period, using=using)}
    return _told(found, sent, given)


def of_people(
    ids: Sequence[int], *, now: datetime, using: str | None = None
) -> Mapping[int, Sequence[Margin]]:
    """Profile's id → what all that they bought left, less what all messages to them and what they were given without a
    code cost, in each currency; the one with most purchases first. Whoever bought, was sent and was given nothing is
    left out."""
    asked = {"ids": list(ids), "now": now}
    sent: dict[int, dict[str, Any]] = {}
    given: dict[int, dict[str, Any]] = {}
    found: dict[int, dict[str, Any]] = {}
    for rows, statement in ((sent, _MESSAGES_OF), (found, _PER_PERSON)):
        for profile, currency, *row in sql.rows(statement, asked, using=using):
            rows.setdefault(profile, {})[currency] = row
    for profile, currency, cost in sql.rows(_WITHOUT_A_CODE_TO, asked, using=using):
        given.setdefault(profile, {})[currency] = cost
    return {
        profile: _told(found.get(profile, {}), sent.get(profile, {}), given.get(profile, {}))
        for profile in {*found, *sent, *given}
    }


def _told(
    found: Mapping[str, Any], sent: Mapping[str, Any], given: Mapping[str, Decimal]
) -> Sequence[Margin]:
    told = [
        _margin(
            currency,
            found.get(currency, _NOTHING),
            sent.get(currency, _NONE_SENT),
            given.get(currency, Decimal(0)),
        )
        for currency in {*found, *sent, *given}
    ]
    return sorted(told, key=lambda one: (-one.purchases, one.currency))


def reported(policy: Policy, told: Sequence[Margin]) -> Margin | None:
    """The sum of all that has a rate, in the reporting currency; None while the owner has named none."""
    if not policy.reporting_currency:
        return None
    rates = money.rates_of(policy)
    valued = [one for one in told if one.currency in rates]
    margins = [one.margin * rates[one.currency] for one in valued if one.margin is not None]
    return Margin(
        currency=policy.reporting_currency,
        purchases=sum(one.purchases for one in valued),
        left_out=sum(one.left_out + (0 if one in valued else one.purchases) for one in told),
        margin=_round(sum(margins, Decimal(0))) if len(margins) == len(valued) else None,
        messages=sum(one.messages for one in valued),
        **{name: _in(rates, valued, name) for name in _SUMS},
    )


_SUMS = ("net", "known", "estimated", "unknown", "sending", "given")
_NONE_SENT = (0, Decimal(0))
_NOTHING = (0, 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def _margin(currency: str, row: Sequence[Any], mails: Sequence[Any], given: Decimal) -> Margin:
    purchases, left_out, net, known, estimated, unknown, left = row
    messages, sending = mails
    return Margin(
        currency=currency,
        purchases=purchases,
        left_out=left_out,
        net=_round(net),
        known=_round(known),
        estimated=_round(estimated),
        unknown=_round(unknown),
        margin=None if left is None else _round(left - sending - given),
        messages=messages,
        sending=_round(sending),
        given=_round(given),
    )


def _in(rates: Mapping[str, Decimal], told: Sequence[Margin], name: str) -> Decimal:
    return _round(sum((getattr(one, name) * rates[one.currency] for one in told), Decimal(0)))


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(money.PLACES)
