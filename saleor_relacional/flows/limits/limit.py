"""How often a public door may be knocked at: so many times at once, and after that as often as time passes.

One row per door and person, which one statement reads and changes: any number of processes count alike. Whoever is
refused writes nothing. Kept is a hash of who it is under the site's SECRET_KEY, until it holds nobody back any more.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.crypto import salted_hmac

from saleor_relacional.db import sql, tables

_KNOCK = f"""
INSERT INTO {tables.KNOCK} AS k (door, digest, free_at) VALUES (%(door)s, %(digest)s, %(now)s + %(each)s)
ON CONFLICT (door, digest) DO UPDATE
SET free_at = CASE WHEN k.free_at > %(never)s THEN %(now)s ELSE greatest(k.free_at, %(now)s) END + %(each)s
WHERE k.free_at <= %(now)s + %(room)s OR k.free_at > %(never)s
RETURNING 1
"""
_CLEAN = f"""
DELETE FROM {tables.KNOCK} WHERE id IN (
    SELECT id FROM {tables.KNOCK} WHERE free_at <= %s ORDER BY free_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def allowed(door: str, who: str, *, most: int, per: timedelta, now: datetime) -> bool:
    """Whether `who` (an address of the network, of mail, an account) may knock at this door: `most` times at once, and
    once more whenever a `most`-th of `per` has passed. Counts the knock where it may."""
    each = per / most
    asked = {
        "door": door, "digest": _digest(door, who), "now": now, "each": each, "room": per - each,
        # So late it is never made: the clock was put back, and nobody waits for what it had said.
        "never": now + 2 * per,
    }  # fmt: skip
    return bool(sql.rows(_KNOCK, asked))


def clean(now: datetime, limit: int = 5_000) -> int:
    """Remove rows that hold nobody back any more; how many."""
    return sql.run(_CLEAN, [now, limit])


def _digest(door: str, who: str) -> bytes:
    return salted_hmac(f"saleor_relacional.limits.{door}", who, algorithm=sha256().name).digest()
