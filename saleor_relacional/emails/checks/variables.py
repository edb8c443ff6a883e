"""Names in a template that its message does not know, found without running it: also in branches that a sample does not
take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.tags.for_tag import ForNode
from liquid.expression import Expression

from . import known
from .fault import Fault, FaultCode, place


def unknown(template: BoundTemplate, part: str, shape: Mapping[str, known.Shape]) -> list[Fault]:
    """A fault for each use of a name that is not known."""
    seen: dict[str, known.Shape] = dict(shape)
    return list(_of_nodes(template.nodes, part, seen, shape))


def _of_nodes(nodes: Any, part: str, seen: dict[str, known.Shape], shape: Any) -> Iterator[Fault]:
    for node in nodes:
        yield from _of_node(node, part, seen, shape)


def _of_node(node: Node, part: str, seen: dict[str, known.Shape], shape: Any) -> Iterator[Fault]:
    for expression in node.expressions():
        for path in _paths(expression):
            fault = _fault(path, part, seen, shape)
            if fault:
                yield fault
    for name in node.template_scope():
        seen[str(name)] = _assigned(node, seen)
    hidden = dict(seen)
    for name in node.block_scope():
        seen[str(name)] = known.ANYTHING
    if isinstance(node, ForNode):
        looped = _resolve(node.expression.iterable, seen)
        seen[str(node.expression.identifier)] = known.ANYTHING if looped is None else known.item(looped)
    yield from _of_nodes(node.children(None), part, seen, shape)  # type: ignore[arg-type]
    for name in node.block_scope():
        if str(name) in hidden:
            seen[str(name)] = hidden[str(name)]
        else:
            seen.pop(str(name), None)


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield expression
    for child in expression.children():
        yield from _paths(child)


def _fault(path: Path, part: str, seen: Mapping[str, known.Shape], shape: Any) -> Fault | None:
    if _resolve(path, seen) is not None:
        return None
    line, column = place(path.token.source, max(path.token.start_index, 0))
    said = str(path)
    near = get_close_matches(said, known.names(shape) + [str(name) for name in seen], n=1, cutoff=0.6)
    return Fault(
        code=FaultCode.UNKNOWN_VARIABLE, part=part, line=line, column=column, what=said[:80],
        near=near[0] if near else "",
    )  # fmt: skip


def _resolve(expression: Expression, seen: Mapping[str, known.Shape]) -> known.Shape | None:
    """The shape of a path; None: there is no such thing."""
    if not isinstance(expression, Path):
        return known.ANYTHING
    first, *rest = expression.path
    found: known.Shape | None = seen.get(str(first))
    if found is None and str(first) in seen:
        found = known.UNSAID
    for name in rest:
        if found is None or isinstance(name, Path):
            return found if found is None else known.ANYTHING
        found = known.inside(found, name)
    return found


def _assigned(node: Node, seen: Mapping[str, known.Shape]) -> known.Shape:
    """A name that stands for a path has what the path has; another one is a text."""
    value = getattr(node, "expression", None)
    if isinstance(value, FilteredExpression) and not value.filters and isinstance(value.left, Path):
        found = _resolve(value.left, seen)
        return known.ANYTHING if found is None else found
    return ""
