"""The day's capacity: what is left of the day's mails, campaign by campaign and over all of them.

That is the capacity less what is on the way and what was handed over today (a day of the shop). A first message that is
due on a later day takes room twice, when its person starts and when it is due: so no day is promised more than it
holds. Who gets what is left: arbitration/give_out.py.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import policy
from saleor_relacional.models import CampaignVersion
from saleor_relacional.rules.contact.columns import DayRoom

_USED = f"""
SELECT e.campaign_id, count(*)
FROM (
    SELECT *, true AS open FROM {tables.TOUCH} WHERE state IN ('queued', 'waiting', 'claimed', 'handing_over')
    UNION ALL
    SELECT *, false FROM {tables.TOUCH} WHERE state IN ('sent', 'unknown') AND ended_at >= %(today_began)s
) t
JOIN LATERAL (SELECT * FROM {tables.ENROLMENT} WHERE id = t.enrolment_id LIMIT 1) e ON true
JOIN {tables.CAMPAIGN_STEP} step ON step.id = t.step_id
WHERE NOT t.open OR t.due_at < %(tomorrow)s OR (step.number = 1 AND e.started_at >= %(today_began)s)
GROUP BY 1
"""
"""What is open and what has left are found by an index each: what was sent in other years is not read."""

_DUE = f"""
SELECT e.campaign_id, count(*), max(latest.daily_capacity)
FROM (
    SELECT enrolment_id FROM {tables.TOUCH} WHERE state IN ('queued', 'waiting') AND due_at <= %(now)s
    UNION ALL
    SELECT enrolment_id FROM {tables.TOUCH} WHERE state IN ('sent', 'unknown') AND ended_at >= %(today_began)s
) t
JOIN LATERAL (SELECT campaign_id FROM {tables.ENROLMENT} WHERE id = t.enrolment_id LIMIT 1) e ON true
JOIN LATERAL (
    SELECT daily_capacity FROM {tables.CAMPAIGN_VERSION} v WHERE v.campaign_id = e.campaign_id
    ORDER BY number DESC LIMIT 1
) latest ON true
GROUP BY 1
"""


def day_room(versions: Iterable[CampaignVersion], now: datetime) -> DayRoom:
    """How many more mails may be queued today, by all campaigns together and by each of these; never negative."""
    decided = policy.current(now).daily_capacity or 0
    began = day_began(now)
    used = dict(sql.rows(_USED, {"today_began": began, "tomorrow": began + timedelta(days=1)}))
    return DayRoom(
        shop=max(0, decided - sum(used.values())),
        campaigns={
            one.campaign_id: max(0, one.daily_capacity - used.get(one.campaign_id, 0)) for one in versions
        },
    )


def overdrawn(now: datetime) -> bool:
    """Whether more is due by now than the day's mails reach, of a campaign or of the shop."""
    rows = sql.rows(_DUE, {"now": now, "today_began": day_began(now)})
    whole = policy.current(now).daily_capacity or 0
    return sum(mails for _, mails, _ in rows) > whole or any(mails > own for _, mails, own in rows)


def room(version: CampaignVersion, now: datetime) -> int:
    """How many more mails one campaign may queue today."""
    left = day_room([version], now)
    return min(left.shop, left.campaigns[version.campaign_id])


def a_day(version: CampaignVersion, now: datetime) -> int:
    """Mails on a day on which this campaign has the capacity for itself."""
    return min(policy.current(now).daily_capacity or 0, int(version.daily_capacity))


def day_began(now: datetime) -> datetime:
    """When the shop's day began."""
    zone = conf.time_zone()
    # fold: where clocks go back after midnight, the day's first hour comes twice; the day begins with the first.
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
