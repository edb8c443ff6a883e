"""Segments in words, in the reader's language: what a condition asks, what was found, what is wrong with a rule."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional.flows.segments import value_names
from saleor_relacional.flows.segments.value_names import AS_WRITTEN, ValueNames
from saleor_relacional.rules.fields import FieldKind, Form
from saleor_relacional.rules.read import Problem, Wrong
from saleor_relacional.rules.tree import Condition, Operator, When


def native(key: str) -> str:
    """The name of a segment that comes with us."""
    return {
        "first_timers": lambda: _("First-timers"),
        "loyal": lambda: _("Loyal"),
        "about_to_slip": lambda: _("About to slip"),
        "slipping": lambda: _("Slipping"),
        "best_and_slipping": lambda: _("Best and slipping"),
        "recovered": lambda: _("Recovered"),
        "regulars_gone": lambda: _("Regulars who are gone"),
        "once_and_gone": lambda: _("Bought once and gone"),
        "never_bought": lambda: _("Never bought"),
        "returning_guests": lambda: _("Guests who return"),
        "buyers_without_consent": lambda: _("Buyers we may not write to yet"),
    }[key]()


def problem(told: Problem) -> str:
    """What is wrong with a rule, and where."""
    values = {"options": ", ".join(told.options)}
    return f"{told.place}: {_WRONG[told.wrong]() % values}"


_WRONG: dict[Wrong, Callable[[], str]] = {
    Wrong.NOT_AN_OBJECT: lambda: _("Give an object: a condition, or a group of them."),
    Wrong.NO_CONDITION: lambda: _("Give one of %(options)s."),
    Wrong.SEVERAL: lambda: _("Give only one of %(options)s."),
    Wrong.UNKNOWN_KEY: lambda: _("This does not belong here. Known here: %(options)s."),
    Wrong.NOT_A_LIST: lambda: _("Give a list."),
    Wrong.EMPTY: lambda: _("The list is empty."),
    Wrong.TOO_DEEP: lambda: _("Groups are nested too deep: %(options)s levels at most."),
    Wrong.TOO_MANY: lambda: _("Too many: %(options)s at most."),
    Wrong.NO_FIELD: lambda: _("There is no such field. Known: %(options)s."),
    Wrong.NO_OPERATOR: lambda: _("This operator does not fit the field. Those that do: %(options)s."),
    Wrong.NO_VALUE: lambda: _("A value is missing."),
    Wrong.NEEDS_NONE: lambda: _("This operator takes no value."),
    Wrong.NOT_A_NUMBER: lambda: _("Give a number."),
    Wrong.NOT_A_CHANCE: lambda: _("Give a probability between 0 and 1, neither included."),
    Wrong.NOT_A_MOMENT: lambda: _(
        "Give a date (2026-03-31), a moment with its time zone, or an object with days_ago or days_ahead."
    ),
    Wrong.NOT_A_TEXT: lambda: _("Give a text of at most %(options)s characters."),
    Wrong.NOT_A_CHOICE: lambda: _("Give one of %(options)s."),
    Wrong.NOT_A_FLAG: lambda: _("Give true or false."),
    Wrong.NOT_A_PAIR: lambda: _("Give a list of two: from and to."),
    Wrong.UPSIDE_DOWN: lambda: _("The first is greater than the second."),
    Wrong.NO_ZONE: lambda: _("Say the time zone of the moment: 2026-03-31T12:00:00+02:00."),
    Wrong.NOT_AN_ID: lambda: _("This is no id of ours."),
    Wrong.NO_CURRENCY: lambda: _("Amounts of several currencies cannot be compared: give one, such as EUR."),
    Wrong.NO_WINDOW: lambda: _("This field has no period: since and until do not belong here."),
}

_FIELDS: dict[str, Callable[[], str]] = {
    "stage": lambda: _("stage"),
    "since": lambda: _("in this stage since"),
    "cause": lambda: _("cause of the stage"),
    "purchases": lambda: _("purchases"),
    "purchase_days": lambda: _("days with a purchase"),
    "first_day": lambda: _("day of the first purchase"),
    "last_at": lambda: _("last purchase"),
    "idle_days": lambda: _("days since the last purchase"),
    "last_gap": lambda: _("days between the last two purchases"),
    "typical_days": lambda: _("typical days between purchases"),
    "overdue": lambda: _("how overdue"),
    "slips_at": lambda: _("moment of slipping"),
    "lapses_at": lambda: _("moment of lapsing"),
    "lost_at": lambda: _("moment of being lost"),
    "currency": lambda: _("currency of the last purchase"),
    "sold": lambda: _("amount bought"),
    "refunded": lambda: _("amount refunded"),
    "kept": lambda: _("amount kept"),
    "alive": lambda: _("probability of still being a customer"),
    "order_30": lambda: _("probability of an order in 30 days"),
    "order_90": lambda: _("probability of an order in 90 days"),
    "order_365": lambda: _("probability of an order in 365 days"),
    "expected_30": lambda: _("orders expected in 30 days"),
    "expected_90": lambda: _("orders expected in 90 days"),
    "expected_365": lambda: _("orders expected in 365 days"),
    "order_value": lambda: _("expected value of an order"),
    "year_value": lambda: _("expected value of a year"),
    "rfm_recency": lambda: _("recency, in fifths of the shop"),
    "rfm_frequency": lambda: _("frequency, in fifths of the shop"),
    "rfm_monetary": lambda: _("money, in fifths of the shop"),
    "declared": lambda: _("said when they buy"),
    "email": lambda: _("e-mail address"),
    "vouched": lambda: _("address confirmed"),
    "first_name": lambda: _("first name"),
    "language": lambda: _("language"),
    "channel": lambda: _("channel of the last purchase"),
    "joined_at": lambda: _("joined"),
    "met_at": lambda: _("known to us since"),
    "account": lambda: _("has an account"),
    "open_basket": lambda: _("has an open basket"),
    "live_offer": lambda: _("has a live offer"),
    "consent": lambda: _("ground to write on"),
    "refunds": lambda: _("refunds"),
    "mails": lambda: _("mails sent to them"),
    "product": lambda: _("products bought"),
    "purchase_channel": lambda: _("channels bought in"),
    "purchase_currency": lambda: _("currencies bought in"),
    "habit_shift": lambda: _("changes of habit"),
    "label": lambda: _("labels"),
    "campaign": lambda: _("campaigns they were in"),
}

_SAYS: dict[Operator, Callable[[], str]] = {
    Operator.IS: lambda: _("%(field)s: is %(value)s"),
    Operator.IS_NOT: lambda: _("%(field)s: is not %(value)s"),
    Operator.UNDER: lambda: _("%(field)s: under %(value)s"),
    Operator.AT_MOST: lambda: _("%(field)s: at most %(value)s"),
    Operator.OVER: lambda: _("%(field)s: over %(value)s"),
    Operator.AT_LEAST: lambda: _("%(field)s: at least %(value)s"),
    Operator.BETWEEN: lambda: _("%(field)s: from %(low)s to %(high)s"),
    Operator.BEFORE: lambda: _("%(field)s: before %(value)s"),
    Operator.AFTER: lambda: _("%(field)s: after %(value)s"),
    Operator.ONE_OF: lambda: _("%(field)s: one of %(value)s"),
    Operator.NONE_OF: lambda: _("%(field)s: none of %(value)s"),
    Operator.BEGINS: lambda: _("%(field)s: begins with %(value)s"),
    Operator.ANY_OF: lambda: _("%(field)s: any of %(value)s"),
    Operator.ALL_OF: lambda: _("%(field)s: all of %(value)s"),
    Operator.KNOWN: lambda: _("%(field)s: is known"),
    Operator.UNKNOWN: lambda: _("%(field)s: is not known"),
}


def field(name: str) -> str:
    """What a field is called."""
    return _FIELDS[name]()


def operator(said: Operator) -> str:
    """How an operator compares, such as: is one of …"""
    gap = {"field": "", "value": "…", "low": "…", "high": "…"}
    return (_SAYS[said]() % gap).lstrip(": ")


def choice(word: str) -> str:
    """One of the values of a field that has few."""
    known = _CHOICES.get(word)
    return known() if known else word


def fault(told: Problem) -> str:
    """What is wrong, for somebody who sees where."""
    return _WRONG[told.wrong]() % {"options": ", ".join(told.options)}


def sentence(condition: Condition, names: ValueNames = AS_WRITTEN) -> str:
    """What a condition asks, such as: stage: one of slipping, lapsed."""
    value: Any = condition.value
    given = {"field": field(condition.field.name)}
    if condition.operator is Operator.BETWEEN:
        given |= {"low": _value(value[0], condition, names), "high": _value(value[1], condition, names)}
    elif condition.operator is Operator.BEGINS:
        given["value"] = value
    else:
        given["value"] = _value(value, condition, names)
    said = _SAYS[condition.operator]() % given
    if condition.since is not None:
        said = _("%(condition)s, since %(moment)s") % {
            "condition": said,
            "moment": _when(condition.since, names),
        }
    if condition.until is not None:
        said = _("%(condition)s, until %(moment)s") % {
            "condition": said,
            "moment": _when(condition.until, names),
        }
    return said


def found(condition: Condition, value: Any, names: ValueNames = AS_WRITTEN) -> str:
    """What we know of somebody: the value that a condition is about."""
    if value is None or value == []:
        return _("none of them") if condition.field.kind is FieldKind.SET else _("not known")
    if condition.field.form is Form.NORMAL:
        value = NormalDist().cdf(value)
    return _value(value, condition, names)


def _value(value: Any, condition: Condition, names: ValueNames) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, When):
        return _when(value, names)
    if isinstance(value, date):
        return names.day(value)
    if isinstance(value, list | tuple):
        return ", ".join(_called(str(each), condition, names) for each in value)
    if isinstance(value, int | float | Decimal):
        if condition.field.kind is FieldKind.PROBABILITY:
            return value_names.share(value)
        return f"{value_names.number(value)} {condition.currency}".rstrip()
    return _called("" if value is None else str(value), condition, names) or "—"


def _when(moment: When, names: ValueNames) -> str:
    if moment.days is not None:
        if moment.days == 0:
            return _("now")
        days = abs(moment.days)
        ago = ngettext("%(days)s day ago", "%(days)s days ago", days)
        return (ago if moment.days < 0 else ngettext("in %(days)s day", "in %(days)s days", days)) % {
            "days": days
        }
    if moment.on:
        return names.day(moment.on)
    return names.moment(moment.at) if moment.at else ""


def _called(word: str, condition: Condition, names: ValueNames) -> str:
    return choice(word) if condition.field.choices else names.of(condition.field.name, word)


_CHOICES: dict[str, Callable[[], str]] = {
    "prospect": lambda: _("prospect"),
    "new": lambda: _("new"),
    "active": lambda: _("active"),
    "loyal": lambda: _("loyal"),
    "slipping": lambda: _("slipping"),
    "lapsed": lambda: _("lapsed"),
    "lost": lambda: _("lost"),
    "recovered": lambda: _("recovered"),
    "purchase": lambda: _("a purchase"),
    "refund": lambda: _("a refund"),
    "correction": lambda: _("a correction"),
    "habit": lambda: _("a change of habit"),
    "declared": lambda: _("what was said about when they buy"),
    "time": lambda: _("time alone"),
    "refit": lambda: _("a new reading of the whole shop"),
    "merge": lambda: _("a merge"),
    "history": lambda: _("the history as first read"),
    "rhythm": lambda: _("rhythm"),
    "basket": lambda: _("value of orders"),
    "category": lambda: _("what they buy"),
    "channel": lambda: _("channel"),
    "address": lambda: _("where it is sent"),
    "opt_in": lambda: _("they agreed"),
    "stated": lambda: _("they agreed, as the shop states"),
    "soft_opt_in": lambda: _("they bought and were told"),
    "opt_out": lambda: _("they objected"),
    "none": lambda: _("no ground"),
}
