"""What people bought, per currency and in the shop's reporting currency, from the facts as they stand.

A purchase in a currency without a rate counts for rhythm and is visibly left out of value.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.models import Policy

PLACES = Decimal("0.001")
CODE = re.compile("[A-Z]{3}")
SMALLEST, LARGEST = Decimal("1e-9"), Decimal("1e9")
"""Bounds of a rate: beyond them a decimal point is in the wrong place."""
MOST_RATES = 200

_BY_CURRENCY = f"""
WITH bought AS (
    SELECT profile_id, currency, sold, 0 AS refunded, 1 AS purchases FROM {tables.PURCHASE}
    WHERE profile_id = ANY(%(ids)s) AND state = 'counts'
    UNION ALL SELECT profile_id, currency, sold, 0, CASE state WHEN 'gift' THEN 1 ELSE 0 END FROM {tables.PURCHASE}
    WHERE profile_id = ANY(%(ids)s) AND state IN ('empty', 'gift')
), returned AS (
    SELECT refund.profile_id, refund.currency, 0 AS sold, refund.amount AS refunded, 0 AS purchases
    FROM {tables.REFUND} refund
    LEFT JOIN {tables.PURCHASE} purchase ON purchase.id = refund.purchase_id
    WHERE refund.profile_id = ANY(%(ids)s) AND coalesce(purchase.state, 'counts') NOT IN ('withdrawn', 'not_mine')
)
SELECT profile_id, currency, sum(sold), sum(refunded), sum(purchases)::int
FROM (SELECT * FROM bought UNION ALL SELECT * FROM returned) moved
GROUP BY profile_id, currency ORDER BY profile_id, sum(purchases) DESC, currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What one person bought in one currency."""

    currency: str
    sold: Decimal
    refunded: Decimal
    purchases: int

    @property
    def kept(self) -> Decimal:
        """Sold less refunded."""
        return self.sold - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What one person bought, in the reporting currency."""

    currency: str
    sold: Decimal
    refunded: Decimal
    valued_purchases: int
    left_out: int
    """Purchases in currencies without a rate: they are in none of the amounts."""

    @property
    def kept(self) -> Decimal:
        """Sold less refunded."""
        return self.sold - self.refunded


def per_currency(ids: Sequence[int], *, using: str | None = None) -> Mapping[int, list[Money]]:
    """Profile's id → money in each currency they used, most purchases first; whoever bought nothing is left out."""
    found: dict[int, list[Money]] = {}
    for profile, currency, sold, refunded, purchases in sql.rows(
        _BY_CURRENCY, {"ids": list(ids)}, using=using
    ):
        told = Money(currency=currency, sold=sold, refunded=refunded, purchases=purchases)
        found.setdefault(profile, []).append(told)
    return found


def reported(policy: Policy, spent: Sequence[Money]) -> Reported | None:
    """The sum of all that has a rate, in the reporting currency; None while the owner has named none."""
    if not policy.reporting_currency:
        return None
    rates = rates_of(policy)
    valued = [each for each in spent if each.currency in rates]
    return Reported(
        currency=policy.reporting_currency,
        sold=_sum(each.sold * rates[each.currency] for each in valued),
        refunded=_sum(each.refunded * rates[each.currency] for each in valued),
        valued_purchases=sum(each.purchases for each in valued),
        left_out=sum(each.purchases for each in spent if each.currency not in rates),
    )


def rates_of(policy: Policy) -> dict[str, Decimal]:
    """Currency → what one unit of it is worth in the reporting currency, which itself is there with 1. Empty while the
    owner has named no reporting currency."""
    if not policy.reporting_currency:
        return {}
    own = {policy.reporting_currency: Decimal(1)}
    return {currency: Decimal(rate) for currency, rate in policy.rates.items()} | own


def currency(code: str, *, field: str) -> str:
    """The code of three letters, in capitals. Raises BadInput with `field` when it is none."""
    plain = code.strip().upper()
    if not CODE.fullmatch(plain):
        raise BadInput(_("Give a currency code of three letters, such as EUR."), field=field)
    return plain


def read_rates(rates: Sequence[tuple[str, Decimal | str]], *, into: str) -> dict[str, str]:
    """Currency → rate into `into` as decimal text, ordered by currency: what `Policy.rates` holds. Raises BadInput with
    the field at fault."""
    if rates and not into:
        raise BadInput(
            _("Rates need a reporting currency to lead to."), code="REQUIRED", field="reportingCurrency"
        )
    if len(rates) > MOST_RATES:
        raise BadInput(_("Give at most %(most)s rates.") % {"most": MOST_RATES}, field="rates")
    found: dict[str, str] = {}
    for place, (code, rate) in enumerate(rates):
        name = currency(code, field=f"rates[{place}].currency")
        if name == into:
            said = _("One %(currency)s is worth one %(currency)s: leave it out.") % {"currency": into}
            raise BadInput(said, field=f"rates[{place}].currency")
        if name in found:
            said = _("There are two rates for %(currency)s.") % {"currency": name}
            raise BadInput(said, field=f"rates[{place}].currency")
        found[name] = _rate(rate, field=f"rates[{place}].rate")
    return dict(sorted(found.items()))


def _rate(given: Decimal | str, *, field: str) -> str:
    try:
        rate = Decimal(given)
    except InvalidOperation as error:
        raise BadInput(_("Give a decimal number, such as 0.92."), field=field) from error
    if not (rate.is_finite() and SMALLEST <= rate <= LARGEST):
        raise BadInput(
            _("Give a number above zero: what one unit is worth in the reporting currency."), field=field
        )
    return format(rate.normalize(), "f")


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)).quantize(PLACES)
