"""The shop-wide control group, and what all campaigns together brought."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import listed, moment


class RelationshipShopControlPeriod(graphene.ObjectType):
    """A year of the shop, or what the owner made of it."""

    begins_at = moment("When people were drawn anew.", required=True)
    ends_at = moment("When they will be, or when the owner ended it.", required=True)
    treated = graphene.Int(required=True, description="Who entered and is written to like everybody.")
    control = graphene.Int(
        required=True, description="Who entered and is held out of everything commercial until it ends."
    )

    class Meta:
        description = "Everybody is drawn anew with each period, which ends with the shop's year."


class RelationshipShopControl(graphene.ObjectType):
    """Who is held out of everything commercial."""

    share = graphene.Float(
        required=True,
        description="Of the people whom any campaign would first start, who is held out. 0: nobody.",
    )
    periods = listed(RelationshipShopControlPeriod, "The latest first.")

    class Meta:
        description = (
            "The shop-wide control group: people whom nothing commercial reaches, so that it can be told what all"
            " campaigns together bring. Service still reaches them."
        )

    @staticmethod
    def resolve_share(root: Any, info: Any) -> float:
        return float(root.share)
