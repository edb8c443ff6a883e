"""What happened with a customer, as the shop's staff say it."""

from django.utils.translation import gettext as _

from saleor_relacional.dashboard import filters, words
from saleor_relacional.flows.feedback.promises import PromiseKind, PromiseState
from saleor_relacional.flows.ledger.timeline import Happening, HappeningKind
from saleor_relacional.flows.profiles.beliefs.named import Belief, Name, Unit
from saleor_relacional.flows.sending.person_plan import PlanEntry, PlanState
from saleor_relacional.models import Basis, ContactKind, FeedbackKind, Purpose


def title(one: Happening) -> str:
    """What happened."""
    if one.kind is HappeningKind.PURCHASE:
        amount = filters.money(one.amount or 0, one.currency)
        named = _("Bought for %(amount)s, order %(number)s") if one.code else _("Bought for %(amount)s")
        return named % {"amount": amount, "number": one.code}
    if one.kind is HappeningKind.REFUND:
        return _("%(amount)s went back to them") % {"amount": filters.money(one.amount or 0, one.currency)}
    if one.kind is HappeningKind.STAGE:
        return words.stage(one.code)
    if one.kind is HappeningKind.MESSAGE:
        return _("We wrote: %(title)s") % {"title": one.code}
    if one.kind is HappeningKind.PROMISE:
        return _promise(one)
    return contact(one.code, one.stars) if one.kind is HappeningKind.CONTACT else _told(one.code, one.stars)


def detail(one: Happening) -> str:
    """More of it; empty: the title says all."""
    if one.kind is HappeningKind.STAGE:
        return words.cause(one.state)
    if one.kind is HappeningKind.PURCHASE and (why := not_counted(one.state)):
        return why
    if one.kind is HappeningKind.TOLD:
        state = {"answered": _("Answered."), "waiting": _("Waits for an answer.")}.get(one.state, "")
        return f"“{one.text}” {state}".strip() if one.text else state
    if one.kind is HappeningKind.PROMISE:
        state = {
            PromiseState.KEPT: _("Kept."), PromiseState.BROKEN: _("Not kept."), PromiseState.OPEN: _("Still open."),
        }[PromiseState(one.state)]  # fmt: skip
        return _("Until %(day)s.") % {"day": filters.day(one.until)} + " " + state
    return one.text


def not_counted(state: str) -> str:
    """Why a purchase does not count as others do; empty: it does."""
    return {
        "empty": _("It does not count: nothing of it stayed with you."),
        "gift": _(
            "Corrected: it was a gift. It counts in money, and not for when or what they buy themselves."
        ),
        "not_mine": _("Corrected: it was not theirs, and counts in nothing of theirs."),
    }.get(state, "")


def _promise(one: Happening) -> str:
    what = {
        PromiseKind.ANSWER: _("an answer"), PromiseKind.APOLOGY: _("an apology"), PromiseKind.OFFER: _("an offer"),
    }.get(PromiseKind(one.code)) or words.rung(one.code)  # fmt: skip
    return _("Promised: %(what)s") % {"what": what}


def contact(kind: str, stars: int | None = None) -> str:
    """A contact that staff noted."""
    return {
        ContactKind.STAFF: _("Somebody of the shop wrote or spoke to them"),
        ContactKind.APOLOGY: _("Somebody of the shop apologised"),
        ContactKind.QUESTION: _("They asked something"),
        ContactKind.ANSWER: _("They answered"),
        ContactKind.COMPLAINT: _("They complained"),
        ContactKind.RATING: _("They gave %(stars)s of 5 stars") % {"stars": stars},
    }[ContactKind(kind)]


def _told(kind: str, stars: int | None) -> str:
    return {
        FeedbackKind.RATING: _("They gave %(stars)s of 5 stars") % {"stars": stars},
        FeedbackKind.COMPLAINT: _("They complained"),
        FeedbackKind.REASON: _("They told you why"),
        FeedbackKind.WISH: _("They told you a wish"),
        FeedbackKind.ANSWER: _("They answered"),
    }[FeedbackKind(kind)]


def state(entry: PlanEntry) -> str:
    """Where a message stands."""
    if entry.over and entry.state is PlanState.HELD_OUT:
        return _("Was in the control group: nothing left")
    return {
        PlanState.SENT: _("Left"),
        PlanState.ON_ITS_WAY: _("On its way"),
        PlanState.WAITS: _("Waits"),
        PlanState.PAUSED: _("Waits: its campaign is paused"),
        PlanState.STOPPED: _("Stopped"),
        PlanState.HELD_OUT: _("Control group: nothing leaves, to measure against"),
    }[entry.state]


def purpose(value: str) -> str:
    """What something was said about."""
    return {
        Purpose.SERVICE: _("Service"), Purpose.CONTENT: _("News"), Purpose.OFFERS: _("Offers"),
        Purpose.PROFILING: _("Conclusions about them"),
    }[Purpose(value)]  # fmt: skip


def statement(value: str) -> str:
    """What was said."""
    return {
        Basis.OPT_IN: _("agreed"),
        Basis.STATED: _("agreed before, as the shop stated"),
        Basis.SOFT_OPT_IN: _("bought and was told that you write to customers"),
        Basis.OPT_OUT: _("objected"),
    }[Basis(value)]


def consent_source(value: str) -> str:
    """Where it was said."""
    return {
        "storefront": _("in the shop, signed in"),
        "unsubscribe_link": _("with the link in a mail"),
        "one_click": _("with their mail program's own button"),
        "preferences": _("on their page"),
        "newsletter": _("at the newsletter's form"),
        "checkout": _("at the checkout"),
        "provider": _("to the service that delivers your mails"),
        "staff": _("noted by staff"),
        "import": _("brought by an import"),
    }.get(value, value)


BELIEFS = (
    Name.RHYTHM_DAYS, Name.OVERDUE, Name.ORDER_30, Name.ORDER_90, Name.ORDER_365, Name.NEVER_WITHIN_A_YEAR,
    Name.ORDERS_365, Name.ORDER_VALUE, Name.YEAR_VALUE, Name.SHARE_OF_CUSTOMER,
)  # fmt: skip
"""Those that are shown with their numbers."""


def belief(name: Name) -> str:
    """What a number is."""
    return {
        Name.RHYTHM_DAYS: _("Days between two orders"),
        Name.OVERDUE: _("Would be back by now"),
        Name.ORDER_30: _("Orders within 30 days"),
        Name.ORDER_90: _("Orders within 90 days"),
        Name.ORDER_365: _("Orders within a year"),
        Name.NEVER_WITHIN_A_YEAR: _("No order within a year"),
        Name.ORDERS_365: _("Number of orders within a year"),
        Name.ORDER_VALUE: _("An order is worth"),
        Name.YEAR_VALUE: _("The year ahead"),
        Name.SHARE_OF_CUSTOMER: _("Share of their need"),
    }[name]


def value(one: Belief, number: float | None) -> str:
    """A value of a belief, or an end of its interval."""
    if number is None:
        return "–"
    if one.unit in (Unit.PROBABILITY, Unit.SHARE):
        return filters.share(number)
    if one.unit is Unit.DAYS:
        return filters.days(number)
    return filters.about_money(number, one.currency) if one.unit is Unit.MONEY else filters.number(number)
