"""Whom a campaign would consider now, and what would come of it: the same code for the dry run and for the
real one.

A candidate is somebody in one of the version's stages by their own rhythm, scored since the last fact
arrived. Only time opens a lapse (or the first reading of the shop's history): a refit, a cancellation or an
old order that arrives late puts nobody in front of a campaign. The lapse is keyed by the day of the last
purchase; one that was considered after that purchase is the same lapse, whatever its key, and one that has
started or expired is over.

The arm is drawn here, from the campaign's salt and the person's arm key, before anything is asked about them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import suppression
from saleor_relacional.insight.inference import experiment
from saleor_relacional.models import Campaign, CampaignVersion, EnrolmentState

BATCH = 5_000

SELECT = f"""
SELECT p.id, p.arm_key, s.last_day, s.stage, s.currency, COALESCE(b.year_value, 0),
       e.id, e.arm, e.state, e.reason, e.year_value, e.channel
FROM {tables.CUSTOMER_SUMMARY} s
JOIN {tables.PROFILE} p ON p.id = s.profile_id
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = s.profile_id AND b.profile_id > %(beyond)s
LEFT JOIN LATERAL (
    SELECT * FROM {tables.ENROLMENT} e
    WHERE e.campaign_id + 0 = %(campaign)s AND e.profile_id = s.profile_id
      AND (e.cycle = s.last_day::text OR e.considered_at > s.last_at)
    ORDER BY e.considered_at DESC LIMIT 1
) e ON true
WHERE s.stage = ANY(%(stages)s) AND s.last_day IS NOT NULL
  AND NOT EXISTS (SELECT FROM {tables.STALE} stale WHERE stale.profile_id = s.profile_id)
  AND p.merged_into_id IS NULL AND s.profile_id > %(beyond)s AND p.id > %(beyond)s
  AND (e.state IN ('waiting', 'suppressed') OR (e.id IS NULL AND s.stage_cause IN ('time', 'history')))
"""
# The key is asked of each table by itself: a merge join would read them from their beginning for every batch.
_BY_KEY = SELECT + "ORDER BY s.profile_id LIMIT %(limit)s"
_THESE = SELECT + "AND s.profile_id = ANY(%(ids)s)"
_BY_YEAR_VALUE = (
    SELECT
    + "AND (-COALESCE(b.year_value, 0), p.id) > (-%(year_value)s::float8, %(after)s)"
    + " ORDER BY -COALESCE(b.year_value, 0), p.id LIMIT %(limit)s"
)


# campaign_id + 0: by person, never by campaign. Statistics are behind while a campaign fills, and an index that begins
# with the campaign would be read whole for every candidate (measured: 20 s a batch instead of 0.1).


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody that a campaign considers, and where their enrolment for this lapse stands."""

    profile_id: int
    arm: str
    last_day: date
    stage: str
    currency: str
    year_value: float
    enrolment: int | None
    """None while there is none for this lapse."""
    state: str
    """EnrolmentState; empty while there is no enrolment."""
    reason: str
    enrolled_year_value: float
    enrolled_channel: str

    @property
    def cycle(self) -> str:
        """The lapse, keyed by the last purchase."""
        return self.last_day.isoformat()

    @property
    def place(self) -> tuple[float, int]:
        """Where they stand in the queue: the most promising first, then the one whom we know longer."""
        return (-self.year_value, self.profile_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A candidate and what was found about them."""

    candidate: Candidate
    judgement: suppression.Judgement

    @property
    def state(self) -> EnrolmentState:
        """Before capacity is given out: who may be written to is waiting."""
        return EnrolmentState.SUPPRESSED if self.judgement.reason else EnrolmentState.WAITING

    @property
    def reason(self) -> str:
        return (self.judgement.reason or suppression.Reason.CAPACITY).value


def batches(campaign: Campaign, version: CampaignVersion) -> Iterator[list[Candidate]]:
    """All candidates, by key. Each batch is read when it is asked for."""
    beyond = 0
    while batch := _read(_BY_KEY, campaign, version, beyond=beyond, limit=BATCH):
        yield batch
        beyond = batch[-1].profile_id


def these(campaign: Campaign, version: CampaignVersion, profile_ids: Sequence[int]) -> list[Candidate]:
    """Those of these people who are candidates."""
    return _read(_THESE, campaign, version, ids=list(profile_ids))


def most_promising(
    campaign: Campaign, version: CampaignVersion, *, after: tuple[float, int] | None, limit: int
) -> list[Candidate]:
    """The next candidates down the queue after a place in it (see Candidate.place)."""
    year_value, profile_id = (-after[0], after[1]) if after else (float("inf"), 0)
    return _read(_BY_YEAR_VALUE, campaign, version, year_value=year_value, after=profile_id, limit=limit)


def consider(found: Sequence[Candidate], version: CampaignVersion, now: datetime) -> list[Considered]:
    """Judge them all, both arms the same way."""
    judged = suppression.weigh([candidate.profile_id for candidate in found], version, now)
    return [Considered(candidate=each, judgement=judged[each.profile_id]) for each in found]


def _read(statement: str, campaign: Campaign, version: CampaignVersion, **more: Any) -> list[Candidate]:
    given = {"campaign": campaign.pk, "stages": version.stages, "beyond": 0, **more}
    found = sql.rows(statement, given)
    return [_candidate(row, campaign) for row in found]


def _candidate(row: tuple[Any, ...], campaign: Campaign) -> Candidate:
    profile_id, arm_key, last_day, stage, currency, year_value, *enrolled = row
    enrolment, arm, state, reason, enrolled_year_value, channel = enrolled
    return Candidate(
        profile_id=profile_id, arm=arm or draw(campaign, arm_key), last_day=last_day, stage=stage,
        currency=currency, year_value=year_value, enrolment=enrolment, state=state or "", reason=reason or "",
        enrolled_year_value=enrolled_year_value or 0.0, enrolled_channel=channel or "",
    )  # fmt: skip


def draw(campaign: Campaign, arm_key: UUID) -> str:
    """The arm of a person in a campaign; knows nothing else about either."""
    return experiment.draw_arm(bytes(campaign.salt), arm_key, campaign.control_share).value
