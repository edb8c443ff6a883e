"""What counts as a late order and as a bad rating: SQL with the parameter %(now)s; and whose order has
become late."""

from datetime import datetime

from saleor_relacional.db import sql, tables

BAD_STARS = 2
"""A rating of so many stars, or fewer, is a bad one."""

LATE_WITHIN = 90
"""Days after which nobody asks any more whether an order left late."""

LATE_ORDERS = f"""{tables.PURCHASE} u JOIN {tables.CHANNEL_PACE} pace ON pace.channel = u.channel
    CROSS JOIN LATERAL (SELECT u.placed_at + pace.days * interval '1 day' AS at) late
    WHERE u.state IN ('counts', 'gift') AND u.batch_id IS NULL AND u.placed_at > %(now)s - interval '{LATE_WITHIN} days'
      AND late.at <= %(now)s AND (u.fulfilled_at IS NULL OR u.fulfilled_at > late.at)"""
"""Orders (the alias `u`) that had not left when 95 of 100 of their channel's have, and when that was (`late.at`)."""

_TURNED = f"""SELECT u.profile_id FROM {tables.CHANNEL_PACE} pace
    JOIN {tables.PURCHASE} u ON u.state IN ('counts', 'gift') AND u.fulfilled_at IS NULL AND u.batch_id IS NULL
      AND u.placed_at > %(after)s - pace.days * interval '1 day'
      AND u.placed_at <= %(until)s - pace.days * interval '1 day' AND u.channel = pace.channel"""


def turned(after: datetime, until: datetime) -> list[int]:
    """Whose order has become late between these moments, and has not left yet: of one that has there is news."""
    return [row[0] for row in sql.rows(_TURNED, {"after": after, "until": until})]
