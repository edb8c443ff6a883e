"""What a customer said about being written to."""

import graphene

from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.enums import BasisEnum, PurposeEnum


class RelationshipConsentStatement(graphene.ObjectType):
    """One dated statement."""

    purpose = graphene.Field(PurposeEnum, required=True)
    basis = graphene.Field(BasisEnum, required=True)
    source = graphene.String(required=True, description="Where it was said.")
    text = graphene.String(required=True, description="What was agreed to, word for word.")
    language = graphene.String(required=True, description="Language of that text.")
    happened_at = moment("When it was said.", required=True)

    class Meta:
        description = "One dated statement about being written to."
