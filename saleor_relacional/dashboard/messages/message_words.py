"""How the shop's people call messages and languages."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.filters import locale


def name(message: str) -> str:
    """Of a message: as it is called in campaigns, in plain words."""
    return message.replace("_", " ").capitalize()


def language(tag: str) -> str:
    """Of a language."""
    try:
        return (Locale.parse(tag, sep="-").get_display_name(locale()) or tag).capitalize()
    except (ValueError, UnknownLocaleError):
        return tag


def part(value: str) -> str:
    """What is typed into."""
    return {
        "subject": _("Subject"), "preheader": _("Beside the subject"), "mjml": _("The mail"),
        "text": _("The same as plain text"),
    }[value]  # fmt: skip
