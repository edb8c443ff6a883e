"""How the machine is."""

from typing import Any

import graphene

from saleor_relacional.flows.operations import health
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import limit, request, writing
from saleor_relacional.graphql.types.health import RelationshipHealth


class HealthQueries(graphene.ObjectType):
    """Health."""

    relationship_health = graphene.Field(
        RelationshipHealth, description="What runs late, what waits, what went wrong." + says(MANAGE_USERS)
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_health(_root: Any, info: Any) -> Any:
        limit(info.context, "health", 10)
        with writing():  # a late replica must not look like a late machine
            return health.health(request(info.context).now)
