"""Win-back: somebody is later than their own rhythm. A cycle is one lapse, keyed by the day of the last purchase.

Only time opens a lapse (or the first reading of the shop's history): a refit, a cancellation or an old order that
arrives late puts nobody in front of the campaign. Whom time has made late stays late by time, whatever moves them on
within their lapse. A purchase ends it, also one that nobody has scored yet.

First a word; half an own rhythm later a second one, which is the place for an experience or an offer: money comes last.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Goal, Step
from saleor_relacional.models import Stage

_BY_TIME = "('time', 'history')"
_LATE = "('slipping', 'lapsed', 'lost')"
_LATE_BY_TIME = f"""EXISTS (SELECT FROM {tables.STAGE_CHANGE} late
    WHERE late.profile_id = s.profile_id AND late.stage IN {_LATE} AND late.cause IN {_BY_TIME}
      AND late.id > coalesce((SELECT max(before.id) FROM {tables.STAGE_CHANGE} before
                              WHERE before.profile_id = s.profile_id AND before.stage NOT IN {_LATE}), 0))"""
"""Condition: time has moved them on since they were last in their rhythm, whatever a refit did afterwards."""

KIND = CampaignKind(
    name="win_back",
    goal=Goal.RECOVER,
    title=_("Win back"),
    aim=_("Customers who are later than their own rhythm order again."),
    hypothesis=_("A personal word to somebody who is late brings orders that would not have come."),
    steps=(Step(message="win_back"), Step(message="win_back_again", wait_rhythms=Decimal("0.5"))),
    stages=(Stage.SLIPPING.value, Stage.LAPSED.value),
    control_share=Decimal("0.2"),
    prior_lift=0.1,
    window_days=RECURRING_WINDOW,
    open="s.stage = ANY(%(stages)s) AND s.last_day IS NOT NULL",
    opens=f"(s.stage_cause IN {_BY_TIME} OR s.stage_cause IN ('refit', 'habit', 'declared') AND {_LATE_BY_TIME})",
    cycle="s.last_day::text",
    begun_at="s.last_at",
    waits_from="s.since",
    comes=fragments.ENTERED_BY_TIME,
    ended=fragments.BOUGHT_AGAIN,
    ended_reason="purchased",
)
