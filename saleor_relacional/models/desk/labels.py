"""What staff keep of a person in words of their own: labels, which rules can ask about, and notes."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Label(OurModel):
    """A word of the shop's on one person. One that was removed stays, with who did it, until they are forgotten."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    """As the shop first wrote it: small and capital letters make no other label."""
    set_by = models.CharField(max_length=80)
    """Who did, as Caller.reference says."""
    set_at = models.DateTimeField()
    removed_by = models.CharField(max_length=80, blank=True, default="")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "profile"],
                condition=models.Q(removed_at=None),
                name="relacional_label_once",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by="") | models.Q(removed_at__isnull=False),
                name="relacional_label_removed",
            ),
        ]


class StaffNote(OurModel):
    """What a member of staff wrote about one person, for colleagues. The person reads it in their export."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, db_index=False, related_name="staff_notes")
    text = models.CharField(max_length=2000)
    written_by = models.CharField(max_length=80)
    """Who did, as Caller.reference says."""
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["profile", "-written_at"], name="relacional_note_by_person")]
