"""A campaign that harms pauses itself, and says so: in its history, where it is activated again, and in health.

Looked at once a day. Whoever activates it again all the same has read why, and it is not paused for the same reason a
second time: what results say stands beside it.
"""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.campaigns.campaign import history
from saleor_relacional.flows.evidence import harm, results
from saleor_relacional.flows.evidence.harm import Harm
from saleor_relacional.models import SYSTEM, Campaign, CampaignChange, CampaignEvent, CampaignState


def stop_harm(now: datetime) -> int:
    """Pause the active campaigns that harm; how many. A campaign whose results fail is counted as an error."""
    active = list(Campaign.objects.filter(state=CampaignState.ACTIVE).order_by("pk"))

    def one(some: Sequence[Campaign]) -> bool:
        with sql.atomic():
            return _stop(some[0], now)

    return sum(
        stopped for campaign in active for stopped in failures.isolated("stop_harm", [campaign], one, now=now)
    )


def _stop(campaign: Campaign, now: datetime) -> bool:
    """Whether it was paused now. Results are read without a lock: they take a while."""
    known = CampaignChange.objects.filter(campaign=campaign).exclude(reason="")
    overruled = set(known.values_list("reason", flat=True))
    new = [one for one in harm.found(campaign, results.results(campaign, now)) if one.reason not in overruled]
    return bool(new) and _paused(campaign, new[0], now)


def _paused(campaign: Campaign, why: Harm, now: datetime) -> bool:
    """False when somebody, maybe another worker, paused, finished or activated it meanwhile: it is looked at again."""
    locks.note(Lock.CAMPAIGN, [campaign.pk])
    mine = Campaign.objects.filter(
        pk=campaign.pk, state=CampaignState.ACTIVE, activated_at=campaign.activated_at
    )
    if not mine.update(state=CampaignState.PAUSED, paused_for=why.reason):
        return False
    measured = ("bound", f"{why.limit:.4f}", f"{why.bound:.4f}")
    history.record(campaign, CampaignEvent.PAUSED, now=now, by=SYSTEM, changed=[measured], reason=why.reason)
    return True
