"""What one customer says of what we hold about them, and what staff answer: it stands on the customer's page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.inbox import inbox_words, person_link
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.ledger import purchase_corrections, remarks
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Remark


@desk.page
def content(request: HttpRequest, remark: UUID, *, caller: Caller) -> HttpResponse:
    """The remark, the entry it is about, and the answer."""
    return _page(_known(remark), caller)


@desk.change
def answer(request: HttpRequest, remark: UUID, *, caller: Caller) -> HttpResponse:
    """Answer it, or answer it anew; and correct the order as they say, where that button was pressed."""
    words, seen = request.POST.get("answer", ""), request.POST.get("seen", "")
    corrects = request.POST.get("correct") == "yes"
    answer_it = purchase_corrections.accept if corrects else remarks.answer
    try:
        with sql.atomic():
            answer_it(
                _known(remark).public_id, words=words, by=caller.reference, now=conf.host().now(), seen=seen
            )
    except RelacionalError as error:
        return _page(
            _known(remark),
            caller,
            refused=error,
            typed=words,
            seen=seen if isinstance(error, BadInput) else "",
        )
    saved = (
        _("Corrected, and answered on their page.") if corrects else _("Your answer stands on their page.")
    )
    return _page(_known(remark), caller, saved=saved)


def _page(
    remark: Remark, caller: Caller, *, refused: RelacionalError | None = None, typed: str | None = None,
    seen: str = "", saved: str = "",
) -> HttpResponse:  # fmt: skip
    names = StaffNames(caller.reference)
    values: dict[str, Any] = {
        "remark": remark, "what": inbox_words.remark(remark.kind), "right": inbox_words.right(remark.right),
        "person": person_link.of(remark.profile_id), "said_at": inbox_words.moment(remark.said_at),
        "answered_by": names.of(remark.answered_by),
        "answered_at": inbox_words.moment(remark.answered_at) if remark.answered_at else "",
        "corrects": bool(remark.right) and not purchase_corrections.is_made(remark),
        "seen": seen or remarks.version(remark),
        "typed": remark.answer if typed is None else typed,
        "wrong": refused.message if isinstance(refused, BadInput) else "",
        "refused": None if isinstance(refused, BadInput) else refused, "saved": saved,
    }  # fmt: skip
    status = 200 if refused is None else 422 if isinstance(refused, BadInput) else 409
    return desk.show("inbox/remark.html", values, caller=caller, section="inbox", status=status)


def _known(public_id: UUID) -> Remark:
    found = remarks.seen().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
