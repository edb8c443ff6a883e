"""How soon each channel's orders leave: what its late orders are told by. Measured once a day.

Only channels that fulfil nine of ten of their orders in the host have one: elsewhere an order that is not fulfilled
says nothing. The latest three weeks are left out, because their slow orders are still to come.
"""

from datetime import datetime, timedelta

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.contact.lateness import LATE_WITHIN
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import ChannelPace

OLDEST, NEWEST = timedelta(days=120), timedelta(days=21)
ENOUGH = 20
"""Orders."""
LEAST = 1.0
"""Days: what leaves on the day after it was ordered is not late, however quick the others are."""


def _late(days: str) -> str:
    """Condition, never NULL: an order is late by a pace of so many days."""
    at = f"u.placed_at + {days} * interval '1 day'"
    return f"coalesce((u.fulfilled_at IS NULL OR u.fulfilled_at > {at}) AND {at} <= %(now)s, false)"


_DIFFER = unplanned.marking(f"""
SELECT DISTINCT u.profile_id FROM {tables.PURCHASE} u
LEFT JOIN unnest(%(channels)s::text[], %(days)s::float8[]) AS before (channel, days) ON before.channel = u.channel
LEFT JOIN {tables.CHANNEL_PACE} pace ON pace.channel = u.channel
WHERE u.state IN ('counts', 'gift') AND u.batch_id IS NULL AND u.placed_at > %(oldest)s AND u.placed_at <= %(now)s
  AND {_late("before.days")} <> {_late("pace.days")}
""")
"""Whose order is late by one pace and not by the other."""

_PACES = f"""
INSERT INTO {tables.CHANNEL_PACE} (channel, days, measured_at)
SELECT channel, greatest(%(least)s, percentile_cont(0.95) WITHIN GROUP (
           ORDER BY extract(epoch FROM fulfilled_at - placed_at) / 86400)), %(now)s
FROM {tables.PURCHASE}
WHERE state IN ('counts', 'gift') AND batch_id IS NULL AND placed_at > %(oldest)s AND placed_at <= %(newest)s
GROUP BY channel HAVING count(*) >= %(enough)s AND count(fulfilled_at) >= 0.9 * count(*)
ON CONFLICT (channel) DO UPDATE SET days = excluded.days, measured_at = excluded.measured_at
"""


def measure(now: datetime) -> int:
    """Measure all channels anew, and forget the pace of those that have none any more; how many have one."""
    told = {"oldest": now - OLDEST, "newest": now - NEWEST, "enough": ENOUGH, "least": LEAST}
    with sql.atomic():
        locks.lock(Lock.CHANNEL_PACE)
        before = dict(ChannelPace.objects.values_list("channel", "days"))
        measured = sql.run(_PACES, {"now": now, **told})
        ChannelPace.objects.exclude(measured_at=now).delete()
        if before != dict(ChannelPace.objects.values_list("channel", "days")):
            kept = {
                "channels": [*before],
                "days": [*before.values()],
                "now": now,
                "oldest": now - timedelta(days=LATE_WITHIN),
            }
            locks.note(Lock.UNPLANNED)
            sql.run(_DIFFER, kept)
    return measured
