"""What staff change about one customer: each calls the flow that the API calls, and shows the page as it stands
then."""

from collections.abc import Callable
from datetime import date, datetime, time
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, numbers
from saleor_relacional.dashboard.customer import wishes as wish_form
from saleor_relacional.dashboard.customer.tried import Tried
from saleor_relacional.dashboard.customer.view import page, version
from saleor_relacional.dashboard.fields import CONFLICT, Typed, day, sent, uuid_of
from saleor_relacional.dashboard.inbox import inbox_words
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import BadInput, Refused, RelacionalError
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.feedback import cases, noting
from saleor_relacional.flows.ledger import erase, purchase_corrections, remarks
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.scoring import declarations
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import DataRequestDoor, Exclusion, Profile

Change = Callable[[Profile, dict[str, str], datetime], str]
"""Makes a change of what was typed, and says in words what was done."""


def changed(request: HttpRequest, person: UUID, caller: Caller, form: str, change: Change) -> HttpResponse:
    """Make a change, and show the page; what is refused keeps what was typed beside the reason."""
    profile, typed = links.profile_of(person), sent(request)
    if profile is None:
        return page(person, caller)
    try:
        with sql.atomic():
            if read := typed.get("version", ""):
                _check_read(profile, read)
            saved = change(profile, typed, conf.host().now())
    except RelacionalError as error:
        return page(person, caller, tried=Tried(form=form, error=error, typed=typed), place=_place(person))
    return page(person, caller, saved=saved, place=_place(person))


def _check_read(profile: Profile, read: str) -> None:
    """Hold what they asked and whether they are excluded. Raises Refused where it is another than what was read."""
    locks.lock(Lock.POLICY)  # before the person: exclusions take it
    locks.lock_people([profile.pk], Hold.WRITE)
    if read != version(profile):
        raise Refused(
            _("Somebody else has changed this meanwhile. What holds now stands on the page; what you typed is still"
              " here: save it again if it is to hold."), code=CONFLICT,
        )  # fmt: skip


@desk.change
def note(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """A contact that no campaign made, or what they told."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        on = _day(typed, "day")
        at = now if on is None or on == _today(now) else datetime.combine(on, time(12), conf.time_zone())
        noting.note(
            profile.pk, kind=typed.get("kind", ""), at=at, now=now, commercial=typed.get("commercial") == "on",
            text=typed.get("text", ""), by=caller.reference,
        )  # fmt: skip
        return _("Noted.")

    return changed(request, person, caller, "note", change)


@desk.change
def rhythm(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """When they buy, as somebody told the staff; with nothing typed, nothing is declared any more."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        every, not_before = _days(typed, "everyDays"), _day(typed, "notBefore")
        if every is None and not_before is None:
            declarations.withdraw(profile.pk, now=now)
            return _("Nothing is declared any more.")
        declarations.declare(
            profile.pk,
            every_days=every,
            not_before=not_before,
            by=declarations.STAFF,
            today=_today(now),
            now=now,
        )
        return _("Saved: it holds from now on.")

    return changed(request, person, caller, "rhythm", change)


@desk.change
def wishes(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """What they asked the staff: a pause, how often, when, about what, no offers, nothing concluded, their language."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        told = wish_form.read(typed, conf.time_zone(), preferences.of(profile.pk))
        preferences.change(profile, now=now, source=preferences.STAFF, **told)
        return _("Saved: it holds at once, for what is on its way too.")

    return changed(request, person, caller, "wishes", change)


@desk.change
def exclusion(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """No campaign writes to them, or campaigns may again."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        if typed.get("end"):
            for kept in Exclusion.objects.filter(profile=profile):
                exclusions.remove(kept.public_id)
            calendars.want(now)
            return _("Campaigns may write to them again.")
        exclusions.add(now=now, profile_id=profile.pk, because=typed.get("because", ""))
        return _("No campaign writes to them from now on.")

    return changed(request, person, caller, "exclusion", change)


@desk.change
def answer(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Answer what they told us; refused where somebody answered since the page was read."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        send = typed.get("send") == "on"
        case = cases.of_public_id(wanted) if (wanted := uuid_of(typed.get("case", ""))) else None
        if case is None or case.profile_id != profile.pk:
            raise BadInput(_("There is no such case."), code="NOT_FOUND", field="text")
        cases.answer(
            case, text=typed.get("text", ""), apology=typed.get("apology") == "on", by=caller.reference, now=now,
            send=send, seen=typed.get("seen", ""),
        )  # fmt: skip
        return inbox_words.answered(send=send)

    return changed(request, person, caller, "case", change)


@desk.change
def remark(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Answer what they said of their page."""
    said = request.POST.get("remark", "")

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        remarks.answer(
            _remark_of(profile, said),
            words=typed.get("text", ""),
            by=caller.reference,
            now=now,
            seen=typed.get("seen", ""),
        )
        return _("Answered: it stands on their page.")

    return changed(request, person, caller, f"remark-{said}", change)


@desk.change
def accept(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Correct a purchase as they said it, and answer them."""
    said = request.POST.get("remark", "")

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        purchase_corrections.accept(
            _remark_of(profile, said),
            words=typed.get("text", ""),
            by=caller.reference,
            now=now,
            seen=typed.get("seen", ""),
        )
        return _("Corrected, and answered on their page.")

    return changed(request, person, caller, f"remark-{said}", change)


@desk.change
def correct(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Let a purchase count as a gift, as not theirs, or as it is told again."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        purchase_corrections.correct(
            profile, entry=typed.get("entry", ""), right=typed.get("right", ""), by=caller.reference, now=now,
            seen=typed.get("seen", ""),
        )  # fmt: skip
        return _("Corrected: it holds in a minute.") if typed.get("right") else _("It counts again.")

    return changed(request, person, caller, "purchase", change)


@desk.change
def forget(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Asked twice: first what remains is said, then they are forgotten."""
    profile = links.profile_of(person)
    if profile is None or request.POST.get("sure") != "yes":
        return page(person, caller, asks_to_forget=True, place=_place(person))
    erase.erase(profile, by=caller.reference, through=DataRequestDoor.DESK, now=conf.host().now())
    return desk.show(
        "customer/gone.html", {"saved": _("They have been forgotten.")}, caller=caller, section="customers",
        place="customers",
    )  # fmt: skip


def _place(person: UUID) -> str:
    """Where one stands after a change: what happened last is shown with it."""
    return f"customers/{person}"


def _today(now: datetime) -> date:
    return now.astimezone(conf.time_zone()).date()


def _day(typed: Typed, field: str) -> date | None:
    text = typed.get(field, "")
    return day(text, field=field) if text else None


def _days(typed: Typed, field: str) -> float | None:
    text = typed.get(field, "").strip()
    return float(numbers.number(text, field=field)) if text else None


def _remark_of(profile: Profile, said: str) -> UUID:
    """Which of their remarks this is. Raises BadInput where it is none."""
    wanted = uuid_of(said)
    if wanted is None or all(one.public_id != wanted for one in remarks.of(profile)):
        raise BadInput(_("There is no such remark."), code="NOT_FOUND", field="text")
    return wanted
