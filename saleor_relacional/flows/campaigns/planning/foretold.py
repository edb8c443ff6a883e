"""How many people there will be for a campaign per month, and so what it will let its owner know, and when."""

from datetime import datetime, timedelta
from decimal import Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import candidates
from saleor_relacional.flows.evidence import power
from saleor_relacional.flows.evidence.power import Power
from saleor_relacional.models import CampaignVersion

MONTHS = 3
"""Over which those are spread who are there now, and from which those are counted who come."""
_DAYS = 365.25 / 12

_COMING = f"""
SELECT (SELECT count(DISTINCT profile_id) FROM {tables.STAGE_CHANGE}
        WHERE stage = ANY(%(stages)s) AND cause <> 'history' AND happened_at > %(since)s AND happened_at <= %(now)s),
       (SELECT count(*) FROM {tables.ENROLMENT}
        WHERE campaign_id = %(campaign)s AND started_at > %(since)s AND started_at <= %(now)s)
"""
"""Who has come into its stages, and who has started in it."""


def per_month(version: CampaignVersion, now: datetime, *, roughly: bool = False) -> float:
    """People who can be expected to start: those who are there for it now, over the first months, and those who come;
    no more than its mails per day and those in the control group beside them. `roughly`: see candidates.count."""
    since = now - timedelta(days=MONTHS * _DAYS)
    asked = {"stages": version.stages, "campaign": version.campaign_id, "since": since, "now": now}
    [(came, started)] = sql.rows(_COMING, asked)
    people = (
        float(max(candidates.count(version, now, roughly=roughly) - started, 0) + max(came, started)) / MONTHS
    )
    most = version.daily_capacity * _DAYS / (1 - float(version.control_share))
    return min(people, most) if version.daily_capacity else people


def foretold(
    version: CampaignVersion, now: datetime, *, weeks: int = power.WEEKS, control_share: Decimal | None = None,
    roughly: bool = False,
) -> Power:  # fmt: skip
    """What this version would let its owner know after so many weeks, with its control share or another one. `roughly`:
    of many people per month about how many.

    Raises BadInput for a share or weeks that cannot be.
    """
    share = version.control_share if control_share is None else control_share
    if not 0 <= share < 1:
        raise BadInput("Give a share from 0 to below 1.", field="controlShare")
    if not 1 <= weeks <= 260:
        raise BadInput("Give 1 to 260 weeks.", field="weeks")
    people = per_month(version, now, roughly=roughly)
    return power.power(version.campaign, per_month=people, control_share=share, now=now, weeks=weeks)
