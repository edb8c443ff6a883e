"""What a customer asks of us."""

from typing import Any

import graphene

from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.graphql.host_types import listed, moment


class RelationshipTopic(graphene.ObjectType):
    """What a message may be about."""

    key = graphene.String(required=True, description="What preferences and campaigns call it.")
    name = graphene.String(
        required=True,
        description="How customers read it.",
        args={"language": graphene.Argument(graphene.String, description="In this language. Default: en.")},
    )

    class Meta:
        description = "What a message may be about, as the shop declares it."

    @staticmethod
    def resolve_name(root: Any, info: Any, language: str | None = None) -> str:
        return topics.name(root, language or "en")


class RelationshipPreferences(graphene.ObjectType):
    """What one customer asks of the shop."""

    per_week = graphene.Int(description="Messages in any 7 days, at most; null: as the shop decided.")
    per_month = graphene.Int(description="Messages in any 30 days, at most; null: as the shop decided.")
    paused_until = moment("Nothing but service before; null: no pause.")
    unwanted_topics = listed(graphene.String, "Keys of topics that they do not want to hear about.")
    quiet_from = graphene.String(description="When their quiet hours begin, HH:MM of their own clock.")
    quiet_to = graphene.String(description="When they end.")
    time_zone = graphene.String(required=True, description="As they declared it; empty: they did not.")
    language = graphene.String(required=True, description="As they declared it; empty: they did not.")
    not_before = graphene.String(description="No reminder before this day: YYYY-MM-DD.")
    every_days = graphene.Float(description="So many days between purchases, as they declared it.")
    just_looking = graphene.Boolean(required=True, description="Nothing but what they ask for.")
    do_not_sell = graphene.Boolean(required=True, description="Service and content, no offers.")
    no_profiling = graphene.Boolean(required=True, description="Nothing is concluded about them.")

    class Meta:
        description = (
            "What a customer asks of the shop. Of it and the shop's own contact policy the stricter holds."
        )

    @staticmethod
    def resolve_quiet_from(root: Preferences, info: Any) -> Any:
        return root.quiet_from and f"{root.quiet_from:%H:%M}"

    @staticmethod
    def resolve_quiet_to(root: Preferences, info: Any) -> Any:
        return root.quiet_to and f"{root.quiet_to:%H:%M}"

    @staticmethod
    def resolve_not_before(root: Preferences, info: Any) -> Any:
        return root.not_before and root.not_before.isoformat()
