"""Every lock of ours that somebody may wait for, in the one order in which a transaction takes them.

Two transactions that wait for each other cannot go on. They never do while everybody takes what they need in the order
of `Lock`, and several of one kind in the order of their keys. Statements with SKIP LOCKED wait for nobody and may come
at any place.

The row of a profile is the lock on a person (`lock_people`): whoever writes facts, enrolments or consents takes it
first, at once for everybody that the transaction is about. A scoring takes marks instead (flows/scoring/stale.py):
whoever merges or forgets somebody holds their row, then their mark, and so waits for a scoring that is under way.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from threading import local
from typing import Protocol, TypeVar

from django.db import transaction

from saleor_relacional import conf
from saleor_relacional.db import sql, tables


class Lock(IntEnum):
    """What is locked. Of an advisory lock the value is also its number at the server (`pg_locks.classid`)."""

    POLICY = 726_001
    """Advisory. flows/policy.py and evidence/costs.py: the owner's decisions."""
    SEGMENTS = 726_002
    """Advisory. flows/segments/segments.py: saved segments; campaigns.create and edit, where they name one."""
    KIND = 726_003
    """Advisory, per campaign kind. campaigns.ensure."""
    CAMPAIGN = 726_004
    """Row. campaigns.edit, campaigns.activate."""
    CONSIDER = 726_005
    """Advisory, per campaign. plan.consider."""
    CAPACITY = 726_006
    """Advisory. give_out, and where there is a budget queue_next and reserve.affordable: the day's mails, and the
    month's money, are given out by one at a time."""
    SENDING = 726_007
    """Advisory. lease.claim."""
    REBUILD = 726_008
    """Advisory in rebuild.begin; then rows of the rebuild and its ranges, with SKIP LOCKED."""
    LEARN = 726_009
    """Advisory. fit.ensure_fit: the first fit is learnt once."""
    IMPORT = 726_010
    """Advisory. importing/runs.py and parts.py: one part of an import at a time."""
    CUSTOMERS = 726_011
    """Advisory, per reference. record.record_references, record.record, forget.forget_account."""
    ORDERS = 726_012
    """Advisory, per reference. record.record_references, record.record."""
    CHECKOUTS = 726_013
    """Advisory, per reference. record.record_references, record.record: those of its orders included."""
    NAMES = 726_014
    """Advisory, per name of a person, and per number of an order where an import may tell it too. record.record,
    forget.forget, a part of an import."""
    PROFILE = 726_015
    """Row, see `lock_people`: record.record, import_file, merge, forget, declarations, consent.record_objection,
    plan.consider, stale.hold; give_out with SKIP LOCKED."""
    STALE = 726_016
    """Row: everybody who writes facts, and stale.hold (refit, shift walk). stale.take (score_stale) and what a rebuild
    clears with SKIP LOCKED. The table: shadow_tables.adopt."""
    DECLARATION = 726_017
    """Row. declarations, and those of merge."""
    SUMMARY = 726_018
    """Row, with the prediction. A scoring (score_store.hold), merge, forget; pass_time with SKIP LOCKED. The tables:
    shadow_tables.adopt, after STALE."""
    ENROLMENT = 726_019
    """Row. Whoever holds the person; plan and capacity with SKIP LOCKED."""
    TOUCH = 726_020
    """Row. Whoever holds the person; lease one at a time, or with SKIP LOCKED."""
    INCENTIVE = 726_021
    """Row, and after it the tasks of staff. Whoever holds the person, the sender (incentive.issue) and who ends one
    (incentive.withdraw)."""
    ENTITLEMENT = 726_022
    """Advisory, per code, and the row. entitlement.check and entitlement.release, in the host's database."""
    VOUCHER = 726_023
    """Advisory, per recipe, and the host's rows. hosts/saleor/vouchers.py, in the host's database."""
    DASHBOARD = 726_024
    """Advisory. hosts/saleor/dashboard.py, in the host's database."""
    FIT = 726_025
    """Advisory. fit.adopt: one fit is adopted at a time."""
    CURSOR = 726_026
    """Row. flows/cursors.py and sweep, in statements of their own; forget."""
    CHANNEL_PACE = 726_027
    """Advisory. channel_paces.measure."""
    CONTACT = 726_028
    """Row, new: contact/booking.py, whoever holds the person (Hold.WRITE): bookings of one person come one by one."""
    UNPLANNED = 726_029
    """Row. Whoever changes what campaigns judge by: scorings, pass_time, consents, forget, give_out, notes. What a plan
    removes with SKIP LOCKED."""
    CALENDAR = 726_030
    """Advisory, without waiting for it. calendars.make: one at a time."""
    ATTRIBUTES = 726_031
    """Advisory, without waiting for it. attributes/write.py: one step at a time, and then its people."""
    UNWRITTEN = 726_032
    """Row. By the trigger of db/news_copy.py, for whoever holds the same rows of UNPLANNED. What was written is removed
    with SKIP LOCKED."""


