"""How the shop's people call messages and languages."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.filters import locale


def name(message: str) -> str:
    """How a shopkeeper calls a message; one that is not of ours by its code."""
    return {
        "abandoned_checkout": _("Abandoned checkout"),
        "anniversary": _("Anniversary"),
        "feedback_answer": _("Answer to what they told you"),
        "newsletter_confirm": _("Confirmation of the newsletter"),
        "recovered_care": _("Recovered care"),
        "replenishment": _("Replenishment"),
        "satisfaction": _("Was it all right?"),
        "second_chance": _("Second chance"),
        "second_purchase": _("Second purchase"),
        "segment": _("To a segment"),
        "sunset": _("Shall we go on writing?"),
        "thanks_first_order": _("Thanks for the first order"),
        "welcome": _("Welcome"),
        "win_back": _("Win back"),
        "win_back_again": _("Win back, once more"),
    }.get(message, message.replace("_", " ").capitalize())


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
