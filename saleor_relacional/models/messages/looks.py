"""How a channel's mails look and sound."""

from django.db import models

from saleor_relacional.models.base import OurModel


class ChannelLook(OurModel):
    """The look of a channel's mails, as its owner said. The fields are those of emails/look.py."""

    channel = models.CharField(max_length=255, primary_key=True)
    """Channel slug."""
    page = models.CharField(max_length=7)
    card = models.CharField(max_length=7)
    ink = models.CharField(max_length=7)
    button = models.CharField(max_length=7)
    button_ink = models.CharField(max_length=7)
    logo_url = models.CharField(max_length=500, blank=True, default="")
    logo_width = models.PositiveSmallIntegerField()
    voice = models.CharField(max_length=5, choices=[("tu", "tú"), ("usted", "usted")])
    signature = models.CharField(max_length=120, blank=True, default="")
    social = models.JSONField(default=list)
    """[name, address] each."""
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=80)
    """See CampaignChange.who."""
