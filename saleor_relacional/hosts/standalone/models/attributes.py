"""What the shop says of its customers by attributes: each a choice among values, some by staff, some by a program."""

from django.db import models

from saleor_relacional.hosts.standalone.models.people import Customer


class CustomerAttribute(models.Model):
    """An attribute that customers can have."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=255)
    several = models.BooleanField(default=False)
    """Whether a customer can have several of its values."""
    program_key = models.CharField(max_length=80, blank=True, default="")
    """What the program that made it calls it; empty: staff did."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program_key"],
                condition=~models.Q(program_key=""),
                name="relacional_shop_attribute_once",
            ),
        ]


class CustomerAttributeValue(models.Model):
    """One of its values."""

    attribute = models.ForeignKey(CustomerAttribute, on_delete=models.CASCADE, related_name="values")
    slug = models.SlugField(max_length=120)
    name = models.CharField(max_length=255)
    program_key = models.CharField(max_length=120, blank=True, default="")
    """What the program that made it calls it; empty: staff did."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attribute", "slug"], name="relacional_shop_value_once"),
        ]


class CustomerValue(models.Model):
    """A customer has a value."""

    value = models.ForeignKey(CustomerAttributeValue, on_delete=models.CASCADE, related_name="customers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="attribute_values")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value", "customer"], name="relacional_shop_customer_value_once"),
        ]
