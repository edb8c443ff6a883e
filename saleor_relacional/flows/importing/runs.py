"""An import from its beginning to its end. It is read while nothing is held, agreed to, applied part by part, and then
finished; one at a time is applied.

Until it is finished nothing is concluded from it: whoever it tells of is not scored, and the shop is not learnt anew.
An import that was cut short goes on when the same file is imported again with the same words, or is undone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import locks, only_added, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.importing import staging, superseded
from saleor_relacional.flows.importing.options import Options
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import stale
from saleor_relacional.models import (
    HabitShift,
    Identity,
    IdentityKind,
    ImportBatch,
    ImportPerson,
    Profile,
    Purchase,
    Refund,
    StageChange,
)

CHUNK = 1_000
"""People who are let go, or taken back, in one transaction."""

_FINISHED = f"""
SELECT p.profile_id, p.changed FROM {tables.IMPORT_PERSON} p
JOIN {tables.IMPORT_BATCH} b ON b.id = p.batch_id AND b.finished_at IS NOT NULL
ORDER BY p.profile_id LIMIT %s
"""
_LET_GO = f"DELETE FROM {tables.IMPORT_PERSON} WHERE profile_id = ANY(%s)"
_ANYTHING = (
    tables.PURCHASE, tables.REFUND, tables.BASKET, tables.ENROLMENT, tables.TOUCH, tables.INCENTIVE, tables.DECLARATION,
)  # fmt: skip
_NOBODY = f"""
SELECT p.id FROM {tables.PROFILE} p WHERE p.id = ANY(%s) AND p.joined_at IS NULL AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT FROM {tables.IDENTITY} i WHERE i.profile_id = p.id AND i.kind = 'account')
  AND NOT EXISTS (SELECT FROM {tables.MERGE} m WHERE p.id IN (m.from_profile_id, m.into_profile_id))
  AND NOT EXISTS (SELECT FROM {tables.CONSENT} c WHERE c.profile_id = p.id AND c.source <> 'import')
  {" ".join(f"AND NOT EXISTS (SELECT FROM {one} WHERE profile_id = p.id)" for one in _ANYTHING)}
"""
"""Those of whom nothing is known but what the file told."""
_PEOPLE = f"""
SELECT count(*) FILTER (WHERE bought), count(*) FILTER (WHERE told), count(*) FILTER (WHERE told AND NOT bought)
FROM {tables.IMPORT_PERSON} WHERE batch_id = %s
"""


def interrupted(source: str, digest: str, given: Options) -> ImportBatch | None:
    """The import of this file that was cut short while it was applied. Raises Refused where it is another file's, or
    this one's in other words: one is applied at a time."""
    found = ImportBatch.objects.filter(agreed_at__isnull=False, finished_at=None).first()
    if found is None or (found.source, found.file_digest, found.options) == (source, digest, asdict(given)):
        return found
    name = found.source.removeprefix(superseded.PREFIX)
    raise Refused(
        f"The import of the history {name!r} is being applied, or was cut short. If nobody is at it, run it again with"
        f" the same file and options: it goes on. Or take it back: --undo {name}."
    )


def begin(source: str, digest: str, given: Options, now: datetime) -> ImportBatch:
    """An import that is being read. What was read before, and nobody agreed to, is dropped."""
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        interrupted(source, "", given)
        for former in ImportBatch.objects.filter(agreed_at=None):
            drop(former)
        return ImportBatch.objects.create(
            source=source, file_digest=digest, options=asdict(given), started_at=now
        )


def drop(batch: ImportBatch) -> None:
    """Forget what was read; waits for whoever writes or looks at it."""
    with sql.atomic():
        ImportBatch.objects.filter(pk=batch.pk, agreed_at=None).delete()
        staging.drop(batch.pk)


def agree(batch: ImportBatch, counts: Mapping[str, Any], now: datetime) -> None:
    """From now on it is applied. `counts`: what the file held. Raises Refused when another import has begun
    meanwhile."""
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        batch.counts, batch.agreed_at = dict(counts), now
        reading = ImportBatch.objects.filter(pk=batch.pk, agreed_at=None)
        if not reading.update(counts=batch.counts, agreed_at=now):
            raise Refused("Another import began meanwhile: nothing was imported.")


