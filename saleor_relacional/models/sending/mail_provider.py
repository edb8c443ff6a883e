"""Whom mails leave through: how fast they may, and whether they may at all."""

from django.db import models

from saleor_relacional.models.base import OurModel


class MailProvider(OurModel):
    """One way out: a mail backend of Django's. Its row is made when the first mail leaves or the owner decides."""

    name = models.CharField(max_length=200, unique=True)
    """Dotted name of the backend, as the setting EMAIL_BACKEND has it."""
    per_second = models.FloatField(null=True)
    """Mails per second at most, over all workers; null: as fast as it takes them."""
    per_day = models.PositiveIntegerField(null=True)
    """Mails per day of the shop at most, service messages included; null: no limit."""
    warm_up_from = models.PositiveIntegerField(null=True)
    """Mails on the first day of a new address; twice as many on each day after it, up to `per_day`; null: no warming
    up."""
    warm_up_on = models.DateField(null=True)
    """That first day."""
    next_at = models.DateTimeField(null=True)
    """When the next mail may leave, by the database's real clock."""
    refusals = models.PositiveIntegerField(default=0, db_default=0)
    """Mails refused for good since the last one that was accepted, over all workers."""
    stopped_at = models.DateTimeField(null=True)
    """When it stopped, on the shop's clock; null: it goes on."""
    stop_reason = models.CharField(max_length=32, blank=True, default="", db_default="")
    """What stopped it: an answer such as smtp_5.7.1, or ten_refusals."""
    updated_at = models.DateTimeField()
