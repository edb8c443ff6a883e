"""People who object to profiling: nothing is believed of them. What was believed goes at once, and whoever computes
beliefs (histories, habit_shifts, running_out) leaves them out.

What stays are facts: what they bought, when, for how much. Their stage says no more than a count does: prospect who has
bought nothing, new who has bought on one day, active who has bought on more.
"""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.scoring import account_attributes, score_store, stale, unplanned

_FAMILY = f"""
WITH RECURSIVE family AS (
    SELECT id FROM {tables.PROFILE} WHERE id = ANY(%(ids)s)
    UNION SELECT p.id FROM {tables.PROFILE} p JOIN family ON p.merged_into_id = family.id
) SELECT id FROM family ORDER BY id
"""
_DELETED = (tables.PREDICTION, tables.RUNNING_OUT, tables.HABIT_SHIFT, tables.STAGE_CHANGE)
COUNTED = "CASE purchase_days WHEN 0 THEN 'prospect' WHEN 1 THEN 'new' ELSE 'active' END"
"""SQL: the stage that a count says."""
_BARE = f"""
UPDATE {tables.CUSTOMER_SUMMARY}
SET stage = {COUNTED}, stage_cause = 'history', rhythm_since = NULL, rhythm_log_mean = NULL, rhythm_log_sd = NULL,
    slips_at = NULL, lapses_at = NULL, lost_at = NULL, next_change_at = NULL
WHERE profile_id = ANY(%(ids)s)
"""
_UNSTARTED = f"""
UPDATE {tables.ENROLMENT} e SET year_value = 0, stage = coalesce(
    (SELECT s.stage FROM {tables.CUSTOMER_SUMMARY} s WHERE s.profile_id = e.profile_id), 'prospect')
WHERE e.profile_id = ANY(%(ids)s) AND e.state <> 'started'
"""
"""Where they stood when a campaign considered them. What has started is analysed with it, as it was drawn."""
_TOLD = f"""
UPDATE {tables.TOUCH} SET because = jsonb_set(because, '{{facts,rhythm,days}}', 'null')
WHERE profile_id = ANY(%(ids)s) AND because #> '{{facts,rhythm,days}}' IS NOT NULL
"""
"""What a mail gave as its reason is said again whenever they ask: without their rhythm."""


def forget_beliefs(ids: Sequence[int], now: datetime) -> None:
    """Delete all that is believed of these people, at the host too, whoever was merged into them included. The caller
    holds them."""
    family = [row[0] for row in sql.rows(_FAMILY, {"ids": list(ids)})]
    stale.mark(ids, now)  # waits for whoever scores them at this moment
    score_store.hold(family)
    sql.run(_BARE, {"ids": family})
    for table in _DELETED:
        sql.run(f"DELETE FROM {table} WHERE profile_id = ANY(%s)", [family])
    sql.run(_UNSTARTED, {"ids": family})
    sql.run(_TOLD, {"ids": family})
    account_attributes.clear(family)
    unplanned.mark(ids)