class Hold(StrEnum):
    """How a person is held: who waits for us, and for whom we wait."""

    ALONE = "UPDATE"
    """To record, merge or forget: nobody else writes anything of them."""
    WRITE = "NO KEY UPDATE"
    """To write one thing of them, beside scorings, imports and plans."""
    STAY = "KEY SHARE"
    """They are neither merged nor forgotten meanwhile, nor is anything recorded; others may hold them so, too."""


BUCKETS = 64
"""Among which the names of a family are spread."""
SINGLE = 600
"""Names that one transaction locks one by one at most, in a family: the server's lock table is shared by everybody."""

Key = TypeVar("Key")


class Watch(Protocol):
    """Told of every lock that a transaction takes. Only tests have one (tests/support/lock_order.py)."""

    def taken(self, lock: Lock, names: frozenset[str]) -> None:
        """Something is about to be taken."""

    def made(self, lock: Lock, names: frozenset[str]) -> None:
        """Rows that this transaction has just made: nobody else can hold them."""

    def savepoint(self) -> object:
        """What is held now."""

    def rollback(self, state: object) -> None:
        """All that was taken since that savepoint is let go."""


watch: Watch | None = None


def _key(name: str, mask: int) -> str:
    """SQL: the number of a name, within a mask of ones."""
    return f"(hashtextextended({name}, 7264) & {mask})::int"


class _Patience(local):
    """How long this thread waits for locks."""

    until: float | None = None
    """By the process's clock, of all waits together; None: for ever."""
    told: float = 0.0
    """When the server was told last."""


_patience = _Patience()


class _Alone(local):
    """Whether what this thread does is seen by nobody else."""

    alone: bool = False


_alone = _Alone()


def alone() -> bool:
    """Whether this thread rehearses: nothing that it does may reach the host."""
    return _alone.alone


@contextmanager
def nobody_else() -> Iterator[None]:
    """Nothing is locked inside, because nobody else can reach what is worked on: see db/rehearsal.py."""
    _alone.alone = True
    try:
        yield
    finally:
        _alone.alone = False


LEAST = 0.05
"""Seconds for which a lock is waited for whatever happens: somebody may just be about to let it go."""
OFTEN = 0.1
"""Seconds after which the server is told anew how long is left."""


