"""Abandoned checkout: a word to somebody who left something in a checkout of theirs and has been away for four hours.

Of people whose account the host vouches for, alone: a typed address opens nothing, because anybody can type a victim's.
The mail says what is in it and leads to a page of ours, from where the storefront goes on: a checkout's own address
opens whatever was typed into it, and never stands in a mail. Whoever comes back to the till keeps their turn, and hears
nothing while they are there (sending/last_question.py).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import RECURRING_WINDOW, CampaignKind, Goal, Step
from saleor_relacional.flows.consent import links
from saleor_relacional.models import Stage

NAME = "abandoned_checkout"

QUIET_HOURS = 4
"""Since the last change of any open checkout of theirs."""
BACK_WITHIN = links.BACK_WITHIN.days
"""Days: what was left longer ago is not brought up, and a link leads back for so long."""
ONCE_IN = 30
"""Days."""

_OPEN = f"""FROM {tables.BASKET} b WHERE b.state = 'open' AND b.vouched AND b.filled
    AND b.changed_at > %(now)s - interval '{BACK_WITHIN} days' AND b.changed_at <= %(now)s"""


def _latest(what: str) -> str:
    """Something of the checkout that they left last; null where there is none."""
    return f"(SELECT {what} {_OPEN} AND b.profile_id = s.profile_id ORDER BY b.changed_at DESC, b.id DESC LIMIT 1)"


_AT_THE_TILL = f"""EXISTS (SELECT FROM {tables.BASKET} b WHERE b.profile_id = s.profile_id AND b.state = 'open'
    AND b.changed_at > %(now)s - interval '{QUIET_HOURS} hours' AND b.changed_at <= %(now)s)"""

_BOUGHT_SINCE = (
    f"EXISTS ({fragments.BOUGHT} AND u.placed_at >= {_latest('b.changed_at')} AND u.placed_at <= %(now)s)"
)

_TURNS = f"""SELECT DISTINCT b.profile_id FROM {tables.BASKET} b WHERE b.state = 'open' AND b.profile_id IS NOT NULL
    AND b.changed_at > %(after)s - interval '{QUIET_HOURS} hours'
    AND b.changed_at > %(until)s - interval '{BACK_WITHIN} days'
    AND b.changed_at <= %(until)s - interval '{QUIET_HOURS} hours'"""


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Whose checkout has been quiet for long enough since `after`, and who may be reminded again."""
    quiet = [row[0] for row in sql.rows(_TURNS, {"after": after, "until": until})]
    return [*quiet, *fragments.started_ago(NAME, ONCE_IN, after, until)]


KIND = CampaignKind(
    name=NAME,
    goal=Goal.RETAIN,
    title=_("Abandoned checkout"),
    aim=_("Whoever left something in a checkout finds back to it, once."),
    hypothesis=_("A word about what they left, with nothing off, brings orders that would not have come."),
    believes=False,
    message_lasts=timedelta(days=2),
    steps=(Step(message=NAME),),
    stages=tuple(stage.value for stage in Stage),
    control_share=Decimal("0.2"),
    prior_lift=0.08,
    window_days=RECURRING_WINDOW,
    open=f"s.stage = ANY(%(stages)s) AND s.profile_id IN (SELECT b.profile_id {_OPEN}) AND NOT {_BOUGHT_SINCE}",
    opens=f"""NOT {_AT_THE_TILL} AND NOT EXISTS (
        SELECT FROM {tables.ENROLMENT} x JOIN {tables.CAMPAIGN} c ON c.id = x.campaign_id
        WHERE c.kind = '{NAME}' AND x.profile_id = s.profile_id
          AND x.started_at > %(now)s - interval '{ONCE_IN} days')""",
    # Our own key of the checkout: the host's would open it, and the enrolment outlives its person.
    cycle=_latest("'checkout ' || b.id"),
    begun_at="'infinity'::timestamptz",
    waits_from=_latest("b.changed_at"),
    opened_at=_latest("b.changed_at"),
    # What was bought in the end may have been left for hours all the same: nobody knows, and it is not counted.
    comes=f"""s.profile_id IN (SELECT b.profile_id FROM {tables.BASKET} b
        WHERE b.state <> 'purchased' AND b.vouched AND b.filled AND b.changed_at > %(since)s
          AND b.changed_at <= %(now)s - interval '{QUIET_HOURS} hours')""",
    ended=f"({_latest('b.id')} IS NULL OR {_BOUGHT_SINCE})",
    ended_reason="purchased",
    checkout=_latest("b.id"),
    turns=turns,
    over_at=f"{_latest('b.changed_at')} + interval '{BACK_WITHIN} days'",
)
