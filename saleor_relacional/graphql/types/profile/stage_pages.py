"""Pages of the history of stages, and days as arguments."""

from datetime import date
from typing import Any

from graphql import GraphQLError
from promise import Promise

from saleor_relacional.flows.profiles.stage_history import MOST, Change, HistoryPage, HistoryPosition
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.cursors import cursor, instant, page_info, values, whole
from saleor_relacional.graphql.types.profile.history import (
    RelationshipStageChangeCountableConnection,
    RelationshipStageChangeCountableEdge,
)


def stage_page(context: Any, profile: int, first: int, after: str) -> Promise:
    """One page of one profile's history. Raises GraphQLError for a size or a cursor that cannot be."""
    if not 1 <= first <= MOST:
        raise GraphQLError(f"Ask for 1 to {MOST} at once.")
    asked = HistoryPage(profile=profile, first=first + 1, after=_place(after) if after else None)
    return loaders.stages(context, asked).then(lambda found: _page(found, first, after))


def _page(found: list[Change], first: int, after: str) -> Any:
    edges = [
        RelationshipStageChangeCountableEdge(
            node=one, cursor=cursor(one.place.happened_at.isoformat(), one.place.change)
        )
        for one in found[:first]
    ]
    return RelationshipStageChangeCountableConnection(
        page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=len(found) > first),
        edges=edges,
    )


def _place(after: str) -> HistoryPosition:
    happened_at, change = values(after, instant, whole)
    if happened_at is None or change is None:
        raise GraphQLError("Received cursor is invalid.")
    return HistoryPosition(happened_at=happened_at, change=change)


def day_of(text: str) -> date:
    """The day that a text names. Raises GraphQLError for anything but YYYY-MM-DD in this era."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise GraphQLError("Give a day as YYYY-MM-DD, such as 2026-05-01.") from error
    if not 1900 <= day.year <= 9000:
        raise GraphQLError("Give a day of this era.")
    return day
