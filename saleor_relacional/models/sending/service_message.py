"""Mails that somebody is owed: an answer, a confirmation that they asked for. No campaign, no arm, nothing sold."""

from django.db import models

from saleor_relacional.models.base import OurModel


class ServiceMessage(OurModel):
    """What one service message says. Who gets it, when, and what became of it stands in its touch: there is one
    outbox. Its values and links are emptied when it has ended."""

    key = models.CharField(max_length=120, unique=True)
    """What it is about, so that it is never said twice. Whoever enqueues it chooses it; it names nobody."""
    message = models.CharField(max_length=40)
    """Name of the mail, a folder of saleor_relacional/emails."""
    channel = models.CharField(max_length=255, blank=True, default="")
    """Channel slug in whose name it leaves; empty: the person's own."""
    occasion = models.JSONField(default=dict)
    """What its words may use: `occasion.*`."""
    links = models.JSONField(default=dict)
    """Name of a link → [purpose, public id, perhaps our key of an order or a basket]: signed when the mail is written,
    so that no token is kept."""
    url = models.CharField(max_length=400, blank=True, default="")
    """PUBLIC_URL when it was enqueued; a copy of the database living elsewhere does not send it."""
    created_at = models.DateTimeField()
