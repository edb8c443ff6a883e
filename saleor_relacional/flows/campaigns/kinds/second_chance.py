"""Second chance: we have disappointed somebody, and apologise: by a person's name, nothing to sell, once in 90 days.

What disappoints: an order given back whole, an order that left much later than its channel's do (or has not left yet),
a complaint, a bad rating. Lateness is judged where nine of ten orders are fulfilled here at all
(contact/channel_paces.py). The apology ends the silence that the contact policy keeps after a disappointment; there is
no control group for it, ever.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.flows.contact import lateness
from saleor_relacional.models import Stage

APOLOGISED_WITHIN = 30
"""Days: what lies longer ago is not brought up again."""
ONCE_IN = 90
"""Days."""

NAME = "second_chance"

_SINCE = f"%(now)s - interval '{APOLOGISED_WITHIN} days'"
_RECENTLY = f"""
    SELECT r.profile_id FROM {tables.REFUND} r WHERE r.happened_at > {_SINCE}
    UNION ALL SELECT c.profile_id FROM {tables.CONTACT} c
    WHERE c.kind IN ('complaint', 'rating') AND c.at > {_SINCE}
    UNION ALL SELECT u.profile_id FROM {lateness.LATE_ORDERS} AND u.fulfilled_at IS NULL AND late.at > {_SINCE}"""
"""Whoever may have been disappointed lately: each part has an index, so that nobody else is looked at. An order that
left late was late before it left."""

_COMPLAINED_SINCE = f"""
    SELECT r.profile_id FROM {tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id
    WHERE r.happened_at > %(since)s AND r.happened_at <= %(now)s AND coalesce(u.state, 'empty') = 'empty'
    UNION ALL SELECT c.profile_id FROM {tables.CONTACT} c
    WHERE c.kind IN ('complaint', 'rating') AND (c.kind = 'complaint' OR c.stars <= {lateness.BAD_STARS})
      AND c.at > %(since)s AND c.at <= %(now)s
    UNION ALL SELECT u.profile_id FROM {lateness.LATE_ORDERS} AND late.at > %(since)s AND late.at <= %(now)s"""
_REFUND = f"""(SELECT max(r.happened_at) FROM {tables.REFUND} r LEFT JOIN {tables.PURCHASE} u ON u.id = r.purchase_id
    WHERE r.profile_id = s.profile_id AND coalesce(u.state, 'empty') = 'empty' AND r.happened_at <= %(now)s)"""
_SAID = f"""(SELECT max(c.at) FROM {tables.CONTACT} c WHERE c.profile_id = s.profile_id AND c.at <= %(now)s
    AND (c.kind = 'complaint' OR c.kind = 'rating' AND c.stars <= {lateness.BAD_STARS}))"""
_LATE = f"(SELECT max(late.at) FROM {lateness.LATE_ORDERS} AND u.profile_id = s.profile_id AND late.at <= %(now)s)"
_HURT = f"greatest({_REFUND}, {_SAID}, {_LATE})"
_ANSWERED = f"""EXISTS (SELECT FROM {tables.CONTACT} c WHERE c.profile_id = s.profile_id
    AND c.kind IN ('apology', 'answer') AND c.at >= {_HURT} AND c.at <= %(now)s)"""


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Who may be apologised to again. Whose order has become late all campaigns are told."""
    return fragments.started_ago(NAME, ONCE_IN, after, until)


KIND = CampaignKind(
    name=NAME,
    goal=Goal.RECOVER,
    title=_("Second chance"),
    aim=_("Whoever we have disappointed hears that we are sorry, from a person."),
    hypothesis=_("An apology, with nothing to sell, keeps people whom a disappointment would cost us."),
    believes=False,
    steps=(Step(message=NAME, wait_days=1),),
    stages=tuple(stage.value for stage in Stage),
    control_share=Decimal(0),
    prior_lift=0.05,
    window_days=30,
    open=f"""s.stage = ANY(%(stages)s) AND s.profile_id IN ({_RECENTLY}) AND {_HURT} > {_SINCE}
        AND NOT {_ANSWERED}""",
    opens=f"""NOT EXISTS (SELECT FROM {tables.ENROLMENT} x JOIN {tables.CAMPAIGN} c ON c.id = x.campaign_id
        WHERE c.kind = '{NAME}' AND x.profile_id = s.profile_id
          AND x.started_at > %(now)s - interval '{ONCE_IN} days')""",
    cycle=f"({_HURT} AT TIME ZONE 'UTC')::date::text",
    begun_at=_HURT,
    waits_from=_HURT,
    commercial=False,
    comes=f"s.profile_id IN ({_COMPLAINED_SINCE})",
    ended=_ANSWERED,
    ended_reason="answered",
    occasion={
        "cause": f"""CASE {_HURT} WHEN {_LATE} THEN 'late' WHEN {_REFUND} THEN 'refund' ELSE 'said' END""",
    },
    offers_after=None,
    apologises=True,
    turns=turns,
    over_at=f"{_HURT} + interval '{APOLOGISED_WITHIN} days'",
)
