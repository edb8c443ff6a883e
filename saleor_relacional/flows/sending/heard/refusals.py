"""An address that does not exist: nothing is sent there any more, and that is written down as a bounce."""

from datetime import datetime

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.sending.heard import deliveries
from saleor_relacional.models import DeliveryKind, Profile, Touch


def no_such_address(touch: Touch, profile: Profile, reason: str, now: datetime, *, ours: bool) -> None:
    """The mail server says that there is no such address (5.1.x) as `profile` had when the mail was written. `ours`:
    the touch is still there to be told of."""
    consent.record_refusal([tombstones.email(profile.email)], cause=consent.BOUNCE, now=now)
    if ours:
        deliveries.note(
            touch, DeliveryKind.BOUNCED, code=reason.removeprefix("smtp_"), told_by="", at=now, now=now
        )
