"""What a template does with each name of the data, read from its syntax tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from liquid import BoundTemplate
from liquid.ast import ConditionalBlockNode, Node
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, Path
from liquid.builtin.expressions.logical import (
    EqExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, Nil, StringLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

Name = tuple[str | int, ...]
"""A path's segments: customer.first_name is ("customer", "first_name")."""


class UseKind(StrEnum):
    """How much of a value shows in what a template says."""

    PRINTED = "printed"
    """It stands alone in {{ }}: what is said is the value."""
    TESTED = "tested"
    """Whether there is something, and no more: {% if x %}, {% if x != "" %}."""
    READ = "read"
    """Anything else: compared, counted, looped over, given to a filter, captured."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a name stands."""

    name: Name
    kind: UseKind


def of(template: BoundTemplate) -> Iterator[Use]:
    """All of them. A path that is looked up by another value is told as far as it is known before, and as read."""
    for node, captured in nodes(template):
        for expression in node.expressions():
            if isinstance(node, OutputNode) and not captured:
                yield from _printed(expression)
            elif isinstance(node, IfNode | UnlessNode | ConditionalBlockNode):
                yield from _tested(expression)
            else:
                yield from _read(expression)


def nodes(template: BoundTemplate) -> Iterator[tuple[Node, bool]]:
    """Every node, and whether what it says is captured in a variable."""
    waiting = [(node, False) for node in reversed(template.nodes)]
    while waiting:
        node, captured = waiting.pop()
        yield node, captured
        inside = captured or isinstance(node, CaptureNode)
        waiting += [(child, inside) for child in reversed(list(node.children(None)))]  # type: ignore[arg-type]


def own(template: BoundTemplate) -> dict[str, int]:
    """Variables that the template makes itself → how often it assigns them; 0: it makes them otherwise, too."""
    found: dict[str, int] = {}
    otherwise: set[str] = set()
    for node, _ in nodes(template):
        if isinstance(node, AssignNode):
            found[str(node.name)] = found.get(str(node.name), 0) + 1
        else:
            otherwise |= {str(name) for name in (*node.template_scope(), *node.block_scope())}
    return found | dict.fromkeys(otherwise, 0)


def plain(expression: Expression) -> tuple[Name, tuple[str, ...]] | None:
    """A name and the filters that it goes through, none of them with arguments; None: it is something else."""
    if type(expression) is not FilteredExpression or not isinstance(expression.left, Path):
        return None
    segments, filters = expression.left.path, expression.filters or []
    if any(isinstance(part, Path) for part in segments) or any(used.args for used in filters):
        return None
    return tuple(segments), tuple(used.name for used in filters)  # type: ignore[arg-type]


def _printed(expression: Expression) -> Iterator[Use]:
    found = plain(expression)
    if found is not None and not found[1]:
        yield Use(found[0], UseKind.PRINTED)
    else:
        yield from _read(expression)


def _tested(expression: Expression) -> Iterator[Use]:
    if isinstance(
        expression, BooleanExpression | LogicalAndExpression | LogicalOrExpression | LogicalNotExpression
    ):
        for child in expression.children():
            yield from _tested(child)
    elif isinstance(expression, EqExpression | NeExpression) and _nothing(expression.right):
        yield from _tested(expression.left)
    elif isinstance(expression, Path):
        known = _known(expression)
        yield Use(known, UseKind.TESTED if len(known) == len(expression.path) else UseKind.READ)
        yield from _inside(expression)
    else:
        yield from _read(expression)


def _nothing(expression: Expression) -> bool:
    return isinstance(expression, Nil | Empty | Blank) or (
        isinstance(expression, StringLiteral) and expression.value == ""
    )


def _read(expression: Expression) -> Iterator[Use]:
    if isinstance(expression, Path):
        yield Use(_known(expression), UseKind.READ)
    yield from _inside(expression)


def _inside(expression: Expression) -> Iterator[Use]:
    for child in expression.children():
        yield from _read(child)


def _known(path: Path) -> Name:
    """Its segments up to the first that is looked up."""
    found: list[str | int] = []
    for segment in path.path:
        if isinstance(segment, Path):
            break
        found.append(segment)
    return tuple(found)
