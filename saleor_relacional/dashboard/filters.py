"""How values are shown, in the reader's language: days, amounts, shares. Template filters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.utils.translation import get_language

from saleor_relacional import conf
from saleor_relacional.dashboard import numbers, words
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.evidence import results_words
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.ledger import words as ledger_words
from saleor_relacional.flows.operations import week

register = template.Library()

_ZONE: ContextVar[list[ZoneInfo] | None] = ContextVar("relacional_dashboard_zone", default=None)


@contextmanager
def in_one_zone() -> Iterator[None]:
    """Within it the host is asked once for its time zone, however many days are shown."""
    token = _ZONE.set([])
    try:
        yield
    finally:
        _ZONE.reset(token)


def zone() -> ZoneInfo:
    """The shop's time zone."""
    known = _ZONE.get()
    if known is None:
        return conf.time_zone()
    if not known:
        known.append(conf.time_zone())
    return known[0]


def locale() -> Locale:
    """The locale of the active language."""
    return Locale.parse((get_language() or "en").split("-")[0])


@register.filter
def day(value: date | datetime | None) -> str:
    """A day of the shop."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    return format_date(value, "d MMM y", locale=locale())


@register.filter
def month_day(value: date) -> str:
    """A day without its year, where there is little room."""
    return format_date(value, "d MMM", locale=locale())


@register.filter
def short_day(value: datetime) -> str:
    """A day whose year is plain from what stands beside it."""
    return format_date(value.astimezone(zone()).date(), "d MMM", locale=locale())


@register.filter
def money(value: Decimal | float, currency: str) -> str:
    """An amount in its currency."""
    return format_currency(value, currency, locale=locale()) if currency else ""


@register.filter
def rough(value: Decimal | float, currency: str) -> str:
    """An amount as people speak: without cents from a hundred on."""
    return results_words.money(value, currency) if currency else ""


@register.filter
def share(value: float | None) -> str:
    """A probability in whole per cent, never a certainty."""
    if value is None:
        return "–"
    return format_percent(min(max(value, 0.01), 0.99), format="#,##0 %", locale=locale())


@register.filter
def number(value: Any) -> str:
    """A number with at most one decimal."""
    return format_decimal(value, format="#,##0.#", locale=locale())


@register.filter
def typed(value: Any) -> str:
    """A number as it stands in a field where it is typed: exact, and read again as it is."""
    return numbers.shown(Decimal(str(value)))


@register.filter
def stage(value: str) -> str:
    """A stage, as people say it."""
    return words.stage(value)


@register.filter
def shares(belief: Any) -> str:
    """A belief's interval, as probabilities."""
    return f"{share(belief.low)} – {share(belief.high)}" if belief.low is not None else ""


@register.filter
def amounts(belief: Any) -> str:
    """A belief's interval, as amounts."""
    if belief.low is None:
        return ""
    return f"{about_money(belief.low, belief.currency)} – {about_money(belief.high, belief.currency)}"


@register.filter
def span(belief: Any) -> str:
    """A belief's interval, in days."""
    return f"{days(belief.low)} – {days(belief.high)}"


@register.filter
def sufficiency(value: Any) -> str:
    """What stands behind a belief, as people say it."""
    return words.sufficiency(value)


@register.filter
def fact(value: Any) -> str:
    """One of the facts behind a probability, as people say it."""
    return words.fact(value.name, round(value.value) if isfinite(value.value) else None)


@register.filter
def points(weight: float) -> str:
    """What a fact adds to a probability, in whole percentage points; less than half of one is 0, without a sign."""
    whole = round(100 * weight)
    return format_decimal(whole, format="+#,##0;−#,##0", locale=locale()) if whole else "0"


@register.filter
def habit(shift: Any, currency: str) -> str:
    """A change of habit, as one sentence."""
    before, after = (
        "–"
        if value is None
        else about_money(value, currency)
        if shift.what == "basket"
        else about_days(value)
        for value in (shift.before, shift.after)
    )
    return words.habit(shift.what) % {"day": day(shift.happened_on), "before": before, "after": after}


@register.filter
def declared(person: Any) -> str:
    """Who said when they buy, and when."""
    return words.declared_by(person.declared_by) % {"day": day(person.declared_at)}


@register.filter
def reason(value: str) -> str:
    """Why nothing would leave, as people say it."""
    return words.reason(value)


@register.filter
def why_held(code: str) -> str:
    """What holds a message back or stopped it, where people have a word for it; else nothing."""
    return words.reason(code) if code in set(Suppression) else ""


@register.filter
def basis(value: str | None) -> str:
    """The basis on which we may write, as people say it."""
    return words.basis(value)


@register.filter
def offer(value: Any) -> str:
    """What a code is worth."""
    return _worth(value.terms) or words.rung(value.kind)


@register.filter
def gives(rung: RungTerms) -> str:
    """What a rung is worth, or what it is."""
    return _worth(rung) or words.rung(rung.kind)


@register.filter
def held(incentive: Any) -> str:
    """What became of a code."""
    return words.held(incentive.state, day(incentive.expires_at))


@register.filter
def at_most(value: int) -> str:
    """A number of a glance: more than 1,000 are no number."""
    return words.more_than(number(week.MOST)) if value > week.MOST else number(value)


@register.filter
def gets(step: Any) -> str:
    """What people get by a step of a campaign beside its message, unless a rule says otherwise; empty: nothing."""
    [rung] = [rungs.of(one) for one in step.rungs.all() if one.number == step.default_rung]
    worth = _worth(rung)
    return words.off(worth) if worth else words.rung(rung.kind)


def _worth(rung: RungTerms) -> str:
    """How much a code takes off; empty where it is no such code."""
    if rung.value is not None:
        return f"{number(rung.value)} %"
    return " / ".join(money(one.amount, one.currency) for one in rung.amounts)


@register.filter
def hindrance(value: str) -> str:
    """What keeps a campaign from sending, as people say it."""
    return words.hindrance(value)


@register.filter
def days(value: float) -> str:
    """Whole days, at least one."""
    return str(max(round(value), 1))


@register.filter
def about_days(value: float) -> str:
    """How long, as people say it: so many days, weeks or months."""
    return ledger_words.span(value)


@register.filter
def about_money(value: Decimal | float, currency: str) -> str:
    """An amount without cents."""
    return ledger_words.whole_money(value, currency) if currency else "–"


@register.filter
def sums(values: Mapping[str, float]) -> str:
    """Amounts of several currencies, without cents: never added up."""
    told = [about_money(value, currency) for currency, value in values.items()]
    return format_list(told, locale=locale()) if told else "–"


@register.filter
def about_number(value: int) -> str:
    """A number of two figures that count."""
    return number(int(float(f"{value:.2g}")))


@register.filter
def counted(value: int, estimated: bool) -> str:
    """A number as it is, or of two figures that count where it is an estimate."""
    return about_number(value) if estimated else number(value)


@register.filter
def unlocalized(value: float) -> str:
    """A number for SVG: with a decimal point in every language."""
    return repr(value)
