"""What a command that read facts says last."""

from django.utils.translation import gettext as _

from saleor_relacional.flows.scoring.score import Scored


def told(scored: Scored) -> str:
    """One line: that everybody is up to date, and how many people were judged."""
    return _(
        "Done. The shop is understood: rhythm, stage and prospects of %(people)d people are up to date."
    ) % {"people": scored.profiles}
