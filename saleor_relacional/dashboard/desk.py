"""The owner's desk: the pages between which an owner walks without leaving the frame.

Each page is two addresses: `/dashboard/PLACE`, a frame without data that the dashboard may ask for twice, and
`/dashboard/content/PLACE/`, what is filled in once a token was handed over. A place may have a query: the filters of a
list, never a text that was searched for, nor an address.
"""

from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from saleor_relacional import conf
from saleor_relacional.dashboard.pages import (
    MANAGE_RELATIONSHIPS,
    View,
    answer,
    for_staff,
    in_readers_language,
    needs_permission,
    skeleton,
)
from saleor_relacional.hosts.base import Caller
from saleor_relacional.once import answered_alike


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the desk's navigation."""

    place: str
    """Below /dashboard/."""
    name: str | Promise
    count: str = ""
    """Name of the address that says, once the page is there, how much of it waits; empty: nothing does."""


SECTIONS = (
    Section("home", gettext_lazy("Home")),
    Section("customers", gettext_lazy("Customers")),
    Section("segments", gettext_lazy("Segments")),
    Section("campaigns", gettext_lazy("Campaigns")),
    Section("messages", gettext_lazy("Messages")),
    Section("incentives", gettext_lazy("Incentives")),
    Section("evidence", gettext_lazy("Evidence")),
    Section("policy", gettext_lazy("Policy")),
    Section("inbox", gettext_lazy("Inbox"), "dashboard-inbox-open"),
    Section("health", gettext_lazy("Health")),
)
"""In the order of the navigation."""


WITHOUT_TABS = ("card", "week", "voucher", "chosen")
"""Places that stand beside or above a page of the shop's own."""
CONTENTS = "saleor_relacional.dashboard.contents"


@require_safe
@in_readers_language
def root(request: HttpRequest) -> HttpResponse:
    """The frame of Home."""
    return skeleton(request, "page", _("Relationships"))


@require_safe
def nothing(request: HttpRequest) -> HttpResponse:
    """Below this are the contents; it has none itself."""
    raise Http404


@require_safe
@in_readers_language
def frame(request: HttpRequest, place: str) -> HttpResponse:
    """The frame of any page. One whose content does not exist says so when it is filled in."""
    response = skeleton(request, "page", _("Relationships"))
    if resolve(f"/{place.strip('/')}/", urlconf=CONTENTS).func is nowhere:
        response.status_code = 404
    return response


def page(view: View) -> View:
    """Decorates the content of a page: asked for by GET, for staff with MANAGE_USERS, on the connection that writes.
    The owner's decisions are read once for the whole page."""

    @wraps(view)
    def alike(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with answered_alike():
            return view(*args, **kwargs)

    return require_safe(for_staff(there(_written(alike))))


def ask(view: View) -> View:
    """Decorates what is asked with words that may stand in no address (a search, a place in a list): by POST, for staff
    with MANAGE_USERS. It changes nothing."""
    return require_POST(for_staff(there(_written(view))))


def change(view: View) -> View:
    """Decorates what changes something: by POST, for staff with MANAGE_RELATIONSHIPS too, on the connection that
    writes. Others get the panel that names the permission."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, caller: Caller, **kwargs: Any) -> HttpResponseBase:
        if not caller.may(MANAGE_RELATIONSHIPS):
            return needs_permission(request, caller, MANAGE_RELATIONSHIPS)
        return view(request, *args, caller=caller, **kwargs)

    return require_POST(for_staff(there(_written(allowed))))


def there(view: View) -> View:
    """Decorates a view: what it does not find is said where it would stand, with a way back."""

    @wraps(view)
    def looked(request: HttpRequest, *args: Any, caller: Caller, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, caller=caller, **kwargs)
        except Http404:
            return _gone(request, caller)

    return looked


def _gone(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A whole page where the whole content was asked for, a line where a part of it was."""
    place = request.path.removeprefix(reverse("dashboard-content")).partition("/")[0]
    part = "HX-Request" in request.headers and request.headers.get("HX-Target") != "content"
    if part or place in WITHOUT_TABS:
        return answer("shared/gone_part.html", {}, status=404)
    section = next((each for each in SECTIONS if each.place == place), SECTIONS[0])
    return show("shared/gone.html", {"back": section}, caller=caller, section=section.place, status=404)


def _written(view: View) -> View:
    @wraps(view)
    def written(*args: Any, **kwargs: Any) -> HttpResponseBase:
        with conf.host().writing():
            return view(*args, **kwargs)

    return written


@page
def nowhere(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What no page has as its address."""
    raise Http404


def show(
    template: str,
    values: dict[str, Any],
    *,
    caller: Caller,
    section: str,
    status: int = 200,
    place: str = "",
) -> HttpResponse:
    """A whole page of the desk: `template` extends shared/desk.html. `place` is where the reader stands
    afterwards, for an answer to POST that is another page than the one it came from, as "campaigns/…"."""
    shown = {
        **values,
        "sections": SECTIONS,
        "section": section,
        "root": reverse("dashboard-root"),
        "may_change": caller.may(MANAGE_RELATIONSHIPS),
    }
    response = answer(template, shown, status=status)
    if place:
        response["Desk-Place"] = f"{reverse('dashboard-root')}{place}"
    return response
