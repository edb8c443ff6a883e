"""Why a campaign was stopped, in the reader's language."""

from django.utils.translation import gettext as _

from saleor_relacional.flows.evidence.harm import HarmReason


def because(reason: str) -> str:
    """A sentence; empty where nothing stopped it."""
    words = {
        HarmReason.LOSS: _("It costs more than it earns, beyond doubt."),
        HarmReason.LOSS_KEPT: _("With it people leave less money with you than without it, beyond doubt."),
        HarmReason.OBJECTIONS: _("It makes people object, by more than the limit that was set for it."),
        HarmReason.COMPLAINTS: _("It makes people complain, by more than the limit that was set for it."),
        HarmReason.SAMPLE_RATIO: _(
            "Many more, or many fewer, people are held out than were meant to be: what it brings cannot be known."
        ),
    }
    return words[HarmReason(reason)] if reason else ""
