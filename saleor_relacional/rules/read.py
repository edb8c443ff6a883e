"""Reading a rule that somebody wrote: the tree, or what is wrong with it and where.

{"all": [
    {"field": "stage", "operator": "one_of", "value": ["slipping", "lapsed"]},
    {"field": "sold", "operator": "at_least", "value": 100, "currency": "EUR", "since": {"days_ago": 365}},
    {"not": {"field": "product", "operator": "any_of", "value": ["gift-card"]}}
]}
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from saleor_relacional.rules.facts import Facts
from saleor_relacional.rules.fields import FIELDS, Field, FieldKind
from saleor_relacional.rules.tree import Condition, Group, Node, Not, Operator, Value, When

DEPTH = 8
"""Groups within groups."""
CONDITIONS = 50
LISTED = 100
"""Values in one list."""
LONGEST = 255
"""Characters of one text."""
FARTHEST = 36_500
"""Days from now."""
LARGEST = Decimal(10) ** 12
SMALLEST = -20
"""Power of ten. What is smaller and not 0 is no number that anybody means."""
PROBLEMS = 20
"""How many are told at once."""


class Wrong(StrEnum):
    """What can be wrong. Words: flows/segments/rule_words.py."""

    NOT_AN_OBJECT = "not_an_object"
    NO_CONDITION = "no_condition"
    SEVERAL = "several"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_LIST = "not_a_list"
    EMPTY = "empty"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    NO_FIELD = "no_field"
    NO_OPERATOR = "no_operator"
    NO_VALUE = "no_value"
    NEEDS_NONE = "needs_none"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_CHANCE = "not_a_chance"
    NOT_A_MOMENT = "not_a_moment"
    NOT_A_TEXT = "not_a_text"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_FLAG = "not_a_flag"
    NOT_A_PAIR = "not_a_pair"
    UPSIDE_DOWN = "upside_down"
    NO_ZONE = "no_zone"
    NOT_AN_ID = "not_an_id"
    NO_CURRENCY = "no_currency"
    NO_WINDOW = "no_window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, and where."""

    place: str
    """rule.all[1].value"""
    wrong: Wrong
    options: tuple[str, ...] = ()
    """What could stand there, or the limit."""


_COMPARED = (
    Operator.IS, Operator.IS_NOT, Operator.UNDER, Operator.AT_MOST, Operator.OVER, Operator.AT_LEAST,
    Operator.BETWEEN,
)  # fmt: skip
_RANGED = (Operator.UNDER, Operator.AT_MOST, Operator.OVER, Operator.AT_LEAST, Operator.BETWEEN)
_DATED = (Operator.BEFORE, Operator.AFTER, Operator.BETWEEN)
_NAMED = (Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF)
OPERATORS: dict[FieldKind, tuple[Operator, ...]] = {
    FieldKind.NUMBER: _COMPARED,
    FieldKind.PROBABILITY: _RANGED,
    FieldKind.MONEY: _COMPARED,
    FieldKind.MOMENT: _DATED,
    FieldKind.DAY: (Operator.IS, *_DATED),
    FieldKind.CHOICE: _NAMED,
    FieldKind.TEXT: (*_NAMED, Operator.BEGINS),
    FieldKind.FLAG: (Operator.IS,),
    FieldKind.SET: (Operator.ANY_OF, Operator.ALL_OF, Operator.NONE_OF),
}
_WITHOUT = (Operator.KNOWN, Operator.UNKNOWN)
_LISTS = (Operator.ONE_OF, Operator.NONE_OF, Operator.ANY_OF, Operator.ALL_OF)
_OPENERS = ("all", "any", "not", "field")


def operators(asked: Field) -> tuple[Operator, ...]:
    """The operators that fit a field."""
    return OPERATORS[asked.kind] + (_WITHOUT if asked.optional else ())


