"""Who has an account with the shop: customers, staff, and programs that act for it."""

import uuid

from django.db import models


class Customer(models.Model):
    """An account. Staff are customers with permissions, as in Saleor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    """Lower-cased."""
    password = models.CharField(max_length=128)
    confirmed = models.BooleanField(default=False)
    """They followed the link that was sent to this address: only then does it prove anything."""
    confirmed_at = models.DateTimeField(null=True)
    """When they first did; unknown of accounts that are older than this column."""
    first_name = models.CharField(max_length=256, blank=True, default="")
    last_name = models.CharField(max_length=256, blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    is_staff = models.BooleanField(default=False)
    permissions = models.JSONField(default=list)
    """Names such as MANAGE_USERS; they mean something for staff only."""
    joined_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["changed_at", "id"], name="relacional_shop_customer_at")]


class AppAccount(models.Model):
    """A program with permissions of its own."""

    name = models.CharField(max_length=60, unique=True)
    active = models.BooleanField(default=True)
    permissions = models.JSONField(default=list)
