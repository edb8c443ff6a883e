"""What the owner decided."""

from typing import Any

import graphene

from saleor_relacional.flows import policy
from saleor_relacional.flows.contact import contact_policy, exclusions
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.flows.operations import place
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import request, writing
from saleor_relacional.graphql.types.contact import RelationshipContactPolicy, RelationshipExclusion
from saleor_relacional.graphql.types.policy import (
    RelationshipBudgetMonth,
    RelationshipPolicy,
    RelationshipSender,
    RelationshipShop,
    months,
    so_many,
)


class PolicyQueries(graphene.ObjectType):
    """The owner's decisions."""

    relationship_policy = graphene.Field(
        RelationshipPolicy, description="How much may leave per day, and on what ground." + says(MANAGE_USERS)
    )
    relationship_contact_policy = graphene.Field(
        RelationshipContactPolicy,
        description="How often, when and after what nobody is written to." + says(MANAGE_USERS),
    )
    relationship_shop = graphene.Field(
        RelationshipShop,
        description="Where the shop is, and where mails send customers." + says(MANAGE_USERS),
    )
    relationship_senders = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipSender)),
        description="In whose name each channel's mails leave." + says(MANAGE_USERS),
    )

    relationship_exclusions = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipExclusion)),
        description="Whom no campaign writes to, the oldest first (1,000 at most)." + says(MANAGE_USERS),
    )

    relationship_budget = listed(
        RelationshipBudgetMonth,
        "What offers of all campaigns hold and took off, by the month in which they were promised: this month first."
        + says(MANAGE_USERS),
        months=months(),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_budget(_root: Any, info: Any, months: int) -> Any:
        with writing():
            return accounts.of_shop(request(info.context).now, months=so_many(months))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_exclusions(_root: Any, info: Any) -> Any:
        with writing():
            return exclusions.all_of_them()

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_policy(_root: Any, info: Any) -> Any:
        with writing():
            return policy.current(request(info.context).now)

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_contact_policy(_root: Any, info: Any) -> Any:
        with writing():
            return contact_policy.current()

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_shop(_root: Any, info: Any) -> Any:
        with writing():
            return place.current()

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_senders(_root: Any, info: Any) -> Any:
        with writing():
            return list(policy.senders().values())
