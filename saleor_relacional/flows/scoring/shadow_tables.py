"""Summaries and predictions written anew: tables beside those in use, and how they come into their place."""

import time
from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, transaction

from saleor_relacional import conf
from saleor_relacional.db import sql, swap, tables
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import score_store
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.lifecycle import Lifecycle
from saleor_relacional.flows.scoring.predict import Predictions
from saleor_relacional.flows.scoring.score_store import (
    CHANGE,
    CHANGED,
    PREDICTED,
    PREDICTION,
    SUMMARISED,
    SUMMARY,
)
from saleor_relacional.models import Fit, Rebuild, RebuildState

STALE = tables.STALE
PATIENCE = "300ms"
"""For a lock at the swap. Shorter than the server takes to look for a deadlock: it is always we who give way."""
TRIES = 60
PAUSE = 0.5
"""Seconds between tries."""

_CARRIED = f"""
CREATE TEMP TABLE relacional_carried ON COMMIT DROP AS
SELECT profile_id FROM {SUMMARY} WHERE age(xmin) <= pg_current_xact_id()::text::bigint - %s
"""
"""Rows of the old table that the transactions under way at the beginning, or later ones, wrote."""


def _gone(summaries: str) -> str:
    """Those of the new table, and those carried over, who were forgotten or merged away meanwhile."""
    return f"""
CREATE TEMP TABLE relacional_gone ON COMMIT DROP AS
SELECT n.profile_id FROM {summaries} n LEFT JOIN {tables.PROFILE} p ON p.id = n.profile_id
WHERE p.id IS NULL OR p.merged_into_id IS NOT NULL
UNION ALL SELECT n.profile_id FROM relacional_carried n LEFT JOIN {tables.PROFILE} p ON p.id = n.profile_id
WHERE p.id IS NULL OR p.merged_into_id IS NOT NULL
"""


def _carry(new: str, old: str, names: Sequence[str]) -> str:
    """Takes over the rows to carry, and leaves out those who are gone."""
    columns = ", ".join(names)
    return f"""
DELETE FROM {new} WHERE profile_id IN (SELECT profile_id FROM relacional_carried);
INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} JOIN relacional_carried USING (profile_id);
DELETE FROM {new} WHERE profile_id IN (SELECT profile_id FROM relacional_gone);
"""


def _tell(told: str) -> str:
    columns = ", ".join(CHANGED)
    return f"INSERT INTO {CHANGE} (id, {columns}) SELECT id, {columns} FROM {told}"


def _untell(told: str) -> str:
    """Takes back what was told of those carried over and of those who are gone."""
    return f"""
DELETE FROM {CHANGE} WHERE id IN (SELECT id FROM {told} WHERE profile_id IN (
    SELECT profile_id FROM relacional_carried UNION ALL SELECT profile_id FROM relacional_gone))
"""


_MARK = f"""
INSERT INTO {STALE} (profile_id, since, version)
SELECT profile_id, %s, pg_current_xact_id()::text::bigint FROM relacional_carried
ON CONFLICT (profile_id) DO UPDATE SET version = excluded.version
"""
_CLEAR = f"""
DELETE FROM {STALE} WHERE profile_id IN (
    SELECT m.profile_id FROM {STALE} m JOIN {tables.REBUILD_RANGE} range
    ON range.rebuild_id = %s AND m.profile_id BETWEEN range.first AND range.last
   AND pg_visible_in_snapshot(m.version::text::xid8, range.snapshot::pg_snapshot)
    FOR UPDATE OF m SKIP LOCKED)
"""
"""People who were marked by a transaction that the scoring of the range saw are scored; other marks stay. Done after
the swap, so that nobody waits for it. A mark that somebody holds stays, as do all when we are killed in between: their
people are scored once more."""


class _Names:
    """Of the tables of one rebuild."""

    def __init__(self, rebuild: Rebuild) -> None:
        self.summary, self.prediction = f"{SUMMARY}_{rebuild.pk}", f"{PREDICTION}_{rebuild.pk}"
        self.changes = f"saleor_relacional_told_{rebuild.pk}"


