"""How the outbox stands."""

from typing import Any

import graphene

from saleor_relacional.flows.sending import outbox
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import request, writing
from saleor_relacional.graphql.types.sending.outbox import RelationshipOutbox


class SendingQueries(graphene.ObjectType):
    """The outbox."""

    relationship_outbox = graphene.Field(
        RelationshipOutbox,
        description="What waits to be sent, what left today, and whom mails leave through."
        + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_outbox(_root: Any, info: Any) -> Any:
        with writing():  # a late replica must not look like mails that do not leave
            return outbox.look(request(info.context).now)
