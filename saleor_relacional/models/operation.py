"""What keeps the machine running: cursors, imports, counted errors, this installation."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


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
    """sweep:order, sweep:customer, sweep:checkout, sync:order, …, patrol:purchase, patrol:identity; history:order says
    when the first reading of all orders ended"""
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
    """One import of history from elsewhere. It is read, then agreed to, then applied part by part, then finished."""

    source = models.CharField(max_length=32)
    """Source of its facts: import:<name>."""
    file_digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    """What the owner said of the file. An import that was cut short goes on with the same file and the same words."""
    started_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    """When it was agreed to: from then on it is applied. Until then nothing of it counts, and the next import drops
    it."""
    finished_at = models.DateTimeField(null=True)
    """When the last part of it was applied."""
    counts = models.JSONField(default=dict)


class ImportLine(OurModel):
    """One line of a file that is being imported, from when it is read until its part is applied. It goes in the
    transaction that applies it: what is left is what is still to do."""

    batch_id = models.BigIntegerField()
    line = models.BigIntegerField()
    ord = models.CharField(max_length=64)
    """The order's number."""
    cancelled = models.BooleanField()
    who = models.CharField(max_length=256)
    """c:<customer number> or e:<e-mail key>: the same on all lines that name one person."""
    customer = models.CharField(max_length=254)
    email = models.CharField(max_length=254)
    first_name = models.TextField()
    placed_at = models.DateTimeField()
    quantity = models.DecimalField(max_digits=40, decimal_places=12)
    amount = models.DecimalField(max_digits=40, decimal_places=12)
    product = models.TextField()
    name = models.TextField()
    currency = models.CharField(max_length=3)
    item_total = models.DecimalField(max_digits=40, decimal_places=12)
    word = models.TextField()
    """Its status, as written."""
    withdrawn = models.BooleanField()
    """It is no purchase, as its status says."""

    class Meta:
        indexes = [
            models.Index(fields=["batch_id", "who", "ord"], name="relacional_import_next"),
            models.Index(fields=["batch_id", "ord"], name="relacional_import_order"),
        ]


class ImportPerson(OurModel):
    """Somebody of whom an import has told that is not finished: they are not scored until it is."""

    profile = models.OneToOneField(Profile, primary_key=True, on_delete=models.CASCADE, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="people")
    changed = models.BooleanField()
    """Their facts are others than before: they are scored when it is finished."""
    told = models.BooleanField()
    """The file holds a purchase or a refund of theirs."""
    bought = models.BooleanField()
    """The file holds a purchase of theirs."""
