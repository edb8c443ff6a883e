"""Second purchase: help with what somebody bought once, at the time when the shop's buyers most often come back.

That day is learnt from the shop's own first gaps (flows/learning/return_days.py). Who has bought again needs no help,
and who is late by then is left to a win-back.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import fragments
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal, Step
from saleor_relacional.flows.learning import fit
from saleor_relacional.models import Stage

OPENS_WITHIN = 14
"""Days after that day on which it opens: longer than the beat may be away; who stands beyond them is not written to."""
OPEN_FOR = 60
"""Days after it for which somebody may wait for their turn."""


def _parameters(now: datetime, today: date) -> Mapping[str, Any]:
    return {"return_days": fit.shop(now).return_days}


def _back(more: int) -> str:
    """The moment so many days before the one from which on they would be coming back by now."""
    return f"%(now)s - make_interval(secs => 86400 * (%(return_days)s + {more}))"


_RETURN = "make_interval(secs => 86400 * %(return_days)s)"
_TURNS = f"""SELECT profile_id FROM {tables.CUSTOMER_SUMMARY} WHERE stage = 'new' AND purchase_days = 1
    AND last_at > %(after)s - make_interval(secs => 86400 * %(return_days)s)
    AND last_at <= %(until)s - make_interval(secs => 86400 * %(return_days)s)"""


def turns(after: datetime, until: datetime) -> Iterable[int]:
    """Whose day of return has come since `after`."""
    asked = {"after": after, "until": until, "return_days": fit.shop(until).return_days}
    return [row[0] for row in sql.rows(_TURNS, asked)]


_PRODUCTS = f"""SELECT string_agg(named.name, ', ') FROM (
    SELECT left(line.name, 80) AS name FROM {tables.PURCHASE_LINE} line
    JOIN {tables.PURCHASE} u ON u.id = line.purchase_id AND u.state = 'counts'
    WHERE line.profile_id = s.profile_id AND line.quantity > 0 AND line.name <> ''
    GROUP BY 1 ORDER BY max(line.total) DESC, 1 LIMIT 3) named"""

KIND = CampaignKind(
    name="second_purchase",
    goal=Goal.RETAIN,
    title=_("Second purchase"),
    aim=_("Who has bought once gets the most out of it, and comes back."),
    hypothesis=_("Help with what was bought, when others return, makes a second order likelier."),
    steps=(Step(message="second_purchase"),),
    stages=(Stage.NEW.value,),
    control_share=Decimal("0.2"),
    prior_lift=0.08,
    window_days=30,
    open=f"""s.stage = ANY(%(stages)s) AND s.purchase_days = 1 AND s.slips_at > %(now)s
        AND s.last_at <= {_back(0)} AND s.last_at > {_back(OPEN_FOR)}""",
    opens=f"s.last_at > {_back(OPENS_WITHIN)}",
    cycle="s.last_day::text",
    begun_at="s.last_at",
    waits_from="s.last_at + make_interval(secs => 86400 * %(return_days)s)",
    # First bought so long ago that the day of return came lately, and not again before it.
    comes=f"""s.first_day > (%(since)s - {_RETURN})::date AND s.first_day <= (%(now)s - {_RETURN})::date
        AND NOT EXISTS (SELECT FROM {tables.PURCHASE} u WHERE u.profile_id = s.profile_id AND u.state = 'counts'
                        AND u.day > s.first_day AND u.day <= (s.first_day + {_RETURN})::date)""",
    ended=f"({fragments.BOUGHT_AGAIN} OR {fragments.NOTHING_BOUGHT})",
    ended_reason="cycle_over",
    parameters=_parameters,
    turns=turns,
    over_at=f"least(s.slips_at, s.last_at + make_interval(secs => 86400 * (%(return_days)s + {OPEN_FOR})))",
    occasion={"products": _PRODUCTS},
)
