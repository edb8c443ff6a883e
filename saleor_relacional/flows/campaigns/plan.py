"""Who is considered, and who starts: enrol with the arm drawn, judge both arms alike, then give out the
capacity."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns import campaigns, candidates, capacity, cycles, steps
from saleor_relacional.flows.campaigns.candidates import Candidate, Considered
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.proposals import DryRun, Proposal, dry_run
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.models import (
    Arm,
    Campaign,
    CampaignState,
    CampaignVersion,
)

__all__ = ["DryRun", "Planned", "Proposal", "consider", "consider_all", "dry_run"]

_ENROL = f"""
INSERT INTO {tables.ENROLMENT}
    (public_id, campaign_id, version_id, profile_id, cycle, arm, state, reason, stage, year_value, channel,
     currency, considered_at, next_try_at)
SELECT gen_random_uuid(), %(campaign)s, %(version)s, profile_id, cycle, arm, state, reason, stage,
       year_value, channel, currency, %(now)s, %(next_try)s
FROM unnest(%(profiles)s::bigint[], %(cycles)s::text[], %(arms)s::text[], %(states)s::text[],
            %(reasons)s::text[], %(stages)s::text[], %(year_values)s::float8[], %(channels)s::text[],
            %(currencies)s::text[])
     AS fresh(profile_id, cycle, arm, state, reason, stage, year_value, channel, currency)
