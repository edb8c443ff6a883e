"""What staff do with the customers whom they chose in a list: a label, a note, no campaign."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional import conf
from saleor_relacional.dashboard import filters
from saleor_relacional.dashboard.chosen import given
from saleor_relacional.dashboard.chosen.given import PEOPLE, Chosen
from saleor_relacional.dashboard.desk import ask, change, page
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.contact import labels, several, staff_notes
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Exclusion

NAMED = 5
"""Of the chosen, by name; of the others only how many there are."""


@page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Whom it is about, and what can be done: in the popup of the host's own list."""
    return _show(given.accounts(request.GET), caller)


@ask
def beside(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The same beside our own list."""
    return _show(given.people(request.POST), caller)


@change
def label(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Set or remove labels."""
    words = [word for word in request.POST.get("labels", "").split(",") if word.strip()]
    asked = {"remove" if request.POST.get("take") else "add": words}

    def work(people: Sequence[int], now: datetime) -> int:
        if not words:
            raise BadInput(_("Give a label."), code="REQUIRED", field="add")
        return len(labels.change(people, by=caller.reference, now=now, **asked))

    taken = _("Nothing changed: nobody of them had that.")
    return _do(
        request, caller, "labels", work, taken if "remove" in asked else _("All of them have that already.")
    )


@change
def note(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Write one note about each of them."""

    def work(people: Sequence[int], now: datetime) -> int:
        return len(staff_notes.write(people, text=request.POST.get("text", ""), by=caller.reference, now=now))

    return _do(request, caller, "text", work, _("Nothing is known about them any more."))


@change
def exclude(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """No campaign writes to them."""

    def work(people: Sequence[int], now: datetime) -> int:
        before = set(Exclusion.objects.filter(profile__in=people).values_list("pk", flat=True))
        kept = several.exclude(people, because=request.POST.get("because", ""), now=now)
        return sum(one.pk not in before for one in kept)

    return _do(request, caller, "because", work, _("All of them are excluded already."))


def _do(
    request: HttpRequest,
    caller: Caller,
    field: str,
    work: Callable[[Sequence[int], datetime], int],
    idle: str,
) -> HttpResponse:
    """Do it for all of them and say for how many something changed, or for nobody and say why: `idle`, or what is at
    fault. What was typed is kept then."""
    chosen = given.sent(request.POST)
    typed = request.POST.dict()
    try:
        several.check(len(chosen.people))
        changed = work([one.id for one in chosen.people], conf.host().now())
    except RelacionalError as error:
        return _show(chosen, caller, refused=error, field=field, typed=typed)
    if not changed:
        return _show(chosen, caller, idle=idle, typed=typed)
    return _show(chosen, caller, done=_done(changed, of=len(chosen.people)))


def _done(number: int, *, of: int) -> str:
    """For how many of those chosen something changed."""
    said = filters.number(number)
    done = ngettext("Done, for %(said)s customer.", "Done, for %(said)s customers.", number) % {"said": said}
    return done if number == of else _("%(done)s The others stay as they are.") % {"done": done}


def _show(
    chosen: Chosen, caller: Caller, *, refused: RelacionalError | None = None, field: str = "",
    typed: Mapping[str, str] | None = None, done: str = "", idle: str = "",
) -> HttpResponse:  # fmt: skip
    ours = chosen.field == PEOPLE
    values = {
        "chosen": chosen,
        "people": chosen.people[:NAMED],
        "more": max(len(chosen.people) - NAMED, 0),
        "unknown": len(chosen.ids) - len(chosen.people),
        "too_many": several.MOST if chosen.too_many else 0,
        "may": caller.may(MANAGE_RELATIONSHIPS),
        "permission": MANAGE_RELATIONSHIPS,
        "known": labels.known(),
        "refused": refused,
        "at": field if refused else "",
        "typed": typed or {},
        "done": done,
        "idle": idle,
        "target": "#chosen" if ours else "#content",
    }
    return answer(
        "chosen/beside.html" if ours else "chosen/chosen.html", values, status=422 if refused else 200
    )
