"""Contacts booked: in both arms alike before anything is sent, so that no arm decides who hears from another campaign.

A booking is made once per enrolment and step, and only where the caps still hold: two plans at once that want one
person book one after the other, and the second finds what the first has booked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import Contact, ContactKind
from saleor_relacional.rules.contact.policy import ContactPolicy

_WITHIN = f"""(SELECT count(*) FROM {tables.CONTACT} c
        WHERE c.profile_id = told.profile_id AND c.commercial AND c.at > told.at - %s * interval '1 day'
          AND c.at < told.at + %s * interval '1 day')"""
_BOOK = f"""
INSERT INTO {tables.CONTACT} (public_id, profile_id, kind, at, commercial, enrolment_id, step_id, recorded_at)
SELECT gen_random_uuid(), told.profile_id, 'message', told.at, told.commercial, told.enrolment_id, told.step_id, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::boolean[], %s::int[], %s::int[])
    AS told (profile_id, enrolment_id, step_id, at, commercial, per_week, per_month)
LEFT JOIN {tables.PREFERENCE} asks ON asks.profile_id = told.profile_id
WHERE NOT told.commercial OR ({_WITHIN} < least(told.per_week, asks.per_week)
                              AND {_WITHIN} < least(told.per_month, asks.per_month))
ORDER BY told.enrolment_id, told.step_id
ON CONFLICT DO NOTHING
"""
_BOOKED = f"""
SELECT enrolment_id, step_id FROM {tables.CONTACT}
WHERE (enrolment_id, step_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
"""
_SENT = f"""
UPDATE {tables.CONTACT} c SET sent_at = told.at
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS told (enrolment_id, step_id, at)
WHERE c.enrolment_id = told.enrolment_id AND c.step_id = told.step_id AND c.sent_at IS NULL
"""

Key = tuple[int, int]
"""(enrolment, step)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One step of one enrolment, whichever its arm."""

    profile_id: int
    enrolment_id: int
    step_id: int
    at: datetime
    """When the message is due."""
    commercial: bool
    policy: ContactPolicy
    """Whose caps it keeps."""


def book(bookings: Sequence[Booking], now: datetime) -> set[Key]:
    """Book these, at most one commercial one per person. Which of them are booked, now or before: for the others there
    is no room in the person's budget any more, or the person is gone. Holds the people until the transaction ends."""
    with sql.atomic():
        there = set(locks.lock_people((one.profile_id for one in bookings), Hold.WRITE))
        these = [one for one in bookings if one.profile_id in there]
        if not these:
            return set()
        locks.made(Lock.CONTACT, (f"{one.enrolment_id}/{one.step_id}" for one in these))
        told = [list(column) for column in zip(*map(_row, these), strict=True)]
        (week, _), (month, _) = these[0].policy.caps
        sql.run(_BOOK, [now, *told, week, week, month, month])
        return set(sql.rows(_BOOKED, told[1:3]))


def _row(one: Booking) -> tuple[int, int, int, datetime, bool, int, int]:
    (_, per_week), (_, per_month) = one.policy.caps
    return one.profile_id, one.enrolment_id, one.step_id, one.at, one.commercial, per_week, per_month


def apologised(profile_id: int, now: datetime) -> None:
    """An apology has left to somebody: their silence is over."""
    Contact.objects.create(profile_id=profile_id, kind=ContactKind.APOLOGY, at=now, recorded_at=now)
    unplanned.mark([profile_id])


def mark_sent(sent: Iterable[tuple[int, int, datetime]]) -> int:
    """Say of these (enrolment, step, moment) that their message has left; how many had not been."""
    rows = sorted(sent)
    return sql.run(_SENT, [list(column) for column in zip(*rows, strict=True)]) if rows else 0
