"""Sunset: somebody is lost and has not moved after three messages. They are asked once, then left in peace for good.

Whoever was asked hears of nothing commercial any more (suppression.LEFT_IN_PEACE) until an own act: an order, an
opt-in. That holds in both arms alike, from the moment at which their turn came; and the messages are counted as they
were booked in the contact budget, in both arms alike too.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.models import Stage

MESSAGES = 3
"""Commercial messages without an own act since the first of them."""


_HEARD = f"""SELECT count(*) FROM {tables.CONTACT} c
    WHERE c.profile_id = s.profile_id AND c.commercial AND c.at > {fragments.LAST_OWN_ACT}"""
"""How many commercial contacts were booked since the last own act, in both arms alike."""

KIND = CampaignKind(
    name="sunset",
    goal=Goal.LET_GO,
    title=_("Sunset"),
    aim=_("Nobody is written to who has long stopped listening."),
    hypothesis=_("Asking once, and then keeping silent, loses no order and spares people our mail."),
    steps=(Step(message="sunset"),),
    stages=(Stage.LOST.value,),
    control_share=Decimal(0),
    prior_lift=0.0,
    window_days=30,
    open=f"s.stage = ANY(%(stages)s) AND s.last_day IS NOT NULL AND ({_HEARD}) >= {MESSAGES}",
    opens="true",
    cycle=f"({fragments.LAST_OWN_ACT} AT TIME ZONE 'UTC')::date::text",
    begun_at=fragments.LAST_OWN_ACT,
    waits_from="s.since",
    # Who was not lost before, or had not heard enough, and has by now.
    comes=f"s.stage = ANY(%(stages)s) AND s.since > %(since)s AND ({_HEARD}) >= {MESSAGES}",
    ended=fragments.BOUGHT_AGAIN,
    ended_reason="purchased",
    offers_after=None,
    leaves_in_peace=True,
)
