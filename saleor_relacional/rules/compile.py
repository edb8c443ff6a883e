"""A rule as SQL: our text, their values as parameters. Negation is pushed down to the conditions, where what is not
known counts as not met; so what remains is AND and OR, and an index can serve.

Facts are asked in one of two ways. Beside others that must hold too (`together`), for many people: gathered once and
joined. Within an OR, or for a few people: looked up by person, which is never worse than one look an index allows.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from saleor_relacional.db import tables
from saleor_relacional.rules.facts import Facts
from saleor_relacional.rules.fields import Field, FieldKind, Form
from saleor_relacional.rules.tree import Clock, Condition, Group, Node, Not, Operator, When

JOINS = {
    "p": f"JOIN {tables.PROFILE} p ON p.id = s.profile_id",
    "b": f"LEFT JOIN {tables.PREDICTION} b ON b.profile_id = s.profile_id",
}
COMPARED = {
    Operator.IS: "=", Operator.IS_NOT: "<>", Operator.UNDER: "<", Operator.AT_MOST: "<=", Operator.OVER: ">",
    Operator.AT_LEAST: ">=", Operator.BEFORE: "<", Operator.AFTER: ">",
}  # fmt: skip
MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
REACH = 365_000
"""Days. An idle time beyond it is as long as any."""


@dataclass(slots=True)
class Compiled:
    """Conditions, and what they need beside the summary `s`."""

    clock: Clock
    soft: bool
    """Whether the owner's policy lets buyers be written to without an opt-in."""
    together: bool = True
    """Whether it is asked about many people at once."""
    tables: set[str] = field(default_factory=set)
    parameters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters |= {"rule_now": self.clock.now, "rule_soft": self.soft}

    def where(self, node: Node) -> str:
        """The rule as a condition of WHERE."""
        return self._node(node, holds=True, beside=self.together)

    def holds(self, condition: Condition) -> str:
        """One condition as a boolean that is never null."""
        return f"({self._condition(condition, beside=False)}) IS TRUE"

    def found(self, condition: Condition) -> str:
        """The value that a condition is about."""
        asked = condition.field
        self.need(asked)
        if asked.form is Form.IDLE:
            return f"extract(epoch FROM %(rule_now)s::timestamptz - {asked.sql})::float8 / 86400"
        if asked.form is Form.LOGARITHM:
            return f"exp({asked.sql})"
        if asked.kind is FieldKind.SET and asked.facts:
            given = self.give(list(_texts(condition)))
            facts, where = asked.facts, self._where(asked.facts, condition)
            return (
                f"(SELECT array_agg(DISTINCT {facts.value}::text ORDER BY {facts.value}::text) FROM {facts.tables}"
                f" WHERE {where} AND {facts.owner} = s.profile_id"
                f" AND {facts.value} = ANY({given}::{facts.value_type}[]))"
            )
        if asked.facts and (asked.form is Form.FACTS or condition.windowed):
            return self._counted(asked.facts, condition)
        if asked.kind is FieldKind.MONEY:
            return f"CASE WHEN s.currency = {self.give(condition.currency)} THEN {asked.sql} END"
        return f"nullif({asked.sql}, '')" if asked.blank else asked.sql

    def source(self, sample: str = "") -> str:
        """FROM, after everything was compiled; of a sample of the summaries where one is named."""
        joins = [JOINS[name] for name in sorted(self.tables)]
        return " ".join([f"{tables.CUSTOMER_SUMMARY} s {sample}".rstrip(), *joins])

    def unmerged(self) -> str:
        """Whoever was merged away is part of another."""
        if "p" in self.tables:
            return "p.merged_into_id IS NULL"
        return (
            f"NOT EXISTS (SELECT 1 FROM {tables.PROFILE} gone"
            " WHERE gone.id = s.profile_id AND gone.merged_into_id IS NOT NULL)"
        )

    def give(self, value: Any) -> str:
        """The placeholder of a new parameter."""
        name = f"rule_{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def need(self, asked: Field) -> None:
        """Say that the table of a field is asked for."""
        if asked.table != "s":
            self.tables.add(asked.table)

    def _node(self, node: Node, *, holds: bool, beside: bool) -> str:
        if isinstance(node, Not):
            return self._node(node.child, holds=not holds, beside=beside)
        if isinstance(node, Condition):
            return self._leaf(node, holds=holds, beside=beside)
        every = node.every is holds
        children = sorted(node.children, key=_cost)
        beside = beside and (every or len(children) == 1)
        parts = [self._node(child, holds=holds, beside=beside) for child in children]
        return "(" + (" AND " if every else " OR ").join(parts) + ")"

    def _leaf(self, condition: Condition, *, holds: bool, beside: bool) -> str:
        text = self._condition(condition, beside=beside, holds=holds)
        return text if holds or _never_null(condition) else f"(({text}) IS NOT TRUE)"

    def _condition(self, condition: Condition, *, beside: bool, holds: bool = True) -> str:
        """The comparison. Where it is never null it is negated here already."""
        asked = condition.field
        self.need(asked)
        if asked.kind is FieldKind.SET and asked.facts:
            return self._found_in(asked.facts, condition, holds)
        if asked.facts and (asked.form is Form.FACTS or condition.windowed):
            return self._number_of(asked.facts, condition, beside, holds)
        if condition.operator in (Operator.KNOWN, Operator.UNKNOWN):
            return self._known(condition)
        return self._compared(condition)

    def _known(self, condition: Condition) -> str:
        asked, word = condition.field, "IS NOT NULL"
        in_it = ""
        if asked.kind is FieldKind.MONEY:
            in_it = f" AND s.currency = {self.give(condition.currency)}"
        if asked.blank:
            word = "<> ''"
        known = f"({asked.sql} {word}{in_it})"
        return known if condition.operator is Operator.KNOWN else f"({known} IS NOT TRUE)"

    def _compared(self, condition: Condition) -> str:
        text = self._compares(condition)
        return f"({text} AND {condition.field.sql} <> '')" if condition.field.blank else text

    def _compares(self, condition: Condition) -> str:
        asked, said = condition.field, condition.operator
        if asked.kind is FieldKind.FLAG:
            return asked.sql if condition.value else f"NOT {asked.sql}"
        if said in (Operator.ONE_OF, Operator.NONE_OF):
            any_of = f"{asked.sql} = ANY({self.give(list(_texts(condition)))}::text[])"
            return any_of if said is Operator.ONE_OF else f"NOT ({any_of})"
        if said is Operator.BEGINS:
            return f"{asked.sql} LIKE {self.give(_prefix(str(condition.value)))}"
        if asked.kind is FieldKind.MONEY:
            return f"(s.currency = {self.give(condition.currency)} AND {self._range(condition, asked.sql)})"
        return self._range(condition, asked.sql)

    def _range(self, condition: Condition, expression: str) -> str:
        value, asked = condition.value, condition.field
        if condition.operator is Operator.BETWEEN:
            assert isinstance(value, tuple)
            return f"({self._against(asked, expression, '>=', value[0])} AND" \
                   f" {self._against(asked, expression, '<=', value[1])})"  # fmt: skip
        return self._against(asked, expression, COMPARED[condition.operator], value)

    def _against(self, asked: Field, expression: str, sign: str, value: Any) -> str:
        if asked.form is Form.IDLE:
            days = max(min(float(value), REACH), -REACH)
            return f"{expression} {MIRRORED[sign]} {self.give(self.clock.now - timedelta(days=days))}::timestamptz"
        if asked.form is Form.LOGARITHM:
            logarithm = math.log(value) if value > 0 else -math.inf
            return f"{expression} {sign} {self.give(logarithm)}::float8"
        if asked.form is Form.NORMAL:
            return f"{expression} {sign} {self.give(NormalDist().inv_cdf(float(value)))}::float8"
        if isinstance(value, When):
            if asked.kind is FieldKind.DAY:
                return f"{expression} {sign} {self.give(value.day(self.clock))}::date"
            return self._timed(expression, sign, value)
        if isinstance(value, Decimal):
            given = float(value) if asked.type == "float8" else value
            return f"{expression} {sign} {self.give(given)}::{asked.type}"
        return f"{expression} {sign} {self.give(value)}::text"

    def _timed(self, expression: str, sign: str, when: When) -> str:
        """A moment against an instant, or against a day, which is whole: after it begins with the next."""
        if when.whole_day and sign in ("<=", ">"):
            sign = {"<=": "<", ">": ">="}[sign]
            return f"{expression} {sign} {self.give(when.ends(self.clock))}::timestamptz"
        return f"{expression} {sign} {self.give(when.begins(self.clock))}::timestamptz"

    def _where(self, facts: Facts, condition: Condition) -> str:
        parts = [facts.where]
        if condition.since is not None:
            parts.append(self._timed(facts.at, ">=", condition.since))
        if condition.until is not None:
            parts.append(self._timed(facts.at, "<=", condition.until))
        if facts.currency:
            parts.append(f"{facts.currency} = {self.give(condition.currency)}")
        return " AND ".join(parts)

    def _found_in(self, facts: Facts, condition: Condition, holds: bool) -> str:
        """Whether any of the values is among the facts, or each is."""
        values = _texts(condition)
        wanted = [[value] for value in values] if condition.operator is Operator.ALL_OF else [list(values)]
        found = " AND ".join(
            f"EXISTS (SELECT 1 FROM {facts.tables} WHERE {self._where(facts, condition)}"
            f" AND {facts.owner} = s.profile_id AND {facts.value} = ANY({self.give(some)}::{facts.value_type}[]))"
            for some in wanted
        )
        positive = holds is not (condition.operator is Operator.NONE_OF)
        return f"({found})" if positive else f"(NOT ({found}))" if len(wanted) > 1 else f"NOT {found}"

    def _counted(self, facts: Facts, condition: Condition) -> str:
        return (
            f"(SELECT {facts.aggregate} FROM {facts.tables} WHERE {self._where(facts, condition)}"
            f" AND {facts.owner} = s.profile_id)"
        )

    def _number_of(self, facts: Facts, condition: Condition, beside: bool, holds: bool) -> str:
        """How many facts, or how much they add up to; nobody's facts count 0."""
        zero = _met(condition, Decimal(0)) is holds
        if not beside:
            text = self._range(condition, self._counted(facts, condition))
            return text if holds else f"(NOT {text})"
        ranged = self._range(condition, facts.aggregate)
        some = f"NOT ({ranged})" if zero is holds else ranged
        gathered = (
            f"EXISTS (SELECT 1 FROM (SELECT {facts.owner} AS profile_id FROM {facts.tables}"
            f" WHERE {self._where(facts, condition)} GROUP BY 1 HAVING {some}) gathered"
            f" WHERE gathered.profile_id = s.profile_id)"
        )
        return f"NOT {gathered}" if zero else gathered


def _never_null(condition: Condition) -> bool:
    asked = condition.field
    return asked.kind is FieldKind.SET or (
        asked.facts is not None and (asked.form is Form.FACTS or condition.windowed)
    )


def _met(condition: Condition, number: Decimal) -> bool:
    """Whether a number meets a condition about numbers."""
    value: Any = condition.value
    if condition.operator is Operator.BETWEEN:
        return bool(value[0] <= number <= value[1])
    return bool(COMPARISONS[COMPARED[condition.operator]](number, value))


def _texts(condition: Condition) -> tuple[str, ...]:
    assert isinstance(condition.value, tuple)
    return tuple(str(each) for each in condition.value)


def _prefix(text: str) -> str:
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return text + "%"


def _cost(node: Node) -> int:
    """How much its dearest condition takes to look at."""
    if isinstance(node, Condition):
        return 2 if node.windowed else node.field.cost
    return max(_cost(child) for child in (node.children if isinstance(node, Group) else (node.child,)))
