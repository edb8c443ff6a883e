"""The end of a campaign: whoever waits expires, what is queued is stopped. Who has started stays in its results.

A plan that was under way when the campaign was finished may still have enrolled or started somebody: the next plan
ends that (`end`), and so what a kill has left undone.
"""

from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.incentives import stop
from saleor_relacional.models import Campaign, CampaignState

REASON = "finished"
AT_ONCE = 20_000
"""Enrolments that one statement ends."""

_EXPIRE = f"""
UPDATE {tables.ENROLMENT} e SET state = 'expired', reason = %(reason)s, next_try_at = NULL
WHERE e.id IN (
    SELECT waits.id FROM {tables.ENROLMENT} waits
    WHERE waits.campaign_id = ANY(%(finished)s) AND waits.state IN ('waiting', 'suppressed')
    ORDER BY waits.id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED)
"""
_QUEUED = f"""
SELECT t.id FROM {tables.TOUCH} t
JOIN LATERAL (SELECT campaign_id FROM {tables.ENROLMENT} WHERE id = t.enrolment_id LIMIT 1) e ON true
WHERE t.state IN ('queued', 'waiting', 'claimed') AND e.campaign_id = ANY(%s)
"""


def end(now: datetime) -> int:
    """End what waits or is queued in finished campaigns; how many enrolments and messages. Those that somebody holds
    at this moment are left for the next time."""
    finished = list(Campaign.objects.filter(state=CampaignState.FINISHED).values_list("pk", flat=True))
    if not finished:
        return 0
    ended = 0
    while some := sql.run(_EXPIRE, {"reason": REASON, "finished": finished}):
        ended += some
    return ended + stop.stop_touches([row[0] for row in sql.rows(_QUEUED, [finished])], REASON, now)
