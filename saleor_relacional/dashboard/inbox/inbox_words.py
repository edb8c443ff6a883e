"""What customers told us, as the shop's people say it."""

from datetime import datetime

from babel.dates import format_datetime, format_timedelta
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard.filters import locale
from saleor_relacional.flows.feedback.promises import PromiseKind
from saleor_relacional.models import CaseState, FeedbackKind, FeedbackSource, RemarkKind, StaffTaskState


def kind(value: str) -> str:
    """What somebody told."""
    return {
        FeedbackKind.RATING: _("Rating"),
        FeedbackKind.COMPLAINT: _("Complaint"),
        FeedbackKind.REASON: _("Reason for leaving"),
        FeedbackKind.WISH: _("Wish"),
        FeedbackKind.ANSWER: _("Answer to a mail"),
    }[FeedbackKind(value)]


def source(value: str) -> str:
    """Where they told it."""
    return {
        FeedbackSource.PAGE: _("on their page"),
        FeedbackSource.STOREFRONT: _("in the shop, signed in"),
        FeedbackSource.STAFF: _("noted by staff"),
    }[FeedbackSource(value)]


def reason(code: str) -> str:
    """A reason that was chosen; empty for none."""
    return {
        "too_often": _("We write too often"),
        "not_for_me": _("It was not for them"),
        "no_need": _("They need nothing now"),
        "price": _("The price"),
        "bad_experience": _("A bad experience"),
        "elsewhere": _("They buy elsewhere"),
        "privacy": _("Their privacy"),
        "other": _("Another reason"),
    }.get(code, "")


def case_state(value: str) -> str:
    """Where a case stands."""
    return {
        CaseState.OPEN: _("Nobody has it"),
        CaseState.SEEN: _("Taken"),
        CaseState.ANSWERED: _("Answered"),
        CaseState.CLOSED: _("Closed"),
    }[CaseState(value)]


def task_state(value: str) -> str:
    """Where a task stands."""
    return {
        StaffTaskState.OPEN: _("To do"),
        StaffTaskState.DONE: _("Done"),
        StaffTaskState.STOPPED: _("No longer wanted"),
    }.get(StaffTaskState(value), "")


def task(kind: str) -> str:
    """What staff do."""
    return {"call": _("Call them"), "service": _("Serve them first")}[kind]


def remark(value: str) -> str:
    """What somebody says of what we hold about them."""
    return {
        RemarkKind.WRONG: _("“That is wrong”"),
        RemarkKind.CORRECTION: _("Correction"),
        RemarkKind.OBJECTION: _("Do not use it"),
        RemarkKind.NOTE: _("Note"),
    }[RemarkKind(value)]


def right(value: str) -> str:
    """What they say of a purchase instead; empty: nothing."""
    return {"gift": _("It was a gift for somebody else."), "not_mine": _("It was not theirs.")}.get(value, "")


def promise(value: str) -> str:
    """What the shop promised."""
    return {
        PromiseKind.ANSWER: _("An answer in time"),
        PromiseKind.APOLOGY: _("An apology after a disappointment"),
        PromiseKind.SERVICE: _("To be served first"),
        PromiseKind.CALL: _("A call"),
        PromiseKind.OFFER: _("An offer that works until its day"),
    }[PromiseKind(value)]


def stars(number: int | None) -> str:
    """A rating in words; empty: none."""
    return _("%(number)s of 5 stars") % {"number": number} if number else ""


def moment(at: datetime) -> str:
    """A day and an hour of the shop, without the year where it is this one."""
    here = at.astimezone(conf.time_zone())
    skeleton = "d MMM, HH:mm" if here.year == conf.host().now().year else "d MMM y, HH:mm"
    return format_datetime(here, skeleton, locale=locale())


def clock(due: datetime, now: datetime) -> str:
    """How much time is left, or how late it is."""
    span = format_timedelta(abs(due - now), threshold=2, locale=locale())
    return _("%(span)s late") % {"span": span} if due < now else _("%(span)s left") % {"span": span}


def answered(*, send: bool) -> str:
    """What came of an answer."""
    return (
        _("Answered: a mail leaves, and it stands on their page.") if send else _("It stands on their page.")
    )
