"""Writing customer summaries, the dated history of stages, and predictions: one statement each, which touches only rows
that differ. The columns go to the server as they are, in its binary format."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from saleor_relacional.db import binary, locks, sql, tables
from saleor_relacional.db.binary import Column
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.history_sql import CAUSES
from saleor_relacional.flows.scoring.lifecycle import Lifecycle
from saleor_relacional.flows.scoring.predict import BELIEFS, QUINTILES, Predictions
from saleor_relacional.insight.timing.stages import STAGES

SUMMARY = tables.CUSTOMER_SUMMARY
PREDICTION = tables.PREDICTION
CHANGE = tables.STAGE_CHANGE

COLUMNS = (
    "purchases", "purchase_days", "first_day", "last_day", "last_at", "gap_log_sum", "gap_log_squares",
    "last_gap", "currency", "sold", "refunded", "valued_purchases", "sold_squares", "rhythm_gaps", "rhythm_since",
    "rhythm_log_mean", "rhythm_log_sd", "declared_at", "slips_at", "lapses_at", "lost_at", "stage", "since",
    "stage_cause", "next_change_at",
)  # fmt: skip
"""What a scoring says; `scored_at` says when it last said something else."""
SUMMARISED = ("profile_id", *COLUMNS, "scored_at")
PREDICTED = ("profile_id", "fit_id", "as_of", *BELIEFS, *QUINTILES)
CHANGED = ("profile_id", "stage", "previous", "happened_at", "learned_at", "cause")

_STAGES = np.array([stage.value.encode() for stage in STAGES])
_CAUSES = np.array([cause.encode() for cause in CAUSES])

MOVE_ON = f"""
WITH due AS (
    SELECT profile_id, stage, slips_at, lapses_at, lost_at, next_change_at FROM {tables.CUSTOMER_SUMMARY}
    WHERE next_change_at <= %(now)s ORDER BY next_change_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), passed AS (
    SELECT due.profile_id, step.stage, step.at,
           lag(step.stage, 1, due.stage) OVER (PARTITION BY due.profile_id ORDER BY step.at) AS previous
    FROM due CROSS JOIN LATERAL
        (VALUES ('slipping', slips_at), ('lapsed', lapses_at), ('lost', lost_at)) AS step(stage, at)
    WHERE step.at >= due.next_change_at AND step.at <= %(now)s
), told AS (
    INSERT INTO {tables.STAGE_CHANGE} (profile_id, stage, previous, happened_at, learned_at, cause)
    SELECT profile_id, stage, previous, at, %(now)s, 'time' FROM passed
), ends AS (
    SELECT DISTINCT ON (profile_id) profile_id, stage, at FROM passed ORDER BY profile_id, at DESC
), marked AS (
    {unplanned.marking("SELECT profile_id FROM ends")}
)
UPDATE {tables.CUSTOMER_SUMMARY} summary
SET stage = ends.stage, since = ends.at, stage_cause = 'time',
    next_change_at = CASE ends.stage WHEN 'slipping' THEN lapses_at WHEN 'lapsed' THEN lost_at END
FROM ends WHERE summary.profile_id = ends.profile_id
"""
"""Closed form: the boundaries were computed when the last fact arrived. Each boundary passed is told in the
history, also when nobody looked for a while."""


def _of(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


def _told(names: Sequence[str]) -> str:
    """Rows out of columns, an array each."""
    return f"SELECT * FROM unnest({', '.join(['%s'] * len(names))}) AS told ({', '.join(names)})"


_HOLD = f"SELECT FROM {SUMMARY} WHERE profile_id = ANY(%s) ORDER BY profile_id FOR UPDATE"

_WRITE_SUMMARIES = f"""
INSERT INTO {SUMMARY} AS summary ({", ".join(SUMMARISED)})
{_told(SUMMARISED)}
ON CONFLICT (profile_id) DO UPDATE
SET ({", ".join(SUMMARISED)}) = ({_of("excluded", SUMMARISED)})
WHERE summary.scored_at IS NULL
   OR ({_of("summary", COLUMNS)}) IS DISTINCT FROM ({_of("excluded", COLUMNS)})
