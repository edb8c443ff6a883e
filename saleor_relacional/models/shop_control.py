"""The shop-wide control group: its periods, and who entered in which arm."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.campaigns import Arm
from saleor_relacional.models.observed import Observed
from saleor_relacional.models.people import Profile


class ShopControlPeriod(OurModel):
    """From when the owner holds people out until the shop's year is over, or until they end it; then its next year.
    Everybody is drawn anew with each."""

    begins_at = models.DateTimeField(unique=True)
    ends_at = models.DateTimeField()
    """When the shop's next year begins; earlier where the owner ended it."""
    salt = models.BinaryField(max_length=16)
    """Arms are drawn from it, the profile's arm_key and the share. Of a first period random, of a next one made from
    the one before: see flows/shop_control/periods.py."""
    cap = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What a person's money counts up to, in `cap_currency`, fixed before anybody entered; null: too little was known
    of the shop's past."""
    cap_currency = models.CharField(max_length=3, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("begins_at")), name="relacional_shopperiod_order"
            ),
        ]


class ShopControlEntry(Observed):
    """Somebody whom a campaign that sells would have started for the first time in a period: a row in either arm, the
    unit of the shop-wide comparison. Control hears nothing commercial until the period ends."""

    period = models.ForeignKey(
        ShopControlPeriod, on_delete=models.CASCADE, db_index=False, related_name="entries"
    )
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="shop_entries")
    """Null once the person is forgotten: the entry stays, with its outcome, so that the comparison is not biased."""
    arm = models.CharField(max_length=8, choices=Arm.choices)
    drawn_share = models.DecimalField(max_digits=4, decimal_places=3)
    """The share under which the arm was drawn. Never changes; the comparison is made within it."""
    started_at = models.DateTimeField()
    """When they entered; their window begins."""
    window_ends_at = models.DateTimeField()
    """Purchases until then count: a fixed number of days after they entered, and never beyond the period."""
    currency = models.CharField(max_length=3, blank=True, default="")
    """Of the enrolment with which they entered."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "profile"], name="relacional_shopentry_once"),
        ]
