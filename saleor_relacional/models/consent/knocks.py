"""How often somebody has knocked at a public door."""

from django.db import models

from saleor_relacional.models.base import OurModel


class Knock(OurModel):
    """Somebody at a public door, by keyed hash alone."""

    door = models.CharField(max_length=24)
    """Name of the door."""
    digest = models.BinaryField(max_length=32)
    """HMAC-SHA-256 of who they are."""
    free_at = models.DateTimeField()
    """When all of their knocks are forgotten."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["door", "digest"], name="relacional_knock_once"),
        ]
        indexes = [models.Index(fields=["free_at"], name="relacional_knock_free")]
