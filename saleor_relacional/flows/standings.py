"""Writing standings, the dated history of stages, and beliefs: by COPY into a scratch table and one statement
each, so that only rows that differ are touched."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.histories import Histories
from saleor_relacional.insight import stages
from saleor_relacional.insight.rhythm import Rhythm
from saleor_relacional.models import Standing, sql

COLUMNS = (
    "purchases", "purchase_days", "first_day", "last_day", "last_at", "gap_log_sum", "gap_log_squares",
    "last_gap", "currency", "sold", "refunded", "valued_purchases", "sold_squares", "rhythm_log_mean",
    "rhythm_log_sd", "slips_at", "lapses_at", "lost_at", "stage", "since", "stage_cause", "next_change_at",
)  # fmt: skip
BELIEFS = (
    "alive", "order_30", "order_90", "order_365", "expected_30", "expected_90", "expected_365", "order_value",
    "promise",
)  # fmt: skip

LIVE = timedelta(days=2)
"""A first purchase this fresh is news; an older one is history read at install."""

MOVE_ON = """
WITH due AS (
    SELECT profile_id, stage, slips_at, lapses_at, lost_at, next_change_at FROM saleor_relacional_standing
    WHERE next_change_at <= %(now)s ORDER BY next_change_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), passed AS (
    SELECT due.profile_id, step.stage, step.at,
           lag(step.stage, 1, due.stage) OVER (PARTITION BY due.profile_id ORDER BY step.at) AS previous
    FROM due CROSS JOIN LATERAL
        (VALUES ('slipping', slips_at), ('lapsed', lapses_at), ('lost', lost_at)) AS step(stage, at)
    WHERE step.at >= due.next_change_at AND step.at <= %(now)s
), told AS (
    INSERT INTO saleor_relacional_stagechange (profile_id, stage, previous, happened_at, learned_at, cause)
    SELECT profile_id, stage, previous, at, %(now)s, 'time' FROM passed
), ends AS (
    SELECT DISTINCT ON (profile_id) profile_id, stage, at FROM passed ORDER BY profile_id, at DESC
)
UPDATE saleor_relacional_standing standing
SET stage = ends.stage, since = ends.at, stage_cause = 'time',
    next_change_at = CASE ends.stage WHEN 'slipping' THEN lapses_at WHEN 'lapsed' THEN lost_at END
FROM ends WHERE standing.profile_id = ends.profile_id
"""
"""Closed form: the boundaries were computed when the last fact arrived. Each boundary passed is told in the
history, also when nobody looked for a while."""


def _of(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


SCRATCH = f"""
DROP TABLE IF EXISTS relacional_scored, relacional_believed;
CREATE TEMP TABLE relacional_scored ON COMMIT DROP AS
    SELECT profile_id, {", ".join(COLUMNS)} FROM saleor_relacional_standing WITH NO DATA;
CREATE TEMP TABLE relacional_believed ON COMMIT DROP AS
    SELECT profile_id, {", ".join(BELIEFS)} FROM saleor_relacional_belief WITH NO DATA;
"""

TELL = """
INSERT INTO saleor_relacional_stagechange (profile_id, stage, previous, happened_at, learned_at, cause)
SELECT scored.profile_id, scored.stage, CASE WHEN standing.scored_at IS NULL THEN '' ELSE standing.stage END,
       scored.since, %s, scored.stage_cause
FROM relacional_scored scored JOIN saleor_relacional_standing standing USING (profile_id)
WHERE standing.scored_at IS NULL OR standing.stage <> scored.stage
"""

STAND = f"""
UPDATE saleor_relacional_standing standing
SET ({", ".join(COLUMNS)}) = ({_of("scored", COLUMNS)}), scored_at = %s
FROM relacional_scored scored
WHERE standing.profile_id = scored.profile_id AND (
    standing.scored_at IS NULL
    OR ({_of("standing", COLUMNS)}) IS DISTINCT FROM ({_of("scored", COLUMNS)})
)
"""

BELIEVE = f"""
INSERT INTO saleor_relacional_belief (profile_id, fit_id, as_of, {", ".join(BELIEFS)})
SELECT profile_id, %s, %s, {", ".join(BELIEFS)} FROM relacional_believed
ON CONFLICT (profile_id) DO UPDATE SET (fit_id, as_of, {", ".join(BELIEFS)}) =
    (excluded.fit_id, excluded.as_of, {_of("excluded", BELIEFS)})
"""

DISBELIEVE = "DELETE FROM saleor_relacional_belief WHERE profile_id = ANY(%s)"


_ENSURE = """
INSERT INTO saleor_relacional_standing ({columns})
SELECT {values} FROM saleor_relacional_profile
WHERE id = ANY(%(ids)s) AND merged_into_id IS NULL ORDER BY id
ON CONFLICT (profile_id) DO NOTHING
"""
_GONE = """
DELETE FROM saleor_relacional_standing s WHERE profile_id = ANY(%s) AND NOT EXISTS (
    SELECT FROM saleor_relacional_profile p WHERE p.id = s.profile_id AND p.merged_into_id IS NULL)
