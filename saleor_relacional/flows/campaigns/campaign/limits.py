"""The limits that an owner sets to a campaign beside its share of the day: its days, its languages, its month's money.

Days are the shop's. Outside of them nobody new starts; what those who have started are still to hear goes on.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional.emails import library
from saleor_relacional.emails.languages import FALLBACK
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, money
from saleor_relacional.models import CampaignVersion

MOST_MONEY = 10**12


def first_day(version: CampaignVersion, today: date) -> date | None:
    """The first day, from `today` on, on which somebody may start; None: its days are over."""
    day = max(today, version.starts_on or today)
    return None if version.ends_on is not None and day > version.ends_on else day


def starts(version: CampaignVersion, today: date) -> bool:
    """Whether somebody may start on this day."""
    return first_day(version, today) == today


def days_until(version: CampaignVersion, today: date) -> timedelta:
    """How long it is until the first of its days; nothing while they run, or are over."""
    return (first_day(version, today) or today) - today


def reads(language: str, allowed: Collection[str]) -> bool:
    """Whether somebody of this language is among the readers of these, all where none is named. es-MX reads es; of
    whom no language is known reads what mails fall back to."""
    if not allowed:
        return True
    own = language.strip().lower().replace("_", "-") or FALLBACK
    return any(own == tag or own.startswith(f"{tag}-") for tag in allowed)


def checked_days(starts_on: date | None, ends_on: date | None) -> None:
    """Raises BadInput when no day lies between them."""
    if starts_on and ends_on and ends_on < starts_on:
        raise BadInput(_("The last day comes before the first."), field="endsOn")


def checked_languages(given: Iterable[str], messages: Iterable[str]) -> tuple[str, ...]:
    """In small letters, each once. Raises BadInput for one in which one of the messages is not written."""
    found = tuple(sorted({tag.strip().lower().replace("_", "-") for tag in given}))
    written = set.intersection(*(set(library.languages(message)) for message in messages))
    for tag in found:
        if tag not in written:
            raise BadInput(
                _("Its mails are written in %(languages)s: name some of these, or none for all.")
                % {"languages": ", ".join(sorted(written))},
                field="languages",
            )
    return found


def checked_budget(
    budget: Decimal | None, currency: str, moneys: Collection[str]
) -> tuple[Decimal | None, str]:
    """Both or neither. `moneys`: currencies of the campaign's channels. Raises BadInput with the field at fault."""
    if budget is None:
        return None, ""
    budget = input_validation.amount(budget, field="monthBudget", places="0.001")
    if not 0 <= budget <= MOST_MONEY:
        raise BadInput(_("A budget is an amount of 0 or more."), field="monthBudget")
    code = money.currency(currency, field="budgetCurrency")
    if set(moneys) != {code}:
        # What offers cost in another currency could not be told in this one.
        raise BadInput(
            _("A budget is in the currency of the campaign's channels: name channels of one currency."),
            field="budgetCurrency",
        )
    return budget, code
