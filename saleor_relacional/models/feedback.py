"""What customers tell us, word for word, and the cases that staff answer by a clock."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.contact import Contact
from saleor_relacional.models.facts import Purchase
from saleor_relacional.models.people import Profile


class FeedbackKind(models.TextChoices):
    """What somebody told us."""

    RATING = "rating"
    """How satisfied they are with an order: 1 to 5 stars."""
    COMPLAINT = "complaint"
    REASON = "reason"
    """Why they do, or no longer do, something: why they leave."""
    WISH = "wish"
    ANSWER = "answer"
    """They answered a mail, and a person read it: staff note it."""


class FeedbackSource(models.TextChoices):
    """Where they told it."""

    PAGE = "page"
    """The page behind a mail's link."""
    STOREFRONT = "storefront"
    """Signed in, over the API."""
    STAFF = "staff"
    """Told somebody of the shop, who notes it."""


class CaseState(models.TextChoices):
    """open and seen are on the way."""

    OPEN = "open"
    """Nobody of the shop has seen it."""
    SEEN = "seen"
    """Somebody has taken it."""
    ANSWERED = "answered"
    CLOSED = "closed"
    """Nothing is left to do: without an answer where none was given."""


class FeedbackCase(OurModel):
    """What staff handle of what one person told: one complaint, one order that was rated badly, one wish, one answer to
    a mail. Written by whoever holds the person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="feedback_cases")
    purchase = models.ForeignKey(
        Purchase, null=True, on_delete=models.SET_NULL, db_index=False, related_name="feedback_cases"
    )
    kind = models.CharField(max_length=9, choices=FeedbackKind.choices)
    """Of what opened it."""
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """By when it is to be answered."""
    owner = models.CharField(max_length=80, blank=True, default="")
    """Who took it, as Caller.reference says; empty: nobody yet."""
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    """When it was first answered."""
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    """The latest answer, as the customer reads it."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    """Empty where the customer took it back: they have changed their mind."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "seen"], answered_at=None, closed_at=None)
                | models.Q(state="answered", answered_at__isnull=False, closed_at=None)
                | models.Q(state="closed", closed_at__isnull=False),
                name="relacional_case_end",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="", answered_by="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="relacional_case_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="relacional_case_due"),
            models.Index(fields=["profile", "-opened_at"], name="relacional_case_by_person"),
            models.Index(fields=["opened_at"], name="relacional_case_when"),
            # Who waits for an answer: nothing is sold to them until then.
            models.Index(
                fields=["profile"],
                condition=models.Q(state__in=["open", "seen"]),
                name="relacional_case_waiting",
            ),
        ]


class Feedback(OurModel):
    """One thing that one customer told us. Only ever added: who changes their mind tells it anew."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="feedback")
    purchase = models.ForeignKey(Purchase, null=True, on_delete=models.SET_NULL, related_name="feedback")
    """The order that it is about; null where it is about none."""
    case = models.ForeignKey(FeedbackCase, null=True, on_delete=models.SET_NULL, related_name="told")
    """Null where staff have nothing to answer."""
    contact = models.OneToOneField(Contact, null=True, on_delete=models.SET_NULL, related_name="feedback")
    """How it counts with the contact policy; of a rating that another has taken the place of nothing is left there."""
    kind = models.CharField(max_length=9, choices=FeedbackKind.choices)
    stars = models.PositiveSmallIntegerField(null=True)
    """Of a rating: 1 to 5."""
    reason = models.CharField(max_length=32, blank=True, default="")
    """Of a reason: code of the one that was chosen; empty where it is told in words alone."""
    text = models.TextField(blank=True, default="")
    """In their words."""
    source = models.CharField(max_length=10, choices=FeedbackSource.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="rating", stars__isnull=False, stars__gte=1, stars__lte=5)
                | (~models.Q(kind="rating") & models.Q(stars=None)),
                name="relacional_feedback_stars",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reason") | models.Q(reason=""),
                name="relacional_feedback_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["profile", "-at"], name="relacional_feedback_by_person"),
            models.Index(fields=["kind", "at"], name="relacional_feedback_when"),
        ]
