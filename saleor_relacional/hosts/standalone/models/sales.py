"""Checkouts, the orders they become, and money given back."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from saleor_relacional.hosts.standalone.models.catalogue import Channel, Variant
from saleor_relacional.hosts.standalone.models.people import Customer


class Checkout(models.Model):
    """An open checkout. Deleted when it becomes an order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="checkouts")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="checkouts")
    code = models.CharField(max_length=255, blank=True, default="", db_index=True)
    """Voucher code that it carries."""
    country = models.CharField(max_length=2, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    """Where it is to be sent."""
    delivery = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """Price of the delivery that the buyer chose; null: they have chosen none."""
    metadata = models.JSONField(default=dict)
    """What the storefront notes beside it: its order keeps it."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["changed_at", "id"], name="relacional_shop_checkout_at")]


class CheckoutLine(models.Model):
    """What is in the basket."""

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout", "variant"], name="relacional_shop_basket_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="relacional_shop_basket_some"),
        ]


class Status(models.TextChoices):
    """Where an order stands."""

    DRAFT = "draft"
    """Staff are still writing it."""
    UNPAID = "unpaid"
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELED = "canceled"


class Order(models.Model):
    """A sale, or what will become one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=32, unique=True)
    status = models.CharField(max_length=9, choices=Status.choices)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="orders")
    email = models.EmailField(blank=True, default="")
    """As typed."""
    first_name = models.CharField(max_length=256, blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="orders")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=20, decimal_places=2)
    """After the discount."""
    discount = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    delivery = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    """What sending it cost, after the discount."""
    delivery_net = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """The same without tax; null: it was not sent."""
    delivery_list_net = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """Without the discount, and without tax."""
    checkout = models.UUIDField(null=True, unique=True)
    """Token of the checkout that it came from, which is gone."""
    codes = ArrayField(models.CharField(max_length=255), default=list)
    replaces = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replacements")
    """A replacement sent for this order."""
    country = models.CharField(max_length=2, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    """Where it is sent."""
    metadata = models.JSONField(default=dict)
    """As the storefront noted it at the checkout."""
    placed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    """When it left the house."""
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["changed_at", "id"], name="relacional_shop_order_at"),
            models.Index(fields=["customer", "placed_at"], name="relacional_shop_order_by"),
        ]


class OrderLine(models.Model):
    """One line of an order; keeps what was bought when the product is gone."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=500)
    quantity = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=20, decimal_places=2)
    """After the line's part of the discount."""
    net = models.DecimalField(max_digits=20, decimal_places=2)
    """The total without tax."""
    list_net = models.DecimalField(max_digits=20, decimal_places=2)
    """Without the discount, and without tax."""
    returned = models.PositiveIntegerField(default=0)
    """How many have come back."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(returned__lte=models.F("quantity")), name="relacional_shop_line_back"
            )
        ]


class Refund(models.Model):
    """Money given back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """In the order's currency."""
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="relacional_shop_refund_some")
        ]
