"""What changed within a week, and what waits for staff, in numbers: a glance, up to a thousand of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.profiles import changed

WEEK = timedelta(days=7)
MOST = 1_000
"""More than these are "more than 1,000": nobody waits for a count."""
STAGES = ("recovered", "new", "slipping", "lapsed")

_MOVED = f"""
SELECT stage, (SELECT count(*) FROM (
    SELECT 1 FROM {tables.CUSTOMER_SUMMARY} s
    WHERE s.stage = asked.stage AND {changed.MOVED}
    ORDER BY s.since DESC LIMIT {MOST + 1}) counted)
FROM unnest(%(stages)s::text[]) AS asked (stage)
"""
"""The order makes the planner take the index of stage and moment, which it does not for the sake of a limit alone."""
_WAITING = f"""
SELECT (SELECT count(*) FROM (SELECT 1 FROM {tables.FEEDBACK_CASE} WHERE state IN ('open', 'seen')
                              LIMIT {MOST + 1}) counted),
       (SELECT count(*) FROM (SELECT 1 FROM {tables.FEEDBACK_CASE} WHERE state IN ('open', 'seen')
                              AND due_at < %(now)s LIMIT {MOST + 1}) counted),
       (SELECT count(*) FROM (SELECT 1 FROM {tables.STAFF_TASK} WHERE state = 'open' LIMIT {MOST + 1}) counted),
       (SELECT count(*) FROM (SELECT 1 FROM {tables.REMARK} WHERE answered_at IS NULL LIMIT {MOST + 1}) counted)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Numbers above MOST mean more than that."""

    moved: Mapping[str, int]
    """Stage → how many have come into it within the week and are in it."""
    cases: int
    """What customers told, and nobody has answered."""
    cases_late: int
    tasks: int
    """Promised to customers, and to be done by staff."""
    remarks: int
    """What customers say of what we hold, and nobody has answered."""


def week(now: datetime, *, using: str | None = None) -> Week:
    """Two statements, by index."""
    asked = {"since": now - WEEK, "now": now, "stages": list(STAGES), "causes": list(changed.NEWS)}
    moved = dict(sql.rows(_MOVED, asked, using=using))
    cases, late, tasks, remarks = sql.rows(_WAITING, {"now": now}, using=using)[0]
    return Week(moved=moved, cases=cases, cases_late=late, tasks=tasks, remarks=remarks)
