"""How the ledger says days, amounts and codes to the person whom they are about, in the language that is active."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.models import Basis, RungKind, Stage


def locale() -> Locale:
    """Of the active language."""
    return Locale.parse((get_language() or "en").split("-")[0])


def day(value: date | datetime, zone: ZoneInfo) -> str:
    """The day, of a moment the day in `zone`."""
    here = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return format_date(here, "long", locale=locale())


def money(value: Decimal | float, currency: str) -> str:
    """The amount in its currency."""
    return format_currency(value, currency, locale=locale())


def whole_money(value: Decimal | float, currency: str) -> str:
    """About how much it is: no cents, since it is a belief."""
    return format_currency(
        round(value), currency, locale=locale(), format="¤#,##0" if locale().language == "en" else "#,##0 ¤",
        currency_digits=False,
    )  # fmt: skip


def span(days: float) -> str:
    """So many days, as people say it."""
    if days < 14:
        number = max(round(days), 1)
        return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
    if days < 70:
        number = round(days / 7)
        return ngettext("%(number)d week", "%(number)d weeks", number) % {"number": number}
    number = round(days / 30.44)
    return ngettext("%(number)d month", "%(number)d months", number) % {"number": number}


def stage(value: str) -> str:
    """Where the relationship stands, said to the person."""
    return {
        Stage.PROSPECT: _("You have not bought from us yet."),
        Stage.NEW: _("You are new: you bought from us for the first time not long ago."),
        Stage.ACTIVE: _("You buy from us, at a rhythm of your own."),
        Stage.LOYAL: _("You are one of our regulars."),
        Stage.SLIPPING: _("You are a little later than usual for you."),
        Stage.LAPSED: _("You have been away for longer than is usual for you."),
        Stage.LOST: _("You have been away for so long that we think you have left us."),
        Stage.RECOVERED: _("You came back after a long time."),
    }[Stage(value)]


def cause(value: str) -> str:
    """What made us think so; empty where there is nothing to say."""
    return {
        "purchase": _("because you bought something"),
        "refund": _("because something went back"),
        "correction": _("because an order was corrected"),
        "habit": _("because your habits changed"),
        "declared": _("because of what you told us about when you buy"),
        "time": _("because of the time that has passed since your last order"),
        "merge": _("because two accounts of yours became one"),
    }.get(value, _("because of the orders that we know"))


def message(kind: str) -> str:
    """What a campaign of this kind says, as its reader would call it."""
    return {
        "abandoned_checkout": _("A word about what you left in your basket"),
        "anniversary": _("Thanks on the anniversary of your first order"),
        "recovered_care": _("A welcome back"),
        "replenishment": _("A word about something that may be running out"),
        "second_chance": _("An apology"),
        "second_purchase": _("Help with what you bought"),
        "segment": _("News from us"),
        "sunset": _("A question whether we should still write"),
        "thanks_first_order": _("Thanks for your first order"),
        "welcome": _("A welcome"),
        "win_back": _("A word because we had not seen you for a while"),
    }.get(kind, _("A message"))


def reason(kind: str) -> str:
    """Why they got it, as the campaign of this kind decides."""
    return {
        "abandoned_checkout": _("You left something in your basket while you were signed in."),
        "anniversary": _("It was the anniversary of your first order."),
        "recovered_care": _("You ordered again after a long time."),
        "replenishment": _("People like you usually need more of it by then."),
        "second_chance": _("Something about an order of yours was not right."),
        "second_purchase": _("You had bought from us for the first time."),
        "segment": _("You were among the customers to whom it was written."),
        "sunset": _("You had not ordered or answered for a long time."),
        "thanks_first_order": _("You had bought from us for the first time."),
        "welcome": _("You opened an account and agreed to hear from us."),
        "win_back": _("You were later than your own rhythm."),
    }.get(kind, "")


def waits_for(code: str) -> str:
    """What is to be over before something leaves; empty where it is our own affair, or where it never leaves."""
    return {
        "silence": _("We keep quiet, because something went wrong."),
        "order_gap": _("First your order is to reach you."),
        "other_offer": _("First the offer that you hold is to end."),
        "week_cap": _("You have heard enough from us this week."),
        "month_cap": _("You have heard enough from us this month."),
        "less_often": _("You asked to hear from us less often."),
        "paused": _("You asked for a pause until then."),
        "not_before": _("You asked for no reminder before then."),
        "quiet_hours": _("It is not the time of day for it."),
        "shopping": _("You were shopping a short while ago."),
        "taken_back": _("An order of yours was cancelled not long ago."),
        "budget": _("What we give away in a month is used up."),
        "capacity": _("Others come first."),
    }.get(code, "")


def worth(kind: str, terms: RungTerms) -> str:
    """What an offer gives."""
    if not terms.kind:
        return _("An offer")  # staff have made something else of its voucher
    if terms.value is not None:
        return _("%(percent)s off") % {"percent": format_percent(terms.value / 100, locale=locale())}
    if terms.amounts:
        amounts = " / ".join(money(one.amount, one.currency) for one in terms.amounts)
        return _("%(amount)s off") % {"amount": amounts}
    return given(kind)


def given(kind: str) -> str:
    """What somebody is given that is no sum of money."""
    return {
        RungKind.EARLY_ACCESS: _("Early access"),
        RungKind.GIFT: _("A gift"),
        RungKind.SERVICE: _("Priority service"),
        RungKind.CALL: _("A call"),
        RungKind.SHIPPING: _("Free delivery"),
    }.get(RungKind(kind), _("An offer"))


def basis(value: str) -> str:
    """What was said, as the one who said it would."""
    return {
        Basis.OPT_IN: _("You agreed that we write to you."),
        Basis.STATED: _("You had agreed before, as our records say."),
        Basis.SOFT_OPT_IN: _("You bought from us and were told that we write to our customers."),
        Basis.OPT_OUT: _("You asked us not to write to you."),
    }[Basis(value)]


def source(value: str) -> str:
    """Where it was said."""
    return {
        "storefront": _("in the shop"),
        "unsubscribe_link": _("with the link in an email"),
        "one_click": _("with your mail program's own button"),
        "preferences": _("on your page"),
        "staff": _("noted by our staff"),
        "import": _("brought from where we kept our records before"),
        "newsletter": _("at the newsletter's form"),
        "checkout": _("at the checkout"),
        "provider": _("to the company that delivers our emails"),
    }.get(value, value)
