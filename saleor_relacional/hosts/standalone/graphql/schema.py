"""The shop's schema, with ours mounted in it: queries and mutations side by side, `relationship` on User."""

from importlib.util import find_spec

import graphene

from saleor_relacional.hosts.standalone.graphql.mutations import ShopMutations
from saleor_relacional.hosts.standalone.graphql.queries import ShopQueries
from saleor_relacional.hosts.standalone.graphql.types import User

if find_spec("saleor_relacional.graphql.schema"):
    from saleor_relacional.graphql.schema import RelationshipMutations, RelationshipQueries, user_field

    User._meta.fields["relationship"] = user_field
else:
    RelationshipMutations = RelationshipQueries = type("Nothing", (), {})


class Query(ShopQueries, RelationshipQueries, graphene.ObjectType):
    """What one may ask."""


class Mutation(ShopMutations, RelationshipMutations, graphene.ObjectType):
    """What one may do."""


schema = graphene.Schema(query=Query, mutation=Mutation)