def applying(batch: ImportBatch) -> bool:
    """Whether it may still be applied; holds it until the transaction ends, and reads anew how far it is."""
    locks.lock(Lock.IMPORT)
    fresh = ImportBatch.objects.filter(pk=batch.pk).first()
    if fresh is None or fresh.agreed_at is None:
        raise Refused("This import was undone meanwhile.")
    batch.counts, batch.finished_at = fresh.counts, fresh.finished_at
    return fresh.finished_at is None


def finish(batch: ImportBatch, now: datetime) -> None:
    """All of it is applied."""
    with sql.atomic():
        if applying(batch) and not staging.left(batch.pk):
            buyers, everybody, refund_only = sql.rows(_PEOPLE, [batch.pk])[0]
            people = {"buyers": buyers, "profiles": everybody, "refund_only": refund_only}
            batch.counts, batch.finished_at = batch.counts | people, now
            batch.save(using=conf.database(), update_fields=["counts", "finished_at"])


def release(now: datetime) -> int:
    """Let those go of whom finished imports told: they may be scored, and those whose facts changed are. How many."""
    released = 0
    while people := _let_go(now):
        released += people
    return released


def _let_go(now: datetime) -> int:
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        people = dict(sql.rows(_FINISHED, [CHUNK]))
        stale.mark((profile for profile, changed in people.items() if changed), now)
        sql.run(_LET_GO, [list(people)])
    return len(people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back."""

    purchases: int
    refunds: int
    people: int
    """Of whom nothing else was known: they are gone."""


def undo(name: str, now: datetime) -> Undone:
    """Take a history back: all that imports of this name have told, whether they were finished or not. Resumable: twice
    does no harm. Raises BadInput where there is no such history."""
    source = superseded.PREFIX + name.removeprefix(superseded.PREFIX)
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        batches = ImportBatch.objects.filter(source=source)
        if not batches:
            raise BadInput(f"There is no history {name!r} to take back.", field="undo")
        for batch in batches:
            staging.drop(batch.pk)
        batches.filter(finished_at=None).update(agreed_at=None)
    purchases = _take_back(Purchase, source, now)
    refunds = _take_back(Refund, source, now)
    people = _take_names_back(source)
    with sql.atomic():
        locks.lock(Lock.IMPORT)
        waiting = list(ImportPerson.objects.filter(batch__source=source).values_list("pk", flat=True))
        stale.mark(waiting, now)
        ImportPerson.objects.filter(pk__in=waiting).delete()
        ImportBatch.objects.filter(source=source).delete()
    return Undone(purchases=purchases, refunds=refunds, people=people)


def _take_back(model: Any, source: str, now: datetime) -> int:
    """Delete the facts of a history, some people at a time; how many."""
    gone = 0
    while ids := list(model.objects.filter(source=source).values_list("profile_id", flat=True)[:CHUNK]):
        with sql.atomic():
            locks.lock_people(ids, Hold.ALONE)
            stale.mark(ids, now)
            theirs = model.objects.filter(source=source, profile_id__in=set(ids))
            gone += theirs.count()
            theirs.delete()
    return gone


def _take_names_back(source: str) -> int:
    """Delete the customer numbers of a history, and whoever is left with nothing; how many people."""
    gone, numbers = 0, Identity.objects.filter(kind=IdentityKind.ACCOUNT, source=source)
    while rows := list(numbers.order_by("pk")[:CHUNK]):
        ids = [row.profile_id for row in rows]
        with sql.atomic():
            names = Identity.objects.filter(profile_id__in=ids).values_list("kind", "source", "key")
            identify.lock(Name(*name) for name in names)
            locks.lock_people(ids, Hold.ALONE)
            numbers.filter(pk__in=[row.pk for row in rows]).delete()
            nobody = [row[0] for row in sql.rows(_NOBODY, [ids])]
            only_added.rewriting("erase")
            StageChange.objects.filter(profile_id__in=nobody).delete()
            HabitShift.objects.filter(profile_id__in=nobody).delete()
            Profile.objects.filter(pk__in=nobody).delete()
            gone += len(nobody)
    return gone


def refuse_twin(digest: str, source: str) -> None:
    """Raise BadInput when this very file was imported under another name."""
    others = ImportBatch.objects.filter(file_digest=digest, agreed_at__isnull=False).exclude(source=source)
    if other := others.first():
        name = other.source.removeprefix(superseded.PREFIX)
        raise BadInput(
            f"This very file was imported under the name {name!r}: say --name {name} to run it again, or its orders"
            " would count twice.",
            field="name",
        )
