"""What campaigns would say in the coming days: the calendar as it was last made."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Arm, Campaign, CampaignStep
from saleor_relacional.models.people import Profile


class Calendar(OurModel):
    """One forecast of all campaigns; the latest is shown."""

    as_of = models.DateTimeField()
    """The moment whose facts it takes, on the shop's clock."""
    days = models.PositiveSmallIntegerField()


class CalendarDay(OurModel):
    """What one campaign leaves undone on one day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="rows")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    waiting = models.PositiveIntegerField()
    """People who may be written to and for whom there is no room by the end of the day."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "campaign", "day"], name="relacional_calendar_day_once"
            ),
        ]


class CalendarEntry(OurModel):
    """One message that would leave, or one that would be held out to measure against."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="entries")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(CampaignStep, on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    """The shop's, of `at`."""
    arm = models.CharField(max_length=8, choices=Arm.choices)
    stage = models.CharField(max_length=9)
    """At consideration."""
    cost = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    """What its offer takes off at most, in `cost_currency`."""
    cost_currency = models.CharField(max_length=3, blank=True, default="")
    gain = models.FloatField(default=0)
    """Year value times the lift that its kind is assumed to bring, in `currency`, with a first message; 0 in the
    control group."""
    currency = models.CharField(max_length=3, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day", "campaign", "profile", "step"],
                name="relacional_calendar_entry_once",
            ),
        ]
