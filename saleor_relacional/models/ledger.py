"""What people say of what we hold about them, and who asked for their data or for its end."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.facts import Purchase
from saleor_relacional.models.people import Profile


class RemarkKind(models.TextChoices):
    """What somebody says of an entry of their ledger."""

    WRONG = "wrong"
    CORRECTION = "correction"
    """They say what is right instead."""
    OBJECTION = "objection"
    """It may be right, and they do not want us to use it."""
    NOTE = "note"
    """Something to keep in mind; of an entry or of none."""


class Remark(OurModel):
    """What somebody said of one entry of their ledger, and what staff answered. It is open until they do."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=10, choices=RemarkKind.choices)
    entry = models.CharField(max_length=48, blank=True, default="")
    """Name of the entry (flows/ledger/entries.py); empty: of no entry."""
    told = models.CharField(max_length=400, blank=True, default="")
    """The entry as they read it when they said so."""
    words = models.CharField(max_length=2000, blank=True, default="")
    """Theirs."""
    right = models.CharField(max_length=20, blank=True, default="")
    """Of a correction of a purchase: gift or not_mine."""
    said_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, blank=True, default="")
    """Of staff, as the person reads it; empty until then."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")
    """Who answered, as Caller.reference says."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="relacional_remark_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["said_at", "id"], condition=models.Q(answered_at=None), name="relacional_remark_open"
            ),
            models.Index(fields=["profile", "-said_at"], name="relacional_remark_of_person"),
        ]


class PurchaseCorrection(OurModel):
    """Staff accepted that a purchase was a gift, or is not its buyer's own. It holds until it is undone."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="purchase_corrections")
    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="corrections")
    right = models.CharField(max_length=8, choices=[("gift", "Gift"), ("not_mine", "Not Mine")])
    """What it was: gift or not_mine."""
    remark = models.ForeignKey(Remark, null=True, on_delete=models.SET_NULL, related_name="corrections")
    """What the person said, where that was accepted; null: staff heard it elsewhere."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    """Who accepted it, as Caller.reference says."""
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purchase"],
                condition=models.Q(undone_at=None),
                name="relacional_correction_holds_once",
            ),
        ]
        indexes = [models.Index(fields=["profile", "-made_at"], name="relacional_correction_person")]


class DataRequestKind(models.TextChoices):
    """What was asked for."""

    EXPORT = "export"
    ERASURE = "erasure"


class DataRequestDoor(models.TextChoices):
    """Through what it was asked for and done."""

    PAGE = "page"
    """The person's own page."""
    DESK = "desk"
    """A member of staff, on the customer's page of the desk."""
    API = "api"
    COMMAND = "command"
    """Whoever runs the shop's server: relacional_forget."""


class DataRequest(OurModel):
    """Somebody asked for all that we hold of a person, or for its end, and got it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="data_requests")
    """Of whom; null once they are forgotten: it stays, and names nobody."""
    kind = models.CharField(max_length=7, choices=DataRequestKind.choices)
    by = models.CharField(max_length=80)
    """customer, the member of staff as Caller.reference says, or server."""
    through = models.CharField(max_length=8, choices=DataRequestDoor.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="relacional_datarequest_latest")]
