"""Calibration in sentences that an owner reads, in their language."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.flows.learning.calibration import (
    Calibration,
    Correction,
    Group,
    Measure,
)

ENOUGH = 100
"""Customers judged below which chance alone makes predictions look good or bad."""
TELLING = 20
"""Customers of a group below which no sentence is made of it: "of 100 customers" would be a lie about one."""
SMALL = 0.02
"""A bias within two per cent is not worth a word of blame."""


def nothing() -> str:
    """Why there is nothing to show, and what to do."""
    return _(
        "There is nothing to compare yet: predictions are tried on the shop's own past, which takes at least three"
        " weeks of orders. Read the history (manage.py relacional_sync) and let a worker learn the shop."
    )


def caution(found: Calibration) -> str:
    """That few customers say little; empty where they are enough."""
    if found.chance.customers >= ENOUGH:
        return ""
    return _(
        "Only %(customers)d customers could be judged: that is too few to say how good predictions are."
    ) % {"customers": found.chance.customers}


def title(measure: Measure) -> str:
    """What is predicted."""
    return {
        "chance": _("Who comes back"),
        "orders": _("How many orders"),
        "money": _("How much money"),
    }[measure.name]


def group(measure: Measure, one: Group) -> str:
    """What came of those to whom about the same was given."""
    values = {"predicted": amount(measure, one.predicted), "happened": amount(measure, one.happened)}
    if measure.name == "chance":
        came = format_decimal(round(100 * one.happened), locale=_locale())
        return _("Of 100 customers to whom we gave about %(predicted)s, %(came)s came.") % {
            **values,
            "came": came,
        }
    if measure.name == "orders":
        return _("From customers of whom we expected %(predicted)s orders each, %(happened)s came.") % values
    return _("Of customers of whom we expected %(predicted)s each, %(happened)s came in.") % values


def bias(measure: Measure) -> str:
    """Whether it was too much or too little on the whole."""
    people = measure.name == "chance"
    predicted, happened = (
        str(format_decimal(100 * value, format="#,##0.#", locale=_locale()))
        if people
        else amount(measure, value)
        for value in (measure.predicted, measure.happened)
    )
    said = (
        _("Of 100 customers we expected %(predicted)s to come, and %(happened)s came:")
        if people
        else _("We expected %(predicted)s per customer, and it was %(happened)s:")
    ) % {"predicted": predicted, "happened": happened}
    return f"{said} {_verdict(measure.bias)}"


def _verdict(found: float | None) -> str:
    if found is None:
        return _("nothing happened at all.")
    if abs(found) <= SMALL:
        return _("right on the whole.")
    if found > 0:
        return _("we said %(share)s too much.") % {"share": _percent(found)}
    return _("we said %(share)s too little.") % {"share": _percent(-found)}


def level(correction: Correction) -> str:
    """Whether everybody's prediction is shifted, and why."""
    if correction.error_with is None or correction.error_without is None:
        return _("No correction: to try one takes two periods in which some came and some did not.")
    values = {"with": _error(correction.error_with), "without": _error(correction.error_without)}
    if not correction.applied:
        said = _(
            "No correction: on periods not learnt from it did not help (error %(with)s, without %(without)s)."
        )
    elif correction.value > 0:
        said = _(
            "A correction raises them all: on periods not learnt from it helped (error %(with)s, without %(without)s)."
        )
    else:
        said = _(
            "A correction lowers them all: on periods not learnt from it helped (error %(with)s, without %(without)s)."
        )
    return said % values


def failed(found: Calibration) -> str:
    """That a later estimation came to nothing."""
    return _(
        "The shop was to be learnt again on %(day)s, and no stable answer was found: that of %(kept)s stands."
    ) % {"day": _day(found.failed_at), "kept": _day(found.as_of)}


def basis(found: Calibration) -> str:
    """What was compared."""
    return _(
        "%(periods)d times the past was cut and the %(days)d days after it were predicted, each time with what the"
        " others say: %(customers)s customers judged between %(first)s and %(last)s."
    ) % {
        "periods": len(found.periods), "days": found.days, "first": _day(found.first), "last": _day(found.last),
        "customers": format_decimal(found.chance.customers, locale=_locale()),
    }  # fmt: skip


def amount(measure: Measure, value: float) -> str:
    """A share in per cent, orders with two decimals, money in its currency."""
    if measure.name == "chance":
        return _percent(value)
    if measure.name == "orders" or not measure.currency:
        return str(format_decimal(value, format="#,##0.00", locale=_locale()))
    return str(format_currency(value, measure.currency, locale=_locale()))


def _percent(share: float) -> str:
    return str(format_percent(share, format="#,##0.# %" if share < 0.1 else "#,##0 %", locale=_locale()))


def _error(value: float) -> str:
    return str(format_decimal(value, format="0.0000", locale=_locale()))


def _day(value: date | None) -> str:
    return str(format_date(value, "d MMM y", locale=_locale()))


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").split("-")[0])
