"""A segment is saved, changed, deleted: each calls the flow that the API calls."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.segments import nodes, view
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.base import Caller


@desk.change
def create(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Save a new one."""
    pairs = view.sent(request)
    root, name = nodes.typed(pairs), dict(pairs).get("name", "")
    try:
        made = segments.create(name=name, rule=root.get(), now=conf.host().now())
    except RelacionalError as error:
        return view.editor(None, root, caller, typed={"name": name}, refused=error)
    return view.editor(made, root, caller, saved=_("Saved."), place=f"segments/{made.public_id}")


@desk.change
def update(request: HttpRequest, segment: UUID, *, caller: Caller) -> HttpResponse:
    """Change one; whoever saved it meanwhile is not overwritten."""
    pairs = view.sent(request)
    typed, root = dict(pairs), nodes.typed(pairs)
    try:
        kept = segments.update(
            segment, name=typed.get("name", ""), rule=root.get(), now=conf.host().now(),
            as_of=_moment(typed.get("version", "")),
        )  # fmt: skip
    except RelacionalError as error:
        known = segments.of_public_id(segment)
        return view.editor(known, root, caller, typed=typed, refused=error)
    return view.editor(kept, root, caller, saved=_("Saved."))


@desk.change
def delete(request: HttpRequest, segment: UUID, *, caller: Caller) -> HttpResponse:
    """Delete one that nothing uses."""
    try:
        gone = segments.remove(segment, as_of=_moment(request.POST.get("version", "")))
    except RelacionalError as error:
        known = segments.of_public_id(segment)
        return view.editor(known, nodes.of_rule(known.rule) if known else None, caller, refused=error)
    values = {"known": view.listed(), "saved": _("“%(name)s” is deleted.") % {"name": gone.name}}
    return desk.show("segments/segments.html", values, caller=caller, section="segments", place="segments")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
