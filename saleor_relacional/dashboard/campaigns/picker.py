"""The goods that a rung is about, found by name and chosen in the form of a campaign. Saves nothing."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.campaigns import draft, form
from saleor_relacional.dashboard.campaigns.draft import Draft
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign


@desk.change
def search(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """What is called as was typed."""
    return _drawn("campaigns/goods_found.html", known(campaign), draft.typed(request.POST), request)


@desk.change
def choose(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The field with one more."""
    typed = draft.typed(request.POST)
    draft.choose(typed, request.POST.get("field", ""), request.POST.get("reference", ""))
    return _drawn("campaigns/picker.html", known(campaign), typed, request)


def _drawn(template: str, campaign: Campaign, typed: Draft, request: HttpRequest) -> HttpResponse:
    name = request.POST.get("field", "")
    field = form.goods_field(form.form(kind_of(campaign.kind), typed, focus=name), name)
    if field is None:
        raise Http404
    return answer(template, {"campaign": campaign, "field": field, "id": f"f-{name}", "may_change": True})
