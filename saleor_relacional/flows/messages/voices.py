"""In which voice a customer is spoken to outside of mails: tú or usted, as the look of their channel says.

Django's own languages do it. A language that tells the two apart has a formal sister (`es-usted`), whose catalogue
holds what differs (locale/es_Usted); all else is said as in the language itself, as es-mx falls back to es. It is
activated at the doors of customers alone: staff are always tú. It is no tag for a reader's program: a page says
lang="es".
"""

from contextlib import AbstractContextManager, nullcontext

from django.utils import translation

from saleor_relacional.emails import Voice
from saleor_relacional.flows.messages import looks
from saleor_relacional.models import Sender

FORMAL = {"es": "es-usted"}
"""Language → its formal sister."""


def tongue(language: str, channel: str) -> str:
    """What Django is to activate for a customer of this channel (empty: not known) who reads this language. Two queries
    at most, none for a language that has one voice."""
    formal = FORMAL.get(plain(language))
    return formal if formal and looks.of(_leaves_in(channel)).voice is Voice.USTED else language


def speaking(channel: str) -> AbstractContextManager[None]:
    """Says what follows in the active language, as the customers of this channel are spoken to."""
    active = translation.get_language() or ""
    spoken = tongue(active, channel)
    return nullcontext() if spoken == active else translation.override(spoken)


def voice(tongue: str) -> Voice:
    """How a tongue speaks."""
    return Voice.USTED if tongue in FORMAL.values() else Voice.TU


def plain(tongue: str) -> str:
    """The language that a tongue is of: what a page says it is written in."""
    return tongue.replace("_", "-").partition("-")[0].lower()


def _leaves_in(channel: str) -> str:
    """The channel in whose name a service message would leave: their own, else the first that has a sender."""
    known = list(Sender.objects.values_list("channel", flat=True))
    return channel if channel in known else min(known, default=channel)
