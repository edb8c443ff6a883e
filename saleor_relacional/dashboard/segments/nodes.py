"""A rule as a form has it: groups within groups, each condition with what was typed, whether it can be read or not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from saleor_relacional.dashboard import numbers
from saleor_relacional.dashboard.segments import options
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.segments import rule_words
from saleor_relacional.rules.fields import FIELDS, FieldKind
from saleor_relacional.rules.read import Problem, operators
from saleor_relacional.rules.tree import Operator

MODES = ("all", "any", "none")
RELATIVE = ("days_ago", "days_ahead", "date")
LISTS = (Operator.ONE_OF, Operator.NONE_OF, Operator.ANY_OF, Operator.ALL_OF)
DATED = (FieldKind.MOMENT, FieldKind.DAY)
TYPED = ("of", "operator", "value", "high", "when", "currency", "since", "goods")
"""What a condition has beside its field, as the form names it. A choice may be given several times; `of` is the field
that the values were given for, where they are chosen by name."""


@dataclass(slots=True, kw_only=True)
class ConditionNode:
    """One condition, as typed."""

    name: str
    typed: dict[str, list[str]] = field(default_factory=dict)
    path: str = ""
    """Where it stands among what the form has: 0.2.1."""
    place: str = ""
    """The same in the rule: rule.all[2]."""
    problems: list[str] = field(default_factory=list)
    offered: options.Options = ()
    """What the shop has to choose from, once `offer` has read it."""

    def one(self, key: str) -> str:
        """What was typed, or chosen first."""
        return (self.typed.get(key) or [""])[0].strip()

    @property
    def kind(self) -> str:
        """What values the field takes."""
        return str(FIELDS[self.name].kind)

    @property
    def operator(self) -> str:
        """The chosen one; the first that fits where none was chosen, or one of another field."""
        fits = [str(each) for each in operators(FIELDS[self.name])]
        return self.one("operator") if self.one("operator") in fits else fits[0]

    @property
    def operators(self) -> list[tuple[str, str]]:
        """Those that fit the field, with words."""
        return [(str(each), rule_words.operator(each)) for each in operators(FIELDS[self.name])]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Value, words, and whether it is chosen."""
        fixed = [(each, rule_words.choice(each)) for each in FIELDS[self.name].choices]
        chosen = self.typed.get("value", [])
        return [(value, said, value in chosen) for value, said in fixed or self.offered]

    @property
    def listed(self) -> bool:
        """Whether its value is one, or several, of a list."""
        named = self.name in options.LISTED and self.operator != Operator.BEGINS
        return bool(FIELDS[self.name].choices) or named

    @property
    def goods(self) -> bool:
        """Whether its values are goods, found by name."""
        return self.name == options.GOODS

    def offer(self) -> None:
        """Read what the shop has to choose from."""
        if self.goods or (self.listed and not FIELDS[self.name].choices):
            mine = self.one("of") == self.name
            self.offered = options.of(self.name, self.typed.get("value", []) if mine else [])

    @property
    def several(self) -> bool:
        """Whether it takes a list."""
        return self.operator in LISTS

    @property
    def valued(self) -> bool:
        """Whether it takes a value at all."""
        return self.operator not in (Operator.KNOWN, Operator.UNKNOWN)

    @property
    def windowed(self) -> bool:
        """Whether only what lies within a time may count."""
        return FIELDS[self.name].facts is not None

    def get(self) -> dict[str, Any]:
        """As a rule has it."""
        told: dict[str, Any] = {"field": self.name, "operator": self.operator}
        if self.valued:
            value: Any = self._value(self.one("value"))
            if self.operator == Operator.BETWEEN:
                value = [value, self._value(self.one("high"))]
            elif self.several:
                given = self.typed.get("value", [])
                value = (
                    given
                    if self.listed or self.goods
                    else [each.strip() for each in self.one("value").split(",") if each.strip()]
                )
            told["value"] = value
        if self.kind == FieldKind.MONEY:
            told["currency"] = self.one("currency")
        if self.windowed and self.one("since"):
            told["since"] = {"days_ago": _whole(self.one("since"))}
        return told

    def _value(self, text: str) -> Any:
        if self.kind == FieldKind.FLAG:
            return text != "no"
        if self.kind in DATED and self.one("when") in RELATIVE[:2]:
            return {self.one("when"): _whole(text)}
        if self.kind == FieldKind.PROBABILITY:
            return _share(text.replace(",", "."))
        return _counted(text) if self.kind in (FieldKind.NUMBER, FieldKind.MONEY) else text


@dataclass(slots=True, kw_only=True)
class GroupNode:
    """Children of which all, any or none must hold."""

    mode: str
    children: "list[ConditionNode | GroupNode]" = field(default_factory=list)
    path: str = ""
    place: str = ""
    problems: list[str] = field(default_factory=list)

    is_group = True

    def get(self) -> dict[str, Any]:
        """As a rule has it."""
        told = [each.get() for each in self.children]
        if self.mode != "none":
            return {self.mode: told}
        return {"not": told[0] if len(told) == 1 else {"any": told}}


Nodes = ConditionNode | GroupNode


