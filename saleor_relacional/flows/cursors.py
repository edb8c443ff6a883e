"""One worker per cursor, by a lease on the database's real clock. A killed worker's lease runs out; the next
goes on.

The first reading of the shop's history is over when all orders have been read once, by a sync or by the sweep. Until
then nothing is concluded from it: nobody is scored and the shop is not learnt (`HALF_READ`). When it ended is kept as
a cursor of its own, on the shop's clock: what was told by then is history, and no purchase of today."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional.db import sql, tables
from saleor_relacional.models import Cursor

SECONDS = 120
"""Length of a lease. A page of work takes far less; a killed worker is replaced after so long."""

_TAKE = f"""
WITH before AS (SELECT name, lease_until FROM {tables.CURSOR} WHERE name = %(name)s FOR UPDATE)
UPDATE {tables.CURSOR} taken
SET lease_token = %(token)s, lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM before WHERE taken.name = before.name AND (before.lease_until IS NULL OR before.lease_until < clock_timestamp())
RETURNING clock_timestamp() - before.lease_until
"""

_ADVANCE = f"""
UPDATE {tables.CURSOR}
SET position_at = %(at)s, position_reference = %(reference)s, done = %(done)s,
    lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE name = %(name)s AND lease_token = %(token)s
"""

_RELEASE = f"""
UPDATE {tables.CURSOR}
SET lease_token = NULL, lease_until = CASE WHEN %(finished)s THEN NULL ELSE clock_timestamp() END,
    finished_at = CASE WHEN %(finished)s THEN clock_timestamp() ELSE finished_at END
WHERE name = %(name)s AND lease_token = %(token)s
"""


HISTORY = "history:order"
"""Name of the row that says when the first reading ended."""

HALF_READ = f"""(
    EXISTS (SELECT FROM {tables.CURSOR} begun
            WHERE begun.name IN ('sync:customer', 'sync:order', 'sweep:customer', 'sweep:order'))
    AND NOT EXISTS (SELECT FROM {tables.CURSOR} ended
                    WHERE ended.name IN ('sync:order', 'sweep:order') AND ended.finished_at IS NOT NULL))"""
"""Condition of SQL: the first reading has begun and is not over."""

HISTORY_READ_AT = f"(SELECT read.position_at FROM {tables.CURSOR} read WHERE read.name = '{HISTORY}')"
"""When the first reading ended; null while it has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to move a cursor until the lease ends."""

    name: str
    token: uuid.UUID
    paused: timedelta | None = None
    """How long the cursor has been free since its last round was cut short; None when that round reached the end."""

    def advance(self, *, at: datetime | None, reference: str, done: int) -> bool:
        """Move the cursor and renew the lease. False: it ran out and another worker has the cursor; stop then."""
        moved = sql.run(
            _ADVANCE,
            {
                "name": self.name,
                "token": self.token,
                "at": at,
                "reference": reference,
                "done": done,
                "seconds": SECONDS,
            },
        )
        return moved == 1

    def release(self, *, finished: bool) -> None:
        """Free the cursor. `finished` says that its round reached the end, and notes when."""
        sql.run(_RELEASE, {"name": self.name, "token": self.token, "finished": finished})


def take(name: str) -> Lease | None:
    """A lease of this cursor, which is made if there is none; None when another worker has it."""
    make(name)
    token = uuid.uuid4()
    taken = sql.rows(_TAKE, {"name": name, "token": token, "seconds": SECONDS})
    return Lease(name=name, token=token, paused=taken[0][0]) if taken else None


def make(name: str) -> None:
    """Make the cursor unless it exists."""
    Cursor.objects.bulk_create([Cursor(name=name)], ignore_conflicts=True)


def half_read() -> bool:
    """Whether the first reading of the shop's history is under way."""
    return bool(sql.rows(f"SELECT {HALF_READ}")[0][0])


def history_is_read(now: datetime) -> None:
    """All orders have been read. The first time counts."""
    Cursor.objects.bulk_create([Cursor(name=HISTORY, position_at=now)], ignore_conflicts=True)


def cursor(name: str) -> Cursor:
    """The stored cursor; an unsaved, empty one when it never moved."""
    return Cursor.objects.filter(name=name).first() or Cursor(name=name)
