"""Who changed a campaign, when, and what."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Campaign

SYSTEM = "system"
"""Who changes something where nobody asks for it: a task, a command."""


class CampaignEvent(models.TextChoices):
    """What happened to a campaign."""

    CREATED = "created"
    EDITED = "edited"
    ACTIVATED = "activated"
    PAUSED = "paused"
    FINISHED = "finished"


class CampaignChange(OurModel):
    """One line of a campaign's history."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    who = models.CharField(max_length=80)
    """staff:ID or app:ID at the host, else SYSTEM. Never a name or an address."""
    reason = models.CharField(max_length=12, blank=True, default="", db_default="")
    """Why it paused itself, with what was measured in `fields`: name, limit, bound. Empty: somebody paused it."""
    event = models.CharField(max_length=9, choices=CampaignEvent.choices)
    fields = models.JSONField(default=list)
    """What an edit changed: [field, before, after] each, as text; null where there was or is nothing."""

    class Meta:
        indexes = [models.Index(fields=["campaign", "at"], name="relacional_change_of")]
