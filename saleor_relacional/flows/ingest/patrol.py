"""Walking our own references by key range, the whole base every 24 hours, to find what no cursor can:
accounts that are deleted, and facts that changed without the host's moving their date (silent joins,
refunds).

A missing order is left as it is: a host's purge of old rows is no erasure. Imported facts are not the host's
to confirm."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import counts, sql, tables
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows import cursors
from saleor_relacional.flows.cursors import Lease
from saleor_relacional.flows.ingest import diff
from saleor_relacional.flows.ingest.record import NOTHING, Recorded
from saleor_relacional.flows.ingest.record_isolated import record_isolated
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.people.forget import MASS
from saleor_relacional.hosts.facts import FactKind

RUNS_A_DAY = 288
"""As often as the beat wakes us (tasks.BEAT)."""

BATCH = 500
LEAST = 200
"""References a run at least, however small the shop."""

_RANGES = {
    FactKind.CUSTOMER: (
        f"SELECT id, key FROM {tables.IDENTITY}"
        " WHERE id > %s AND kind = 'account' AND source = %s ORDER BY id LIMIT %s"
    ),
    FactKind.ORDER: (
        f"SELECT id, reference FROM {tables.PURCHASE}"
        " WHERE id > %s AND source = %s AND batch_id IS NULL ORDER BY id LIMIT %s"
    ),
    FactKind.CHECKOUT: (
        f"SELECT id, reference FROM {tables.BASKET}"
        " WHERE id > %s AND source = %s AND state = 'open' ORDER BY id LIMIT %s"
    ),
}
_TABLES = {
    FactKind.CUSTOMER: tables.IDENTITY,
    FactKind.ORDER: tables.PURCHASE,
    FactKind.CHECKOUT: tables.BASKET,
}


class MassDeletion(RelacionalError):
    """So many accounts are gone at once that we rather believe the host to be ill than forget so many
    people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patrolled:
    """What a run did."""

    looked_at: int = 0
    recorded: Recorded = NOTHING
    finished: bool = False
    """The end of the base was reached; the next run begins anew."""
    busy: bool = False


def patrol(kind: FactKind, *, now: datetime, runs_a_day: int = RUNS_A_DAY) -> Patrolled:
    """Look at this run's share of the base. Raises MassDeletion rather than forgetting half the base."""
    held = cursors.take(f"patrol:{kind}")
    if held is None:
        return Patrolled(busy=True)
    done, finished = Patrolled(), False
    try:
        share = max(LEAST, math.ceil(counts.of_table(_TABLES[kind]) / runs_a_day))
        while not finished and done.looked_at < share and not done.busy:
            done, finished = _step(kind, held, done, now, min(BATCH, share - done.looked_at))
    finally:
        held.release(finished=finished)
    if finished and kind is FactKind.CUSTOMER:
        merge.collect_strays(now)
    return done


def _step(kind: FactKind, held: Lease, done: Patrolled, now: datetime, limit: int) -> tuple[Patrolled, bool]:
    after = int(cursors.cursor(held.name).position_reference or 0)
    found = sql.rows(_RANGES[kind], [after, conf.host().source, limit])
    recorded = _look(kind, [row[1] for row in found], now)
    finished = len(found) < limit
    mine = held.advance(
        at=None, reference="" if finished else str(found[-1][0]), done=done.looked_at + len(found)
    )
    looked_at = done.looked_at + len(found)
    return (
        Patrolled(looked_at=looked_at, recorded=done.recorded + recorded, finished=finished, busy=not mine),
        finished,
    )


def _look(kind: FactKind, references: Sequence[str], now: datetime) -> Recorded:
    if not references:
        return Recorded()
    facts = conf.host().fetch(kind, references)
    there = {fact.reference for fact in facts}
    if kind is FactKind.CUSTOMER and len(there) < len(references):
        there |= conf.host().existing(kind, references)  # only a deletion is a deletion
    gone = sorted(set(references) - there)
    if kind is FactKind.CUSTOMER and len(gone) > max(MASS, len(references) // 2):
        raise MassDeletion(
            f"{len(gone)} of {len(references)} accounts are gone at the host. Nobody was forgotten. Is this the right"
            " database? If they really were deleted, forget them with relacional_forget.",
            code="MASS_DELETION",
        )
    look_again = diff.differing(kind, facts) + ([] if kind is FactKind.ORDER else gone)
    return record_isolated(kind, look_again, now=now) if look_again else Recorded()
