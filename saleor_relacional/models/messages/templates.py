"""The words of a message, as the owner saved them: every version, with who and when."""

from django.db import models
from django.db.models import Q

from saleor_relacional.models.base import OurModel

LONGEST_LANGUAGE = 20


class TemplateVersion(OurModel):
    """One saving of a message's words in one language. None is ever changed; the one with the highest number holds."""

    message = models.CharField(max_length=40)
    """Name of the mail, a folder of saleor_relacional/emails."""
    language = models.CharField(max_length=LONGEST_LANGUAGE)
    """Language tag in small letters: es, es-mx."""
    number = models.PositiveIntegerField()
    """1 for the first. Two people who save at once want the same number, and one of them is told."""
    shipped = models.BooleanField(default=False)
    """The shop went back to the words that ship, of whichever release; this row has none of its own."""
    subject = models.TextField(blank=True, default="")
    preheader = models.TextField(blank=True, default="")
    mjml = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    restores = models.PositiveIntegerField(null=True)
    """Number of the version whose words were taken again."""
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    """See CampaignChange.who."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "language", "number"], name="relacional_template_once"
            ),
            models.CheckConstraint(
                condition=Q(shipped=True, subject="", mjml="", text="") | (Q(shipped=False) & ~Q(subject="")),
                name="relacional_template_words",
            ),
        ]
