"""Stop what is on its way to somebody, or have it judged anew. A touch that is being handed over can no longer be
stopped; every other can."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.incentives import incentive, staff_tasks

OPTED_OUT = "opted_out"


class Reach(StrEnum):
    """Which messages are stopped."""

    ALL = "all"
    """Service messages too."""
    CAMPAIGNS = "campaigns"
    SELLING = "selling"
    """Content and offers: what is booked as commercial."""
    CONTENT = "content"
    OFFERS = "offers"


_OPEN = f"""
SELECT t.id FROM {tables.TOUCH} t
LEFT JOIN {tables.CONTACT} c ON c.enrolment_id = t.enrolment_id AND c.step_id = t.step_id
LEFT JOIN {tables.CAMPAIGN_STEP} step ON step.id = t.step_id
WHERE t.profile_id = ANY(%(profiles)s) AND t.state IN ('queued', 'waiting', 'claimed')
  AND (%(reach)s = 'all' OR (t.service_id IS NULL AND (%(reach)s = 'campaigns' OR (coalesce(c.commercial, true) AND (
      %(reach)s = 'selling' OR (%(reach)s = 'offers') = coalesce(step.offers, false))))))
"""
"""What was never booked is taken for commercial: it only loses its place."""

_STOP = f"""
UPDATE {tables.TOUCH}
SET state = 'suppressed', reason = %(reason)s, ended_at = %(now)s, claim_token = NULL, lease_until = NULL
WHERE id = ANY(%(touches)s) AND state IN ('queued', 'waiting', 'claimed') RETURNING enrolment_id, service_id
"""

_ASK_AGAIN = f"""
WITH held AS (
    SELECT id, state FROM {tables.TOUCH}
    WHERE profile_id = ANY(%(profiles)s) AND service_id IS NULL AND state IN ('queued', 'waiting', 'claimed')
    ORDER BY id FOR UPDATE)
UPDATE {tables.TOUCH} SET state = 'queued', claim_token = NULL, lease_until = NULL
WHERE id = ANY(ARRAY(SELECT id FROM held WHERE state = 'claimed'))
"""
"""Those that nobody has claimed yet are held, and no more than that: nobody may claim them before what changed can be
read."""
_ASK_ALL_AGAIN = f"""
UPDATE {tables.TOUCH} SET state = 'queued', claim_token = NULL, lease_until = NULL
WHERE id IN (SELECT id FROM {tables.TOUCH} WHERE service_id IS NULL AND state = 'claimed' ORDER BY id FOR UPDATE)
"""

_EMPTY = f"UPDATE {tables.SERVICE_MESSAGE} SET occasion = '{{}}', links = '{{}}' WHERE id = ANY(%s)"


def stop(profile_ids: Sequence[int], reason: str, now: datetime, *, reach: Reach = Reach.CAMPAIGNS) -> int:
    """End all that is queued, waiting or claimed for these people, with its promise, and whatever staff are still to do
    for them. How many touches. Service messages go on, unless nothing at all may reach them.

    In the transaction of whatever is the reason: a sender that claimed one of them loses it.
    """
    found = sql.rows(_OPEN, {"profiles": list(profile_ids), "reach": reach.value})
    stopped = stop_touches([row[0] for row in found], reason, now)
    if reach is not Reach.CONTENT:
        staff_tasks.stop(profile_ids, now)
    return stopped


def ask_again(profile_ids: Iterable[int]) -> None:
    """Take the messages of campaigns that are claimed for these people away from whoever sends them: what a sender
    knows of them holds no longer, and they are judged anew. In the transaction of what changed."""
    sql.run(_ASK_AGAIN, {"profiles": sql.keys(sorted(set(profile_ids)))})


def ask_all_again() -> None:
    """The same of everybody's. Nothing is claimed until the transaction of what changed has ended."""
    locks.lock(Lock.SENDING)
    sql.run(_ASK_ALL_AGAIN)


def stop_touches(touches: Sequence[int], reason: str, now: datetime) -> int:
    """End those of these touches that can still be stopped, with their promises. How many."""
    if not touches:
        return 0
    asked = {"touches": sorted(touches), "reason": reason, "now": now}
    stopped = sql.rows(_STOP, asked)
    release(stopped, now)
    return len(stopped)


def release(ended: Iterable[tuple[int | None, int | None]], now: datetime) -> None:
    """What goes with messages (enrolment, service message) that have ended without leaving: promises are withdrawn,
    and what a service message would have said is not kept."""
    enrolments, services = zip(*ended, strict=True) if (ended := list(ended)) else ((), ())
    incentive.withdraw([one for one in enrolments if one is not None], now)
    empty([one for one in services if one is not None])


def empty(services: Sequence[int]) -> None:
    """What these service messages said is not kept."""
    if services:
        sql.run(_EMPTY, [list(services)])
