"""Signups for the newsletter, which count once they are confirmed."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Signup(OurModel):
    """Somebody typed an address, or ticked a box at the checkout: a consent that waits for its confirmation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True)
    """Of a checkout's order, so that it signs up once; else drawn."""
    email = models.CharField(max_length=254, blank=True, default="")
    """As typed, until it is known whose it is; a dash where somebody typed it at a checkout and `profile` has it."""
    profile = models.ForeignKey(Profile, null=True, on_delete=models.CASCADE, related_name="signups")
    made_profile = models.BooleanField(default=False)
    """Nobody was known by the address before: where it is never confirmed, what we made of it goes."""
    source = models.CharField(max_length=32)
    """newsletter or checkout."""
    purposes = models.JSONField()
    text = models.TextField()
    """What they agree to, word for word."""
    language = models.CharField(max_length=35, blank=True, default="")
    channel = models.CharField(max_length=255, blank=True, default="")
    asked_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    """When the mail that asks for the confirmation was put into the outbox, or none was needed."""
    expires_at = models.DateTimeField()
    """Until when it may be confirmed."""
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(invited_at=None), name="relacional_signup_uninvited"
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(confirmed_at=None), name="relacional_signup_open"
            ),
        ]
