"""What a step may give: its ladder, rung by rung, and the tasks of staff that some rungs are."""

import uuid

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import CampaignStep, Enrolment
from saleor_relacional.models.people import Profile


class RungKind(models.TextChoices):
    """What somebody gets, in the order of its cost: money comes last. A ladder stands in this order."""

    NOTHING = "nothing"
    """Not even a message; they stay in their arm."""
    WORD = "word"
    """A message without an offer."""
    EARLY_ACCESS = "early_access"
    """A collection that the shop sells and its storefront does not list yet."""
    GIFT = "gift"
    """One variant for nothing, once, with an order above a minimum spend."""
    SERVICE = "service"
    """Priority, by staff: a task of theirs."""
    CALL = "call"
    """A call by a named person: a task of theirs."""
    SHIPPING = "shipping"
    """Delivery for nothing."""
    PERCENTAGE = "percentage"
    FIXED = "fixed"


class Rung(OurModel):
    """One rung of a step's ladder: what somebody may get, and on what terms."""

    step = models.ForeignKey(CampaignStep, on_delete=models.CASCADE, related_name="rungs")
    number = models.PositiveSmallIntegerField()
    """Place on the ladder; 1 for the cheapest."""
    kind = models.CharField(max_length=12, choices=RungKind.choices)
    value = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    """Of a percentage: per cent."""
    amounts = models.JSONField(default=dict)
    """Of a fixed one: currency → amount as text."""
    terms = models.JSONField(default=dict)
    """All else that its owner says of it: flows/incentives/rungs.py reads and writes it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="relacional_rung_once"),
            models.CheckConstraint(
                condition=(models.Q(kind="percentage") & models.Q(value__gt=0, value__lte=100))
                | (~models.Q(kind="percentage") & models.Q(value=None)),
                name="relacional_rung_value",
            ),
        ]


class StaffTaskState(models.TextChoices):
    """promised and open are on the way; the others are ends."""

    PROMISED = "promised"
    """Its message has not left yet: staff do not see it."""
    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"
    """The person objected, or its message was stopped."""


class StaffTask(OurModel):
    """What somebody was promised that a person of the shop does: priority service, or a call."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="staff_tasks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="staff_tasks")
    rung = models.ForeignKey(Rung, on_delete=models.CASCADE, db_index=False, related_name="staff_tasks")
    kind = models.CharField(max_length=12, choices=[("service", "service"), ("call", "call")])
    state = models.CharField(max_length=8, choices=StaffTaskState.choices, default=StaffTaskState.PROMISED)
    made_at = models.DateTimeField()
    """When the message that promises it left; until then when it was promised."""
    due_at = models.DateTimeField()
    """By when it is to be done."""
    owner = models.CharField(max_length=80, blank=True, default="")
    """Who took it, as Caller.reference says; empty: nobody yet."""
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    """Who ticked it off; empty where it was stopped."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "rung"], name="relacional_staff_task_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["promised", "open"], ended_at=None)
                | models.Q(state__in=["done", "stopped"], ended_at__isnull=False),
                name="relacional_staff_task_end",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="relacional_staff_task_due"),
        ]
