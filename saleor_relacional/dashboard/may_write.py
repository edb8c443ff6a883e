"""Whether we may write to somebody about offers, as an owner is told: an address that is gone is no objection."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.flows.consent import consent
from saleor_relacional.models import Purpose

BOUNCED = "bounced"


def of(profile_ids: Sequence[int], now: datetime) -> dict[int, str | None]:
    """Person → a Basis; BOUNCED where nothing but their address is in the way; None: nobody asked them."""
    bases = consent.bases(profile_ids, now=now, purpose=Purpose.OFFERS)
    lost = consent.bounced(profile_ids, now=now, purpose=Purpose.OFFERS)
    return {profile_id: BOUNCED if profile_id in lost else basis for profile_id, basis in bases.items()}
