"""What the owner decided."""

import graphene

from saleor_relacional.graphql.host_types import moment


class RelationshipPolicy(graphene.ObjectType):
    """How much may leave, and on what ground."""

    daily_capacity = graphene.Int(
        description="Commercial mails a day over all campaigns. Null: not decided, and nothing leaves."
    )
    soft_opt_in = graphene.Boolean(
        required=True,
        description="Buyers may be written to without an opt-in, as they were told when they bought.",
    )
    soft_opt_in_text = graphene.String(required=True, description="What buyers were told.")
    updated_at = moment("When it was last decided.", required=True)

    class Meta:
        description = "How much may leave a day, and on what ground."


class RelationshipSender(graphene.ObjectType):
    """In whose name a channel's mails leave."""

    channel = graphene.String(required=True, description="Slug.")
    name = graphene.String(required=True)
    address = graphene.String(required=True, description="From.")
    reply_to = graphene.String(required=True, description="Empty when answers go to From.")
    postal_address = graphene.String(required=True)
    updated_at = moment("When it was last set.", required=True)

    class Meta:
        description = "In whose name a channel's mails leave. Without one nothing commercial leaves in it."
