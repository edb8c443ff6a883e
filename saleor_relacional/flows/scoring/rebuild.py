"""All summaries and predictions written anew, range by range, beside the old ones, then put in their place at once.

Ranges are worked on by as many workers as there are. Each is one transaction that holds the range's row, so a worker
that is killed leaves nothing, and another one takes its range. What facts and time wrote to the old tables meanwhile is
carried over and marked stale, so that the new fit reaches it. Readers see the old tables or the new ones, never both.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.learning import fact_statistics, fit
from saleor_relacional.flows.scoring import shadow_tables, stale
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.lifecycle import classify
from saleor_relacional.flows.scoring.predict import predict
from saleor_relacional.models import Rebuild, RebuildRange, RebuildState

SMALL = 20_000
"""Profiles up to which a shop is scored where it lives."""
RANGE = 50_000
"""Profiles in a range: some tens of megabytes in a worker, a second or two of work."""
GIVEN_UP = timedelta(days=1)
"""A rebuild that has not ended after so long, on the real clock, is begun anew."""

_CUT = f"""
INSERT INTO {tables.REBUILD_RANGE} (rebuild_id, first, last, profiles, changes, snapshot)
SELECT %(rebuild)s, id, lead(id - 1, 1, 9223372036854775807) OVER (ORDER BY id), 0, 0, '' FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM {tables.PROFILE}
) counted WHERE place %% %(size)s = 1 %% %(size)s
"""
_TAKE = f"""
SELECT range.id, range.first, range.last, pg_current_snapshot()::text FROM {tables.REBUILD_RANGE} range
JOIN {tables.REBUILD} rebuild ON rebuild.id = range.rebuild_id AND rebuild.state = 'running'
WHERE rebuild.id = %s AND range.done_at IS NULL ORDER BY range.first LIMIT 1 FOR UPDATE OF range SKIP LOCKED
"""
_DONE = f"""
UPDATE {tables.REBUILD_RANGE} SET done_at = clock_timestamp(), profiles = %s, changes = %s, snapshot = %s
WHERE id = %s
"""
_OURSELVES = "SELECT pg_current_xact_id()::text::bigint"
_UNDER_WAY = """
SELECT coalesce(max(greatest(age(held.transactionid), 0)), 0)
FROM pg_locks held LEFT JOIN pg_stat_activity who USING (pid)
WHERE held.locktype = 'transactionid' AND held.granted
  AND (who.datid IS NULL OR who.datid = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
"""How far back in this database the oldest transaction began that has not ended."""


def wanted() -> bool:
    """Whether the shop is so large that its beliefs are rebuilt beside the old ones."""
    return bool(sql.rows(f"SELECT 1 FROM {tables.PROFILE} OFFSET %s LIMIT 1", [SMALL]))


def next_ids(after: int, size: int) -> list[int]:
    """The next profiles by key that are not merged away."""
    return [
        row[0]
        for row in sql.rows(
            f"SELECT id FROM {tables.PROFILE} WHERE id > %s AND merged_into_id IS NULL ORDER BY id LIMIT %s",
            [after, size],
        )
    ]


def running() -> Rebuild | None:
    """The one that is under way."""
    return Rebuild.objects.filter(state=RebuildState.RUNNING).first()


def begin(now: datetime) -> Rebuild:
    """Learn the shop and cut the work into ranges; the one that is under way already, if there is one."""
    found = _going()
    if found is not None:
        return found
    fact_statistics.analyze()  # before the transaction, which would keep its locks
    with sql.atomic():
        sql.run("SET LOCAL jit = off")  # compiling takes longer than running
        learnt = fit.learn(now)
    with sql.atomic():
        locks.lock(Lock.REBUILD)
        found = _going()
        if found is not None:
            learnt.delete()
            return found
        former = None if learnt.converged else fit.known().get(None)
        rebuild = Rebuild.objects.create(
            fit_id=former.id if former else learnt.pk, as_of=now, started_at=sql.real_now(),
            oldest=_oldest(),
        )  # fmt: skip
        sql.run(_CUT, {"rebuild": rebuild.pk, "size": RANGE})
        shadow_tables.create(rebuild)
    return rebuild


def work(rebuild: Rebuild) -> bool:
    """Score one range that nobody has, into the new tables. False when there is none."""
    shop = fit.known([rebuild.fit_id])[rebuild.fit_id]
    with sql.atomic():
        taken = sql.rows(_TAKE, [rebuild.pk])
        if not taken:
            return False
        place, first, last, snapshot = taken[0]
        try:
            with sql.atomic():
                done = _write(
                    rebuild, shop, Histories.between(first, last, rebuild.as_of, season=shop.season)
                )
        except failures.POISON:
            done = _write_apart(rebuild, shop, first, last)
        sql.run(_DONE, [*done, snapshot, place])
    return True


def _write(rebuild: Rebuild, shop: fit.ShopModel, history: Histories) -> tuple[int, int]:
    """Score these people into the new tables: how many they are, and how many stages changed."""
    lifecycle = classify(history, shop, rebuild.as_of)
    shadow_tables.write(rebuild, history, lifecycle, predict(history, shop, rebuild.as_of))
    return len(history), int(lifecycle.changed.sum())


def _write_apart(rebuild: Rebuild, shop: fit.ShopModel, first: int, last: int) -> tuple[int, int]:
    """As `_write`, for a range in which somebody cannot be scored: they are counted as an error, keep what was believed
    of them, and are tried again later; the others are scored."""

    def together(some: Sequence[int]) -> tuple[int, int]:
        with sql.atomic():
            return _write(rebuild, shop, Histories.of(some, rebuild.as_of, season=shop.season))

    def later(profile: int) -> None:
        shadow_tables.keep(rebuild, profile)
        stale.mark([profile], rebuild.as_of)
        stale.postpone(profile, rebuild.as_of)

    ids = [one for one in next_ids(first - 1, RANGE) if one <= last]
    done = failures.isolated("rebuild", ids, together, now=rebuild.as_of, failed=later)
    return sum(profiles for profiles, _ in done), sum(changes for _, changes in done)


def ready(rebuild: Rebuild) -> bool:
    """Whether all ranges are done."""
    return not RebuildRange.objects.filter(rebuild=rebuild, done_at=None).exists()


def go_on(now: datetime) -> bool:
    """One step of the rebuild that is under way: a range, or its end. False when there is nothing to do for us."""
    rebuild = running()
    if rebuild is None:
        return False
    return work(rebuild) or end(now)


def end(now: datetime) -> bool:
    """Put the rebuild that is under way in its place, if all its ranges are done."""
    rebuild = running()
    return rebuild is not None and ready(rebuild) and shadow_tables.adopt(rebuild, now)


def whole(now: datetime) -> dict[str, int]:
    """All of it in this process, but for ranges that other workers have at this moment; what was scored."""
    rebuild = begin(now)
    while go_on(now):
        pass
    done = list(rebuild.ranges.values_list("profiles", "changes"))
    return {"profiles": sum(one for one, _ in done), "changes": sum(one for _, one in done)}


def _oldest() -> int:
    """The oldest transaction that is under way. What older ones wrote is seen by every range; what it or a later one
    writes may not be."""
    ourselves: int = sql.rows(_OURSELVES)[0][0]
    return ourselves - int(sql.rows(_UNDER_WAY)[0][0])


def _going() -> Rebuild | None:
    """The one that is under way, unless it has been for too long: then it is given up."""
    found = running()
    if found is None or sql.real_now() - found.started_at < GIVEN_UP:
        return found
    shadow_tables.give_up(found)
    return running()
