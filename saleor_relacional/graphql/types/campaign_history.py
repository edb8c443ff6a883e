"""What was changed of a campaign."""

from typing import Any

import graphene

from saleor_relacional.flows.evidence import harm_words
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.models import CampaignEvent

CampaignEventEnum = enum_of("RelationshipCampaignEventEnum", CampaignEvent, "What happened to a campaign.")


class RelationshipCampaignDifference(graphene.ObjectType):
    """One field of an edit."""

    field = graphene.String(required=True, description="As the input spells it, such as steps[1].value.")
    before = graphene.String(description="Null where there was nothing.")
    after = graphene.String(description="Null where nothing is left.")

    class Meta:
        description = "What an edit changed of one field, as text."

    @staticmethod
    def resolve_field(root: Any, info: Any) -> Any:
        return root[0]

    @staticmethod
    def resolve_before(root: Any, info: Any) -> Any:
        return root[1]

    @staticmethod
    def resolve_after(root: Any, info: Any) -> Any:
        return root[2]


class RelationshipCampaignChange(graphene.ObjectType):
    """One line of the history."""

    at = moment("When.", required=True)
    who = graphene.String(
        required=True,
        description="staff:ID or app:ID of the shop's own, or `system` where a task or a command did it.",
    )
    what = graphene.Field(CampaignEventEnum, required=True)
    because = graphene.String(
        description="Why it paused itself, in the reader's language; null where somebody did it."
    )
    differences = listed(
        RelationshipCampaignDifference,
        "Of an edit: each field that it changed. Where it paused itself: the limit, and the end of the interval beyond"
        " it.",
    )

    class Meta:
        description = "One change of a campaign: when, by whom, what."

    @staticmethod
    def resolve_what(root: Any, info: Any) -> Any:
        return root.event

    @staticmethod
    def resolve_because(root: Any, info: Any) -> str | None:
        return harm_words.because(root.reason) or None

    @staticmethod
    def resolve_differences(root: Any, info: Any) -> Any:
        return root.fields
