"""The money of promises, booked: what live ones hold, what redeemed ones took, what came back, month by month."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Campaign
from saleor_relacional.models.incentives import Incentive


class EntryKind(models.TextChoices):
    """What an entry changes."""

    RESERVED = "reserved"
    """What promises hold that are still live."""
    SETTLED = "settled"
    """What redeemed codes took off."""
    RETURNED = "returned"
    """What promises held that ended without an order."""


class BudgetEntry(OurModel):
    """One change of an incentive's money, written with the change of the incentive itself and never changed. Its
    amount may be below zero: what was reserved is taken out again once it is settled or returned."""

    incentive = models.ForeignKey(Incentive, on_delete=models.CASCADE, related_name="bookings")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    """First day of the month of the shop in which it was promised, whenever the change came."""
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    number = models.PositiveIntegerField()
    """1 for the first of this kind of this incentive."""
    amount = models.DecimalField(max_digits=20, decimal_places=3)
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    counted = models.BooleanField(default=False, db_default=False)
    """Whether it is in the sums of BudgetMonth already."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incentive", "kind", "number"], name="relacional_booked_once"),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "month"],
                condition=models.Q(counted=False),
                name="relacional_booked_lately",
            ),
        ]


class BudgetMonth(OurModel):
    """The sums of a campaign's entries of one month in one currency, of those that are counted."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, db_index=False, related_name="+")
    month = models.DateField()
    currency = models.CharField(max_length=3)
    reserved = models.DecimalField(max_digits=20, decimal_places=3)
    settled = models.DecimalField(max_digits=20, decimal_places=3)
    returned = models.DecimalField(max_digits=20, decimal_places=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "month", "currency"], name="relacional_budget_month_once"
            ),
        ]
        indexes = [models.Index(fields=["month"], name="relacional_budget_by_month")]


class ShopBudget(OurModel):
    """The shop's budget as it was last decided in a month. It holds in the months after it, too, until the next one."""

    month = models.DateField(primary_key=True)
    """Its first day."""
    amount = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """Null: no limit from this month on."""
    currency = models.CharField(max_length=3, blank=True, default="")
