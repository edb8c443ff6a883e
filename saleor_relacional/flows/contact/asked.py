"""What people ask of us, as the contact policy reads it: of their wish and the shop's decision the stricter holds."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from saleor_relacional.db import tables
from saleor_relacional.flows.profiles.rhythm_forecast import opens
from saleor_relacional.rules.contact.columns import NO_CAP
from saleor_relacional.rules.contact.hours import Quiet
from saleor_relacional.rules.contact.trust import TrustLevel

COLUMNS = """asks.per_week, asks.per_month, asks.paused_until, asks.unwanted_topics, asks.quiet_from, asks.quiet_to,
       asks.just_looking, asks.do_not_sell, word.not_before"""
"""Of `TABLES`, in the order that `read` takes them."""
TABLES = f"""LEFT JOIN LATERAL (SELECT * FROM {tables.PREFERENCE} WHERE profile_id = p.id LIMIT 1) asks ON true
LEFT JOIN LATERAL (SELECT * FROM {tables.DECLARATION} WHERE profile_id = p.id LIMIT 1) word ON true"""
"""Of a profile `p`. Few people ask for anything: whoever does not costs a look into an index."""
ANYTHING = f"""EXISTS (SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = told.id)
   OR EXISTS (SELECT FROM {tables.DECLARATION} said WHERE said.profile_id = told.id AND said.not_before IS NOT NULL)"""
"""Condition: a person `told.id` asks for something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one person asks of us."""

    per_week: int = NO_CAP
    per_month: int = NO_CAP
    paused_until: datetime | None = None
    unwanted: frozenset[str] = frozenset()
    """Keys of topics."""
    quiet: Quiet | None = None
    wants_at_most: TrustLevel = TrustLevel.OFFERS
    not_before: datetime | None = None
    """When the day begins, where they live, before which they want no reminder."""


NOTHING = Asked()


def read(row: tuple[Any, ...], zone: str) -> Asked:
    """Of the columns of one person who lives in this zone."""
    week, month, paused, topics, quiet_from, quiet_to, looking, unsold, day = row
    if week is month is paused is topics is day is None and not looking and not unsold and quiet_from is None:
        return NOTHING
    at_most = TrustLevel.SERVICE if looking else TrustLevel.CONTENT if unsold else TrustLevel.OFFERS
    return Asked(
        per_week=NO_CAP if week is None else week, per_month=NO_CAP if month is None else month, paused_until=paused,
        unwanted=frozenset(json.loads(topics)) if topics else frozenset(), quiet=_quiet(quiet_from, quiet_to),
        wants_at_most=at_most, not_before=_begins(day, zone),
    )  # fmt: skip


def _quiet(begin: time | None, end: time | None) -> Quiet | None:
    return None if begin is None or end is None else (begin, end)


def _begins(day: date | None, zone: str) -> datetime | None:
    return opens(day, ZoneInfo(zone)) if day else None