"""

_WRITE_PREDICTIONS = f"""
INSERT INTO {PREDICTION} ({", ".join(PREDICTED)})
{_told(PREDICTED)}
ON CONFLICT (profile_id) DO UPDATE SET ({", ".join(PREDICTED)}) = ({_of("excluded", PREDICTED)})
"""

_WRITE_CHANGES = f"INSERT INTO {CHANGE} ({', '.join(CHANGED)}) {_told(CHANGED)}"

_DROP_PREDICTIONS = f"DELETE FROM {PREDICTION} WHERE profile_id = ANY(%s)"
_DROP_SUMMARIES = f"DELETE FROM {SUMMARY} WHERE profile_id = ANY(%s)"


def move_on(now: datetime, limit: int) -> int:
    """Move on everybody whose next change is due, at most `limit` of them; how many changed."""
    with sql.atomic():
        return sql.run(MOVE_ON, {"now": now, "limit": limit})


def hold(ids: Sequence[int]) -> int:
    """Lock the summaries of these people, so that `move_on` skips them; how many there are."""
    locks.note(Lock.SUMMARY, ids)
    return sql.run(_HOLD, [list(ids)])


def write(
    history: Histories, lifecycle: Lifecycle, predictions: Predictions, fit_id: int, now: datetime
) -> None:
    """Write summaries, changes of stage and predictions. People without a purchase that counts,
    and those who object to profiling, have no prediction."""
    sql.run_columns(_WRITE_SUMMARIES, summary_columns(history, lifecycle, now))
    if lifecycle.changed.any():
        sql.run_columns(_WRITE_CHANGES, change_columns(history, lifecycle, now))
    if len(predictions.rows):
        sql.run_columns(_WRITE_PREDICTIONS, prediction_columns(history, predictions, fit_id, now))
    if len(bare := history["profile"][~(history.bought & history.believed)]):
        sql.run(_DROP_PREDICTIONS, [bare.tolist()])


def drop(ids: Sequence[int]) -> None:
    """Delete the summaries and predictions of these people."""
    if ids:
        sql.run(_DROP_PREDICTIONS, [list(ids)])
        sql.run(_DROP_SUMMARIES, [list(ids)])


def summary_columns(history: Histories, lifecycle: Lifecycle, now: datetime) -> list[Column]:
    """In the order of SUMMARISED."""
    none = ~(history.bought & history.believed)
    kinds = {
        "i4": ("purchases", "purchase_days", "valued_purchases"), "i8": ("profile",),
        "f8": ("gap_log_sum", "gap_log_squares", "sold_squares"),
    }  # fmt: skip
    columns = {name: binary.numbers(history[name], kind) for kind, names in kinds.items() for name in names}
    for name in ("first_day", "last_day", "rhythm_since"):
        columns[name] = binary.days(history[name])
    for name in ("last_at", "declared_at"):
        columns[name] = binary.moments(history[name])
    for name in ("slips_at", "lapses_at", "lost_at", "next_change_at"):
        columns[name] = binary.moments(getattr(lifecycle, name))
    for name in ("sold", "refunded"):
        columns[name] = binary.money(history[name])
    columns |= {
        "profile_id": columns["profile"],
        "last_gap": binary.numbers(history["last_gap"], "i4", history["last_gap"] == 0),
        "currency": binary.texts(history["currency"]), "rhythm_gaps": binary.numbers(history["gaps"], "i4"),
        "rhythm_log_mean": binary.numbers(lifecycle.own.log_mean, "f8", none),
        "rhythm_log_sd": binary.numbers(lifecycle.own.log_sd, "f8", none),
        "stage": binary.texts(_STAGES[lifecycle.stage]), "since": binary.moments(lifecycle.since),
        "stage_cause": binary.texts(_CAUSES[lifecycle.cause]),
        "scored_at": binary.moments(np.full(len(history), binary.moment(now))),
    }  # fmt: skip
    return [columns[name] for name in SUMMARISED]


def prediction_columns(
    history: Histories, predictions: Predictions, fit_id: int, now: datetime
) -> list[Column]:
    """In the order of PREDICTED."""
    count = len(predictions.rows)
    return [
        binary.numbers(history["profile"][predictions.rows], "i8"), binary.numbers(np.full(count, fit_id), "i8"),
        binary.moments(np.full(count, binary.moment(now))),
        *(binary.numbers(column, "f8") for column in predictions.beliefs),
        *(binary.numbers(column, "i2") for column in predictions.quintiles),
    ]  # fmt: skip


def change_columns(history: Histories, lifecycle: Lifecycle, now: datetime) -> list[Column]:
    """In the order of CHANGED: those whose stage is another one than before, or the first."""
    rows = np.flatnonzero(lifecycle.changed)
    scored = history["old_scored_at"][rows] != binary.NO_MOMENT
    previous = np.where(scored, _STAGES[history["old_stage"][rows]], b"")
    return [
        binary.numbers(history["profile"][rows], "i8"),
        binary.texts(_STAGES[lifecycle.stage[rows]]), binary.texts(previous),
        binary.moments(lifecycle.since[rows]),
        binary.moments(np.full(len(rows), binary.moment(now))),
        binary.texts(_CAUSES[lifecycle.cause[rows]]),
    ]  # fmt: skip
