"""Who enters: whoever a campaign that sells starts for the first time in a period, or would start if they were not in
the control group. One row per person and period, whatever runs beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import beliefs_before
from saleor_relacional.flows.shop_control import periods
from saleor_relacional.models import Arm

REASON = "shop_control"
"""Why nothing that sells is said to somebody."""
WINDOW = timedelta(days=periods.WINDOW_DAYS)

_ENTER = f"""
INSERT INTO {tables.SHOP_CONTROL_ENTRY}
    (period_id, profile_id, arm, drawn_share, started_at, window_ends_at, currency, {", ".join(beliefs_before.COLUMNS)})
SELECT period.id, e.profile_id, told.arm, %(share)s, %(now)s, least(%(now)s + %(window)s, period.ends_at), e.currency,
       believed.*
FROM unnest(%(enrolments)s::bigint[], %(arms)s::text[]) AS told (enrolment_id, arm)
JOIN {tables.ENROLMENT} e ON e.id = told.enrolment_id AND e.profile_id IS NOT NULL
JOIN {tables.SHOP_CONTROL_PERIOD} period ON period.id = %(period)s AND period.ends_at > %(now)s
CROSS JOIN LATERAL ({beliefs_before.before("e", now="%(now)s")}) believed
ORDER BY e.profile_id, e.id
ON CONFLICT (period_id, profile_id) DO NOTHING
"""
_HELD = f"""
SELECT profile_id FROM {tables.SHOP_CONTROL_ENTRY}
WHERE period_id = %(period)s AND profile_id = ANY(%(people)s) AND arm = 'control'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Somebody whose turn has come."""

    enrolment: int
    """With which they start, or would."""
    held: bool
    """Whether they are in the control group, or will be by this: see draw.held."""


def enter(some: Sequence[Entrant], now: datetime) -> None:
    """Write down those who have not entered in this period. Whoever calls holds the people."""
    period = periods.current(now)
    if not some or period is None:
        return
    asked = {
        "enrolments": [one.enrolment for one in some],
        "arms": [str(Arm.CONTROL if one.held else Arm.TREATED) for one in some],
        "period": period.key, "share": period.share, "now": now, "window": WINDOW,
    }  # fmt: skip
    sql.run(_ENTER, asked)


def held(people: Iterable[int], now: datetime) -> set[int]:
    """Those of these people to whom nothing that sells is said now."""
    period = periods.current(now)
    if period is None or period.key is None:
        return set()
    return {row[0] for row in sql.rows(_HELD, {"period": period.key, "people": sql.keys(people)})}
