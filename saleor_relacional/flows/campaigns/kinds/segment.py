"""Segment: the owner's own word to whoever enters a segment of theirs, and to who is in it when it is switched on.

A cycle is one stay in the segment: entering opens it, leaving ends it. Whoever goes in and out starts at most once in
30 days. Who is in it stands in rows, moved by news and by time (flows/segments/audience.py). What the campaign is
after its owner says: recover, retain or acquire.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Goal, Step
from saleor_relacional.models import Stage

NAME = "segment"

ONCE_IN = 30
"""Days."""

_ROW = f"FROM {tables.AUDIENCE} a WHERE a.campaign_id = %(campaign)s AND a.profile_id = s.profile_id"
_SINCE = f"coalesce((SELECT a.since {_ROW}), %(now)s::timestamptz)"
"""When they entered; now, where no row says so yet."""


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Whoever may start again since `after`."""
    return fragments.started_ago(NAME, ONCE_IN, after, until)


KIND = CampaignKind(
    name=NAME,
    goal=Goal.RETAIN,
    title=_("Segment"),
    aim=_("Whoever enters a segment of yours hears from you."),
    hypothesis=_("Your own word to these people brings orders that would not have come."),
    believes=False,
    steps=(Step(message=NAME),),
    stages=tuple(stage.value for stage in Stage),
    control_share=Decimal("0.2"),
    prior_lift=0.03,
    window_days=RECURRING_WINDOW,
    open=f"s.stage = ANY(%(stages)s) AND EXISTS (SELECT {_ROW} AND a.since IS NOT NULL)",
    opens=f"""NOT EXISTS (
        SELECT FROM {tables.ENROLMENT} x WHERE x.campaign_id + 0 = %(campaign)s AND x.profile_id = s.profile_id
          AND x.started_at > %(now)s - interval '{ONCE_IN} days')""",
    cycle=f"to_char({_SINCE} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    begun_at=_SINCE,
    waits_from=_SINCE,
    # `since` is no earlier than the campaign was switched on: who was in it then is there already.
    comes=f"""EXISTS (SELECT {_ROW} AND a.since > %(since)s AND a.since <= %(now)s)""",
    ended="false",  # no fact by itself: the rule is asked again when they are scored, and before a mail leaves
    ended_reason="cycle_over",
    for_audience=True,
    turns=turns,
)
