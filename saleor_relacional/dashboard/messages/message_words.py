"""How the shop's people call messages and their parts."""

from django.utils.translation import gettext as _


def name(message: str) -> str:
    """How a shopkeeper calls a message; one that is not of ours by its code."""
    return {
        "abandoned_checkout": _("Abandoned checkout"),
        "anniversary": _("Anniversary"),
        "feedback_answer": _("Answer to what they told you"),
        "fresh_link": _("A fresh link, for whoever opened one that was too old"),
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


def part(value: str) -> str:
    """What is typed into."""
    return {
        "subject": _("Subject"), "preheader": _("Beside the subject"), "mjml": _("The mail"),
        "text": _("The same as plain text"),
    }[value]  # fmt: skip
