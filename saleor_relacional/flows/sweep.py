"""Reading the host by keyset (changed_at, reference), one cursor a kind.

A round never reads past now less MARGIN and begins OVERLAP before the position: what commits late, ties, or
comes from a machine with a slow clock is read again, and equal facts write nothing. A page only says what to
look at: references whose facts differ from ours are locked, read again and written, so that no old reading
overwrites a newer one.

The install-time history (`sync`) is the same from the beginning under a cursor of its own; where it ends the
sweep goes on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saleor_relacional import conf
from saleor_relacional.flows import compare, cursors
from saleor_relacional.flows.cursors import Lease
from saleor_relacional.flows.record import NOTHING, Recorded, record_references
from saleor_relacional.hosts.base import Kind, Page, Position
from saleor_relacional.models import sql

MARGIN = timedelta(minutes=10)
"""Transactions that are open longer than this are found by the overlap, later ones by the patrol."""

OVERLAP = timedelta(minutes=20)

PAGE = 500
PAGES_A_RUN = 200
"""A task of a sweep ends after so many pages; the next goes on."""

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


def sweep(kind: Kind, *, now: datetime, pages: int = PAGES_A_RUN) -> Swept:
    """Read what changed since the last round, up to MARGIN ago."""
    held = cursors.take(f"sweep:{kind}")
    if held is None:
        return Swept(busy=True)
    stands = cursors.cursor(held.name)
    after = Position(changed_at=stands.position_at - OVERLAP, reference="") if stands.position_at else None
    return _read(
        held, kind, after, floor=stands.position_at, until=now - MARGIN, done=0, now=now, pages=pages
    )


def sync(kind: Kind, *, now: datetime, progress: Progress | None = None) -> Swept:
    """Read everything, from where an interrupted sync stopped or else from the beginning."""
    held = cursors.take(f"sync:{kind}")
    if held is None:
        return Swept(busy=True)
    stands = cursors.cursor(held.name)
    after = (
        Position(changed_at=stands.position_at, reference=stands.position_reference)
        if stands.position_at
        else None
    )
    done = stands.done if after else 0
    swept = _read(held, kind, after, floor=None, until=now + AHEAD, done=done, now=now, progress=progress)
    if swept.finished:
        _hand_over(kind, now)
    return swept


def _read(
    held: Lease, kind: Kind, after: Position | None, *, floor: datetime | None, until: datetime, done: int,
    now: datetime, pages: int | None = None, progress: Progress | None = None,
) -> Swept:  # fmt: skip
    """Page by page, moving the cursor after each; never back behind `floor`."""
    swept, syncing = Swept(), floor is None and pages is None
    finished = False
    try:
        while not finished and pages != 0:
            page = conf.host().changed(kind, after=after, until=until, limit=PAGE)
            swept = replace(
                swept, read=swept.read + len(page.facts), recorded=swept.recorded + _record(kind, page, now)
            )
            after, finished = page.last or after, not page.more
            pages = None if pages is None else pages - 1
            if not _move(held, after, floor, done + swept.read, finished=finished, syncing=syncing):
                return replace(swept, busy=True)
            if progress:
                progress(done + swept.read)
    finally:
        held.release(finished=finished)
    return replace(swept, finished=finished)


def _record(kind: Kind, page: Page, now: datetime) -> Recorded:
    differing = compare.differing(kind, page.facts)
    done = record_references(kind, differing, now=now) if differing else Recorded()
    return done + Recorded(unchanged=len(page.facts) - len(differing))


def _move(
    held: Lease, after: Position | None, floor: datetime | None, done: int, *, finished: bool, syncing: bool
) -> bool:
    if after is None or (floor is not None and after.changed_at <= floor):
        return held.advance(at=floor, reference="", done=done)
    # At the end the overlap makes the reference needless, and it may be an account's: not kept.
    return held.advance(
        at=after.changed_at, reference="" if finished and not syncing else after.reference, done=done
    )


_HAND_OVER = """
UPDATE saleor_relacional_cursor sweep
SET position_at = least(sync.position_at, %(latest)s), position_reference = ''
FROM saleor_relacional_cursor sync
WHERE sweep.name = %(sweep)s AND sync.name = %(sync)s AND sync.position_at IS NOT NULL
  AND (sweep.position_at IS NULL OR sweep.position_at < least(sync.position_at, %(latest)s))
"""


def _hand_over(kind: Kind, now: datetime) -> None:
    """The sweep goes on from where the sync ended; the next sync begins anew."""
    names = {"sweep": f"sweep:{kind}", "sync": f"sync:{kind}"}
    with sql.atomic():
        cursors.make(names["sweep"])
        sql.run(_HAND_OVER, {**names, "latest": now - MARGIN})
        sql.run(
            "UPDATE saleor_relacional_cursor SET position_at = NULL, position_reference = ''"
            " WHERE name = %(sync)s AND lease_token IS NULL",
            names,
        )
