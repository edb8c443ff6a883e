"""Thanks for the first order: once per person, two days after they first bought. A service message without an offer.

A later purchase does not stop it; money that goes back does, and so does an order that is taken back whole. Who first
bought longer ago than THANKED_WITHIN is not thanked any more: the first reading of a shop's history thanks nobody.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.flows.campaigns.kinds import days, fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.models import Stage

THANKED_WITHIN = 14
"""Days. Longer than the beat may be away, so that a missed run loses nobody."""

_FIRST = f"(SELECT min(first.placed_at) FROM ({fragments.BOUGHT}) first)"

KIND = CampaignKind(
    name="thanks_first_order",
    goal=Goal.RETAIN,
    title=_("Thanks for the first order"),
    aim=_("New customers know that they are welcome, and whom to ask."),
    hypothesis=_("A word of thanks, with nothing to sell, makes a second order likelier."),
    believes=False,
    message_lasts=timedelta(days=3),
    steps=(Step(message="thanks_first_order", wait_days=2),),
    stages=tuple(stage.value for stage in Stage if stage is not Stage.PROSPECT),
    control_share=Decimal(0),
    prior_lift=0.02,
    window_days=30,
    # The moment of the last purchase has an index, and who first bought lately last bought lately.
    open=f"""s.stage = ANY(%(stages)s) AND s.last_at >= %(now)s - interval '{THANKED_WITHIN + 1} days'
        AND s.first_day >= %(today)s::date - {THANKED_WITHIN} AND NOT {fragments.REFUNDED}""",
    opens="true",
    cycle="'first'",
    begun_at="'-infinity'::timestamptz",
    waits_from=_FIRST,
    opened_at=_FIRST,
    commercial=False,
    comes=fragments.FIRST_BOUGHT_LATELY,
    ended=f"({fragments.REFUNDED} OR {fragments.NOTHING_BOUGHT})",
    ended_reason="refunded",
    over_at=f"""least(s.last_at + interval '{THANKED_WITHIN + 1} days',
        {days.midnight(f"s.first_day + {THANKED_WITHIN + 1}")})""",
)