def create(rebuild: Rebuild) -> None:
    """Empty tables: summaries, predictions, and changes of stage."""
    names = _Names(rebuild)
    swap.create(names.summary, SUMMARY)
    swap.create(names.prediction, PREDICTION)
    sequence = sql.rows("SELECT pg_get_serial_sequence(%s, 'id')", [CHANGE])[0][0]
    sql.run(f"CREATE TABLE {names.changes} (LIKE {CHANGE}) WITH (autovacuum_enabled = false)")
    sql.run(f"ALTER TABLE {names.changes} ALTER COLUMN id SET DEFAULT nextval('{sequence}')")


def write(rebuild: Rebuild, history: Histories, lifecycle: Lifecycle, predictions: Predictions) -> None:
    """A range of people."""
    names, now = _Names(rebuild), rebuild.as_of
    predicted = score_store.prediction_columns(history, predictions, rebuild.fit_id, now)
    sql.copy_columns(names.summary, SUMMARISED, score_store.summary_columns(history, lifecycle, now))
    sql.copy_columns(names.prediction, PREDICTED, predicted)
    sql.copy_columns(names.changes, CHANGED, score_store.change_columns(history, lifecycle, now))


def keep(rebuild: Rebuild, profile: int) -> None:
    """One person as the tables in use have them."""
    names = _Names(rebuild)
    for new, old, columns in (
        (names.summary, SUMMARY, ", ".join(SUMMARISED)),
        (names.prediction, PREDICTION, ", ".join(PREDICTED)),
    ):
        sql.run(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} WHERE profile_id = %s", [profile])


def adopt(rebuild: Rebuild, now: datetime) -> bool:
    """Put it in the place of the one in use, with its fit. False when somebody else does, or when no moment was found
    at which nobody used the tables: then the next one who asks tries again."""
    with sql.atomic():
        if not _ours(rebuild):
            return False
        names = _Names(rebuild)
        swap.index(names.summary, SUMMARY)
        swap.index(names.prediction, PREDICTION)
    with sql.atomic():
        if not _ours(rebuild):
            return False
        sql.run(_tell(names.changes))
        done = any(_swapped(rebuild, now) for _ in range(TRIES))
        if not done:
            transaction.set_rollback(True, using=conf.database())  # nothing is told that is not adopted
    if done:
        sql.run(_CLEAR, [rebuild.pk])
    return done


def give_up(rebuild: Rebuild) -> None:
    """It will not be adopted; its tables go."""
    with sql.atomic():
        if _ours(rebuild):
            names = _Names(rebuild)
            swap.drop([names.summary, names.prediction, names.changes])
            _end(rebuild, RebuildState.ABANDONED)


def _ours(rebuild: Rebuild) -> bool:
    """Whether it is still under way and nobody else ends it."""
    rows = Rebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING)
    return bool(rows.select_for_update(skip_locked=True))


def _end(rebuild: Rebuild, state: RebuildState) -> None:
    rows = Rebuild.objects.filter(pk=rebuild.pk)
    rows.update(state=state, ended_at=sql.real_now())


def _swapped(rebuild: Rebuild, now: datetime) -> bool:
    """One try, all or nothing."""
    try:
        with sql.atomic():
            swap.lock([STALE], "EXCLUSIVE", PATIENCE)
            swap.lock([SUMMARY, PREDICTION], "ACCESS EXCLUSIVE", PATIENCE)
            _swap(rebuild, now)
    except OperationalError:  # the lock, or a deadlock around it
        time.sleep(PAUSE)
        return False
    return True


def _swap(rebuild: Rebuild, now: datetime) -> None:
    names = _Names(rebuild)
    sql.run(_CARRIED, [rebuild.oldest])
    sql.run(_gone(names.summary))
    for new, old, columns in (
        (names.summary, SUMMARY, SUMMARISED),
        (names.prediction, PREDICTION, PREDICTED),
    ):
        sql.run(_carry(new, old, columns))
    sql.run(_untell(names.changes))
    sql.run(_MARK, [now])
    swap.replace(names.summary, SUMMARY)
    swap.replace(names.prediction, PREDICTION)
    swap.drop([names.changes])
    fit.adopt(Fit.objects.get(pk=rebuild.fit_id))
    _end(rebuild, RebuildState.ADOPTED)
