"""What messages may be about: anybody may ask."""

from typing import Any

import graphene

from saleor_relacional.flows.preferences import topics
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.request import writing
from saleor_relacional.graphql.types.profile.preferences import RelationshipTopic


class TopicQueries(graphene.ObjectType):
    """The shop's topics."""

    relationship_topics = listed(
        RelationshipTopic,
        "What messages may be about, as the shop declares it: customers choose among topics."
        "\n\nRequires no permission.",
    )

    @staticmethod
    def resolve_relationship_topics(_root: Any, info: Any) -> Any:
        with writing():
            return topics.declared()
