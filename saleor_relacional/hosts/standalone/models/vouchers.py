"""Discounts: a voucher holds the terms, its codes are used once each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from saleor_relacional.hosts.base import Discount
from saleor_relacional.hosts.standalone.models.catalogue import Channel


class Voucher(models.Model):
    """Terms of a discount."""

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=255)
    discount = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Discount])
    products = ArrayField(models.BigIntegerField(), default=list)
    variants = ArrayField(models.CharField(max_length=64), default=list)
    categories = ArrayField(models.CharField(max_length=64), default=list)
    collections = ArrayField(models.CharField(max_length=64), default=list)
    """Keys of what it holds for; all four empty: for the whole order. A category below one of these does not count."""
    countries = ArrayField(models.CharField(max_length=2), default=list)
    """Of free delivery: where to; empty: everywhere."""
    once_per_order = models.BooleanField(default=False)
    """It takes off one unit of the cheapest line that it holds for."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    relational = models.BooleanField(default=False)
    """Issued through the boundary, not by the shop's staff."""


class VoucherListing(models.Model):
    """What a voucher is worth in a channel; without one it is worth nothing there."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="listings")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    value = models.DecimalField(max_digits=20, decimal_places=3)
    minimum = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    """What must be in the basket at least, before delivery."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "channel"], name="relacional_shop_listing_once")
        ]


class CodeState(models.TextChoices):
    """Only a usable code gives a discount."""

    USABLE = "usable"
    SPENT = "spent"
    WITHDRAWN = "withdrawn"


class VoucherCode(models.Model):
    """One code, for one order. Case matters, as in Saleor."""

    code = models.CharField(max_length=255, primary_key=True)
    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="codes")
    state = models.CharField(max_length=9, choices=CodeState.choices, default=CodeState.USABLE)
