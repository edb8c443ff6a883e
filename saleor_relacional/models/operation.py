"""What keeps the machine running: cursors, imports, counted errors, this installation."""

from django.db import models

from saleor_relacional.models.base import OurModel


class Installation(OurModel):
    """One row per database: what was drawn or fixed at install."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    tombstone_key = models.BinaryField(max_length=32)
    key_check = models.BinaryField(max_length=32)
    """Fingerprint of the key in use, this or the owner's: a change of it is noticed."""
    former_keys = models.JSONField(default=list)
    """Keys that held before it, oldest first, in hexadecimal: see flows/people/rekey.py."""
    created_at = models.DateTimeField()
    installed_by_us = models.JSONField(default=dict)
    """What we made at the host (app, permission, beat rows): made once, never revived when the admin removed it."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="relacional_installation_single"),
        ]


class Cursor(OurModel):
    """Where a sweep or patrol stands. One worker per cursor, by lease."""

    name = models.CharField(primary_key=True, max_length=64)
    """sweep:order, sweep:customer, sweep:checkout, sync:order, …, patrol:purchase, patrol:identity"""
    position_at = models.DateTimeField(null=True)
    position_reference = models.CharField(max_length=64, blank=True, default="")
    done = models.BigIntegerField(default=0)
    """Facts read so far in this round."""
    finished_at = models.DateTimeField(null=True)
    """When it last reached the end, by the database's real clock."""
    lease_until = models.DateTimeField(null=True)
    """When the lease ends, by the database's real clock."""
    lease_token = models.UUIDField(null=True)


class ErrorCount(OurModel):
    """Errors of ours, counted by day, place and kind; never with personal data."""

    day = models.DateField()
    place = models.CharField(max_length=64)
    kind = models.CharField(max_length=80)
    """Exception class, and SQLSTATE with constraint for database errors."""
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "place", "kind"], name="relacional_error_once"),
        ]


class ImportBatch(OurModel):
    """One import of history from elsewhere."""

    source = models.CharField(max_length=32)
    """Source of its facts: import:<name>."""
    file_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
