"""What a customer asks of us. Nobody who never asked for anything has a row."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Preference(OurModel):
    """What one person asks of us, on top of the shop's contact policy: of both the stricter holds.

    Their time zone and language stand with the profile; their rhythm, and the day before which they want no reminder,
    are a Declaration.
    """

    profile = models.OneToOneField(
        Profile, primary_key=True, on_delete=models.CASCADE, related_name="preference"
    )
    per_week = models.PositiveSmallIntegerField(null=True)
    """Messages in any 7 days, at most; null: as the shop decided."""
    per_month = models.PositiveSmallIntegerField(null=True)
    """Messages in any 30 days, at most."""
    paused_until = models.DateTimeField(null=True)
    unwanted_topics = models.JSONField(default=list)
    """Keys of the topics that they do not want to hear about."""
    quiet_from = models.TimeField(null=True)
    """Their quiet hours, by their own clock; null: the shop's alone."""
    quiet_to = models.TimeField(null=True)
    just_looking = models.BooleanField(default=False)
    """Nothing but what they ask for: service messages alone."""
    do_not_sell = models.BooleanField(default=False)
    """Service and content, no offers."""
    no_profiling = models.BooleanField(default=False)
    """No beliefs about them: neither kept nor computed. The consents hold when and where they said so."""
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_to=None)
                | models.Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="relacional_preference_quiet",
            ),
        ]
        indexes = [
            # Of whom nothing is believed: asked by every scoring.
            models.Index(
                fields=["profile"],
                condition=models.Q(no_profiling=True),
                name="relacional_preference_believe",
            ),
        ]


class Topic(OurModel):
    """What a message may be about, as the shop declares it. Customers choose among topics."""

    key = models.CharField(max_length=40, primary_key=True)
    """Short name that campaigns and preferences use."""
    names = models.JSONField(default=dict)
    """Language code → how customers read it."""
    created_at = models.DateTimeField()


class LeaveReason(OurModel):
    """Why somebody left, in one tap. Asked once."""

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="leave_reason")
    reason = models.CharField(max_length=16)
    """too_many, not_interesting, never_asked, not_mine, other; empty when they chose not to say."""
    note = models.CharField(max_length=400, blank=True, default="")
    """In their own words."""
    given_at = models.DateTimeField()
