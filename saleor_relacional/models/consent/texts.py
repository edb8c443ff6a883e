"""The words that people agree to, as the owner wrote them."""

from django.db import models

from saleor_relacional.db.only_added import OnlyAdded
from saleor_relacional.models.base import OurModel

LONGEST_LANGUAGE = 20


class ConsentPlace(models.TextChoices):
    """Where somebody reads what they agree to."""

    NEWSLETTER = "newsletter"
    """The newsletter's form, and signups and consents of the storefront that give no words of their own."""
    CHECKOUT = "checkout"
    """Beside the box at the checkout."""
    STAY = "stay"
    """On the button with which somebody takes their leaving back."""
    PROFILING = "profiling"
    """On the button with which somebody takes their objection to profiling back."""
    SOFT_OPT_IN = "soft_opt_in"
    """What buyers are told when they buy. Nothing ships: only the shop knows."""


class ConsentText(OurModel):
    """One saving of the words that are agreed to at one place in one language. None is ever changed; the one with the
    highest number holds, and what was agreed to before keeps the words that it was agreed to with."""

    place = models.CharField(max_length=11, choices=ConsentPlace.choices)
    language = models.CharField(max_length=LONGEST_LANGUAGE)
    """Language tag in small letters: es, es-mx."""
    number = models.PositiveIntegerField()
    """1 for the first. Two people who save at once want the same number, and one of them is told."""
    text = models.TextField(blank=True, default="")
    """{shop} stands for the shop's name. Empty: the shop went back to the words that ship, or has none any more."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80, blank=True, default="")
    """See CampaignChange.who."""

    class Meta:
        constraints = [
            OnlyAdded(name="relacional_consenttext_only_added"),
            models.UniqueConstraint(
                fields=["place", "language", "number"], name="relacional_consenttext_once"
            ),
        ]