ON CONFLICT DO NOTHING
"""

# Rows that somebody else holds right now (an order of theirs is being recorded) wait for the next run.
_JUDGE = f"""
WITH free AS (
    SELECT id FROM {tables.ENROLMENT}
    WHERE campaign_id = %(campaign)s AND profile_id = ANY(%(profiles)s) AND state IN ('waiting', 'suppressed')
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e
SET state = judged.state, reason = judged.reason, year_value = judged.year_value, channel = judged.channel,
    currency = judged.currency, next_try_at = %(next_try)s
FROM free, unnest(%(profiles)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(year_values)s::float8[],
    %(channels)s::text[], %(currencies)s::text[]) AS judged(profile_id, state, reason, year_value, channel, currency)
WHERE e.id = free.id AND e.profile_id = judged.profile_id
"""


def _expire_statement(kind: CampaignKind) -> str:
    """End the enrolments whose cycle, or whose person, is over before their turn came."""
    return f"""
WITH over AS (
    SELECT e.id, CASE WHEN e.profile_id IS NULL THEN 'forgotten'
        WHEN p.merged_into_id IS NOT NULL THEN 'merged' ELSE 'cycle_over' END AS reason
    FROM {tables.ENROLMENT} e
    LEFT JOIN {tables.PROFILE} p ON p.id = e.profile_id
    LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
    WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed') AND (
        e.profile_id IS NULL OR p.merged_into_id IS NOT NULL OR s.profile_id IS NULL
        OR (NOT {cycles.UNSEEN_FACTS} AND NOT {cycles.current(kind)}))
    ORDER BY e.id FOR UPDATE OF e SKIP LOCKED
)
UPDATE {tables.ENROLMENT} e SET state = 'expired', reason = over.reason, next_try_at = NULL
FROM over WHERE e.id = over.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What considering one campaign came to."""

    hindrance: Hindrance | None = None
    """What keeps the campaign as a whole from sending; then nothing was done."""
    treated: int = 0
    control: int = 0
    """Started now, by arm."""
    waiting: int = 0
    suppressed: Counter[str] = field(default_factory=Counter)
    """By reason, both arms together."""
    expired: int = 0


def consider_all(now: datetime) -> dict[int, Planned]:
    """Every active campaign, the oldest first: they share the day's capacity. One that fails is counted as an error,
    left out of the answer and tried again by the next run; the others are considered."""
    done: dict[int, Planned] = {}

    def alone(some: Sequence[Campaign]) -> None:
        done.update({campaign.pk: consider(campaign, now) for campaign in some})

    active = Campaign.objects.filter(state=CampaignState.ACTIVE)
    for campaign in active.order_by("activated_at", "pk"):
        failures.isolated("plan", [campaign], alone, now=now)
    return done


def consider(campaign: Campaign, now: datetime) -> Planned:
    """Enrol, judge, start. Running it twice, or in two places at once, writes nothing twice."""
    if (found_hindrance := hindrance(campaign, now)) is not None:
        return Planned(hindrance=found_hindrance)
    version = campaigns.current(campaign)
    expired = _expire(campaign, version, now)
    found: Counter[str] = Counter()
    for batch in candidates.batches(campaign, version, now):
        found.update(_judge(campaign, version, batch, now))
    started = capacity.start(campaign, version, now)
    steps.queue_next(campaign, version, now)
    waiting = found.pop(Suppression.CAPACITY, 0) - sum(started.values())
    return Planned(
        treated=started[Arm.TREATED], control=started[Arm.CONTROL], waiting=max(waiting, 0), suppressed=found,
        expired=expired,
    )  # fmt: skip


def _expire(campaign: Campaign, version: CampaignVersion, now: datetime) -> int:
    with sql.atomic():
        locks.lock(Lock.CONSIDER, str(campaign.pk))
        asked = {**cycles.parameters(version, now), "campaign": campaign.pk}
        return sql.run(_expire_statement(cycles.kind(version)), asked)


def _judge(
    campaign: Campaign, version: CampaignVersion, batch: Sequence[Candidate], now: datetime
) -> Counter[str]:
    """One judgement for all, whose arms are drawn; writes only what differs. How many by reason."""
    next_try = capacity.day_began(now) + timedelta(days=1)
    with sql.atomic():
        locks.lock(Lock.CONSIDER, str(campaign.pk))
        judged = candidates.consider(batch, version, now)
        _enrol(
            campaign, version, [each for each in judged if each.candidate.enrolment is None], now, next_try
        )
        differing = [each for each in judged if each.candidate.enrolment is not None and _differs(each)]
        sql.run(
            _JUDGE,
            {
                "campaign": campaign.pk, "next_try": next_try,
                "profiles": [each.candidate.profile_id for each in differing],
                "states": [each.state.value for each in differing],
                "reasons": [each.reason for each in differing],
                "year_values": [each.candidate.year_value for each in differing],
                "channels": [each.judgement.channel for each in differing],
                "currencies": [each.candidate.currency for each in differing],
            },
        )  # fmt: skip
    return Counter(each.reason for each in judged)


def _enrol(
    campaign: Campaign,
    version: CampaignVersion,
    fresh: Sequence[Considered],
    now: datetime,
    next_try: datetime,
) -> None:
    # In their order, before what is inserted for them: whoever merges or forgets them has ended then.
    there = set(locks.lock_people([each.candidate.profile_id for each in fresh], Hold.STAY))
    fresh = [each for each in fresh if each.candidate.profile_id in there]
    sql.run(
        _ENROL,
        {
            "campaign": campaign.pk, "version": version.pk, "now": now, "next_try": next_try,
            "profiles": [each.candidate.profile_id for each in fresh],
            "cycles": [each.candidate.cycle for each in fresh],
            "arms": [each.candidate.arm for each in fresh],
            "states": [each.state.value for each in fresh],
            "reasons": [each.reason for each in fresh],
            "stages": [each.candidate.stage for each in fresh],
            "year_values": [each.candidate.year_value for each in fresh],
            "channels": [each.judgement.channel for each in fresh],
            "currencies": [each.candidate.currency for each in fresh],
        },
    )  # fmt: skip


def _differs(found: Considered) -> bool:
    who = found.candidate
    before = (who.state, who.reason, who.enrolled_year_value, who.enrolled_channel, who.enrolled_currency)
    return before != (found.state, found.reason, who.year_value, found.judgement.channel, who.currency)
