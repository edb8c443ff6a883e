"""What all campaigns together brought."""

from typing import Any

import graphene

from saleor_relacional.flows.shop_control import overview
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import request, writing
from saleor_relacional.graphql.types.shop_control import RelationshipShopControl


class ShopControlQueries(graphene.ObjectType):
    """The shop-wide control group."""

    relationship_shop_control = graphene.Field(
        RelationshipShopControl,
        description="Who is held out of everything commercial, and what all of it brought."
        + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_shop_control(_root: Any, info: Any) -> Any:
        with writing():
            return overview.overview(request(info.context).now)
