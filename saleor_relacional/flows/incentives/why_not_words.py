"""Why an offer takes nothing off a checkout, in words for its customer."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from saleor_relacional.hosts.takes_off import TakesOff, WhyNot

_WORDS: dict[WhyNot, Callable[[], str]] = {
    WhyNot.NOT_WORKING: lambda: _("It does not work any more."),
    WhyNot.CHANNEL: lambda: _("It does not work in this shop."),
    WhyNot.EMPTY: lambda: _("Nothing is in the checkout yet."),
    WhyNot.UNAVAILABLE: lambda: _("Something in the checkout can no longer be bought. Take it out first."),
    WhyNot.MINIMUM_QUANTITY: lambda: _("More pieces are needed in the checkout."),
    WhyNot.NOT_IN_BASKET: lambda: _("Nothing of what it is for is in the checkout."),
    WhyNot.COUNTRY: lambda: _("It does not hold for this country."),
    WhyNot.NO_DELIVERY: lambda: _("It is for the delivery: choose one first."),
    WhyNot.ALREADY_USED: lambda: _("It works once per customer, and you have had it."),
    WhyNot.STAFF_ONLY: lambda: _("It is for the shop's staff only."),
    WhyNot.NOTHING_OFF: lambda: _("It would take nothing off here. Keep it for another time."),
    WhyNot.OWNER: lambda: _("It belongs to another account of yours."),
    WhyNot.HELD: lambda: _("Another checkout of yours is about to use it. Take it off there first."),
}


def why_not_words(effect: TakesOff | None) -> str:
    """One sentence."""
    if effect is None or effect.why_not is None:
        return _("It takes nothing off this checkout.")
    if effect.why_not is WhyNot.MINIMUM_SPEND:
        missing = f"{effect.missing} {effect.currency}"
        return _("%(missing)s are missing to its minimum spend.") % {"missing": missing}
    return _WORDS[effect.why_not]()
