"""The instants of all stories."""

from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday. Every story's today, and what the shop's clock shows when it begins."""
TODAY = NOON.date()
