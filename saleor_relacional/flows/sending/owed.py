"""Service messages on their way out: the last question, then as every mail."""

from datetime import datetime

from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.sending import compose, service
from saleor_relacional.flows.sending.hand_over import Hand
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.models import Profile, ServiceMessage, Touch, TouchState


def send(touch: Touch, hand: Hand, context: ShopContext, now: datetime) -> None:
    """One of them, to its end or its next try."""
    profile = Profile.objects.filter(pk=touch.profile_id or 0).first()
    message = ServiceMessage.objects.get(touch=touch)
    judged = service.judge(profile, message, now)
    if profile is None or judged.sender is None or judged.reason:
        hand.end(touch, TouchState.SUPPRESSED, judged.reason)
        return
    sender = judged.sender
    hand.send(
        touch,
        profile,
        lambda: compose.compose_service(touch, message, profile, sender, context, now),
        lambda sent: stop.empty([message.pk]),
    )
