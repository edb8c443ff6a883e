"""An address that does not exist: nothing is sent there any more, and that is written down as a bounce."""

from datetime import datetime

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending.heard import deliveries
from saleor_relacional.models import DeliveryKind, Profile, Touch


def no_such_address(touch: Touch, profile: Profile, reason: str, now: datetime) -> None:
    """The mail server says that there is no such address (5.1.x)."""
    consent.record_bounce(profile, now=now)
    deliveries.note(
        touch, DeliveryKind.BOUNCED, code=reason.removeprefix("smtp_"), told_by="", at=now, now=now
    )
