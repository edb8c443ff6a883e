"""What every mutation of ours does: ask for the permission, write with the host's, answer expected errors as values."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import graphene

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, Misconfigured, Refused
from saleor_relacional.graphql.errors import RelationshipError, all_of
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, require
from saleor_relacional.graphql.request import writing


def errors_field() -> graphene.Field:
    """The field `errors`: never null, as in Saleor."""
    return graphene.Field(graphene.List(graphene.NonNull(RelationshipError)), required=True)


def answering(mutate: Callable[..., Any]) -> Callable[..., Any]:
    """Runs the mutation in one transaction; an error that we raise on purpose becomes `errors`."""

    @wraps(mutate)
    def answered(cls: Any, root: Any, info: Any, **arguments: Any) -> Any:
        try:
            with writing(), sql.atomic():
                return mutate(cls, root, info, **arguments)
        except (BadInput, Refused, Misconfigured) as error:
            return cls(errors=all_of(error))

    return answered


def by_owner(mutate: Callable[..., Any]) -> Callable[..., Any]:
    """Runs the mutation as `answering` does, for callers who hold MANAGE_RELATIONSHIPS."""

    @wraps(mutate)
    def checked(cls: Any, root: Any, info: Any, **arguments: Any) -> Any:
        require(info, MANAGE_RELATIONSHIPS)
        return answering(mutate)(cls, root, info, **arguments)

    return checked
