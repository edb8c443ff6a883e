"""Marks on people whose situation may have changed since the campaigns last considered them: scored anew, moved on by
time, heard to agree or to object, started by a campaign.

A plan reads the marks, looks at the people, and then removes the marks that it read. A mark that somebody makes again
meanwhile is another version, which stays for the next plan. It waits for nobody: see db/locks.py.
"""

from collections.abc import Iterable, Mapping

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock

_COLUMNS = f"INSERT INTO {tables.UNPLANNED} (profile_id, version)"
_AGAIN = "ON CONFLICT (profile_id) DO UPDATE SET version = excluded.version"


def marking(people: str) -> str:
    """A statement that marks the people of a query, whose only column is `profile_id`. To be one of the parts of a
    statement that changes them, or a statement of its own."""
    return f"""{_COLUMNS}
SELECT profile_id, pg_current_xact_id()::text::bigint FROM ({people}) AS changed ORDER BY profile_id
{_AGAIN}"""


_MARK = marking("SELECT unnest(%s::bigint[]) AS profile_id")
_NEXT = (
    f"SELECT profile_id, version FROM {tables.UNPLANNED} WHERE profile_id > %s ORDER BY profile_id LIMIT %s"
)
_CLEAR = f"""
DELETE FROM {tables.UNPLANNED} WHERE ctid = ANY(ARRAY(
    SELECT mark.ctid FROM unnest(%s::bigint[], %s::bigint[]) AS seen (profile_id, version)
    CROSS JOIN LATERAL (
        SELECT own.ctid FROM {tables.UNPLANNED} own
        WHERE own.profile_id = seen.profile_id AND own.version = seen.version FOR UPDATE SKIP LOCKED) mark))
"""
"""One by one by their keys: of a table that is empty most of the time the server believes that it is small."""
_UNFORESEE = f"DELETE FROM {tables.CALENDAR_ENTRY} WHERE profile_id = ANY(%s)"
_CLEAR_ALL = f"""
DELETE FROM {tables.UNPLANNED} WHERE profile_id IN (
    SELECT profile_id FROM {tables.UNPLANNED} FOR UPDATE SKIP LOCKED)
"""


def mark(profile_ids: Iterable[int]) -> None:
    """The campaigns consider these people at their next plan."""
    ids = sorted(set(profile_ids))
    if ids:
        locks.note(Lock.UNPLANNED, ids)
        sql.run(_MARK, [sql.keys(ids)])


def unforesee(profile_ids: Iterable[int]) -> None:
    """The calendar foresaw what these people may not want any more: until it is made anew it says nothing of them."""
    sql.run(_UNFORESEE, [sql.keys(sorted(set(profile_ids)))])


def after(profile_id: int, limit: int) -> dict[int, int]:
    """The next marks by key: profile → version."""
    return dict(sql.rows(_NEXT, [profile_id, limit]))


def clear(seen: Mapping[int, int]) -> None:
    """Remove the marks of people who have been considered: profile → version as read. One that was made again since, or
    is being made, stays."""
    told = sorted(seen.items())
    sql.run(_CLEAR, [sql.keys(person for person, _ in told), sql.keys(version for _, version in told)])


def clear_all() -> None:
    """Remove all marks that nobody is making: everybody is about to be considered."""
    sql.run(_CLEAR_ALL)
