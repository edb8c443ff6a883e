"""What a customer, or the staff for them, declares about when they buy: "every six weeks", "not before March".

The latest word wins, whoever says it, and takes the place of the one before. It wins over what we infer: the scoring
takes it for the rhythm and for the boundaries of stages, the reading for the window of the next order.
"""

from datetime import date, datetime, timedelta
from math import isfinite

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.scoring import stale

CUSTOMER = "customer"
STAFF = "staff"
LONGEST = 3_660
"""Days: a rhythm of ten years."""
FARTHEST = timedelta(days=3_660)
"""A day further ahead is a slip of the pen."""

_DECLARE = f"""
INSERT INTO {tables.DECLARATION} (profile_id, every_days, not_before, declared_by, declared_at)
VALUES (%(profile)s, %(every_days)s, %(not_before)s, %(by)s, %(now)s)
ON CONFLICT (profile_id) DO UPDATE
SET (every_days, not_before, declared_by, declared_at) =
    (excluded.every_days, excluded.not_before, excluded.declared_by, excluded.declared_at)
WHERE {tables.DECLARATION}.declared_at <= excluded.declared_at
"""
_WITHDRAW = f"DELETE FROM {tables.DECLARATION} WHERE profile_id = %s AND declared_at <= %s"

_WHEN = f"""
SELECT profile_id, declared_at FROM {tables.DECLARATION} WHERE profile_id = ANY(%s)
ORDER BY profile_id FOR UPDATE
"""
_TAKE = f"""
DELETE FROM {tables.DECLARATION} WHERE profile_id = ANY(%s)
RETURNING profile_id, every_days, not_before, declared_by, declared_at
"""
_KEEP = f"""
INSERT INTO {tables.DECLARATION} (profile_id, every_days, not_before, declared_by, declared_at)
VALUES (%s, %s, %s, %s, %s)
"""


def declare(
    profile: int, *, every_days: float | None = None, not_before: date | None = None, by: str, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """Keep the word of `by` (customer or staff) about this profile; what is not said is not declared any more. Raises
    BadInput with the field at fault."""
    if every_days is None and not_before is None:
        raise BadInput("Say how often, or not before when.", code="REQUIRED", field="everyDays")
    if every_days is not None and not (isfinite(every_days) and 1 <= every_days <= LONGEST):
        raise BadInput(f"Give a number of days from 1 to {LONGEST}.", field="everyDays")
    if not_before is not None and not today < not_before <= today + FARTHEST:
        raise BadInput("Give a day to come, within ten years.", field="notBefore")
    with sql.atomic():
        locks.lock_people([profile], Hold.WRITE)
        sql.run(_DECLARE, {
            "profile": profile, "every_days": every_days, "not_before": not_before, "by": by, "now": now,
        })  # fmt: skip
        stale.mark([profile], now)


def withdraw(profile: int, *, now: datetime) -> bool:
    """Nothing is declared any more. False when nothing was."""
    with sql.atomic():
        locks.lock_people([profile], Hold.WRITE)
        gone = sql.run(_WITHDRAW, [profile, now])
        if gone:
            stale.mark([profile], now)
    return bool(gone)


def exchange(source: int, target: int) -> bool:
    """Two profiles become one: where `source` said the latest word, both words change places, so that nothing is lost
    and the merge can be undone. Whether they did."""
    said = dict(sql.rows(_WHEN, [[source, target]]))
    if source not in said or (target in said and said[target] >= said[source]):
        return False
    _swap(source, target)
    return True


def give_back(source: int, target: int, *, merged_at: datetime) -> None:
    """A merge that exchanged their words is undone. What was said since stays with the survivor."""
    said = dict(sql.rows(_WHEN, [[source, target]]))
    if target in said and said[target] <= merged_at:
        _swap(source, target)


def _swap(one: int, other: int) -> None:
    for owner, *word in sql.rows(_TAKE, [[one, other]]):
        sql.run(_KEEP, [other if owner == one else one, *word])