def numbered(root: GroupNode, problems: Sequence[Problem] = ()) -> GroupNode:
    """The same, each node with its place and what is wrong there."""
    _number(root, "0", "rule")
    told = list(walked(root))
    for problem in problems:
        near = [one for one in told if problem.place.startswith(one.place)]
        max(near, key=lambda one: len(one.place)).problems.append(rule_words.fault(problem))
    return root


def walked(node: Nodes) -> Iterator[Nodes]:
    """The node and all below it."""
    yield node
    if isinstance(node, GroupNode):
        for child in node.children:
            yield from walked(child)


def _number(node: Nodes, path: str, place: str) -> None:
    node.path, node.place = path, place
    if isinstance(node, GroupNode):
        alone = node.mode == "none" and len(node.children) == 1
        word = f"{place}.not.any" if node.mode == "none" else f"{place}.{node.mode}"
        for number, child in enumerate(node.children):
            _number(child, f"{path}.{number}", f"{place}.not" if alone else f"{word}[{number}]")


def typed(pairs: Sequence[tuple[str, str]]) -> GroupNode:
    """What a form has, in its order: `group` opens one, `end` closes it, `field` begins a condition."""
    root = GroupNode(mode="all")
    open_: list[GroupNode] = [root]
    condition: ConditionNode | None = None
    begun = False
    for name, value in pairs:
        if name == "group":
            mode = value if value in MODES else "all"
            if begun:
                open_[-1].children.append(made := GroupNode(mode=mode))
                open_.append(made)
            else:
                root.mode, begun = mode, True
            condition = None
        elif name == "end" and len(open_) > 1:
            open_.pop()
        elif name == "field" and value in FIELDS:
            condition = ConditionNode(name=value)
            open_[-1].children.append(condition)
        elif name in TYPED and condition is not None:
            condition.typed.setdefault(name, []).append(value)
    return root


def differs(pairs: Sequence[tuple[str, str]], rule: Any) -> bool:
    """Whether a form has another rule than this. One that was sent without a rule has none."""
    if not any(name == "group" for name, _value in pairs):
        return False
    saved = of_rule(rule)
    return saved is None or _plain(typed(pairs).get()) != _plain(saved.get())


def of_rule(rule: Any) -> GroupNode | None:
    """A rule that was saved, as the form has it; None for what the form cannot say, such as a moment to the second."""
    node = _of(rule)
    root = node if isinstance(node, GroupNode) else GroupNode(mode="all", children=[node] if node else [])
    same = node is not None and _plain(node.get()) == _plain(rule)
    return root if same else None


def _of(rule: Any) -> Nodes | None:
    if not isinstance(rule, dict):
        return None
    if rule.get("field") in FIELDS:
        return _condition(rule)
    if "not" in rule:
        inner = rule["not"]
        told = inner["any"] if isinstance(inner, dict) and len(inner.get("any", ())) > 1 else [inner]
        return _group("none", told)
    return next((_group(mode, rule[mode]) for mode in ("all", "any") if mode in rule), None)


def _group(mode: str, told: Sequence[Any]) -> GroupNode:
    return GroupNode(mode=mode, children=[each for each in map(_of, told) if each is not None])


def _condition(rule: Mapping[str, Any]) -> ConditionNode:
    typed = {"of": [rule["field"]], "operator": [str(rule.get("operator", ""))]}
    node = ConditionNode(name=rule["field"], typed=typed)
    value = rule.get("value")
    ends = value if rule.get("operator") == Operator.BETWEEN and isinstance(value, list) else [value]
    for key, end in zip(("value", "high"), ends, strict=False):
        text, when = _text(node, end)
        if text:
            node.typed[key] = text
        if when:
            node.typed["when"] = [when]
    if "currency" in rule:
        node.typed["currency"] = [rule["currency"]]
    since = rule.get("since")
    if isinstance(since, dict) and "days_ago" in since:
        node.typed["since"] = [str(since["days_ago"])]
    return node


def _text(node: ConditionNode, value: Any) -> tuple[list[str], str]:
    """What stands in the field, and of a day how it is said."""
    if isinstance(value, bool):
        return ["yes" if value else "no"], ""
    if isinstance(value, dict) and len(value) == 1:
        word, days = next(iter(value.items()))
        return [str(days)], word
    if isinstance(value, list):
        several = node.listed or node.goods
        return ([str(each) for each in value] if several else [", ".join(map(str, value))]), ""
    if node.kind == FieldKind.PROBABILITY and value is not None:
        return [f"{100 * float(value):g}"], ""
    return ([] if value is None else [numbers.shown(str(value))]), "date" if node.kind in DATED else ""


def _plain(rule: Any) -> Any:
    """A rule with its numbers as numbers, to be compared."""
    if isinstance(rule, dict):
        return {key: _plain(each) for key, each in rule.items()}
    if isinstance(rule, list | tuple):
        return [_plain(each) for each in rule]
    if isinstance(rule, bool):
        return rule
    try:
        return round(float(rule), 9)
    except (TypeError, ValueError):
        return rule


def _whole(text: str) -> Any:
    return int(text) if text.isdecimal() else text


def _counted(text: str) -> str:
    """What cannot be read, or in two ways, goes on as no number at all, and the rule's reader says so."""
    try:
        return format(numbers.amount(text, field="value"), "f")
    except BadInput:
        return text.replace(".", ",")


def _share(text: str) -> Any:
    try:
        return f"{float(text) / 100:.9g}"
    except ValueError:
        return text
