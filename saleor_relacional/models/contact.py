"""What was said between the shop and a person, in either direction, whoever said it: the contact budget."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import CampaignStep, Enrolment
from saleor_relacional.models.people import Profile


class ContactKind(models.TextChoices):
    """What a contact was. The last four come from the customer."""

    MESSAGE = "message"
    """A step of a campaign, booked in both arms."""
    STAFF = "staff"
    """Somebody of the shop wrote, called or spoke to them."""
    APOLOGY = "apology"
    QUESTION = "question"
    ANSWER = "answer"
    COMPLAINT = "complaint"
    RATING = "rating"


class Contact(OurModel):
    """One contact of one person. A campaign's is booked before it is sent, and in the control group instead of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=9, choices=ContactKind.choices)
    at = models.DateTimeField()
    """When it counts: when a message is due, or when it was said."""
    commercial = models.BooleanField(default=False)
    """Whether it sold something, and so counts in the caps."""
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="contacts")
    step = models.ForeignKey(
        CampaignStep, null=True, db_index=False, on_delete=models.CASCADE, related_name="contacts"
    )
    sent_at = models.DateTimeField(null=True)
    """When the message of a step left; null in the control group, and until it has."""
    stars = models.PositiveSmallIntegerField(null=True)
    """Of a rating: 1 to 5."""
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step"],
                condition=models.Q(enrolment__isnull=False),
                name="relacional_contact_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="message", enrolment__isnull=False, step__isnull=False)
                | (~models.Q(kind="message") & models.Q(enrolment=None, step=None, sent_at=None)),
                name="relacional_contact_message",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="rating", stars__isnull=False, stars__gte=1, stars__lte=5)
                | (~models.Q(kind="rating") & models.Q(stars__isnull=True)),
                name="relacional_contact_stars",
            ),
            models.CheckConstraint(
                condition=models.Q(commercial=False) | models.Q(kind__in=["message", "staff"]),
                name="relacional_contact_commercial",
            ),
        ]
        indexes = [
            # Which messages are booked and have not left.
            models.Index(
                fields=["step", "at"],
                condition=models.Q(kind="message", sent_at=None),
                name="relacional_contact_booked",
            ),
            models.Index(
                fields=["profile", "-at"],
                condition=models.Q(commercial=True),
                name="relacional_contact_budget",
            ),
            models.Index(
                fields=["profile", "kind", "-at"],
                condition=~models.Q(kind="message"),
                name="relacional_contact_said",
            ),
            # Whom we may have disappointed lately, of everybody.
            models.Index(
                fields=["at"],
                condition=models.Q(kind__in=["complaint", "rating"]),
                name="relacional_contact_complained",
            ),
        ]


class Exclusion(OurModel):
    """Who is never written to by a campaign: a person, a segment, or addresses of a pattern."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, null=True, on_delete=models.CASCADE, related_name="exclusions")
    segment = models.UUIDField(null=True)
    """Public id of a segment, whether saved or native."""
    address = models.CharField(max_length=254, blank=True, default="")
    """Pattern of addresses, in small letters; * stands for any letters."""
    because = models.CharField(max_length=400, blank=True, default="")
    """In the owner's words."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(profile__isnull=False, segment=None, address="")
                | models.Q(profile=None, segment__isnull=False, address="")
                | (models.Q(profile=None, segment=None) & ~models.Q(address="")),
                name="relacional_exclusion_of_one",
            ),
            models.UniqueConstraint(fields=["segment"], name="relacional_exclusion_segment"),
            models.UniqueConstraint(
                fields=["address"], condition=~models.Q(address=""), name="relacional_exclusion_address"
            ),
        ]
