"""The day's capacity: who starts, who waits.

People of both arms stand in one queue, most promising first. Going down it, somebody starts as long as fewer
than `room` *treated* people stand above them. Whether a person starts therefore depends on the arms of others
and never on their own, so among those who start the arm is still a fair coin, although each day's last one is
always treated: over the days both arms hold the same people on average (optional stopping). Starting also the
people in the control group who follow the last treated one would break this: they would start where a treated person in
their place would not. Whoever does not start waits and has a next try.

Room is what is left of the day's mails, campaign by campaign and over all of them: the capacity less what is
on the way and what was handed over today (a day of the shop). One lock serialises its giving out.
"""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import cycles, ranking, steps
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import (
    Arm,
    Campaign,
    CampaignVersion,
)

_USED = f"""
SELECT count(*), count(*) FILTER (WHERE e.campaign_id = %(campaign)s)
FROM {tables.TOUCH} t
JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.CAMPAIGN_STEP} step ON step.id = t.step_id
WHERE (t.state IN ('queued', 'waiting', 'claimed', 'handing_over')
       AND (t.due_at < %(tomorrow)s OR (step.number = 1 AND e.started_at >= %(today_began)s)))
   OR (t.state IN ('sent', 'unknown') AND t.ended_at >= %(today_began)s)
"""
"""A first message that waits for its day takes its room on the day on which its person starts."""


def _queue(kind: CampaignKind) -> str:
    """Enrolments that start now, by place in the queue. Whom another campaign started since we judged them is passed
    over here, under the lock."""
    return f"""
SELECT id, profile_id FROM (
    SELECT e.id, e.profile_id, COALESCE(count(*) FILTER (WHERE e.arm = 'treated') OVER (
        ORDER BY e.place, e.profile_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS treated_above
    FROM (
        SELECT e.*, {ranking.place("e.profile_id", "e.currency", "e.year_value")} AS place
        FROM {tables.ENROLMENT} e
        JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
        WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed')
          AND {cycles.current(kind)} AND NOT {cycles.UNSEEN_FACTS}
    ) e
    WHERE e.state = 'waiting' AND e.reason = 'capacity'
      AND NOT EXISTS (
        SELECT 1 FROM {tables.ENROLMENT} other
        WHERE other.profile_id = e.profile_id AND other.campaign_id <> e.campaign_id AND other.state = 'started'
          AND other.window_ends_at > %(now)s)
) queue WHERE treated_above < %(room)s
"""


_START = f"""
WITH there AS (
    SELECT id FROM {tables.PROFILE} WHERE id = ANY(%(people)s) ORDER BY id FOR KEY SHARE SKIP LOCKED
), free AS (
    SELECT id FROM {tables.ENROLMENT}
    WHERE id = ANY(%(ids)s) AND state = 'waiting' AND profile_id IN (SELECT id FROM there)
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e
SET state = 'started', reason = '', version_id = %(version)s, next_try_at = NULL,
    started_at = %(now)s, window_ends_at = %(window_ends)s
FROM free WHERE e.id = free.id RETURNING e.id, e.arm, e.profile_id
"""
"""Whoever is being recorded, merged or forgotten at this moment waits for the next run."""


def start(campaign: Campaign, version: CampaignVersion, now: datetime) -> Counter[str]:
    """Start people down the queue while there is room; how many by arm. Queues the treated ones' touches."""
    with sql.atomic():
        locks.lock(Lock.CAPACITY)
        left = room(campaign, version, now)
        if not left:
            return Counter()
        asked = {
            **cycles.parameters(version, now),
            "campaign": campaign.pk,
            "room": left,
            **ranking.parameters(now),
        }
        queue = sql.rows(_queue(cycles.kind(version)), asked)
        started = sql.rows(
            _START,
            {
                "ids": [row[0] for row in queue], "people": [row[1] for row in queue],
                "version": version.pk, "now": now,
                "window_ends": now + timedelta(days=campaign.window_days),
            },
        )  # fmt: skip
        steps.queue_first(version, sorted(pk for pk, arm, _ in started if arm == Arm.TREATED), now)
        unplanned.mark(person for _, _, person in started)  # no other campaign writes to them meanwhile
    return Counter(arm for _, arm, _ in started)


def room(campaign: Campaign, version: CampaignVersion, now: datetime) -> int:
    """How many more mails may be queued today; never negative."""
    decided = policy.current(now).daily_capacity or 0
    began = day_began(now)
    asked = {"campaign": campaign.pk, "today_began": began, "tomorrow": began + timedelta(days=1)}
    used, used_here = sql.rows(_USED, asked)[0]
    return max(0, min(decided - int(used), int(version.daily_capacity) - int(used_here)))


def a_day(version: CampaignVersion, now: datetime) -> int:
    """Mails on a day on which this campaign has the capacity for itself."""
    return min(policy.current(now).daily_capacity or 0, int(version.daily_capacity))


def day_began(now: datetime) -> datetime:
    """When the shop's day began."""
    zone = ZoneInfo(conf.host().time_zone())
    # fold: where clocks go back after midnight, the day's first hour comes twice; the day begins with the first.
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
