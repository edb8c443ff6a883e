"""Replenishment: a word to somebody who is about to run out of what they buy regularly, by their own rhythm in it.

Of one category at a time, the one whose window opened first; never before it opens, never after it has closed. A
purchase of it ends the cycle, also one that nobody has scored yet. How many weeks are left is said only to whom two own
gaps speak for. See profiles/running_out.py for what a window is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import days
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Foresight, Goal, Step
from saleor_relacional.flows.profiles import running_out
from saleor_relacional.models import Stage

MOST_GOODS = 3
"""Of what was bought last, how many a mail shows."""

# The lower bound of opens_at, for the index, follows from the longest window.
_IS_OPEN = f"""r.opens_at <= %(now)s AND r.opens_at > %(now)s - interval '{running_out.OPEN_AT_MOST + 1} days'
    AND r.closes_at > %(now)s"""


def _soonest(what: str) -> str:
    """Something of the window that opened first, of those that are open."""
    return f"""(SELECT {what} FROM {tables.RUNNING_OUT} r WHERE r.profile_id = s.profile_id AND {_IS_OPEN}
        ORDER BY r.opens_at, r.id LIMIT 1)"""


_SAID_LATER = f"""EXISTS (SELECT FROM {tables.DECLARATION} said
    WHERE said.profile_id = s.profile_id AND said.not_before > %(today)s)"""

_BOUGHT_OF_IT = f"""EXISTS (
    SELECT FROM {tables.RUNNING_OUT} r
    JOIN {tables.PURCHASE} u ON u.profile_id = r.profile_id AND u.state = 'counts' AND u.placed_at > r.last_at
    JOIN {tables.PURCHASE_LINE} line ON line.purchase_id = u.id
    JOIN {tables.PRODUCT_CATEGORY} known ON known.source = u.source AND known.product_key = line.product_key
    WHERE r.profile_id = s.profile_id AND known.category_key = r.category_key AND {_IS_OPEN})"""

_NAME = f"""(SELECT known.name FROM {tables.PRODUCT_CATEGORY} known
    WHERE known.category_key = {_soonest("r.category_key")} ORDER BY known.learned_at DESC, known.id DESC LIMIT 1)"""

_GOODS = f"""(SELECT array_agg(product_key) FROM (
    SELECT line.product_key, max(u.placed_at) FROM {tables.RUNNING_OUT} r
    JOIN {tables.PURCHASE} u ON u.profile_id = r.profile_id AND u.state = 'counts' AND u.placed_at = r.last_at
    JOIN {tables.PURCHASE_LINE} line ON line.purchase_id = u.id
    JOIN {tables.PRODUCT_CATEGORY} known ON known.source = u.source AND known.product_key = line.product_key
    WHERE r.profile_id = s.profile_id AND known.category_key = r.category_key
      AND known.category_key = {_soonest("r.category_key")} AND {_IS_OPEN}
    GROUP BY line.product_key ORDER BY max(line.id) LIMIT {MOST_GOODS}) bought)"""

_WEEKS = f"""CASE WHEN r.own_gaps >= {running_out.OWN_GAPS} AND r.likely_at > %(now)s + interval '7 days'
    THEN round(extract(epoch FROM r.likely_at - %(now)s) / 604800)::int END"""

_TURNS = f"""
    SELECT r.profile_id FROM {tables.RUNNING_OUT} r WHERE r.opens_at > %(after)s AND r.opens_at <= %(until)s
    UNION SELECT r.profile_id FROM {tables.RUNNING_OUT} r WHERE r.closes_at > %(after)s AND r.closes_at <= %(until)s
    UNION SELECT said.profile_id FROM {tables.DECLARATION} said
    WHERE said.not_before > %(after_day)s AND said.not_before <= %(until_day)s"""


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Whose window has opened since `after`; whose window has closed, so that another one comes first; who said that
    they would not come before a day which has come."""
    asked = {
        "after": after, "until": until, "after_day": days.today(after), "until_day": days.today(until),
    }  # fmt: skip
    return [row[0] for row in sql.rows(_TURNS, asked)]


KIND = CampaignKind(
    name="replenishment",
    goal=Goal.RETAIN,
    title=_("Replenishment"),
    aim=_("Nobody runs out of what they buy from us regularly."),
    hypothesis=_(
        "A word at the right time keeps regular customers from running out, or from buying elsewhere."
    ),
    message_lasts=timedelta(days=5),
    steps=(Step(message="replenishment"),),
    stages=(Stage.NEW.value, Stage.ACTIVE.value, Stage.LOYAL.value, Stage.RECOVERED.value),
    control_share=Decimal("0.2"),
    prior_lift=0.06,
    window_days=RECURRING_WINDOW,
    open=f"""s.stage = ANY(%(stages)s) AND NOT {_SAID_LATER}
        AND s.profile_id IN (SELECT r.profile_id FROM {tables.RUNNING_OUT} r WHERE {_IS_OPEN})""",
    opens="true",
    cycle=_soonest("r.category_key || ' ' || (r.last_at AT TIME ZONE 'UTC')::date"),
    begun_at="'infinity'::timestamptz",
    waits_from=_soonest("r.opens_at"),
    comes=f"""s.stage = ANY(%(stages)s) AND s.profile_id IN (
        SELECT r.profile_id FROM {tables.RUNNING_OUT} r WHERE r.opens_at > %(now)s AND r.opens_at <= %(until)s)""",
    ended=_BOUGHT_OF_IT,
    ended_reason="purchased",
    occasion={
        "category": _NAME,
        "last": _soonest("r.last_at"),
        "weeks_left": _soonest(_WEEKS),
        "goods": _GOODS,
    },
    goods="goods",
    turns=turns,
    over_at=_soonest("r.closes_at"),
    foresight=Foresight(foresee=running_out.foresee, basis=running_out.basis),
)
