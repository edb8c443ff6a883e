"""Leaving a shop as if we had never been there. Our tables stay until they are dropped."""

from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.attributes import write as attributes
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.incentives import reserve
from saleor_relacional.models import (
    Campaign,
    CampaignState,
    Incentive,
    IncentiveState,
    Touch,
    TouchState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What leaving did, in numbers."""

    campaigns: int
    """Campaigns that were active and are paused."""
    touches: int
    """Mails that were on their way and will not leave."""
    incentives: int
    """Live incentives that were withdrawn."""
    vouchers: int
    """Vouchers that ended at the host."""


def uninstall(now: datetime) -> Left:
    """Stop everything, end every voucher, take away what we made at the host; what that was. Safe to repeat."""
    with sql.atomic():
        active = list(Campaign.objects.filter(state=CampaignState.ACTIVE).order_by("pk"))
        for campaign in active:
            campaigns.pause(campaign, now=now)
        waiting = Touch.objects.filter(state__in=[TouchState.QUEUED, TouchState.WAITING])
        stopped = waiting.update(state=TouchState.SUPPRESSED, reason="uninstalled", ended_at=now)
        live = Incentive.objects.filter(state__in=[IncentiveState.PLANNED, IncentiveState.ISSUED])
        held = list(live.order_by("pk").select_for_update().values_list("pk", flat=True))
        ended = live.filter(pk__in=held).update(state=IncentiveState.WITHDRAWN, ended_at=now)
        reserve.book(held, now)
    vouchers = conf.host().end_vouchers()
    attributes.take_all_away()
    conf.host().move_out()
    return Left(campaigns=len(active), touches=stopped, incentives=ended, vouchers=vouchers)
