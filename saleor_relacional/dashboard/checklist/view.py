"""The owner's first page: what is missing, from the doctor, and the forms that cure it in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.checklist import forms
from saleor_relacional.dashboard.checklist.forms import Form
from saleor_relacional.dashboard.fields import CONFLICT, Typed, changed_meanwhile, said_now
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.base import Caller, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the list: a finding, a form, or both."""

    finding: Requirement | None
    form: Form | None
    error: RelacionalError | None = None
    """Why what was typed into it was refused."""
    meanwhile: Sequence[Mapping[str, str]] = ()
    """What somebody else has decided since it was read."""


Refusal = tuple[str, str, Typed, RelacionalError]
"""Code of a form, whose it is, what was typed into it, and why it was refused."""


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What is missing, and what was decided already."""
    return _content(caller)


@desk.change
def save(request: HttpRequest, code: str, *, caller: Caller) -> HttpResponse:
    """Save one form, for callers who may, and show the list as it stands then; a refusal stands at its field."""
    refused = taken(request, code, caller.reference)
    return _content(caller, refused=refused, saved=refused is None)


def taken(request: HttpRequest, code: str, who: str) -> Refusal | None:
    """Save what was typed into one form, by whom; why not, where it is refused. Raises Http404 for what is no form."""
    if code not in forms.CODES:
        raise Http404
    typed, about, now = request.POST.dict(), request.POST.get("about", ""), conf.host().now()
    try:
        with sql.atomic():
            locks.lock(Lock.POLICY)
            held = next((one for one in forms.all_forms(now) if (one.code, one.about) == (code, about)), None)
            if held is not None and typed.get("version") != held.version:
                raise changed_meanwhile()
            forms.save(code, about, typed, now, who=who)
    except RelacionalError as error:
        return code, about, typed, error
    return None


def _content(
    caller: Caller,
    *,
    refused: Refusal | None = None,
    saved: bool = False,
) -> HttpResponse:
    with conf.host().writing():
        values = items(conf.host().now(), refused=refused, save_at="dashboard-checklist-save")
        values |= {"may_change": caller.may(MANAGE_RELATIONSHIPS), "saved": saved}
        return desk.show(
            "checklist/checklist.html", values, caller=caller, section="home", status=status_of(refused)
        )


def status_of(refused: Refusal | None) -> int:
    """Of an answer to what was typed."""
    return 200 if refused is None else 409 if refused[3].code == CONFLICT else 422


def items(now: datetime, *, refused: Refusal | None, save_at: str) -> dict[str, Any]:
    """What checklist/items.html shows: what is missing, with its forms, which go to the address named `save_at`."""
    missing, decided = _items(now)
    if refused is not None:
        missing, decided = (_with_error(some, *refused) for some in (missing, decided))
        # Somebody else has decided it: what was typed is still wanted, and stands where it was typed.
        missing, decided = (
            [*(one for one in decided if one.error), *missing],
            [one for one in decided if not one.error],
        )
    return {
        "missing": missing,
        "decided": decided,
        "must": sum(item.finding is not None and item.finding.fatal for item in missing),
        "zones": sorted(available_timezones()),
        "save_at": save_at,
    }


def _items(now: datetime) -> tuple[list[Item], list[Item]]:
    """What is missing, as the doctor found it, with its form; and what was decided."""
    known = {(form.code, form.about): form for form in forms.all_forms(now)}
    missing = [
        Item(finding=finding, form=known.pop((finding.code, finding.about), None))
        for finding in doctor.findings(now)
    ]
    return missing, [Item(finding=None, form=form) for form in known.values()]


def _with_error(items: list[Item], code: str, about: str, typed: Typed, error: RelacionalError) -> list[Item]:
    """The item of the refused form keeps what was typed and says what is wrong."""
    found = []
    for item in items:
        form = item.form
        if form is not None and (form.code, form.about) == (code, about):
            fields = tuple(replace(field, value=typed.get(field.name, "")) for field in form.fields)
            meanwhile = said_now(form.fields, fields) if error.code == CONFLICT else ()
            item = replace(
                item, form=replace(form, fields=fields, as_held=form.fields), error=error, meanwhile=meanwhile
            )
        found.append(item)
    return found
