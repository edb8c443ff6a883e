"""Campaigns, and the dry run of one."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import proposals
from saleor_relacional.graphql import ids
from saleor_relacional.graphql.cursors import cursor, exact, page_info, real, values, whole
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, limit, request, writing
from saleor_relacional.graphql.types.campaign import RelationshipCampaign
from saleor_relacional.graphql.types.campaign_connection import (
    RelationshipCampaignCountableConnection,
    RelationshipCampaignCountableEdge,
)
from saleor_relacional.graphql.types.dry_run import RelationshipDryRun
from saleor_relacional.models import Campaign

MOST = 100
DRY_RUNS = 10
"""Dry runs in one request at most."""


class CampaignQueries(graphene.ObjectType):
    """Campaigns."""

    relationship_campaign = graphene.Field(
        RelationshipCampaign,
        id=graphene.Argument(graphene.ID, required=True, description="ID of the campaign."),
        description="Look up a campaign by ID." + says(MANAGE_USERS),
    )
    relationship_campaigns = graphene.Field(
        RelationshipCampaignCountableConnection,
        first=graphene.Int(
            default_value=20, description="Retrieve the first n elements from the list: 100 at most."
        ),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="Campaigns, the oldest first." + says(MANAGE_USERS),
    )
    relationship_campaign_dry_run = graphene.Field(
        RelationshipDryRun,
        id=graphene.Argument(graphene.ID, required=True, description="ID of the campaign."),
        first=graphene.Int(default_value=50, description="So many proposals: 100 at most."),
        after=graphene.String(description="nextPage of the page before."),
        description="Who would get what, why, when and at what cost, if the campaign ran now. Changes nothing."
        + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_campaign(_root: Any, info: Any, id: str) -> Any:
        return ids.campaign(id, using=alias(info.context))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_campaigns(
        _root: Any, info: Any, first: int | None = None, after: str | None = None
    ) -> Any:
        first = _within(first, 20)
        known = Campaign.objects.using(alias(info.context)).order_by("pk")
        past = (values(after, whole)[0] or 0) if after else 0
        rows = list(known.filter(pk__gt=past)[: first + 1])
        edges = [RelationshipCampaignCountableEdge(node=row, cursor=cursor(row.pk)) for row in rows[:first]]
        return RelationshipCampaignCountableConnection(
            page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=len(rows) > first),
            edges=edges,
            total_count=known.count,
        )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_campaign_dry_run(
        _root: Any, info: Any, id: str, first: int | None = None, after: str | None = None
    ) -> Any:
        limit(info.context, "a dry run", DRY_RUNS)
        place = _place(after) if after else None
        with writing():
            campaign = ids.campaign(id)
            if campaign is None:
                return None
            return proposals.dry_run(
                campaign, request(info.context).now, first=_within(first, 50), after=place
            )


def _within(first: int | None, default: int) -> int:
    if first is not None and not 1 <= first <= MOST:
        raise GraphQLError(f"Ask for 1 to {MOST} at once.")
    return first or default


def _place(after: str) -> proposals.QueuePosition:
    try:
        place, profile, room, above, *left = values(after, real, whole, whole, whole, *[exact] * 4)
        return proposals.QueuePosition(
            place=place, profile_id=profile, room=room, treated_above=above, left=left[0], left_today=left[1],
            shop_left=left[2], shop_left_today=left[3],
        )  # fmt: skip
    except BadInput as error:
        raise GraphQLError("Received cursor is invalid.") from error
