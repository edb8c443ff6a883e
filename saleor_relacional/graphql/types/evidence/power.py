"""What a campaign will let its owner know, and when."""

from typing import Any

import graphene

from saleor_relacional.flows.evidence import power_words


class RelationshipKnown(graphene.ObjectType):
    """One outcome."""

    base = graphene.Float(
        required=True,
        description="What it has been until now without the campaign: share who come back, or money per person.",
    )
    effect = graphene.Float(
        description="The smallest gain per person that will be known, in eight of ten campaigns. Null: none will."
    )
    sooner = graphene.Float(
        description="In how many weeks that would be known with `moreControl`. Null: no sooner."
    )

    class Meta:
        description = "What will be known of one outcome."


class RelationshipPower(graphene.ObjectType):
    """What will be known."""

    words = graphene.String(required=True, description="All of it, in the reader's language.")
    per_month = graphene.Float(
        description="People who can be expected to start per month, both arms: who is there now is spread over three"
        " months, those who come are as many as in the last three; no more than its mails per day reach. Null: not"
        " known before a campaign of this kind runs.",
    )
    control_share = graphene.Float(required=True)
    weeks = graphene.Int(required=True)
    more_control = graphene.Float(required=True, description="The control share that decides soonest.")
    currency = graphene.String(required=True, description="Of money; empty where nothing is known of it.")
    came_back = graphene.Field(
        RelationshipKnown, description="Null where nothing is known of the past, or nobody is there."
    )
    kept = graphene.Field(RelationshipKnown, description="Money kept, up to the cap. Null as above.")

    class Meta:
        description = (
            "What a campaign will let its owner know after so many weeks: from how many people are there for it, and"
            " how people of the shop came back by themselves so far."
        )

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return power_words.foretold(root)
