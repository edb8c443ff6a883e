"""Whom no campaign ever writes to: addresses of a pattern, the people of a segment, single people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Exclusion

PAGE = 50
FIELDS = {"addressPattern": "address", "segment": "segment", "because": "because"}
"""Field as the flow names it → as the form does."""


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """All of them, and a form for another."""
    return _page(caller)


@desk.page
def rows(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The next ones."""
    values = _rows(_place(request.GET.dict())) | {"may_change": caller.may(MANAGE_RELATIONSHIPS)}
    return answer("policy/exclusion_rows.html", values)


@desk.page
def count(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many there are: after the page of the policy, since they are counted."""
    return answer("policy/exclusion_count.html", {"exclusions": exclusions.count()})


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
    at = FIELDS.get(refused.field or "", "") if refused else ""
    values = {
        **_rows(None), "segments": [(one.public_id, one.name) for one in segments.all_known()],
        "typed": typed or {}, "saved": saved, "at": at,
        "wrong": refused.message if refused and at else "", "refused": refused if refused and not at else None,
    }  # fmt: skip
    status = 422 if refused else 200
    return desk.show("policy/exclusions.html", values, caller=caller, section="policy", status=status)


def _rows(after: exclusions.Place | None) -> dict[str, Any]:
    known = {one.public_id: one.name for one in segments.all_known()}
    found, more = exclusions.page(after=after, first=PAGE)
    last = found[-1] if more else None
    return {
        "rows": [
            {
                "key": each.public_id, "because": each.because, "at": each.created_at,
                "who": _who(each, known),
                "person": each.profile, "is_segment": each.segment is not None,
            }
            for each in found
        ],
        "next": urlencode({"at": last.created_at.isoformat(), "after": last.pk}) if last else "",
    }  # fmt: skip


def _who(each: Exclusion, known: Mapping[UUID, str]) -> str:
    if each.profile is not None:
        return each.profile.email or each.profile.first_name or "–"
    return each.address or (known.get(each.segment, "–") if each.segment else "–")


def _place(given: Mapping[str, str]) -> exclusions.Place:
    try:
        at, key = datetime.fromisoformat(given["at"]), int(given["after"])
        if at.tzinfo is None or not 0 <= key < 2**63:
            raise ValueError
    except (KeyError, ValueError) as error:
        raise Http404 from error
    return at, key
