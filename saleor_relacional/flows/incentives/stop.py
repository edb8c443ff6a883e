"""Stop what is on its way to somebody. A touch that is being handed over can no longer be stopped; every
other can."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.incentives import incentive, staff_tasks

OPTED_OUT = "opted_out"

_OPEN = f"""
SELECT t.id FROM {tables.TOUCH} t
WHERE t.profile_id = ANY(%(profiles)s) AND t.state IN ('queued', 'waiting', 'claimed')
"""

_STOP = f"""
UPDATE {tables.TOUCH}
SET state = 'suppressed', reason = %(reason)s, ended_at = %(now)s, claim_token = NULL, lease_until = NULL
WHERE id = ANY(%(touches)s) AND state IN ('queued', 'waiting', 'claimed') RETURNING enrolment_id
"""


def stop(profile_ids: Sequence[int], reason: str, now: datetime) -> int:
    """End all that is queued, waiting or claimed for these people, with its promise, and whatever staff are still to do
    for them. How many touches.

    In the transaction of whatever is the reason: a sender that claimed one of them loses it.
    """
    found = sql.rows(_OPEN, {"profiles": list(profile_ids)})
    stopped = stop_touches([row[0] for row in found], reason, now)
    staff_tasks.stop(profile_ids, now)
    return stopped


def stop_touches(touches: Sequence[int], reason: str, now: datetime) -> int:
    """End those of these touches that can still be stopped, with their promises. How many."""
    if not touches:
        return 0
    asked = {"touches": sorted(touches), "reason": reason, "now": now}
    enrolments = [row[0] for row in sql.rows(_STOP, asked)]
    incentive.withdraw(enrolments, now)
    return len(enrolments)