"""


def ensure(ids: Sequence[int], now: datetime) -> None:
    """A row for each of these people, and none for who is gone."""
    blank = Standing(since=now)
    fields = [field for field in Standing._meta.concrete_fields if not field.primary_key]
    columns = ["profile_id", *(field.column for field in fields)]
    values = ["id", *(f"%({field.column})s" for field in fields)]
    parameters = {field.column: getattr(blank, field.attname) for field in fields}
    statement = _ENSURE.format(columns=", ".join(columns), values=", ".join(values))
    sql.run(statement, {**parameters, "ids": list(ids)})
    sql.run(_GONE, [list(ids)])


def move_on(now: datetime, limit: int) -> int:
    """Everybody whose moment has come, at most `limit` of them; how many changed."""
    with sql.atomic():
        return sql.run(MOVE_ON, {"now": now, "limit": limit})


def write(
    history: Histories,
    own: Rhythm,
    limits: stages.Boundaries,
    named: Sequence[stages.Stage],
    now: datetime,
    *,
    refitted: bool,
) -> int:
    """Write statistics, boundaries and stages, and tell changed stages in the history; how many changed."""
    sql.run(SCRATCH)
    rows = _rows(history, own, limits, named, now, refitted=refitted)
    sql.copy_in("relacional_scored", ("profile_id", *COLUMNS), rows)
    changes = sql.run(TELL, [now])
    sql.run(STAND, [now])
    return changes


def write_beliefs(
    profiles: Sequence[int],
    without: Sequence[int],
    columns: Sequence[npt.NDArray[np.float64]],
    *,
    fit_id: int,
    now: datetime,
) -> None:
    """After `write`: upsert the beliefs of buyers; people without a purchase that counts have none."""
    values = zip(profiles, *(column.tolist() for column in columns), strict=True)
    sql.copy_in("relacional_believed", ("profile_id", *BELIEFS), values)
    sql.run(BELIEVE, [fit_id, now])
    sql.run(DISBELIEVE, [list(without)])


def _rows(
    history: Histories, own: Rhythm, limits: stages.Boundaries, named: Sequence[stages.Stage], now: datetime,
    *, refitted: bool,
) -> list[tuple[Any, ...]]:  # fmt: skip
    table = []
    for i, profile in enumerate(history.profile):
        last_at = history.last_at[i]
        moments = [
            _moment(last_at, after[i])
            for after in (limits.slips_after, limits.lapses_after, limits.lost_after)
        ]
        stage = named[i].value
        changed = history.old_scored_at[i] is None or stage != history.old_stage[i]
        cause = _cause(history, i, now, refitted=refitted) if changed else history.old_cause[i]
        since = _since(stage, last_at, moments, now, cause) if changed else history.old_since[i]
        table.append((
            profile, history.purchases[i], history.purchase_days[i],
            history.first_day[i], history.last_day[i], last_at,
            history.gap_log_sum[i], history.gap_log_squares[i], history.last_gap[i], history.currency[i],
            history.sold[i], history.refunded[i], history.valued_purchases[i], history.sold_squares[i],
            float(own.log_mean[i]) if last_at else None, float(own.log_sd[i]) if last_at else None, *moments,
            stage, since, cause, _next(moments, now),
        ))  # fmt: skip
    return table


def _moment(last_at: datetime | None, days: float) -> datetime | None:
    return last_at + timedelta(days=float(days)) if last_at else None


def _next(moments: Sequence[datetime | None], now: datetime) -> datetime | None:
    return next((moment for moment in moments if moment is not None and moment > now), None)


def _since(
    stage: str, last_at: datetime | None, moments: Sequence[datetime | None], now: datetime, cause: str
) -> datetime:
    """When the stage became true: at a boundary, at the last purchase, or when we saw it."""
    by_time = dict(zip(("slipping", "lapsed", "lost"), moments, strict=True))
    if cause == "refit":
        return now
    return by_time.get(stage) or last_at or now


def _cause(history: Histories, i: int, now: datetime, *, refitted: bool) -> str:
    last_at, old_last = history.last_at[i], history.old_last_at[i]
    if history.old_scored_at[i] is None:
        return "purchase" if last_at and now - last_at < LIVE else "history"
    more = history.purchase_days[i] - history.old_purchase_days[i]
    if more > 0 or (last_at and (old_last is None or last_at > old_last)):
        return "purchase"
    if more < 0 or last_at != old_last or history.rhythm_moved(i):
        return "correction"
    if history.refunded[i] != history.old_refunded[i]:
        return "refund"
    return "refit" if refitted else "time"
