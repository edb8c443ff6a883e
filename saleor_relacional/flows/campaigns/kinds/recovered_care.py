"""Recovered care: thanks to somebody who had lapsed and has ordered again, and what may have changed since.

A cycle is one return, keyed by the day of the order. In the first rhythm after it nothing is offered: who has just come
back of their own accord is not taught to wait for a discount.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Goal, Step
from saleor_relacional.models import Stage

THANKED_WITHIN = 30
"""Days after the order in which somebody is considered for the first time."""

KIND = CampaignKind(
    name="recovered_care",
    goal=Goal.RETAIN,
    title=_("Recovered care"),
    aim=_("Who comes back is welcomed back, and stays."),
    hypothesis=_("A word of thanks to somebody who came back makes the next order likelier."),
    steps=(Step(message="recovered_care", wait_days=3),),
    stages=(Stage.RECOVERED.value,),
    control_share=Decimal("0.2"),
    prior_lift=0.03,
    window_days=RECURRING_WINDOW,
    open="s.stage = ANY(%(stages)s) AND s.last_day IS NOT NULL",
    opens=f"s.stage_cause IN ('purchase', 'history') AND s.last_at > %(now)s - interval '{THANKED_WITHIN} days'",
    cycle="s.last_day::text",
    begun_at="s.last_at",
    waits_from="s.last_at",
    comes=fragments.ENTERED_BY_PURCHASE,
    ended=f"({fragments.LAST_GONE} OR {fragments.REFUNDED_SINCE})",
    ended_reason="refunded",
    occasion={"before": "s.last_day - s.last_gap"},
    offers_after=Decimal(1),
)
