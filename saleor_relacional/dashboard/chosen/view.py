"""What staff do with the customers whom they chose in the host's own list: a label, a note, no campaign."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard.desk import change, page
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.contact import labels, several, staff_notes
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.hosts.base import Caller

PARAMETER = "customerIds"
NAMED = 5
"""Of the chosen, by name; of the others only how many there are."""


@page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Whom it is about, and what can be done."""
    return _show(_given(request.GET), caller)


@change
def label(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Set or remove labels."""
    words = [word for word in request.POST.get("labels", "").split(",") if word.strip()]
    given = {"remove" if request.POST.get("take") else "add": words}

    def work(people: Sequence[int], now: datetime) -> None:
        labels.change(people, by=caller.reference, now=now, **given)

    return _do(request, caller, "labels", work)


@change
def note(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Write one note about each of them."""

    def work(people: Sequence[int], now: datetime) -> None:
        staff_notes.write(people, text=request.POST.get("text", ""), by=caller.reference, now=now)

    return _do(request, caller, "text", work)


@change
def exclude(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """No campaign writes to them."""

    def work(people: Sequence[int], now: datetime) -> None:
        several.exclude(people, because=request.POST.get("because", ""), now=now)

    return _do(request, caller, "because", work)


def _do(
    request: HttpRequest, caller: Caller, field: str, work: Callable[[Sequence[int], datetime], None]
) -> HttpResponse:
    """Do it for all of them, or for nobody and say why; what was typed is kept then."""
    chosen = _given(request.POST)
    people = _people(chosen)
    try:
        several.check(len(people))
        work([one.id for one in people], conf.host().now())
    except RelacionalError as error:
        return _show(chosen, caller, refused=error, field=field, typed=request.POST.get(field, ""))
    return _show(chosen, caller, done=len(people))


def _show(
    chosen: Sequence[str], caller: Caller, *, refused: RelacionalError | None = None, field: str = "", typed: str = "",
    done: int = 0,
) -> HttpResponse:  # fmt: skip
    people = _people(chosen)
    values = {
        "chosen": ",".join(str(Node.to_global_id("User", one)) for one in chosen),
        "people": people[:NAMED],
        "more": max(len(people) - NAMED, 0),
        "unknown": len(chosen) - len(people),
        "too_many": several.MOST if len(chosen) > several.MOST else 0,
        "may": caller.may(MANAGE_RELATIONSHIPS),
        "permission": MANAGE_RELATIONSHIPS,
        "known": labels.known(),
        "refused": refused,
        "typed": {field: typed} if field else {},
        "done": done,
    }
    return answer("chosen/chosen.html", values, status=422 if refused else 200)


def _people(chosen: Sequence[str]) -> list[Relationship]:
    """Those whom we know, in the order chosen; nobody where too many are chosen."""
    if len(chosen) > several.MOST:
        return []
    found = profiles.of_accounts(chosen)
    return list({one.id: one for one in (found.get(each) for each in chosen) if one is not None}.values())


def _given(query: QueryDict) -> list[str]:
    """References of the chosen accounts. The dashboard joins ids with commas; other versions repeat or number them."""
    names = sorted(name for name in query if name.split("[")[0] == PARAMETER)
    ids = [one for name in names for value in query.getlist(name) for one in value.split(",") if one]
    return list(dict.fromkeys(filter(None, map(_account, ids[: 10 * several.MOST]))))


def _account(given: str) -> str:
    try:
        kind, reference = Node.from_global_id(given)
    except (ValueError, TypeError):
        return ""
    return reference if kind == "User" else ""
