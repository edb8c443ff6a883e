"""The owner holds people out of everything commercial."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.flows.shop_control import overview, periods
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.shop_control import RelationshipShopControl


class RelationshipShopControlUpdate(graphene.Mutation):
    """How many are held out of everything commercial."""

    shop_control = graphene.Field(RelationshipShopControl)
    errors = errors_field()

    class Arguments:
        share = graphene.Float(
            required=True,
            description=f"Of the people whom any campaign would first start, from 0 to {periods.MOST}. Whoever has"
            " entered keeps their arm until the period ends; 0 ends it at once.",
        )

    class Meta:
        description = "Hold people out of everything commercial, to learn what it brings." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, share: float) -> Any:
    now = request(info.context).now
    periods.decide(Decimal(str(share)), now=now)
    return cls(shop_control=overview.overview(now), errors=[])
