"""A period of time."""

import graphene

from saleor_relacional.graphql.host_types import moment


class RelationshipPeriod(graphene.ObjectType):
    """Two instants: a beginning and an end."""

    from_ = moment("Beginning.", required=True, name="from")
    until = moment("End.", required=True)

    class Meta:
        description = "From one instant until another."
