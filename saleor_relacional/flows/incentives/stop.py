"""Stop what is on its way to somebody. A touch that is being handed over can no longer be stopped; every
other can."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.incentives import incentive

PURCHASED = "purchased"
OPTED_OUT = "opted_out"

_STOP = f"""
UPDATE {tables.TOUCH} t
SET state = 'suppressed', reason = %(reason)s, ended_at = %(now)s, claim_token = NULL, lease_until = NULL
WHERE t.profile_id = ANY(%(profiles)s) AND t.state IN ('queued', 'waiting', 'claimed')
"""

_LAPSE_ENDED = f"""
AND EXISTS (
    SELECT 1 FROM {tables.PURCHASE} u
    LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = u.profile_id
    WHERE u.profile_id = t.profile_id AND u.state = 'counts'
      AND (s.last_at IS NULL OR u.placed_at > s.last_at))
"""
"""The standing was scored before this purchase came. An old order that arrives late is not newer and
stops nothing."""


def stop(profile_ids: Sequence[int], reason: str, now: datetime) -> int:
    """End all that is queued, waiting or claimed for these people, with its promise. How many touches.

    In the transaction of whatever is the reason: a sender that claimed one of them loses it.
    """
    return _stop(_STOP, profile_ids, reason, now)


def stop_bought(profile_id: int, now: datetime) -> int:
    """The same for somebody who has bought since we last judged them; nothing for anybody else."""
    return _stop(_STOP + _LAPSE_ENDED, [profile_id], PURCHASED, now)


def _stop(statement: str, profile_ids: Sequence[int], reason: str, now: datetime) -> int:
    parameters = {"profiles": list(profile_ids), "reason": reason, "now": now}
    enrolments = [row[0] for row in sql.rows(f"{statement} RETURNING t.enrolment_id", parameters)]
    incentive.withdraw(enrolments, now)
    return len(enrolments)
