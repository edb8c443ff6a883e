"""The list of customers: filters in its address, a search that stands in none, page by page."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, may_write, words
from saleor_relacional.dashboard.customers import asked as customers_asked
from saleor_relacional.dashboard.customers.asked import CustomersAsked
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.beliefs import fits
from saleor_relacional.flows.profiles.profile_list import ListPosition, Order
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Stage

PAGE = 25


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The first page of those whom the address asks for."""
    asked, now = customers_asked.read(request.GET.dict() | {"search": ""}), conf.host().now()
    currencies, known = customers_asked.currencies(), segments.all_known()
    values = {
        **_found(asked, now),
        "stages": [(value, words.stage(value)) for value in Stage.values],
        "segments": known,
        "gone": bool(asked.segment) and all(str(each.public_id) != asked.segment for each in known),
        "currencies": currencies if len(currencies) > 1 else [],
    }
    return desk.show("customers/customers.html", values, caller=caller, section="customers")


@desk.ask
def search(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Those whose address begins as was typed, within the filters of the page."""
    return answer(
        "customers/found.html",
        {**_found(customers_asked.read(request.POST.dict()), conf.host().now()), **_rights(caller)},
    )


@desk.ask
def more(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The next rows."""
    given = request.POST.dict()
    asked, now = customers_asked.read(given), conf.host().now()
    try:
        rows = _rows(asked, now, customers_asked.place(given, asked.order))
    except BadInput as error:
        raise Http404 from error
    return answer("customers/rows.html", {**rows, **_rights(caller)})


@desk.ask
def count(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """How many there are, after the page."""
    asked, now = customers_asked.read(request.POST.dict()), conf.host().now()
    try:
        number = profile_list.count(customers_asked.wanted(asked, now), now=now)
    except BadInput as error:
        raise Http404 from error
    return answer("customers/count.html", {"count": number})


def _rights(caller: Caller) -> dict[str, bool]:
    """What a page has from desk.show: whoever may change something chooses several."""
    return {"may_change": caller.may(MANAGE_RELATIONSHIPS)}


def _found(asked: CustomersAsked, now: datetime) -> dict[str, Any]:
    try:
        rows, refused = _rows(asked, now, None), ""
    except BadInput as error:
        rows, refused = {"rows": [], "more": None, "asked": asked}, error.message
    return {**rows, "refused_search": refused, "columns": _columns(asked)}


def _rows(asked: CustomersAsked, now: datetime, after: ListPosition | None) -> dict[str, Any]:
    listed, more = profile_list.page(
        customers_asked.wanted(asked, now), asked.order, descending=asked.descending, after=after, first=PAGE,
        now=now,
    )  # fmt: skip
    return {
        "rows": _shown([one.relationship for one in listed], now),
        "more": customers_asked.place_text(listed[-1].place) if more else None,
        "asked": asked,
    }


def _shown(people: list[Relationship], now: datetime) -> list[dict[str, Any]]:
    ids = [one.id for one in people]
    bases = may_write.of(ids, now)
    rhythms = {key: forecast for some in fits.asked(people, now) for key, forecast in some.rhythms.items()}
    return [
        {
            "person": one, "basis": bases.get(one.id),
            "rhythm": None if one.no_profiling else rhythms.get(one.id),
        }
        for one in people
    ]  # fmt: skip


def _columns(asked: CustomersAsked) -> dict[str, dict[str, str]]:
    """Order → where its head leads, and how it stands. Only amounts of one currency can be ordered."""
    shop = customers_asked.currencies()
    found = {}
    for order in Order:
        currency = asked.currency or (shop[0] if len(shop) == 1 else "")
        if not currency and (order is Order.KEPT or (order is Order.YEAR_VALUE and not asked.alike)):
            continue
        current = order is asked.order
        turned = {"order": order, "descending": not asked.descending if current else True}
        if order is Order.KEPT:
            turned["currency"] = currency
        found[str(order)] = {
            "query": asked.address(**turned),
            "sorted": ("descending" if asked.descending else "ascending") if current else "",
        }
    return found