def _shrunk(left: str) -> str:
    """SQL: what is left of so many milliseconds, told the server before each lock of a statement."""
    return f"""
set_config('lock_timeout', greatest(
    {left} - 1000 * extract(epoch FROM clock_timestamp() - statement_timestamp()), 50)::int || 'ms', true)
"""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Whoever waits for locks inside gives up after so many seconds, all waits and the work between them together, with
    what `impatient` knows. Inside of another the first to end counts. Every transaction inside begins inside."""
    before = _patience.until
    until = time.monotonic() + seconds
    _patience.until, _patience.told = until if before is None else min(before, until), 0.0
    try:
        yield
    finally:
        _patience.until = before


def _left(until: float) -> int:
    """Milliseconds."""
    _patience.told = time.monotonic()
    return round(1000 * max(until - _patience.told, LEAST))


def _hasten() -> None:
    """Tell the server how long is left, unless it was told a moment ago: a statement only where time has passed."""
    if _patience.until is not None and time.monotonic() - _patience.told > OFTEN:
        sql.run(f"SELECT {_shrunk('%s')}", [_left(_patience.until)])


def note(taken: Lock, names: Iterable[object] = ()) -> None:
    """Say that these are about to be taken: to whoever watches, and to the server how long we wait for them."""
    if _alone.alone:
        return
    if watch is not None:
        watch.taken(taken, frozenset(map(str, names)))
    _hasten()


def made(new: Lock, names: Iterable[object]) -> None:
    """Tell whoever watches that these rows are new, and so ours already, whatever is held."""
    if watch is not None and not _alone.alone:
        watch.made(new, frozenset(map(str, names)))


def lock(what: Lock, name: str = "", *, using: str | None = None) -> None:
    """Wait for this lock and hold it until the transaction ends."""
    if _alone.alone:
        return
    note(what, [name])
    key = _key("%s::text", 2**31 - 1)
    sql.rows(f"SELECT pg_advisory_xact_lock(%s, {key})", [int(what), name], using=using)


def try_lock(what: Lock, name: str = "", *, using: str | None = None) -> bool:
    """As `lock`, without waiting. False when somebody else holds it."""
    key = _key("%s::text", 2**31 - 1)
    return bool(
        sql.rows(f"SELECT pg_try_advisory_xact_lock(%s, {key})", [int(what), name], using=using)[0][0]
    )


def _family(patient: str) -> str:
    """Takes the locks of many names, in one order for all who take them. `patient`: a column that says how long to
    wait, or nothing."""
    return f"""
SELECT {patient} CASE WHEN key < {BUCKETS} AND %(single)s THEN pg_advisory_xact_lock_shared(%(family)s, key)
                 ELSE pg_advisory_xact_lock(%(family)s, key) END
FROM (
    SELECT DISTINCT unnest(CASE WHEN %(single)s THEN ARRAY[bucket, {BUCKETS} + single] ELSE ARRAY[bucket] END) AS key
    FROM (SELECT {_key("name", BUCKETS - 1)} AS bucket, {_key("name", 2**30 - 1)} AS single
          FROM unnest(%(names)s::text[]) AS name) AS named
    ORDER BY key) AS keys
"""


def lock_family(family: Lock, names: Iterable[str]) -> None:
    """Hold many names until the transaction ends. Up to SINGLE of them are held one by one, and their buckets together
    with whoever does the same: they meet nobody but who wants the same name. More are held by the bucket, so that
    never many locks are taken."""
    wanted = sorted(set(names))
    if not wanted:
        return
    if watch is not None:
        watch.taken(family, frozenset(wanted))
    asked: dict[str, object] = {"family": int(family), "names": wanted, "single": len(wanted) <= SINGLE}
    patient = ""
    if _patience.until is not None:
        patient = _shrunk("%(left)s") + ","
        asked["left"] = _left(_patience.until)
    sql.run(_family(patient), asked)


def impatient(error: BaseException) -> bool:
    """Whether a transaction gave up because somebody else held a lock for too long: it is no fault, and tried again."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def lock_people(ids: Iterable[int], hold: Hold) -> list[int]:
    """Hold the rows of these profiles until the transaction ends; those that exist."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    note(Lock.PROFILE, wanted)
    statement = f"SELECT id FROM {tables.PROFILE} WHERE id = ANY(%s) ORDER BY id FOR {hold}"
    return [row[0] for row in sql.rows(statement, [sql.keys(wanted)])]


def lock_settled(find: Callable[[], Iterable[Key]], take: Callable[[set[Key]], object]) -> set[Key]:
    """Lock what `find` names with `take`, and make sure that it names nothing else afterwards: while we waited somebody
    may have changed it. Then all is let go and taken anew, so that the order is kept. What is held."""
    wanted = set(find())
    while True:
        point, state = transaction.savepoint(using=conf.database()), watch and watch.savepoint()
        take(wanted)
        if not wanted or (found := set(find())) <= wanted:
            transaction.savepoint_commit(point, using=conf.database())
            return wanted
        transaction.savepoint_rollback(point, using=conf.database())
        if watch is not None:
            watch.rollback(state)
        wanted |= found
