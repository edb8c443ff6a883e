"""What holds for everybody whom a campaign considers: under another digest all of them are considered anew."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.contact import contact_policy, exclusions
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import CampaignVersion, Fit, RungStop
from saleor_relacional.once import once


def digest(version: CampaignVersion, now: datetime) -> str:
    """Of the version's terms and segment, the time zone, what the owner decided, exclusions, the senders and the
    adopted fit; 64 letters. Of the shop's day too where segments are excluded: time alone moves people in and out of
    them."""
    said = [version.pk, audience.basis(version), *_shared(now), *_rungs(version, now)]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def _rungs(version: CampaignVersion, now: datetime) -> tuple[Any, ...]:
    """Where it is asked what somebody's first message holds of the month's money: which of its rungs are stopped."""
    if version.learning or not month_money.limited(version, now):
        return ()
    stops = RungStop.objects.filter(campaign=version.campaign_id).values_list("segment", "rung")
    return "limited", *sorted(stops)


@once
def _shared(now: datetime) -> tuple[Any, ...]:
    """What all campaigns go by."""
    decided = policy.current(now)
    senders = sorted((slug, bool(each.postal_address.strip())) for slug, each in policy.senders().items())
    fit = Fit.objects.filter(adopted=True).values_list("pk", flat=True).first()
    contact = asdict(contact_policy.current())
    contact["holidays"] = sorted(contact["holidays"])
    return (
        today(now).isoformat() if exclusions.by_segment() else "", conf.time_zone().key,
        decided.soft_opt_in, decided.shop_control_share > 0, decided.reporting_currency,
        sorted(decided.rates.items()), decided.month_budget, decided.budget_currency, senders, fit,
        sorted(contact.items()), exclusions.digest(),
    )  # fmt: skip
