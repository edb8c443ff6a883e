"""How many people there will be for a campaign per month, and so what it will let its owner know, and when."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import candidates, cycles
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.evidence import power
from saleor_relacional.flows.evidence.power import Power
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import Campaign, CampaignState, CampaignVersion

MONTHS = 3
"""Over which those are spread who are there now, and in which those are counted who come."""
_DAYS = 365.25 / 12
LEAST_SEEN = timedelta(days=7)
"""For how long entries into a segment were kept before they tell of a month."""
LARGE = 100_000
"""People of the shop, above which one of candidates.OF tells of all: of 2,000 a tenth more or less."""

_STARTED = f"""
SELECT count(DISTINCT profile_id) FROM {tables.ENROLMENT}
WHERE campaign_id = %(campaign)s AND started_at > %(since)s AND started_at <= %(now)s
"""


def _enrolled(which: str) -> str:
    return f"""EXISTS (SELECT FROM {tables.ENROLMENT} e WHERE e.campaign_id + 0 = %(campaign)s
        AND e.profile_id = s.profile_id AND {which})"""


_WAITS = _enrolled("e.state IN ('waiting', 'suppressed')")
"""Condition: their cycle has begun, whether or not it would begin today."""
_HAS_STARTED = _enrolled("e.state = 'started' AND e.started_at > %(since)s")


def _is_known(campaign: Campaign) -> bool:
    """Whether it can be told who is there for it: of a kind that keeps rows of who is due, while one of it runs and
    everybody has been looked at."""
    runs = Campaign.objects.filter(kind=campaign.kind, state=CampaignState.ACTIVE, planned_beyond=None)
    return kind_of(campaign.kind).foresight is None or runs.exclude(planned_under="").exists()


def per_month(version: CampaignVersion, now: datetime) -> float | None:
    """People who can be expected to start: those who are there for it now, over the first months, and those who come
    (CampaignKind.comes), or as many as have started lately where those are more; no more than its mails per day and
    those in the control group beside them. In a large shop about how many. None: not known yet."""
    if not _is_known(version.campaign):
        return None
    span = timedelta(days=MONTHS * _DAYS)
    since = _watched_since(version, now, span)
    asked = {**cycles.parameters(version, now), "since": now - span, "until": now + span}
    known = cycles.kind(version)
    is_there = f"({known.open}) AND (({known.opens}) OR {_WAITS}) AND NOT {_HAS_STARTED}"
    of = candidates.OF if counts.of_table(tables.CUSTOMER_SUMMARY) > LARGE else 1
    there = _people(version, is_there, asked, now, of=of)
    came = _people(version, f"({known.comes})", {**asked, "since": since}, now, of=of)
    [(started,)] = sql.rows(_STARTED, asked)
    seen = now - since
    more = came * (span / seen) if seen >= LEAST_SEEN else 0.0
    people: float = (there + max(more, started)) / MONTHS
    most = version.daily_capacity * _DAYS / (1 - float(version.control_share))
    return min(people, most) if version.daily_capacity else people


def _watched_since(version: CampaignVersion, now: datetime, span: timedelta) -> datetime:
    """From when on it is known who has come, within the span. Who enters a segment nobody keeps until its campaign is
    switched on, nor while it is paused; all who are in it then are there already, and stand in rows within a day."""
    campaign = version.campaign
    if not kind_of(campaign.kind).for_audience:
        return now - span
    if campaign.state != CampaignState.ACTIVE or campaign.activated_at is None:
        return now
    return min(now, max(now - span, campaign.activated_at + timedelta(days=1)))


def _people(
    version: CampaignVersion, condition: str, asked: dict[str, Any], now: datetime, *, of: int = 1
) -> int:
    """For how many it is true, of those to whom its owner has narrowed it; about, by one of so many."""
    if version.segment is not None and not kind_of(version.campaign.kind).for_audience:
        condition = f"{condition} AND ({audience.inside(version)})"
        asked = {**asked, **audience.parameters(version, now)}
    statement = f"SELECT count(*) FROM {tables.CUSTOMER_SUMMARY} s WHERE {condition} {candidates.sampled(of)}"
    return of * int(sql.rows(statement, {**asked, "of": of})[0][0])


def foretold(
    version: CampaignVersion, now: datetime, *, weeks: int | None = None, control_share: Decimal | None = None
) -> Power:
    """What this version would let its owner know after so many weeks (None: power.usual_weeks), with its control share
    or another one.

    Raises BadInput for a share or weeks that cannot be.
    """
    share = version.control_share if control_share is None else control_share
    if not 0 <= share < 1:
        raise BadInput("Give a share from 0 to below 1.", field="controlShare")
    weeks = power.usual_weeks(version.campaign.window_days) if weeks is None else weeks
    if not 1 <= weeks <= 260:
        raise BadInput("Give 1 to 260 weeks.", field="weeks")
    people = per_month(version, now)
    return power.power(version.campaign, per_month=people, control_share=share, now=now, weeks=weeks)