def read(given: Any) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree and no problem, or no tree and what is wrong with it. Raises nothing, whatever is given."""
    reader = _Reader()
    node = reader.node(given, "rule", 1)
    if reader.problems or node is None:
        return None, tuple(reader.problems[:PROBLEMS])
    return node, ()


class _Bad(Exception):
    """This part cannot be read; its problem is noted."""


@dataclass(slots=True)
class _Reader:
    problems: list[Problem] = field(default_factory=list)
    seen: int = 0

    def bad(self, place: str, wrong: Wrong, *options: str) -> _Bad:
        self.problems.append(Problem(place=place, wrong=wrong, options=options))
        return _Bad()

    def node(self, given: Any, place: str, depth: int) -> Node | None:
        """None when it cannot be read."""
        if self.seen > CONDITIONS or len(self.problems) >= PROBLEMS:
            return None
        try:
            return self._node(given, place, depth)
        except _Bad:
            return None

    def _node(self, given: Any, place: str, depth: int) -> Node | None:
        if not isinstance(given, dict):
            raise self.bad(place, Wrong.NOT_AN_OBJECT)
        if depth > DEPTH:
            raise self.bad(place, Wrong.TOO_DEEP, str(DEPTH))
        found = [key for key in _OPENERS if key in given]
        if len(found) != 1:
            raise self.bad(place, Wrong.SEVERAL if found else Wrong.NO_CONDITION, *_OPENERS)
        if found == ["field"]:
            return self.condition(given, place)
        self.keys(given, place, found)
        if found == ["not"]:
            child = self.node(given["not"], f"{place}.not", depth + 1)
            return Not(place=place, child=child) if child else None
        return self.group(given[found[0]], place, found[0], depth)

    def group(self, children: Any, place: str, word: str, depth: int) -> Group:
        where = f"{place}.{word}"
        if not isinstance(children, list | tuple):
            raise self.bad(where, Wrong.NOT_A_LIST)
        if not children:
            raise self.bad(where, Wrong.EMPTY)
        if len(children) > CONDITIONS:
            raise self.bad(where, Wrong.TOO_MANY, str(CONDITIONS))
        nodes = [self.node(child, f"{where}[{n}]", depth + 1) for n, child in enumerate(children)]
        return Group(place=place, every=word == "all", children=tuple(node for node in nodes if node))

    def keys(self, given: dict[Any, Any], place: str, known: list[str]) -> None:
        for key in given:
            if key not in known:
                raise self.bad(f"{place}.{_shown(key)}", Wrong.UNKNOWN_KEY, *known)

    def condition(self, given: dict[Any, Any], place: str) -> Condition:
        self.seen += 1
        if self.seen > CONDITIONS:
            raise self.bad(place, Wrong.TOO_MANY, str(CONDITIONS))
        self.keys(given, place, ["field", "operator", "value", "currency", "since", "until"])
        name, said = given["field"], given.get("operator")
        asked = FIELDS.get(name) if isinstance(name, str) else None
        if asked is None:
            raise self.bad(f"{place}.field", Wrong.NO_FIELD, *FIELDS)
        if not isinstance(said, str) or said not in operators(asked):
            raise self.bad(f"{place}.operator", Wrong.NO_OPERATOR, *operators(asked))
        operator = Operator(said)
        value = _Values(self, asked, operator).value(given, f"{place}.value")
        since, until = self.window(given, place, asked, operator)
        return Condition(
            place=place, field=asked, operator=operator, value=value, since=since, until=until,
            currency=self.currency(given, place, asked),
        )  # fmt: skip

    def currency(self, given: dict[Any, Any], place: str, asked: Field) -> str:
        where, said = f"{place}.currency", given.get("currency")
        if asked.kind is not FieldKind.MONEY:
            if "currency" in given:
                raise self.bad(where, Wrong.UNKNOWN_KEY, "field", "operator", "value")
            return ""
        if not isinstance(said, str) or not re.fullmatch("[A-Z]{3}", said):
            raise self.bad(where, Wrong.NO_CURRENCY)
        return said

    def window(
        self, given: dict[Any, Any], place: str, asked: Field, operator: Operator
    ) -> tuple[When | None, When | None]:
        values = _Values(self, asked, operator)
        ends: list[When | None] = []
        for word in ("since", "until"):
            if word in given and asked.facts is None:
                raise self.bad(f"{place}.{word}", Wrong.NO_WINDOW)
            ends.append(values.when(given[word], f"{place}.{word}") if word in given else None)
        since, until = ends
        return (since, until) if since is None or until is None else _in_order(since, until)


@dataclass(slots=True)
class _Values:
    """Values as a field takes them."""

    reader: _Reader
    asked: Field
    operator: Operator

    def value(self, given: dict[Any, Any], place: str) -> Value:
        if self.operator in _WITHOUT:
            if "value" in given:
                raise self.reader.bad(place, Wrong.NEEDS_NONE)
            return None
        if "value" not in given:
            raise self.reader.bad(place, Wrong.NO_VALUE)
        said = given["value"]
        if self.operator is Operator.BETWEEN:
            return self.pair(said, place)
        if self.operator in _LISTS:
            return self.several(said, place)
        return self.one(said, place)

    def one(self, said: Any, place: str) -> bool | Decimal | When | str:
        kind = self.asked.kind
        if kind is FieldKind.FLAG:
            if not isinstance(said, bool):
                raise self.reader.bad(place, Wrong.NOT_A_FLAG)
            return said
        if kind in (FieldKind.MOMENT, FieldKind.DAY):
            return self.when(said, place)
        if kind in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PROBABILITY):
            return self.number(said, place)
        return self.text(said, place)

    def pair(self, said: Any, place: str) -> tuple[Decimal, Decimal] | tuple[When, When]:
        if not isinstance(said, list | tuple) or len(said) != 2:
            raise self.reader.bad(place, Wrong.NOT_A_PAIR)
        if self.asked.kind in (FieldKind.MOMENT, FieldKind.DAY):
            return _in_order(self.when(said[0], f"{place}[0]"), self.when(said[1], f"{place}[1]"))
        low, high = self.number(said[0], f"{place}[0]"), self.number(said[1], f"{place}[1]")
        if low > high:
            raise self.reader.bad(place, Wrong.UPSIDE_DOWN)
        return low, high

    def several(self, said: Any, place: str) -> tuple[str, ...]:
        if not isinstance(said, list | tuple):
            raise self.reader.bad(place, Wrong.NOT_A_LIST)
        if not said:
            raise self.reader.bad(place, Wrong.EMPTY)
        if len(said) > LISTED:
            raise self.reader.bad(place, Wrong.TOO_MANY, str(LISTED))
        return tuple(dict.fromkeys(self.text(each, f"{place}[{n}]") for n, each in enumerate(said)))

    def number(self, said: Any, place: str) -> Decimal:
        try:
            if isinstance(said, bool) or not isinstance(said, int | float | str | Decimal):
                raise self.reader.bad(place, Wrong.NOT_A_NUMBER)
            if isinstance(said, int | str) and len(str(said)[:41]) > 40:
                raise self.reader.bad(place, Wrong.NOT_A_NUMBER)
            number = Decimal(str(said))
        except (InvalidOperation, ValueError) as error:
            raise self.reader.bad(place, Wrong.NOT_A_NUMBER) from error
        if not number.is_finite() or not -LARGEST <= number <= LARGEST:
            raise self.reader.bad(place, Wrong.NOT_A_NUMBER)
        if number and number.adjusted() < SMALLEST:
            raise self.reader.bad(place, Wrong.NOT_A_NUMBER)
        if self.asked.kind is FieldKind.PROBABILITY and not 0 < float(number) < 1:
            raise self.reader.bad(place, Wrong.NOT_A_CHANCE)
        return number or Decimal(0)

    def text(self, said: Any, place: str) -> str:
        if self.asked.choices:
            if not isinstance(said, str) or said not in self.asked.choices:
                raise self.reader.bad(place, Wrong.NOT_A_CHOICE, *self.asked.choices)
            return said
        if not isinstance(said, str) or len(said) > LONGEST or not _writable(said):
            raise self.reader.bad(place, Wrong.NOT_A_TEXT, str(LONGEST))
        if _is_uuid(self.asked.facts) and not _uuid(said):
            raise self.reader.bad(place, Wrong.NOT_AN_ID)
        return said.strip().lower() if self.asked.name == "email" else said

    def when(self, said: Any, place: str) -> When:
        if isinstance(said, dict):
            return self.relative(said, place)
        if not isinstance(said, str) or len(said) > 40:
            raise self.reader.bad(place, Wrong.NOT_A_MOMENT)
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII):
                day = date.fromisoformat(said)
                if not 1000 < day.year < 9000:
                    raise self.reader.bad(place, Wrong.NOT_A_MOMENT)
                return When(on=day)
            moment = datetime.fromisoformat(said)
        except ValueError as error:
            raise self.reader.bad(place, Wrong.NOT_A_MOMENT) from error
        if moment.tzinfo is None:
            raise self.reader.bad(place, Wrong.NO_ZONE)
        if not 1000 < moment.year < 9000:
            raise self.reader.bad(place, Wrong.NOT_A_MOMENT)
        return When(at=moment)

    def relative(self, said: dict[Any, Any], place: str) -> When:
        if len(said) != 1 or not set(said) <= {"days_ago", "days_ahead"}:
            raise self.reader.bad(place, Wrong.NOT_A_MOMENT)
        word, days = next(iter(said.items()))
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= FARTHEST:
            raise self.reader.bad(f"{place}.{word}", Wrong.NOT_A_NUMBER, f"0–{FARTHEST}")
        return When(days=-days if word == "days_ago" else days)


def _in_order(first: When, second: When) -> tuple[When, When]:
    """The earlier first, where both are said alike: "between 30 and 60 days ago" is said as often as the other way
    round. Of a day and a number of days nobody knows it before the day comes."""
    for one, other in ((first.days, second.days), (first.on, second.on), (first.at, second.at)):
        if one is not None and other is not None and one > other:  # type: ignore[operator]
            return second, first
    return first, second


def _writable(text: str) -> bool:
    """Whether PostgreSQL can hold it: no NUL, no half of a pair of surrogates."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_uuid(facts: Facts | None) -> bool:
    return facts is not None and facts.value_type == "uuid"


def _uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _shown(key: Any) -> str:
    return re.sub(r"[^\w-]", "?", str(key)[:40])
