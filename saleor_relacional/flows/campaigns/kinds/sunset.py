"""Sunset: somebody is lost and has not moved after three messages. They are asked once, then left in peace for good.

Whoever was asked hears of nothing commercial any more (suppression.LEFT_IN_PEACE) until an own act: an order, an
opt-in. That holds in both arms alike, from the moment at which their turn came; and the messages are counted in both
arms alike too, by the days on which their steps fell due while those could still leave.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments, registry
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.models import Stage

MESSAGES = 3
"""Commercial messages without an own act since the first of them."""


def _parameters(now: datetime, today: date) -> Mapping[str, Any]:
    selling = [
        each.name for each in registry.kinds().values() if each.commercial and not each.leaves_in_peace
    ]
    return {"selling": selling}


_DUE = f"""SELECT count(*) FROM {tables.ENROLMENT} x
    JOIN {tables.CAMPAIGN} c ON c.id = x.campaign_id AND c.kind = ANY(%(selling)s)
    JOIN {tables.CAMPAIGN_VERSION} v ON v.id = x.version_id
    CROSS JOIN LATERAL (
        SELECT x.started_at + coalesce(sum({fragments.WAIT}) FILTER (WHERE step.number > 1)
                   OVER (ORDER BY step.number), interval '0') AS at
        FROM {tables.CAMPAIGN_STEP} step WHERE step.version_id = x.version_id) due
    WHERE x.profile_id = s.profile_id AND x.state = 'started' AND x.started_at > {fragments.LAST_OWN_ACT}
      AND due.at <= %(now)s AND (v.stages @> '["{Stage.LOST.value}"]'::jsonb OR due.at <= s.since)"""
"""How many messages had their day since the last own act. One that is only for those who are not lost yet has none
after that."""

KIND = CampaignKind(
    name="sunset",
    goal=Goal.LET_GO,
    title=_("Sunset"),
    aim=_("Nobody is written to who has long stopped listening."),
    hypothesis=_("Asking once, and then keeping silent, loses no order and spares people our mail."),
    steps=(Step(message="sunset"),),
    stages=(Stage.LOST.value,),
    control_share=Decimal(0),
    window_days=30,
    open=f"s.stage = ANY(%(stages)s) AND s.last_day IS NOT NULL AND ({_DUE}) >= {MESSAGES}",
    opens="true",
    cycle=f"({fragments.LAST_OWN_ACT} AT TIME ZONE 'UTC')::date::text",
    begun_at=fragments.LAST_OWN_ACT,
    waits_from="s.since",
    ended=fragments.BOUGHT_AGAIN,
    ended_reason="purchased",
    parameters=_parameters,
    offers_after=None,
    leaves_in_peace=True,
)
