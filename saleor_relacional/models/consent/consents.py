"""Dated evidence that we may write, and objections that outlive everything."""

from django.db import models

from saleor_relacional.db.only_added import OnlyAdded
from saleor_relacional.models.base import OurModel
from saleor_relacional.models.people import Profile


class Purpose(models.TextChoices):
    """What a consent is for."""

    SERVICE = "service"
    """What an order or a question of theirs needs: asks for no ground; only an address that refuses us, or whose owner
    calls us spam, is left alone."""
    CONTENT = "content"
    """Words that sell nothing off."""
    OFFERS = "offers"
    PROFILING = "profiling"
    """To conclude something about them: done until they object."""


class Medium(models.TextChoices):
    """By which way they may be reached."""

    MAIL = "mail"


class Basis(models.TextChoices):
    """The ground on which we may, or may no longer, write."""

    OPT_IN = "opt_in"
    STATED = "stated"
    """The shop stated at import that these people had agreed, with the text they agreed to."""
    SOFT_OPT_IN = "soft_opt_in"
    """A buyer who was told at purchase and did not object; where the shop's policy allows it."""
    OPT_OUT = "opt_out"


class Consent(OurModel):
    """One dated statement about one purpose; the latest counts. Rows are only ever added: the database refuses else."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    medium = models.CharField(max_length=9, choices=Medium.choices, default=Medium.MAIL)
    basis = models.CharField(max_length=11, choices=Basis.choices)
    source = models.CharField(max_length=32)
    """Where it was said: storefront, unsubscribe_link, one_click, preferences, newsletter, checkout, provider, staff,
    import."""
    text = models.TextField(blank=True, default="")
    """What they agreed to, word for word."""
    language = models.CharField(max_length=35, blank=True, default="")
    """Of that text."""
    happened_at = models.DateTimeField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [OnlyAdded(name="relacional_consent_only_added")]
        indexes = [
            models.Index(
                fields=["profile", "purpose", "-happened_at", "-id"], name="relacional_consent_latest"
            ),
        ]


class Objection(OurModel):
    """An address to which something must never be written, as a keyed hash: it survives erasure."""

    digest = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=9, choices=Purpose.choices)
    objected_at = models.DateTimeField()
    cause = models.CharField(max_length=16)
    """opt_out, complaint, bounce, import."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "purpose"], name="relacional_objection_once"),
        ]
