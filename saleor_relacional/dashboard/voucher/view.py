"""On a voucher's page: which campaign and rung it serves, and who holds its codes, twenty at a time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard import words
from saleor_relacional.dashboard.desk import page
from saleor_relacional.dashboard.pages import answer, in_readers_language, skeleton
from saleor_relacional.flows.incentives import voucher_use
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.hosts.base import Caller

PAGE = 20


@require_safe
@in_readers_language
def widget(request: HttpRequest) -> HttpResponse:
    """The frame. Cheap and without data: the dashboard asks for it twice."""
    return skeleton(request, "widget", _("Relationship"))


@page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """What the voucher of `voucherId` is for."""
    key = conf.host().issued_as(_reference(request.GET.get("voucherId", "")))
    use = voucher_use.of_key(key)
    if use is None:
        return answer("voucher/unknown.html", {"ours": bool(key)})
    after = request.GET.get("after", "")
    codes, more = voucher_use.holders(use, after=int(after) if after.isdecimal() else 0, first=PAGE)
    people = profiles.of_ids([one.profile_id for one in codes if one.profile_id is not None])
    rows = [
        {"code": one, "person": people.get(one.profile_id or 0)} for one in codes
    ]  # fmt: skip
    values = {
        "use": use, "state": words.state(use.campaign.state), "rows": rows, "next": codes[-1].pk if more else None,
    }  # fmt: skip
    return answer("voucher/voucher.html", {**values, "voucher": request.GET["voucherId"], "first": not after})


@page
def counts(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many of its codes still work, and how many were redeemed: after the widget."""
    use = voucher_use.of_key(conf.host().issued_as(_reference(request.GET.get("voucherId", ""))))
    if use is None:
        raise Http404
    states = voucher_use.states(use)
    live = states.get("planned", 0) + states.get("issued", 0)
    return answer("voucher/counts.html", {"live": live, "redeemed": states.get("redeemed", 0)})


def _reference(given: str) -> str:
    try:
        kind, reference = Node.from_global_id(given)
    except (ValueError, TypeError):
        return ""
    return reference if kind == "Voucher" else ""
