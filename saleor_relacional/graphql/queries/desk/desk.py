"""The shop's labels, and what its own customer list filters by."""

from typing import Any

import graphene

from saleor_relacional.flows.attributes import choice
from saleor_relacional.flows.contact import labels
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, writing
from saleor_relacional.graphql.types.desk.attributes import RelationshipAttributeChoice
from saleor_relacional.graphql.types.desk.labels import RelationshipLabelCount


class DeskQueries(graphene.ObjectType):
    """What staff keep at their desk."""

    relationship_labels = graphene.List(
        graphene.NonNull(RelationshipLabelCount),
        description=f"All labels that somebody has, by name ({labels.MOST_KNOWN} at most)."
        + says(MANAGE_USERS),
    )
    relationship_attribute_choice = graphene.Field(
        RelationshipAttributeChoice,
        description="What the shop's own customer list filters by, as the owner chose." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_labels(_root: Any, info: Any) -> Any:
        return labels.known(using=alias(info.context))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_attribute_choice(_root: Any, info: Any) -> Any:
        with writing():
            return choice.current()
