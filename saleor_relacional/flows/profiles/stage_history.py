"""The dated history of stages: what became true when, and what was believed on a day that is gone.

A merge leaves each profile's history where it was believed. Whoever asks about the survivor is told of all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import sql, tables

MOST = 100
"""Changes on one page."""


def of_family(query: str) -> str:
    """A query that may read `family` (asked, member): each of the profiles `ids` with whoever was merged into it."""
    return f"""
WITH RECURSIVE family AS (
    SELECT asked.id AS asked, asked.id AS member FROM unnest(%(ids)s::bigint[]) AS asked(id)
    UNION
    SELECT family.asked, gone.id FROM {tables.PROFILE} gone
    JOIN family ON gone.merged_into_id = family.member
)
{query}"""


_CHANGES = of_family(f"""
SELECT asked.number, change.id, change.stage, change.previous, change.happened_at, change.learned_at, change.cause,
       change.profile_id <> asked.id
FROM unnest(%(ids)s::bigint[], %(most)s::int[], %(at)s::timestamptz[], %(change)s::bigint[])
     WITH ORDINALITY AS asked(id, most, at, change, number) CROSS JOIN LATERAL (
    SELECT told.* FROM family JOIN {tables.STAGE_CHANGE} told ON told.profile_id = family.member
    WHERE family.asked = asked.id
      AND (asked.at IS NULL OR (told.happened_at, told.id) < (asked.at, asked.change))
    ORDER BY told.happened_at DESC, told.id DESC LIMIT asked.most
) change ORDER BY asked.number, change.happened_at DESC, change.id DESC
""")

_BELIEVED = of_family(f"""
SELECT asked.number, believed.stage, believed.happened_at, believed.cause
FROM unnest(%(ids)s::bigint[], %(until)s::timestamptz[]) WITH ORDINALITY AS asked(id, until, number)
CROSS JOIN LATERAL (
    SELECT told.stage, told.happened_at, told.cause
    FROM family JOIN {tables.STAGE_CHANGE} told ON told.profile_id = family.member
    WHERE family.asked = asked.id AND told.learned_at < asked.until
    ORDER BY told.profile_id = asked.id DESC, told.learned_at DESC, told.happened_at DESC, told.id DESC LIMIT 1
) believed
""")
"""The survivor's own history first: what the other one was believed to be counts where the survivor has none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPosition:
    """Where a page ended."""

    happened_at: datetime
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of stage, dated twice."""

    id: int
    stage: str
    previous: str
    """Empty at the first scoring."""
    happened_at: datetime
    """When it became true."""
    learned_at: datetime
    """When we came to know."""
    cause: str
    of_merged: bool
    """Whether it happened to a profile that has since been merged into this one."""

    @property
    def place(self) -> HistoryPosition:
        """Where a page after it begins."""
        return HistoryPosition(happened_at=self.happened_at, change=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A stage as it was believed on some day."""

    stage: str
    since: datetime
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A page of one profile's history."""

    profile: int
    first: int = 20
    """Changes at most."""
    after: HistoryPosition | None = None
    """Where it begins; None at the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDay:
    """A profile on a day of the shop."""

    profile: int
    day: date


def changes(pages: Sequence[HistoryPage], *, using: str | None = None) -> Mapping[HistoryPage, list[Change]]:
    """Page → its changes of stage, newest first. One statement for any number of pages."""
    values = {
        "ids": [page.profile for page in pages],
        "most": [page.first for page in pages],
        "at": [page.after.happened_at if page.after else None for page in pages],
        "change": [page.after.change if page.after else None for page in pages],
    }
    found: dict[HistoryPage, list[Change]] = {}
    for number, change, stage, previous, happened_at, learned_at, cause, merged in sql.rows(
        _CHANGES, values, using=using
    ):
        told = Change(
            id=change, stage=stage, previous=previous, happened_at=happened_at, learned_at=learned_at,
            cause=cause, of_merged=merged,
        )  # fmt: skip
        found.setdefault(pages[number - 1], []).append(told)
    return found


def believed_on(asked: Sequence[ProfileDay], *, using: str | None = None) -> Mapping[ProfileDay, Believed]:
    """Profile and day → the stage that was believed when that day ended. Whoever was not scored by then is left out.
    One statement for any number of days."""
    zone = ZoneInfo(conf.host().time_zone())
    midnights = [datetime.combine(one.day, time(), zone) + timedelta(days=1) for one in asked]
    values = {"ids": [one.profile for one in asked], "until": midnights}
    return {
        asked[number - 1]: Believed(stage=stage, since=since, cause=cause)
        for number, stage, since, cause in sql.rows(_BELIEVED, values, using=using)
    }
