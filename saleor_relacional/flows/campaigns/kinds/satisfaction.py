"""Satisfaction: once per order, some days after it has left, its buyer is asked how it was. A service message that
sells nothing; the answer is one tap and a button (views/feedback.py).

Asked is about the last order that left, where the host tells when orders leave. Who rated it, complained since it was
placed, or sent it back is not asked; nor is anybody whose order was late before somebody has apologised for that.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Goal, Step
from saleor_relacional.flows.contact import lateness
from saleor_relacional.models import Stage

ASKED_WITHIN = 30
"""Days after an order has left in which its buyer is asked: the first reading of a shop's history asks nobody."""
UNDER_WAY = 6
"""Days after an order has left for which its parcel may be on its way, and its goods not tried."""

NAME = "satisfaction"


def _last(column: str) -> str:
    """Of the last order that left."""
    return f"""(SELECT u.{column} FROM {tables.PURCHASE} u WHERE u.profile_id = s.profile_id AND u.state = 'counts'
        AND u.batch_id IS NULL AND u.fulfilled_at <= %(now)s ORDER BY u.fulfilled_at DESC, u.id DESC LIMIT 1)"""


_LEFT = _last("fulfilled_at")
_APOLOGISED = f"""(SELECT max(c.at) FROM {tables.CONTACT} c
    WHERE c.profile_id = s.profile_id AND c.kind = 'apology' AND c.at <= %(now)s)"""
_LATE = f"""EXISTS (SELECT FROM {lateness.LATE_ORDERS} AND u.profile_id = s.profile_id
    AND late.at > coalesce({_APOLOGISED}, '-infinity'))"""
_TOLD = f"""EXISTS (SELECT FROM {tables.FEEDBACK} told WHERE told.profile_id = s.profile_id
    AND told.kind IN ('rating', 'complaint') AND told.purchase_id = {_last("id")})"""
_COMPLAINED = f"""EXISTS (SELECT FROM {tables.CONTACT} c WHERE c.profile_id = s.profile_id
    AND c.kind = 'complaint' AND c.at >= {_last("placed_at")} AND c.at <= %(now)s)"""
_SENT_BACK = f"""EXISTS (SELECT FROM {tables.REFUND} r
    WHERE r.profile_id = s.profile_id AND r.purchase_id = {_last("id")} AND r.happened_at <= %(now)s)"""

KIND = CampaignKind(
    name=NAME,
    goal=Goal.RETAIN,
    title=_("Satisfaction after delivery"),
    aim=_(
        "Whoever has their order is asked how it was, and whoever is disappointed is answered by a person."
    ),
    hypothesis=_("Who is asked, and answered when something was wrong, stays."),
    believes=False,
    message_lasts=timedelta(days=5),
    steps=(Step(message=NAME, wait_days=UNDER_WAY),),
    stages=tuple(stage.value for stage in Stage if stage is not Stage.PROSPECT),
    control_share=Decimal(0),
    prior_lift=0.02,
    window_days=RECURRING_WINDOW,
    # An order that left lately was, with few exceptions, placed lately: the moment of the last one has an index.
    open=f"""s.stage = ANY(%(stages)s) AND s.last_at >= %(now)s - interval '{4 * ASKED_WITHIN} days'
        AND {_LEFT} > %(now)s - interval '{ASKED_WITHIN} days' AND NOT {_LATE}""",
    opens="true",
    cycle=f"{_last('id')}::text",
    begun_at=_LEFT,
    waits_from=_LEFT,
    opened_at="%(now)s",
    commercial=False,
    comes=f"""s.last_at > %(since)s AND EXISTS (SELECT FROM {tables.PURCHASE} u WHERE u.profile_id = s.profile_id
        AND u.state = 'counts' AND u.batch_id IS NULL AND u.fulfilled_at > %(since)s AND u.fulfilled_at <= %(now)s)""",
    ended=f"({_LEFT} IS NULL OR {_TOLD} OR {_COMPLAINED} OR {_SENT_BACK})",
    ended_reason="told",
    occasion={"ordered_on": f"SELECT u.day FROM {tables.PURCHASE} u WHERE u.id = e.cycle::bigint"},
    rates="e.cycle::bigint",
    offers_after=None,
    over_at=f"{_LEFT} + interval '{ASKED_WITHIN} days'",
)
