"""Reading the host by keyset (changed_at, reference), one cursor a kind.

A round never reads past now less MARGIN and begins OVERLAP before the position: what commits late, ties, or
comes from a machine with a slow clock is read again, and equal facts write nothing. A page only says what to
look at: its references are locked, then read, and what differs from ours is written, so that no old reading
overwrites a newer one.

The install-time history (`sync`) is the same from the beginning under a cursor of its own; where it ends the
sweep goes on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import Error as DatabaseError

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.flows import cursors
from saleor_relacional.flows.cursors import Lease
from saleor_relacional.flows.ingest.record import NOTHING, Recorded
from saleor_relacional.flows.ingest.record_isolated import record_isolated
from saleor_relacional.hosts.facts import FactKind, Page, Position
from saleor_relacional.models import Cursor

MARGIN = timedelta(minutes=10)
"""Transactions that are open longer than this are found by the overlap, later ones by the patrol."""

OVERLAP = timedelta(minutes=20)

PAUSE = timedelta(minutes=5)
"""A round that was cut short longer ago than this goes on OVERLAP before where it stood: what commits late would
otherwise fall between the two halves. One that goes on at once must not, or a bulk change would never be passed."""

PAGE = 200
"""Facts in one transaction: few enough names to be locked one by one (`locks.SINGLE`), so that nudges wait only for a
page that has their own people."""
PAGES_A_RUN = 500
"""A task of a sweep ends after so many pages; the next goes on."""

TRIES = 5
"""How often a page is tried that gives way to others' locks."""

AHEAD = timedelta(minutes=5)
"""A sync reads up to here: clocks of the host's machines differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a round did."""

    read: int = 0
    recorded: Recorded = NOTHING
    finished: bool = False
    """The end was reached."""
    busy: bool = False
    """Another worker has the cursor; nothing was done, or it was taken over while we were slow."""


Progress = Callable[[int], None]
"""Told how many facts have been read in this round so far."""


def sweep(kind: FactKind, *, now: datetime, pages: int = PAGES_A_RUN) -> Swept:
    """Read what changed since the last round, up to MARGIN ago. A round that was cut short goes on where it
    stood."""
    held = cursors.take(f"sweep:{kind}")
    if held is None:
        return Swept(busy=True)
    cursor = cursors.cursor(held.name)
    after, done = _position(cursor, held.paused), cursor.done if cursor.position_reference else 0
    return _read(_Round(held=held, kind=kind, until=now - MARGIN, now=now), after, done, pages=pages)


def sync(kind: FactKind, *, now: datetime, progress: Progress | None = None) -> Swept:
    """Read everything, from where an interrupted sync stopped or else from the beginning."""
    held = cursors.take(f"sync:{kind}")
    if held is None:
        return Swept(busy=True)
    cursor = cursors.cursor(held.name)
    after, done = _position(cursor, held.paused), cursor.done if cursor.position_at else 0
    swept = _read(_Round(held=held, kind=kind, until=now + AHEAD, now=now), after, done, progress=progress)
    if swept.finished:
        _hand_over(kind, now)
    return swept


def finished_within(kind: FactKind, age: timedelta) -> bool:
    """Whether a sweep of these facts has come to its end so lately, by the database's clock."""
    finished_at = sql.real_now() - age
    return Cursor.objects.filter(name=f"sweep:{kind}", finished_at__gt=finished_at).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What stays the same from page to page."""

    held: Lease
    kind: FactKind
    until: datetime
    now: datetime


def _position(cursor: Cursor, paused: timedelta | None) -> Position | None:
    """Where to begin. A reference says that the round was cut short there; without one a new round begins."""
    if cursor.position_at is None:
        return None
    if cursor.position_reference and (paused is None or paused <= PAUSE):
        return Position(changed_at=cursor.position_at, reference=cursor.position_reference)
    return Position(changed_at=cursor.position_at - OVERLAP, reference="")


def _read(
    this: _Round,
    after: Position | None,
    done: int,
    *,
    pages: int | None = None,
    progress: Progress | None = None,
) -> Swept:
    """Page by page, the cursor moved after each. An error leaves it where it stood."""
    swept, finished, begun_at = Swept(), False, cursors.cursor(this.held.name).position_at
    try:
        while not finished and pages != 0:
            page = conf.host().changed(this.kind, after=after, until=this.until, limit=PAGE)
            read, recorded = swept.read + len(page.references), swept.recorded + _record(this, page)
            swept = Swept(read=read, recorded=recorded)
            after, finished, pages = page.last or after, not page.more, pages and pages - 1
            if not _move(this.held, after, begun_at, done + read, finished=finished):
                return replace(swept, busy=True)
            if progress:
                progress(done + read)
        if finished and this.kind is FactKind.ORDER:
            cursors.history_is_read(conf.host().now())
    finally:
        this.held.release(finished=finished)
    return replace(swept, finished=finished)


def _record(this: _Round, page: Page, tries: int = TRIES) -> Recorded:
    try:
        return record_isolated(this.kind, page.references, now=this.now) if page.references else NOTHING
    except DatabaseError as error:
        if tries > 1 and locks.impatient(error):
            return _record(this, page, tries - 1)
        raise


def _move(
    held: Lease, after: Position | None, begun_at: datetime | None, done: int, *, finished: bool
) -> bool:
    if not finished and after is not None:
        return held.advance(at=after.changed_at, reference=after.reference, done=done)
    # The end of the round: never behind where it began, and without the reference, which may be an account's.
    moments = [at for at in (begun_at, after.changed_at if after else None) if at is not None]
    ends = max(moments, default=None)
    return held.advance(at=ends, reference="", done=done)


_HAND_OVER = f"""
UPDATE {tables.CURSOR} sweep
SET position_at = least(sync.position_at, %(latest)s), position_reference = ''
FROM {tables.CURSOR} sync
WHERE sweep.name = %(sweep)s AND sync.name = %(sync)s AND sync.position_at IS NOT NULL
  AND (sweep.position_at IS NULL OR sweep.position_at < least(sync.position_at, %(latest)s))
"""


def _hand_over(kind: FactKind, now: datetime) -> None:
    """The sweep goes on from where the sync ended; the next sync begins anew."""
    names = {"sweep": f"sweep:{kind}", "sync": f"sync:{kind}"}
    with sql.atomic():
        cursors.make(names["sweep"])
        sql.run(_HAND_OVER, {**names, "latest": now - MARGIN})
        sql.run(
            f"UPDATE {tables.CURSOR} SET position_at = NULL, position_reference = ''"
            " WHERE name = %(sync)s AND lease_token IS NULL",
            names,
        )
