"""All that was decided, and each decision with its form. Two who change the same at once are told."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.fields import CONFLICT, Field, Typed, changed_meanwhile, said_now, sent
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.dashboard.policy import consent_forms, forms, server_state
from saleor_relacional.dashboard.policy.fields import Form
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.attributes import choice
from saleor_relacional.flows.preferences import topics
from saleor_relacional.hosts.base import Caller


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What holds, decision by decision."""
    return index(caller)


@desk.page
def form(request: HttpRequest, code: str, *, caller: Caller, about: str = "") -> HttpResponse:
    """One decision."""
    return _page(_known(code, about), caller)


@desk.page
def versions(request: HttpRequest, code: str, before: int, *, caller: Caller) -> HttpResponse:
    """More versions of the words at one place: those before one."""
    found = consent_forms.versions(code, caller.reference, before=before)
    return answer("policy/versions.html", {**found, "form": {"code": code}})


@desk.change
def save(request: HttpRequest, code: str, *, caller: Caller) -> HttpResponse:
    """Save one decision, unless it is another by now than the one that was read."""
    about, host = request.POST.get("about", ""), conf.host()
    typed = sent(request)
    try:
        with sql.atomic():
            locks.lock(Lock.POLICY)
            held = _known(code, about)
            if typed.get("version") != held.version:
                raise changed_meanwhile()
            held.save(typed, host.now(), caller.reference)
    except RelacionalError as error:
        return _page(_known(code, about), caller, refused=error, typed=typed)
    return index(caller, saved=_("Saved: %(what)s.") % {"what": held.title}, place="policy")


def index(
    caller: Caller, *, saved: str = "", place: str = "", refused: RelacionalError | None = None
) -> HttpResponse:
    """The page with all decisions."""
    host = conf.host()
    now = host.now()
    names = {
        "contact": _("How often, and when"), "senders": _("Mails: from whom, and how they look"),
        "consent": _("To whom"), "money": _("Money and time"), "list": _("Elsewhere in the dashboard"),
    }  # fmt: skip
    values: dict[str, Any] = {
        "groups": [
            {"name": names[name], "forms": found, "code": name}
            for name, found in forms.grouped(now).items() if found
        ],
        "without_attributes": not choice.possible(),
        "topics": len(topics.declared()),
        "server": server_state.state(now), "saved": saved, "refused": refused,
    }  # fmt: skip
    status = 409 if refused else 200
    return desk.show(
        "policy/policy.html", values, caller=caller, section="policy", status=status, place=place
    )


def _page(
    held: Form, caller: Caller, *, refused: RelacionalError | None = None, typed: Typed | None = None
) -> HttpResponse:
    conflict = refused is not None and refused.code == CONFLICT
    shown = [_typed(field, typed) for field in held.fields] if typed is not None else held.fields
    wrong = refused if refused is not None and not conflict else None
    at = wrong.field if wrong and wrong.field in {field.name for field in held.fields} else ""
    values: dict[str, Any] = {
        "form": held, "fields": shown, "wrong": wrong.message if wrong and at else "", "at": at,
        "refused": refused if conflict or (wrong and not at) else None,
        "meanwhile": said_now(held.fields, shown) if conflict else [],
        **consent_forms.versions(held.code, caller.reference),
        "server": server_state.state(conf.host().now()) if held.code == "mail_server" else None,
    }  # fmt: skip
    status = 200 if refused is None else 409 if conflict else 422
    return desk.show("policy/form.html", values, caller=caller, section="policy", status=status)


def _typed(field: Field, typed: Typed) -> Field:
    """With what was typed. A box that is not ticked is not sent; a field that was not there yet stays as it is."""
    unsent = "" if field.kind in ("tick", "ticks") else field.value
    return replace(field, value=typed.get(field.name, unsent), said="")


def _known(code: str, about: str) -> Form:
    found = forms.of(code, about, conf.host().now())
    if found is None:
        raise Http404
    return found
