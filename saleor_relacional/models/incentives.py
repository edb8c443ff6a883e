"""Incentives of one profile, and the entitlements that make a code worth something exactly once."""

import uuid

from django.db import models

from saleor_relacional.models.base import HostModel, OurModel
from saleor_relacional.models.campaigns import CampaignStep, Enrolment
from saleor_relacional.models.ladder import Rung
from saleor_relacional.models.people import Profile


class IncentiveState(models.TextChoices):
    """planned and issued are live: a person has at most one live incentive."""

    PLANNED = "planned"
    """The code is stored; the host may or may not know it yet."""
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Incentive(OurModel):
    """What one profile is promised, once: what the wallet shows is what the checkout grants."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL, related_name="incentives")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="incentives")
    step = models.ForeignKey(CampaignStep, on_delete=models.CASCADE, related_name="incentives")
    state = models.CharField(max_length=9, choices=IncentiveState.choices, default=IncentiveState.PLANNED)
    rung = models.ForeignKey(Rung, on_delete=models.CASCADE, db_index=False, related_name="incentives")
    """What it is and on what terms."""
    code = models.CharField(max_length=40, unique=True)
    """Random digits; stored before it is issued, so that a retry issues the same."""
    recipe_key = models.CharField(max_length=80)
    """Key of the host's voucher: campaign, version, rung, expiry day and channels (flows/incentives/codes.py)."""
    channels = models.JSONField(default=dict)
    """Channel slug → currency, as promised."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    redeemed_by = models.CharField(max_length=64, blank=True, default="")
    """Reference of the order that used it."""
    month = models.DateField()
    """First day of the month of the shop in which it was promised: whose budget it is charged to."""
    reserve = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """What it holds of that budget while it is live, in `reserve_currency`."""
    reserve_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    settled = models.DecimalField(max_digits=20, decimal_places=3, default=0, db_default=0)
    """What the order that used it cost of that budget (flows/incentives/reserve.py), in `settled_currency`; it outlives
    what we know of the order."""
    settled_currency = models.CharField(max_length=3, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="relacional_incentive_once"),
            models.UniqueConstraint(
                fields=["profile"],
                condition=models.Q(state__in=["planned", "issued"]),
                name="relacional_incentive_one_live",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state__in=["planned", "issued"]),
                name="relacional_incentive_expiring",
            ),
        ]


class Entitlement(HostModel):
    """Whose code it is and which checkout holds it. The row is there before the host knows the code. It lives in the
    host's database, always, and needs no other table: the check at completion reads it alone."""

    code = models.CharField(primary_key=True, max_length=40)
    owner_account = models.CharField(max_length=64, blank=True, default="")
    """Account reference at the host; empty when the code was promised to a guest."""
    owner_email_digest = models.BinaryField(max_length=32)
    """Keyed hash of the owner's e-mail key: a guest's code is bound to a typed address only."""
    expires_at = models.DateTimeField()
    holder = models.CharField(max_length=64, blank=True, default="")
    """Reference of the checkout that took it; empty while it is free."""
    held_since = models.DateTimeField(null=True)
    """When `holder` took it, on the shop's clock; null while it is free."""
    order = models.CharField(max_length=64, blank=True, default="")
    """Reference of the order that spent it; empty until then."""
    withdrawn = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["holder"], condition=~models.Q(holder=""), name="relacional_entitlement_held"
            ),
        ]
