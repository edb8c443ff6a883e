"""What all mutations share: a refusal is an answer, with field, message and code."""

from typing import Any, ClassVar

import graphene

from saleor_relacional.hosts.standalone.shop.refusal import Refusal


class ShopError(graphene.ObjectType):
    """Why the shop did not do it."""

    field = graphene.String()
    message = graphene.String()
    code = graphene.String(required=True)


class Verb(graphene.Mutation):
    """Subclasses say what they `do`."""

    do: ClassVar[Any]
    """Class method: (info, **the mutation's own arguments) → the mutation, done. Raises Refusal."""
    errors = graphene.List(graphene.NonNull(ShopError), required=True)

    class Meta:
        abstract = True

    @classmethod
    def mutate(cls, _root: Any, info: Any, **arguments: Any) -> Any:
        try:
            return cls.do(info, **arguments)
        except Refusal as refusal:
            return cls(errors=[ShopError(field=refusal.field, message=refusal.message, code=refusal.code)])
