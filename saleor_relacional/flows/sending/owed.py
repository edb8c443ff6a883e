"""Service messages on their way out: the last question, then as every mail."""

from datetime import datetime

from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.sending import compose, service
from saleor_relacional.flows.sending.hand_over import Hand
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.models import Profile, ServiceMessage, Touch, TouchState


def send(touch: Touch, hand: Hand, context: ShopContext, now: datetime) -> None:
    """One of them, to its end or its next try."""
    hand.apart(touch, lambda: _send(touch, hand, context, now))


def _send(touch: Touch, hand: Hand, context: ShopContext, now: datetime) -> None:
    profile = Profile.objects.filter(pk=touch.profile_id or 0).first()
    message = ServiceMessage.objects.filter(touch=touch).first()
    if message is None:  # they were forgotten meanwhile, and the message with them
        hand.end(touch, TouchState.SUPPRESSED, Suppression.FORGOTTEN)
        return
    judged = service.judge(profile, message, now)
    if judged.reason == Suppression.MERGED:
        hand.follow(touch)
        return
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
