"""What several kinds ask of the facts of a person: SQL over the alias `s`, with the parameter %(now)s."""

from saleor_relacional.db import tables

BOUGHT = (
    f"SELECT u.placed_at FROM {tables.PURCHASE} u WHERE u.profile_id = s.profile_id AND u.state = 'counts'"
)
"""A query: when they bought."""

NOTHING_BOUGHT = f"NOT EXISTS ({BOUGHT})"
"""Condition: all that they bought was taken back, or they have bought nothing."""

BOUGHT_AGAIN = (
    f"""EXISTS ({BOUGHT} AND u.placed_at <= %(now)s AND (s.last_at IS NULL OR u.placed_at > s.last_at))"""
)
"""Condition: they have bought since the purchase that was last scored."""

REFUNDED = (
    f"EXISTS (SELECT FROM {tables.REFUND} r WHERE r.profile_id = s.profile_id AND r.happened_at <= %(now)s)"
)
"""Condition: money went back to them, whenever it was."""
