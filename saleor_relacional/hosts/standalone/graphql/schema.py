"""The shop's schema, with ours mounted in it: queries and mutations side by side, `relationship` on User."""

import graphene

from saleor_relacional.graphql.schema import RelationshipMutations, RelationshipQueries, user_field
from saleor_relacional.hosts.standalone.graphql.mutations import ShopMutations
from saleor_relacional.hosts.standalone.graphql.queries import ShopQueries
from saleor_relacional.hosts.standalone.graphql.types import User

User._meta.fields["relationship"] = user_field


class Query(ShopQueries, RelationshipQueries):
    """What one may ask."""


class Mutation(ShopMutations, RelationshipMutations):
    """What one may do."""


schema = graphene.Schema(query=Query, mutation=Mutation)
