"""Whom no campaign ever writes to: addresses of a pattern, the people of a segment, single people."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.base import Caller

FIELDS = {"addressPattern": "address", "segment": "segment", "because": "because"}
"""Field as the flow names it → as the form does."""


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """All of them, and a form for another."""
    return _page(caller)


@desk.change
def add(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """One more."""
    typed = request.POST.dict()
    try:
        with sql.atomic():
            exclusions.add(
                now=conf.host().now(), segment=_segment(typed.get("segment", "")),
                address=typed.get("address", ""), because=typed.get("because", ""),
            )  # fmt: skip
    except RelacionalError as error:
        return _page(caller, refused=error, typed=typed)
    return _page(caller, saved=_("No campaign writes to them any more."))


@desk.change
def remove(request: HttpRequest, exclusion: UUID, *, caller: Caller) -> HttpResponse:
    """One less."""
    try:
        with sql.atomic():
            exclusions.remove(exclusion)
    except RelacionalError as error:
        return _page(caller, refused=error)
    return _page(caller, saved=_("Campaigns may write to them again."))


def _segment(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadInput(_("There is no such segment."), field="segment") from error


def _page(
    caller: Caller, *, refused: RelacionalError | None = None, typed: dict[str, str] | None = None, saved: str = ""
) -> HttpResponse:  # fmt: skip
    known = {one.public_id: one.name for one in segments.all_known()}
    at = FIELDS.get(refused.field or "", "") if refused else ""
    values = {
        "rows": [
            {
                "key": each.public_id, "because": each.because, "at": each.created_at,
                "who": each.address or (known.get(each.segment, "–") if each.segment else ""),
                "person": each.profile, "is_segment": each.segment is not None,
            }
            for each in exclusions.all_of_them()
        ],
        "segments": known.items(), "typed": typed or {}, "saved": saved, "at": at,
        "wrong": refused.message if refused and at else "", "refused": refused if refused and not at else None,
    }  # fmt: skip
    status = 422 if refused else 200
    return desk.show("policy/exclusions.html", values, caller=caller, section="policy", status=status)
