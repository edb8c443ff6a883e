"""Whom somebody chose: accounts in the host's own list, relationships in ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from graphene.relay import Node

from saleor_relacional.flows.contact import several
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profiles import Relationship

ACCOUNTS = "customerIds"
"""Global ids, as the host's dashboard says them in the address of a popup."""
PEOPLE = "people"
"""Public ids, from our own list: sent by POST alone."""
READ_AT_MOST = 10 * several.MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whom somebody chose, as it was sent."""

    field: str
    """ACCOUNTS or PEOPLE."""
    ids: Sequence[str]
    """Each once, as they are sent again."""
    people: Sequence[Relationship]
    """Those whom we know, in the order chosen; nobody where too many are chosen."""

    @property
    def value(self) -> str:
        """All of them, for a field of a form."""
        return ",".join(self.ids)

    @property
    def too_many(self) -> bool:
        return len(self.ids) > several.MOST


def accounts(query: QueryDict) -> Chosen:
    """The dashboard joins ids with commas; other versions repeat or number them."""
    names = sorted(name for name in query if name.split("[")[0] == ACCOUNTS)
    references = _each(query, names, _account)
    ids = [str(Node.to_global_id("User", one)) for one in references]
    return _chosen(ACCOUNTS, ids, references, profiles.of_accounts)


def people(query: QueryDict) -> Chosen:
    """Check boxes of our list, or what a form below it repeats, joined by commas."""
    ids = _each(query, [PEOPLE], _public_id)
    return _chosen(PEOPLE, [str(one) for one in ids], ids, profiles.of_public_ids)


def sent(query: QueryDict) -> Chosen:
    """What a form sent, of either list."""
    return people(query) if PEOPLE in query else accounts(query)


def _chosen(
    field: str, ids: Sequence[str], keys: Sequence[Any], find: Callable[[Any], Mapping[Any, Relationship]]
) -> Chosen:
    found = find(keys) if len(keys) <= several.MOST else {}
    known = {one.id: one for one in (found.get(key) for key in keys) if one is not None}
    return Chosen(field=field, ids=ids, people=list(known.values()))


def _each(query: QueryDict, names: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    given = [one for name in names for value in query.getlist(name) for one in value.split(",") if one]
    return list(dict.fromkeys(filter(None, map(read, given[:READ_AT_MOST]))))


def _account(given: str) -> str:
    try:
        kind, reference = Node.from_global_id(given)
    except (ValueError, TypeError):
        return ""
    return reference if kind == "User" else ""


def _public_id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
