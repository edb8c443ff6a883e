"""Dated evidence that we may write, and objections that outlive everything."""

from django.db import models

from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Purpose(models.TextChoices):
    """What a consent is for."""

    MARKETING_MAIL = "marketing_mail"


class Basis(models.TextChoices):
    """The ground on which we may, or may no longer, write."""

    OPT_IN = "opt_in"
    STATED = "stated"
    """The shop stated at import that these people had agreed, with the text they agreed to."""
    SOFT_OPT_IN = "soft_opt_in"
    """A buyer who was told at purchase and did not object; where the shop's policy allows it."""
    OPT_OUT = "opt_out"


class Consent(OurModel):
    """One dated statement; the latest counts. Rows are only ever added."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    basis = models.CharField(max_length=11, choices=Basis.choices)
    source = models.CharField(max_length=32)
    """Where it was said: storefront, unsubscribe_link, one_click, staff, import."""
    text = models.TextField(blank=True, default="")
    """What they agreed to, word for word."""
    language = models.CharField(max_length=35, blank=True, default="")
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["profile", "purpose", "-happened_at", "-id"], name="relacional_consent_latest"
            ),
        ]


class Objection(OurModel):
    """An address that must never be written to, as a keyed hash: it survives erasure."""

    digest = models.BinaryField(unique=True, max_length=32)
    objected_at = models.DateTimeField()
    cause = models.CharField(max_length=16)
    """opt_out, complaint, bounce."""
