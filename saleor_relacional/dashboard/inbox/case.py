"""One case: what was told, by when it is to be answered, and the answer, which the customer reads on their page."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.inbox import inbox_words, person_link
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.feedback import cases, told
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import CaseState, FeedbackCase, FeedbackKind

Typed = Mapping[str, str]


@desk.page
def content(request: HttpRequest, case: UUID, *, caller: Caller) -> HttpResponse:
    """The case as it stands."""
    return _page(_known(case), caller)


@desk.change
def take(request: HttpRequest, case: UUID, *, caller: Caller) -> HttpResponse:
    """Somebody takes it, also from whoever had it."""
    now = conf.host().now()
    return _moved(case, caller, lambda one: cases.take(one, caller.reference, now), _("It is yours now."))


@desk.change
def answer(request: HttpRequest, case: UUID, *, caller: Caller) -> HttpResponse:
    """Answer it; what was typed stays where it is refused."""
    typed, now = request.POST.dict(), conf.host().now()
    send = typed.get("send") == "on"
    return _moved(
        case, caller,
        lambda one: cases.answer(
            one, text=typed.get("text", ""), apology=typed.get("apology") == "on", by=caller.reference, now=now,
            send=send, seen=typed.get("seen", ""),
        ),
        inbox_words.answered(send=send), typed=typed,
    )  # fmt: skip


@desk.change
def close(request: HttpRequest, case: UUID, *, caller: Caller) -> HttpResponse:
    """Nothing is left to do."""
    now, seen = conf.host().now(), request.POST.get("seen", "")
    return _moved(case, caller, lambda one: cases.close(one, caller.reference, now, seen=seen), _("Closed."))


def _moved(
    public_id: UUID, caller: Caller, move: Callable[[FeedbackCase], object], said: str, *, typed: Typed | None = None
) -> HttpResponse:  # fmt: skip
    case = _known(public_id)
    try:
        with sql.atomic():
            move(case)
    except RelacionalError as error:
        return _page(_known(public_id), caller, refused=error, typed=typed)
    return _page(_known(public_id), caller, saved=said)


def _page(
    case: FeedbackCase, caller: Caller, *, refused: RelacionalError | None = None, typed: Typed | None = None,
    saved: str = "",
) -> HttpResponse:  # fmt: skip
    host = conf.host()
    now, names = host.now(), StaffNames(caller.reference)
    waits = case.state in cases.WAITING
    bad = isinstance(refused, BadInput)
    seen = typed.get("seen", "") if bad and typed is not None else cases.version(case)
    values: dict[str, Any] = {
        "case": case, "what": inbox_words.kind(case.kind), "state": inbox_words.case_state(case.state),
        "said": [_told(one) for one in reversed(told.within(case))], "person": person_link.of(case.profile_id),
        "order": case.purchase.number if case.purchase else "", "order_page": _order_page(case),
        "due": inbox_words.moment(case.due_at), "clock": inbox_words.clock(case.due_at, now) if waits else "",
        "late": waits and case.due_at < now, "waits": waits, "closed": case.state == CaseState.CLOSED,
        "owner": names.of(case.owner), "mine": bool(caller.reference) and case.owner == caller.reference,
        "answered_by": names.of(case.answered_by), "closed_by": names.of(case.closed_by),
        "answered_at": inbox_words.moment(case.answered_at) if case.answered_at else "",
        "in_time": case.answered_at is not None and case.answered_at <= case.due_at,
        "disappointed": case.kind in (FeedbackKind.RATING, FeedbackKind.COMPLAINT),
        "seen": seen, "version": cases.version(case), "typed": typed if typed is not None else {"send": "on"},
        "wrong": refused.message if refused and bad else "", "refused": None if bad else refused, "saved": saved,
    }  # fmt: skip
    status = 200 if refused is None else 422 if bad else 409
    return desk.show("inbox/case.html", values, caller=caller, section="inbox", status=status)


def _told(one: told.Told) -> dict[str, Any]:
    return {
        "what": inbox_words.kind(one.kind), "stars": inbox_words.stars(one.stars), "text": one.text,
        "reason": inbox_words.reason(one.reason), "source": inbox_words.source(one.source),
        "at": inbox_words.moment(one.at), "counts": one.counts,
    }  # fmt: skip


def _order_page(case: FeedbackCase) -> str:
    """In Saleor's dashboard; empty for an order that the host does not know."""
    order = case.purchase
    if order is None or order.source != conf.host().source:
        return ""
    return f"/orders/{Node.to_global_id('Order', order.reference)}"


def _known(public_id: UUID) -> FeedbackCase:
    found = cases.of_public_id(public_id)
    if found is None:
        raise Http404
    return found
