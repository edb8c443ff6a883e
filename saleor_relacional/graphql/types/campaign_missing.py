"""What a campaign lacks before it can be switched on."""

from typing import Any

import graphene

from saleor_relacional.graphql.errors import RelationshipErrorCode


class RelationshipCampaignMissing(graphene.ObjectType):
    """One thing that activating refuses."""

    code = graphene.Field(RelationshipErrorCode, required=True)
    message = graphene.String(required=True, description="What to do, in the reader's language.")
    field = graphene.String(description="Of the terms, or of the call; null where it is mended elsewhere.")

    class Meta:
        description = "One thing that activating a campaign would refuse, with its cure."

    @staticmethod
    def resolve_code(root: Any, info: Any) -> str:
        return str(root.code.lower())
