"""The list of the inbox, by what is chosen: what waits, what has ended, tasks, remarks, and all that was told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.inbox import entries, inbox_words
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.feedback import cases, promises, told
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import FeedbackKind

PAGE = 25
SHOWN = ("waiting", "ended", "tasks", "remarks", "told")
CASES = (FeedbackKind.COMPLAINT, FeedbackKind.RATING, FeedbackKind.WISH, FeedbackKind.ANSWER)
"""What opens a case."""
MONTHS = 3
"""Of promises."""

Place = tuple[datetime, int]
"""Of the last line that was shown."""
Chosen = Mapping[str, str]
"""What stands in the address: show, kind, whose, after."""


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The list that the address names; what waits where it names none."""
    return page(request.GET.dict(), caller)


@desk.page
def more(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The next lines of that list."""
    chosen = request.GET.dict()
    return answer("inbox/rows.html", {**_listed(chosen, caller), "root": reverse("dashboard-root")})


@desk.page
def waiting(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How much waits for somebody of the shop: the count beside the inbox in the navigation."""
    number = cases.count(waiting=True) + staff_tasks.count_open() + remarks.count_open()
    return answer("inbox/waiting.html", {"number": number})


@desk.page
def promised(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What became of the promises that were due these months."""
    rows: dict[str, dict[str, int]] = {}
    for one in promises.per_month(MONTHS, conf.host().now()):
        sums = rows.setdefault(inbox_words.promise(one.kind), {"kept": 0, "broken": 0, "open": 0})
        for name in sums:
            sums[name] += getattr(one, name)
    ended = sum(each["kept"] + each["broken"] for each in rows.values())
    kept = sum(each["kept"] for each in rows.values())
    return answer("inbox/promised.html", {"rows": rows, "kept": kept, "ended": ended})


def page(
    chosen: Chosen, caller: Caller, *, refused: RelacionalError | None = None, saved: str = ""
) -> HttpResponse:
    """The whole page."""
    values = {**_listed(chosen, caller), "refused": refused, "saved": saved, "views": _views(_show(chosen))}
    status = 409 if refused else 200
    return desk.show("inbox/inbox.html", values, caller=caller, section="inbox", status=status)


def _views(show: str) -> list[dict[str, Any]]:
    names = {
        "waiting": _("To answer"), "ended": _("Answered"), "tasks": _("Calls and service"),
        "remarks": _("About their data"), "told": _("All that was said"),
    }  # fmt: skip
    return [
        {"query": "" if one == SHOWN[0] else f"?show={one}", "name": names[one], "current": one == show}
        for one in SHOWN
    ]


def _show(chosen: Chosen) -> str:
    return chosen.get("show") or SHOWN[0]


def _listed(chosen: Chosen, caller: Caller) -> dict[str, Any]:
    """The lines, what may be chosen, and where there are more. An address that names no list of ours is none."""
    show = _show(chosen)
    if show not in SHOWN:
        raise Http404
    host = conf.host()
    now, names = host.now(), StaffNames(caller.reference)
    kind, whose = chosen.get("kind", ""), chosen.get("whose", "")
    kinds = [*FeedbackKind] if show == "told" else CASES
    if kind not in ("", *kinds) or whose not in ("", "mine", "nobody"):
        raise Http404
    after = _place(chosen.get("after", ""))
    try:
        rows, last = _read(show, kind, whose, after, now, names)
    except BadInput as error:
        raise Http404 from error
    kept = {name: value for name, value in (("show", show), ("kind", kind), ("whose", whose)) if value}
    following = f"{reverse('dashboard-inbox-more')}?{urlencode({**kept, 'after': last})}" if last else ""
    return {
        "entries": rows, "more": following, "address": urlencode(kept), "show": show, "kind": kind, "whose": whose,
        "kinds": [(one.value, inbox_words.kind(one)) for one in kinds],
        "filtered": bool(kind or whose) and show != "told", "may": caller.may(MANAGE_RELATIONSHIPS),
    }  # fmt: skip


def _read(
    show: str, kind: str, whose: str, after: Place | None, now: datetime, names: StaffNames
) -> tuple[list[entries.Entry], str]:
    """The lines, and the place of the last one where more come after it."""
    key = after[1] if after else None
    match show:
        case "tasks":
            tasks = staff_tasks.page(first=PAGE, after=key)
            found = entries.of_tasks(tasks.tasks, now, names)
            return found, _named(now, tasks.tasks[-1].pk) if tasks.more else ""
        case "remarks":
            said = remarks.page(first=PAGE, after=key)
            last = _named(now, said.remarks[-1].pk) if said.more else ""
            return entries.of_remarks(said.remarks, names), last
        case "told":
            all_of = told.page(kind or FeedbackKind.RATING, first=PAGE, after=after)
            last = _named(all_of.rows[-1].at, all_of.rows[-1].pk) if all_of.more else ""
            return entries.of_told(all_of.rows), last
        case _:
            owner = {"mine": names.own, "nobody": ""}.get(whose)
            some = cases.page(waiting=show == "waiting", first=PAGE, after=after, kind=kind, owner=owner)
            last = _named(some.cases[-1].due_at, some.cases[-1].pk) if some.more else ""
            return entries.of_cases(some.cases, now, names), last


def _named(at: datetime, key: int) -> str:
    return f"{at.isoformat()}~{key}"


def _place(named: str) -> Place | None:
    """Where the next lines begin. An address that somebody made up is none."""
    if not named:
        return None
    at, _tilde, key = named.partition("~")
    try:
        place = datetime.fromisoformat(at), int(key)
    except ValueError as error:
        raise Http404 from error
    if place[0].tzinfo is None or not 0 <= place[1] < 2**63:
        raise Http404
    return place
