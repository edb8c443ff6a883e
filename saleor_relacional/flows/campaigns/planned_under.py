"""What holds for everybody whom a campaign considers: under another digest all of them are considered anew."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.contact import contact_policy, exclusions
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import CampaignVersion, Fit


def digest(version: CampaignVersion, now: datetime) -> str:
    """Of the version's terms and segment, the shop's day, what the owner decided, exclusions, the senders and the
    adopted fit; 64 letters."""
    decided = policy.current(now)
    senders = sorted((slug, bool(each.postal_address.strip())) for slug, each in policy.senders().items())
    fit = Fit.objects.filter(adopted=True).values_list("pk", flat=True).first()
    contact = asdict(contact_policy.current())
    contact["holidays"] = sorted(contact["holidays"])
    said = (
        version.pk, cycles.today(now).isoformat(), decided.soft_opt_in, decided.reporting_currency,
        decided.rates, senders, fit, contact, exclusions.digest(), audience.basis(version),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
