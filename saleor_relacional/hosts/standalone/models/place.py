"""The shop itself: its name and its clock."""

from datetime import timedelta

from django.db import models


class Shop(models.Model):
    """One row. Absent until somebody sets something; then the defaults hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120, default="The standalone shop")
    time_zone = models.CharField(max_length=64, default="UTC")
    """IANA name."""
    storefront_url = models.CharField(max_length=400, blank=True, default="")
    offer_link = models.CharField(max_length=400, blank=True, default="")
    """Where the storefront takes an offer's code; empty: its first page."""
    clock_offset = models.DurationField(default=timedelta)
    """The shop's clock is the real one plus this, unless it is frozen."""
    frozen_at = models.DateTimeField(null=True)
    """The clock stands here; null while it runs."""
    relational_active = models.BooleanField(default=True)
    """The owner's switch: while it is off nothing of ours leaves the shop."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="relacional_shop_single")]
