"""What the shop sells, where and for how much."""

from django.db import models


class Channel(models.Model):
    """A sales channel: one currency, one price list."""

    slug = models.SlugField(max_length=255, primary_key=True)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    storefront_url = models.CharField(max_length=400, blank=True, default="")
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    """Per cent of tax that its prices include."""
    delivery = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """Price of sending an order, in its currency; null: nothing is sent."""


class Category(models.Model):
    """A shelf of the shop."""

    slug = models.SlugField(max_length=64, primary_key=True)
    name = models.CharField(max_length=250)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="below")


class Product(models.Model):
    """Something the shop sells, in one or more variants."""

    name = models.CharField(max_length=250)
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="products")
    listed = models.BooleanField(default=True)
    """Whether the storefront lists it; whoever knows its address buys it all the same."""


class Collection(models.Model):
    """Products that are shown together. One that the storefront does not list yet is sold all the same."""

    slug = models.SlugField(max_length=64, primary_key=True)
    name = models.CharField(max_length=250)
    products = models.ManyToManyField(Product, related_name="collections")


class Variant(models.Model):
    """What one actually buys."""

    sku = models.CharField(max_length=64, primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=250, blank=True, default="")
    stock = models.PositiveIntegerField(null=True)
    """How many are left; null: nobody counts them."""


class Price(models.Model):
    """Price of a variant in a channel; without one it is not for sale there."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="prices")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """In the channel's currency, tax included."""
    cost = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """What one costs the shop, in that currency, without tax; null while nobody has said."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "channel"], name="relacional_shop_price_once")
        ]
