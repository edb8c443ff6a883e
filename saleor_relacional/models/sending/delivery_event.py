"""What became of a mail after it was accepted, as a provider tells it. Nothing here names a person."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Touch


class DeliveryKind(models.TextChoices):
    """What a provider may tell. Openings and clicks are not kept: nobody is watched."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    """Not yet: the provider tries on."""
    BOUNCED = "bounced"
    """For good: there is no such address."""
    SOFT_BOUNCED = "soft_bounced"
    """Not delivered, though there may be such an address."""
    REJECTED = "rejected"
    """The provider itself refused to send it."""
    COMPLAINED = "complained"
    """The person called it spam."""
    UNSUBSCRIBED = "unsubscribed"
    """By the provider's own link or list."""


class DeliveryEvent(OurModel):
    """One thing that happened to one mail. Told twice it is kept once."""

    touch = models.ForeignKey(Touch, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=DeliveryKind.choices)
    code = models.CharField(max_length=32, blank=True, default="")
    """Why, as a code: 5.1.1, or the provider's own word; never its text."""
    digest = models.BinaryField(max_length=32, unique=True)
    """Hash of what makes the event one: mail, kind, and the provider's id or moment of it."""
    happened_at = models.DateTimeField()
    """By the provider's clock."""
    heard_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-heard_at"], name="relacional_delivery_kind")]
