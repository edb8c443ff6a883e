"""How the statement of histories adds up money: each person's in their own currency, or all in one to report in."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.flows import policy


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyTerms:
    """SQL expressions about the purchases (`sold`, `valued`, `sold_squares`) and refunds (`refunded`) of one person."""

    sold: str
    valued: str
    """How many purchases `sold` adds up."""
    sold_squares: str
    refunded: str
    currency: str
    """The currency that all these are in."""
    mixed: str
    """Whether their money is in several currencies that these terms add up as if they were one."""
    parameters: dict[str, Any] = field(default_factory=dict)


OWN_CURRENCY = MoneyTerms(
    sold="sum(sold)", valued="count(*)", sold_squares="sum(sold * sold)", refunded="sum(amount)",
    currency="coalesce(bought.currency, '')",
    mixed="emptied.profile_id IS NOT NULL OR coalesce(bought.currency <> bought.other_currency, false)"
    " OR (returned.profile_id IS NOT NULL AND"
    " (returned.currency, returned.other_currency) IS DISTINCT FROM (bought.currency, bought.currency))",
)  # fmt: skip
"""Right for those whose money is all in one currency, with neither an empty order nor a gift; the others are `mixed`,
and read again."""


def terms(now: datetime) -> MoneyTerms:
    """Terms in the currency that the owner's policy reports in, or in each person's own where it names none."""
    owner = policy.current(now)
    if not owner.reporting_currency:
        return OWN_CURRENCY
    rates = {code: Decimal(rate) for code, rate in owner.rates.items()}
    return reported(owner.reporting_currency, rates)


def reported(currency: str, rates: dict[str, Decimal]) -> MoneyTerms:
    """Terms in `currency`; `rates` say what one of another is worth in it. What has no rate is left out."""
    known = {**rates, currency: Decimal(1)}
    cases = " ".join(f"WHEN %(code{i})s THEN %(rate{i})s" for i in range(len(known)))
    rate = f"(CASE currency {cases} END)"
    parameters: dict[str, Any] = {"reporting": currency}
    for i, (code, worth) in enumerate(known.items()):
        parameters |= {f"code{i}": code, f"rate{i}": worth}
    return MoneyTerms(
        sold=f"round(sum(sold * {rate}), 3)", valued=f"count({rate})",
        sold_squares=f"sum((sold * {rate}) * (sold * {rate}))", refunded=f"round(sum(amount * {rate}), 3)",
        currency="CASE WHEN coalesce(bought.currency, emptied.currency, returned.currency) IS NULL THEN ''"
        " ELSE %(reporting)s END",
        mixed="false", parameters=parameters,
    )  # fmt: skip
