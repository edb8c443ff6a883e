"""Questions made from the schema itself: of every field of ours, so that a new one is asked without anybody's doing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql.type.definition import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)

Value = Callable[[str, str], Any]
"""(name of the type, path of the argument) → what is given for a scalar or an enum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of Query or Mutation, of ours."""

    root: str
    """query or mutation."""
    name: str
    arguments: dict[str, Any]
    selection: str

    def question(self, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Query and variables."""
        typed = [f"${name}: {self.arguments[name]}" for name in arguments]
        given = [f"{name}: ${name}" for name in arguments]
        head = f"({', '.join(typed)})" if typed else ""
        call = f"{self.name}({', '.join(given)})" if given else self.name
        return f"{self.root}{head} {{ {call} {self.selection} }}", arguments


def schema() -> Any:
    """As the standalone shop mounts it."""
    from saleor_relacional.hosts.standalone.graphql.schema import schema as mounted

    return mounted


def fields() -> list[Field]:
    """All queries and mutations of ours."""
    types = schema().get_type_map()
    return [
        Field(
            root=root.lower(), name=name, selection=_selection(field.type),
            arguments={each: argument.type for each, argument in field.args.items()},
        )
        for root in ("Query", "Mutation")
        for name, field in types[root].fields.items()
        if name.startswith("relationship")
    ]  # fmt: skip


def ids(field: Field) -> Iterator[tuple[str, ...]]:
    """Paths of all arguments that take an id."""
    for name, kind in field.arguments.items():
        yield from _ids(kind, (name,), frozenset())


def least(field: Field, value: Value) -> dict[str, Any]:
    """The arguments that must be given."""
    return {
        name: made(kind, value, name)
        for name, kind in field.arguments.items()
        if isinstance(kind, GraphQLNonNull)
    }


def made(kind: Any, value: Value, path: str, deep: int = 0) -> Any:
    """Something of this type; of an input what must be given."""
    if isinstance(kind, GraphQLNonNull):
        return made(kind.of_type, value, path, deep)
    if isinstance(kind, GraphQLList):
        return [made(kind.of_type, value, path, deep + 1)]
    if isinstance(kind, GraphQLInputObjectType):
        needed = {name: each for name, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)}
        return {name: made(each.type, value, f"{path}.{name}", deep + 1) for name, each in needed.items()}
    if isinstance(kind, GraphQLEnumType):
        return value("enum", path) or kind.values[0].name
    return value(kind.name, path)


def put(arguments: dict[str, Any], path: tuple[str, ...], given: str) -> dict[str, Any]:
    """The arguments with an id at a path. `*` in it: in a list."""
    name, *rest = path
    if name == "*":
        raise AssertionError("a path begins with a name")
    inner: Any = given
    if rest:
        if rest[0] == "*":
            inner = [put({}, tuple(rest[1:]), given)] if rest[1:] else [given]
        else:
            inner = put(dict(arguments.get(name) or {}), tuple(rest), given)
    return {**arguments, name: inner}


def _ids(kind: Any, path: tuple[str, ...], seen: frozenset[str]) -> Iterator[tuple[str, ...]]:
    if isinstance(kind, GraphQLNonNull):
        yield from _ids(kind.of_type, path, seen)
    elif isinstance(kind, GraphQLList):
        yield from _ids(kind.of_type, (*path, "*"), seen)
    elif isinstance(kind, GraphQLInputObjectType):
        if kind.name not in seen:
            for name, each in kind.fields.items():
                yield from _ids(each.type, (*path, name), seen | {kind.name})
    elif kind.name == "ID":
        yield path


def _selection(kind: Any) -> str:
    """What is asked of the answer: errors, and one level of what has no arguments."""
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    if not isinstance(kind, GraphQLObjectType):
        return ""
    if "errors" in kind.fields:
        return "{ errors { field code message } }"
    if "edges" in kind.fields:
        return "{ totalCount edges { cursor node { __typename } } }"
    names = [name for name, field in kind.fields.items() if not field.args and _flat(field.type)]
    return f"{{ {' '.join(['__typename', *names])} }}"


def _flat(kind: Any) -> bool:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    return not isinstance(kind, GraphQLObjectType) and not hasattr(kind, "types")
