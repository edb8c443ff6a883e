"""What the owner says of costs that no host tells: what a product leaves, what sending a parcel and a mail costs."""

from django.db import models

from saleor_relacional.models.base import OurModel


class DefaultMargin(OurModel):
    """Which part of its price before discounts, without tax, a product leaves to the shop whose cost nobody has
    said."""

    channel = models.CharField(max_length=255, blank=True, default="")
    """Channel slug; empty: every channel for which nothing else is said."""
    category = models.CharField(max_length=64, blank=True, default="")
    """Key of a category; empty: every category for which nothing else is said, and products without one."""
    share = models.DecimalField(max_digits=4, decimal_places=3)
    """From 0, it is sold at what it cost, to 1, it cost nothing."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "category"], name="relacional_defaultmargin_once"),
            models.CheckConstraint(
                condition=models.Q(share__gte=0, share__lte=1), name="relacional_defaultmargin_share"
            ),
        ]


class ShippingCost(OurModel):
    """What sending an order of a channel costs the shop. Without one: what it charges before discounts."""

    channel = models.CharField(max_length=255, primary_key=True)
    """Channel slug."""
    amount = models.DecimalField(max_digits=20, decimal_places=3)
    """For an order, without tax, in the channel's currency."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="relacional_shippingcost_positive")
        ]


class SendingCost(OurModel):
    """What a message costs the shop. Without one: nothing."""

    medium = models.CharField(max_length=8, primary_key=True)
    amount = models.DecimalField(max_digits=20, decimal_places=6)
    """For one message, without tax."""
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="relacional_sendingcost_positive")
        ]
