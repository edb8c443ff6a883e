"""Walking everybody by key range, the whole base about every day, to find habits that changed long ago: a history that
came in whole, and was believed before anybody looked at it order by order."""

import math
from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.flows import cursors, failures
from saleor_relacional.flows.scoring import habit_shifts

RUNS_A_DAY = 24
"""As often as the beat wakes us (tasks.BEAT)."""
RANGE = 20_000
"""Profiles looked at in one statement."""
NAME = "shifts"
"""Of the cursor."""

_RANGE = f"""
SELECT min(id), max(id) FROM (
    SELECT id FROM {tables.PROFILE} WHERE id > %s ORDER BY id LIMIT %s
) next
"""
_EVERYBODY = f"SELECT id FROM {tables.PROFILE} WHERE id BETWEEN %s AND %s ORDER BY id"


def detect_shifts(now: datetime) -> int:
    """Look at this run's share of all profiles, range by range. Returns the number of changes found; 0 while another
    worker holds the lease. A killed worker's lease runs out, and the next run goes on where it stopped."""
    held = cursors.take(NAME)
    if held is None:
        return 0
    recorded, done, finished = 0, 0, False
    share = max(RANGE, math.ceil(counts.of_table(tables.PROFILE) / RUNS_A_DAY))
    try:
        while not finished and done < share:
            first, last = sql.rows(_RANGE, [int(cursors.cursor(NAME).position_reference or 0), RANGE])[0]
            finished = first is None
            if not finished:
                recorded += _detect(first, last, now)
                done += RANGE
            if not held.advance(at=None, reference="" if finished else str(last), done=done):
                return recorded  # the lease ran out and another worker has it
    finally:
        held.release(finished=finished)
    return recorded


def _detect(first: int, last: int, now: datetime) -> int:
    """`habit_shifts.detect_range`; somebody whose history cannot be read is counted as an error and passed over until
    the walk comes again."""

    def together(ids: Sequence[int]) -> int:
        with sql.atomic():
            return habit_shifts.detect_range(ids[0], ids[-1], now)

    try:
        with sql.atomic():
            return habit_shifts.detect_range(first, last, now)
    except failures.POISON:
        ids = [row[0] for row in sql.rows(_EVERYBODY, [first, last])]
    return sum(failures.isolated("detect_shifts", ids, together, now=now))
