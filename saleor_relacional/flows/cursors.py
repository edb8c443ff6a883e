"""One worker per cursor, by a lease on the database's real clock. A killed worker's lease runs out; the next
goes on."""

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


def cursor(name: str) -> Cursor:
    """The stored cursor; an unsaved, empty one when it never moved."""
    return Cursor.objects.filter(name=name).first() or Cursor(name=name)
