"""Global ids, as in Saleor."""

from uuid import UUID

from graphene.relay import Node
from graphql import GraphQLError

from saleor_relacional.models import Campaign


def uuid_of(type_name: str, given: str) -> UUID:
    """The public id in a global id of this type. Raises GraphQLError otherwise."""
    try:
        found, value = Node.from_global_id(given)
        if found == type_name:
            return UUID(value)
    except (ValueError, TypeError) as error:
        raise GraphQLError(f"Invalid ID: {given}. Expected: {type_name}.") from error
    raise GraphQLError(f"Invalid ID: {given}. Expected: {type_name}.")


def campaign(given: str, *, using: str | None = None) -> Campaign | None:
    """The campaign of a global id, or None."""
    public_id = uuid_of("RelationshipCampaign", given)
    return Campaign.objects.at(using).filter(public_id=public_id).first()
