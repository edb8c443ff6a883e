""" "That is wrong": the form about one entry, or for a note about none, and what is done with it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.ledger import ledger, remarks
from saleor_relacional.models import RemarkKind
from saleor_relacional.views import page
from saleor_relacional.views.yours.opening import Opened, opens
from saleor_relacional.views.yours.show import Done, shown


@require_http_methods(["GET", "HEAD", "POST"])
@opens
def say(request: HttpRequest, opened: Opened, entry: str = "") -> HttpResponse:
    """GET shows the form. POST keeps what they say, and shows the page with it."""
    if request.method == "POST":
        return _keep(request, opened, entry)
    return _form(opened, entry)


def _form(opened: Opened, entry: str, problem: str = "", status: int = 200) -> HttpResponse:
    about = ledger.of(opened.profile, opened.now).entry(entry) if entry else None
    if entry and about is None:
        return shown(opened, problem=_("There is no such entry any more."), status=404)
    values = {"opened": opened, "entry": about, "problem": problem}
    return page.answer("yours/say.html", opened.language, values, status=status)


def _keep(request: HttpRequest, opened: Opened, entry: str) -> HttpResponse:
    given = request.POST
    right = given.get("right", "")
    kind = RemarkKind.CORRECTION.value if right else given.get("kind", RemarkKind.NOTE.value)
    try:
        kept = remarks.say(
            opened.profile, kind=kind, now=opened.now, entry=entry, words=given.get("words", ""), right=right
        )
    except BadInput as error:
        return _form(opened, entry, error.message, 400)
    except Refused as error:
        return shown(opened, problem=error.message, status=429)
    said = _("We have noted it. Somebody of the shop reads it, and the answer will stand on this page.")
    return shown(opened, done=Done(said=said, undo="take-back", values=[("remark", str(kept.public_id))]))


@require_http_methods(["POST"])
@opens
def take_back(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What nobody has answered yet is as if it had not been said."""
    try:
        gone = remarks.take_back(opened.profile, UUID(request.POST.get("remark", "")))
    except ValueError:
        gone = False
    if not gone:
        return shown(opened, problem=_("There is nothing to take back."), status=400)
    return shown(opened, done=Done(said=_("Taken back.")))
