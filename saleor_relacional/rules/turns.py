"""When time alone may change whether somebody meets a rule: the earliest such moment after now, as SQL.

Of a rule it is the earliest moment of its conditions, whatever joins them: never late, and early at worst, so that who
is asked again then may hear the same answer. Each condition that compares with the clock has its moments:

| condition                              | its moments                                                             |
|----------------------------------------|-------------------------------------------------------------------------|
| a moment or a day, so many days off    | the shop's midnights between which it is that day                       |
| facts within a window of such days     | the midnight at which each of the person's facts enters it, or leaves   |
| idle_days                              | so many days after the last purchase, to the microsecond                |
| overdue                                | when idle days reach that quantile of the person's own rhythm           |
| consent, live_offer                    | what the field itself names (Field.turn)                                |

All others change by facts or a scoring alone: they have none. A day begins at its first instant in the shop, also
where the clocks are put back across midnight.
"""

from datetime import timedelta
from statistics import NormalDist
from typing import Any

from saleor_relacional.rules.compile import COMPARED, REACH, Compiled
from saleor_relacional.rules.facts import Facts
from saleor_relacional.rules.fields import FieldKind, Form
from saleor_relacional.rules.tree import Condition, Node, Operator, When, conditions

_LEAVES, _ENTERS = (1,), (0,)
_OFFSETS = {"<": _LEAVES, ">=": _LEAVES, "<=": _ENTERS, ">": _ENTERS, "=": (0, 1), "<>": (0, 1)}
"""Sign of a comparison with a day that moves → the days, counted from that on which both are the same, at whose
beginning the answer changes."""

_SHORTEST, _LONGEST = -20.8, 13.0
"""Logarithms of days between which idle times lie: below 1e-9 days none is told apart, and 1,200 years are enough."""


def turns(compiled: Compiled, node: Node) -> str:
    """The moment (SQL) of the person in `s`, null where there is none. What it needs is told to `compiled`."""
    found = [text for condition in conditions(node) for text in _of(compiled, condition)]
    return f"least({', '.join(found)})" if found else "NULL::timestamptz"


def _of(compiled: Compiled, condition: Condition) -> list[str]:
    """The moments of one condition, none or several."""
    asked = condition.field
    compiled.need(asked)
    if condition.operator in (Operator.KNOWN, Operator.UNKNOWN):
        return []
    if asked.facts and (asked.form is Form.FACTS or condition.windowed):
        return _window(compiled, asked.facts, condition)
    if asked.turn:
        return [f"(SELECT min(turn.at) FROM ({asked.turn}) turn WHERE turn.at > %(rule_now)s)"]
    if asked.form is Form.IDLE:
        return [_idle(compiled, float(value)) for value in _numbers(condition)]
    if asked.form is Form.NORMAL:
        return [_overdue(compiled, float(value)) for value in _numbers(condition)]
    if asked.kind in (FieldKind.MOMENT, FieldKind.DAY):
        day = asked.sql if asked.kind is FieldKind.DAY else _day(compiled, asked.sql)
        days = [text for sign, when in _compared(condition) for text in _moved(compiled, day, sign, when)]
        return [_midnight(compiled, days)] if days else []
    return []


def _compared(condition: Condition) -> list[tuple[str, When]]:
    """The comparisons that a condition about a moment or a day makes."""
    value: Any = condition.value
    if condition.operator is Operator.BETWEEN:
        return [(">=", value[0]), ("<=", value[1])]
    return [(COMPARED[condition.operator], value)]


def _numbers(condition: Condition) -> list[Any]:
    value: Any = condition.value
    return list(value) if isinstance(value, tuple) else [value]


def _moved(compiled: Compiled, day: str, sign: str, when: When) -> list[str]:
    """The days (SQL) at whose beginning a comparison of `day` with one that moves along changes."""
    if when.days is None:
        return []
    return [f"({day}) + {compiled.give(after - when.days)}::int" for after in _OFFSETS[sign]]


def _day(compiled: Compiled, moment: str) -> str:
    return f"({moment} AT TIME ZONE {_zone(compiled)})::date"


def _zone(compiled: Compiled) -> str:
    compiled.parameters["rule_zone"] = str(compiled.clock.zone)
    return "%(rule_zone)s::text"


def _begins(compiled: Compiled, days: list[str]) -> str:
    """FROM: the first instants `turn.at` of these days. PostgreSQL takes the second of two midnights."""
    zone = _zone(compiled)
    return f"""unnest(ARRAY[{", ".join(days)}]::date[]) AS each(day)
    CROSS JOIN LATERAL (SELECT each.day::timestamp AT TIME ZONE {zone} AS last) midnight
    CROSS JOIN LATERAL (SELECT CASE
        WHEN ((midnight.last - interval '1 hour') AT TIME ZONE {zone})::date = each.day
        THEN midnight.last - interval '1 hour' ELSE midnight.last END AS at) turn"""


def _midnight(compiled: Compiled, days: list[str]) -> str:
    return f"(SELECT min(turn.at) FROM {_begins(compiled, days)} WHERE turn.at > %(rule_now)s)"


def _window(compiled: Compiled, facts: Facts, condition: Condition) -> list[str]:
    """When the first of the person's facts enters the window or leaves it."""
    day = _day(compiled, facts.at)
    days = [
        text
        for sign, when in ((">=", condition.since), ("<=", condition.until)) if when is not None
        for text in _moved(compiled, day, sign, when)
    ]  # fmt: skip
    if not days:
        return []
    return [
        f"(SELECT min(turn.at) FROM {facts.tables} CROSS JOIN LATERAL {_begins(compiled, days)}"
        f" WHERE {facts.where} AND {facts.owner} = s.profile_id AND turn.at > %(rule_now)s)"
    ]


def _idle(compiled: Compiled, days: float) -> str:
    """Over so many days is true a microsecond after at least so many."""
    seconds = timedelta(days=max(min(days, REACH), -REACH)).total_seconds()
    at = f"s.last_at + make_interval(secs => {compiled.give(seconds)}::float8)"
    return f"""(SELECT min(turn.at) FROM (VALUES ({at}), ({at} + interval '1 microsecond')) turn(at)
    WHERE turn.at > %(rule_now)s)"""


def _overdue(compiled: Compiled, chance: float) -> str:
    """Within a millisecond of it rounding decides: the answer is asked for anew each time."""
    score = compiled.give(NormalDist().inv_cdf(chance))
    log = f"s.rhythm_log_mean + {score}::float8 * s.rhythm_log_sd"
    soon = "%(rule_now)s::timestamptz + interval '1 microsecond'"
    return f"""(SELECT greatest(turn.at - interval '1 millisecond', {soon})
    FROM (SELECT s.last_at + make_interval(
        secs => 86400 * exp(greatest(least({log}, {_LONGEST}), {_SHORTEST}))) AS at) turn
    WHERE ({log}) IS NOT NULL AND turn.at + interval '1 millisecond' >= %(rule_now)s)"""
