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
DEEPEST = 5
"""How deep what may be left out is filled in: inputs may hold inputs of their own kind."""


def never() -> bool:
    """Nothing is given that may be left out."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of Query or Mutation, of ours, or one below them."""

    root: str
    """query or mutation."""
    name: str
    arguments: dict[str, Any]
    selection: str
    within: tuple[str, ...] = ()
    """Of a field below the root, what is asked around it, from the root on."""

    def question(self, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Query and variables."""
        typed = [f"${name}: {self.arguments[name]}" for name in arguments]
        given = [f"{name}: ${name}" for name in arguments]
        head = f"({', '.join(typed)})" if typed else ""
        call = f"{self.name}({', '.join(given)})" if given else self.name
        asked = f"{call} {self.selection}"
        for around in reversed(self.within):
            asked = f"{around} {{ {asked} }}"
        return f"{self.root}{head} {{ {asked} }}", arguments


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


def below() -> list[Field]:
    """All fields of our types that take arguments and are reached through others: through those of the signed-in
    customer, and through whatever can be asked without arguments or with a page's length."""
    types, found = schema().get_type_map(), []
    ways: dict[str, tuple[str, ...]] = {}
    next_: list[tuple[str, tuple[str, ...]]] = [("User", ("me",)), ("Query", ())]
    while next_:
        name, within = next_.pop(0)
        if name in ways:
            continue
        ways[name] = within
        for field, told in types[name].fields.items():
            inner = _inner(told.type)
            if within and told.args and (name.startswith("Relationship") or field.startswith("relationship")):
                found.append(Field(
                    root="query", name=field, selection=_selection(told.type), within=within,
                    arguments={each: argument.type for each, argument in told.args.items()},
                ))  # fmt: skip
            call = _call(field, told.args)
            if call and isinstance(inner, GraphQLObjectType) and (within or field == "me" or _ours(field)):
                next_.append((inner.name, (*within, call)))
    return found


def _ours(name: str) -> bool:
    return name.startswith("relationship")


def _call(name: str, arguments: dict[str, Any]) -> str:
    """How it is asked without knowing anything; empty: it cannot be."""
    needed = {each for each, argument in arguments.items() if isinstance(argument.type, GraphQLNonNull)}
    if needed - {"first"}:
        return ""
    return f"{name}(first: 3)" if "first" in arguments else name


def _inner(kind: Any) -> Any:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    return kind


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


def made(kind: Any, value: Value, path: str, deep: int = 0, *, optional: Callable[[], bool] = never) -> Any:
    """Something of this type; of an input what must be given, and what may be left out where `optional` says so."""
    if isinstance(kind, GraphQLNonNull):
        return made(kind.of_type, value, path, deep, optional=optional)
    if isinstance(kind, GraphQLList):
        return [made(kind.of_type, value, path, deep + 1, optional=optional)]
    if isinstance(kind, GraphQLInputObjectType):
        given = {
            name: each for name, each in kind.fields.items()
            if isinstance(each.type, GraphQLNonNull) or (deep < DEEPEST and optional())
        }  # fmt: skip
        return {
            name: made(each.type, value, f"{path}.{name}", deep + 1, optional=optional)
            for name, each in given.items()
        }
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
    kind = _inner(kind)
    if not isinstance(kind, GraphQLObjectType):
        return ""
    if "errors" in kind.fields:
        return "{ errors { field code message } }"
    if "edges" in kind.fields:
        return "{ totalCount edges { cursor node { __typename } } }"
    names = [name for name, field in kind.fields.items() if not field.args and _flat(field.type)]
    return f"{{ {' '.join(['__typename', *names])} }}"


def _flat(kind: Any) -> bool:
    kind = _inner(kind)
    return not isinstance(kind, GraphQLObjectType) and not hasattr(kind, "types")
