"""What an order, a refund or a cancellation stops: messages whose cycle these facts end, kind by kind."""

from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.incentives import stop

_KINDS = f"""
SELECT DISTINCT c.kind FROM {tables.TOUCH} t
JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id
WHERE t.profile_id = %(profile)s AND t.state IN ('queued', 'waiting', 'claimed')
"""


def _ended(kind: CampaignKind) -> str:
    """Touches of this kind to the person %(profile)s that can be stopped and whose cycle the facts have ended. Nobody
    whom no scoring has seen yet is written to."""
    return f"""
SELECT t.id FROM {tables.TOUCH} t
JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id AND c.kind = %(kind)s
LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = t.profile_id
WHERE t.profile_id = %(profile)s AND t.state IN ('queued', 'waiting', 'claimed')
  AND (s.profile_id IS NULL OR {kind.ended})
"""


def facts_arrived(profile_id: int, now: datetime) -> int:
    """Stop what the facts that just arrived for this person have made untrue; how many touches."""
    stopped = 0
    for (name,) in sql.rows(_KINDS, {"profile": profile_id}):
        kind = kind_of(name)
        asked = {"profile": profile_id, "kind": name, "now": now, "today": today(now)}
        ended = [row[0] for row in sql.rows(_ended(kind), asked)]
        stopped += stop.stop_touches(ended, kind.ended_reason, now)
    return stopped
