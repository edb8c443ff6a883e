"""The end of a campaign: whoever waits expires, what is queued is stopped. Who has started stays in its results.

A plan that was under way when the campaign was finished may still have enrolled or started somebody: the next plan
ends that (`end`), and so what a kill has left undone.
"""

from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.incentives import stop

REASON = "finished"
AT_ONCE = 20_000
"""Enrolments that one statement ends."""

_EXPIRE = f"""
UPDATE {tables.ENROLMENT} e SET state = 'expired', reason = %(reason)s, next_try_at = NULL
WHERE e.id IN (
    SELECT waits.id FROM {tables.CAMPAIGN} c JOIN {tables.ENROLMENT} waits ON waits.campaign_id = c.id
    WHERE c.state = 'finished' AND waits.state IN ('waiting', 'suppressed')
    ORDER BY waits.id LIMIT {AT_ONCE} FOR UPDATE OF waits SKIP LOCKED)
"""
_QUEUED = f"""
SELECT t.id FROM {tables.TOUCH} t
JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id AND c.state = 'finished'
WHERE t.state IN ('queued', 'waiting', 'claimed')
"""


def end(now: datetime) -> int:
    """End what waits or is queued in finished campaigns; how many enrolments and messages. Those that somebody holds
    at this moment are left for the next time."""
    ended = 0
    while some := sql.run(_EXPIRE, {"reason": REASON}):
        ended += some
    return ended + stop.stop_touches([row[0] for row in sql.rows(_QUEUED)], REASON, now)
