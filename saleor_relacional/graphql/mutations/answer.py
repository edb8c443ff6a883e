"""What every mutation of ours does: ask for the permission, write with the host's, answer expected errors as values."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any

import graphene
from django.utils.translation import get_language

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, Misconfigured, Refused
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.messages import voices
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.errors import Code, RelationshipError, all_of
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, require
from saleor_relacional.graphql.request import caller, request, writing

MOST, PER = 60, timedelta(hours=1)
"""How often one account may ask the same of us."""


def errors_field() -> graphene.Field:
    """The field `errors`: never null, as in Saleor."""
    return graphene.Field(graphene.List(graphene.NonNull(RelationshipError)), required=True)


def answering(mutate: Callable[..., Any]) -> Callable[..., Any]:
    """Runs the mutation in one transaction; an error that we raise on purpose becomes `errors`."""

    @wraps(mutate)
    def answered(cls: Any, root: Any, info: Any, **arguments: Any) -> Any:
        try:
            with writing(), _as_they_read(info), sql.atomic():
                return mutate(cls, root, info, **arguments)
        except (BadInput, Refused, Misconfigured) as error:
            return cls(errors=all_of(error))

    return answered


def _as_they_read(info: Any) -> AbstractContextManager[None]:
    """To a signed-in customer everything is said in the voice of their channel. A query or three, in a language that
    has two."""
    asking = caller(info.context)
    if asking.staff or asking.account is None or voices.plain(get_language() or "") not in voices.FORMAL:
        return nullcontext()
    own = profiles.of_accounts([asking.account]).get(asking.account)
    return voices.speaking(own.channel if own else "")


def limited(
    door: str, *, most: int = MOST, per: timedelta = PER, free: Callable[[Mapping[str, Any]], bool] = lambda told: False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    """Runs the mutation so often for one account; every try counts, whatever comes of it. Staff are not counted, nor is
    what is `free`. Goes above `answering`, whose transaction a refusal undoes."""

    def limits(mutate: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(mutate)
        def counted(cls: Any, root: Any, info: Any, **arguments: Any) -> Any:
            asking = caller(info.context)
            if asking.account is not None and not asking.may(MANAGE_RELATIONSHIPS) and not free(arguments):
                with writing():
                    may = limit.allowed(
                        door, asking.account, most=most, per=per, now=request(info.context).now
                    )
                if not may:
                    wrong = Refused("That is a lot at once: try again in an hour.", code=Code.TOO_MANY)
                    return cls(errors=all_of(wrong))
            return mutate(cls, root, info, **arguments)

        return counted

    return limits


def by_owner(mutate: Callable[..., Any]) -> Callable[..., Any]:
    """Runs the mutation as `answering` does, for callers who hold MANAGE_RELATIONSHIPS."""

    @wraps(mutate)
    def checked(cls: Any, root: Any, info: Any, **arguments: Any) -> Any:
        require(info, MANAGE_RELATIONSHIPS)
        return answering(mutate)(cls, root, info, **arguments)

    return checked
