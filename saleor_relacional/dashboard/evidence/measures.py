"""The outcomes of a comparison as people say them: each by itself, never merged into one."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.evidence.charts import Chart, chart
from saleor_relacional.dashboard.filters import locale, rough
from saleor_relacional.flows.campaigns.owner.curve import Look
from saleor_relacional.flows.evidence import results_words
from saleor_relacional.flows.evidence.comparison import Compared, CurrencyResult
from saleor_relacional.flows.evidence.outcome import Outcome

FOUR = (Outcome.CAME_BACK, Outcome.ORDERS, Outcome.KEPT, Outcome.MARGIN)
"""What is told first."""
BESIDE = (Outcome.AFTER, Outcome.UNCAPPED)
"""What is told below them, where it is known."""
HARM = (Outcome.OBJECTED, Outcome.COMPLAINED, Outcome.REFUNDED)
COUNTED = (Outcome.CAME_BACK, Outcome.ORDERS, *HARM)
"""Told per 100 people; the others are money per person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day of a curve, as a table tells it."""

    look: Look
    low: str
    high: str
    estimate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One outcome."""

    outcome: str
    title: str
    explained: str
    verdict: str
    word: str
    """What the interval says, in a word; it is this outcome's alone."""
    with_it: str
    without: str
    unit: str
    """What both are told of."""
    between: str
    """The interval of the difference; empty while there is none."""
    at_worst: str
    """What those who were erased in their time may make of it; empty where nobody was, or there is no interval."""
    beside: str
    """Of what is earned: how much of it rests on known costs."""
    chart: Chart | None = None
    rows: Sequence[Row] = ()


def measures(result: CurrencyResult, outcomes: Sequence[Outcome] = FOUR) -> list[Measure]:
    """Of these outcomes those that are known of everybody, in this order."""
    return [_measure(result.measured[one], result) for one in outcomes if one in result.measured]


def curves(looks: Sequence[Look], outcomes: Sequence[Outcome] = FOUR) -> list[Measure]:
    """As `measures` of the last look, each with its chart over time and the table of it."""
    if not looks:
        return []
    last = looks[-1].result
    found = []
    for one in outcomes:
        known = [
            look
            for look in looks
            if one in look.result.measured and look.result.measured[one].lift.low is not None
        ]
        if one in last.measured and known:
            found.append(_measure(last.measured[one], last, known))
    return found


def _measure(found: Compared, result: CurrencyResult, looks: Sequence[Look] = ()) -> Measure:
    outcome, lift, currency = found.outcome, found.lift, result.currency
    treated = found.treated
    # What the treated would have done without it: adjusted, so not simply the control group's mean.
    without = None if treated is None or lift.estimate is None else treated - lift.estimate
    title, explained = _titles()[outcome]
    return Measure(
        outcome=outcome.value, title=title, explained=explained, verdict=found.verdict.value,
        word=results_words.word(found.verdict), with_it=_said(outcome, treated, currency),
        without=_said(outcome, found.control if without is None else without, currency),
        unit=_unit(outcome), beside=results_words.priced(result.priced) if outcome is Outcome.MARGIN else "",
        between=_between(outcome, lift.low, lift.high, currency), at_worst=_at_worst(found, currency),
        chart=_chart(outcome, looks, currency) if looks else None,
        rows=[_row(outcome, look, currency) for look in looks],
    )  # fmt: skip


def _chart(outcome: Outcome, looks: Sequence[Look], currency: str) -> Chart:
    scale = 100 if outcome in COUNTED else 1
    points = []
    for look in looks:
        lift = look.result.measured[outcome].lift
        points.append(
            (look.at, scale * (lift.low or 0.0), scale * (lift.estimate or 0.0), scale * (lift.high or 0.0))
        )
    return chart(points, currency="" if outcome in COUNTED else currency)


def _row(outcome: Outcome, look: Look, currency: str) -> Row:
    lift = look.result.measured[outcome].lift
    return Row(
        look=look, low=_difference(outcome, lift.low, currency), high=_difference(outcome, lift.high, currency),
        estimate=_difference(outcome, lift.estimate, currency),
    )  # fmt: skip


def _between(outcome: Outcome, low: float | None, high: float | None, currency: str) -> str:
    if low is None or high is None:
        return ""
    values = {"low": _difference(outcome, low, currency), "high": _difference(outcome, high, currency)}
    if outcome in COUNTED:
        return _("between %(low)s and %(high)s per 100 people") % values
    return _("between %(low)s and %(high)s per person") % values


def _at_worst(found: Compared, currency: str) -> str:
    lift, worst = found.lift, found.worst
    if lift.low is None or worst == (lift.low, lift.high):
        return ""
    if worst is None:
        return _("Somebody was erased in their time, and nothing limits what they may have done: no verdict.")
    told = _between(found.outcome, worst.low, worst.high, currency)
    return _("Had those who were erased done their worst: %(between)s.") % {"between": told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many of one arm were erased since they started."""

    number: int
    share: str
    """Of 100."""


def erased(result: CurrencyResult) -> tuple[Erased, Erased] | None:
    """Of those who are written to, and of those who are held out; None where nobody was."""
    arms = result.started
    if not any(arm.erased for arm in arms):
        return None
    treated, control = (
        Erased(number=arm.erased, share=_counted(100 * arm.erased / arm.people if arm.people else 0.0))
        for arm in arms
    )
    return treated, control


def _unit(outcome: Outcome) -> str:
    if outcome is Outcome.ORDERS:
        return _("per 100 people")
    return _("of 100 people") if outcome in COUNTED else _("per person")


def _said(outcome: Outcome, value: float | None, currency: str) -> str:
    if value is None:
        return "–"
    return _counted(100 * value) if outcome in COUNTED else rough(value, currency)


def _difference(outcome: Outcome, value: float | None, currency: str) -> str:
    """With its sign."""
    if value is None:
        return "–"
    if outcome in COUNTED:
        told = _counted(abs(100 * value))
        return told if told == "0" else ("+" if value > 0 else "−") + told
    told = rough(abs(value), currency)
    return ("+" if value > 0 else "−") + told if round(value, 2) else told


def _counted(of_100: float) -> str:
    """Whole people, but tenths of the first few."""
    return str(format_decimal(round(of_100, 0 if of_100 >= 10 else 1), format="#,##0.#", locale=locale()))


def _titles() -> dict[Outcome, tuple[str, str]]:
    return {
        Outcome.CAME_BACK: (_("Came back"), _("Of 100 people, how many bought within their time.")),
        Outcome.ORDERS: (_("Orders"), _("Orders of 100 people within their time.")),
        Outcome.KEPT: (
            _("Money kept"),
            _("What their orders sold, after discounts, less what was refunded; very large orders count up to a"
              " limit."),
        ),
        Outcome.MARGIN: (_("Earned"), _("What is left of that after what the goods, delivery and the mails cost.")),
        Outcome.AFTER: (
            _("Money kept in the time after"),
            _("Just as long again: what was only brought forward is missing here."),
        ),
        Outcome.UNCAPPED: (_("Money kept, every order whole"), _("Without the limit: one very large order moves it.")),
        Outcome.OBJECTED: (_("Objected"), _("Of 100 people, how many do not want to hear from you any more.")),
        Outcome.COMPLAINED: (_("Complained"), _("Of 100 people, how many complained or called a mail spam.")),
        Outcome.REFUNDED: (_("Gave something back"), _("Of 100 people, how many gave something back.")),
    }  # fmt: skip
