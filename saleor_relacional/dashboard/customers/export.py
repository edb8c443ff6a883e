"""The customers of the list as a file for a spreadsheet: read and sent batch by batch, and no cell of it a formula."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, may_write, words
from saleor_relacional.dashboard.customers import asked as customers_asked
from saleor_relacional.dashboard.pages import language, protect
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ledger.files import safe
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.profiles.beliefs import fits
from saleor_relacional.flows.profiles.profile_list import Filter, Order
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.hosts.base import Caller


@desk.ask
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse | StreamingHttpResponse:
    """All rows of the filter and of the search, in the order of the list."""
    asked, now = customers_asked.read(request.POST.dict()), conf.host().now()
    try:
        wanted = customers_asked.wanted(asked, now)
        profile_list.refuse_unlike(wanted, asked.order)
        profile_list.count(wanted, now=now)  # a search that cannot be is refused before anything is sent
    except BadInput as error:
        raise Http404 from error
    parts = lines(wanted, asked.order, descending=asked.descending, now=now, tongue=language(request))
    body = _apart(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"customers-{now.astimezone(conf.time_zone()).date().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return protect(response)


def lines(wanted: Filter, order: Order, *, descending: bool, now: datetime, tongue: str) -> Iterator[str]:
    """The file, a batch at a time; begins with the mark by which spreadsheets know UTF-8."""
    batches = profile_list.everybody(wanted, order, descending=descending, now=now)
    with translation.override(tongue):
        yield "\ufeff" + _csv([_heads()])
    while True:
        with conf.host().writing(), translation.override(tongue):
            people = next(batches, None)
            if people is None:
                return
            part = _csv(_cells(people, now))
        yield part


async def _apart(parts: Iterator[str]) -> AsyncIterator[str]:
    """The same where a server of events sends it: each batch is read in the thread of the request."""

    def following() -> str | None:
        return next(parts, None)

    while (part := await sync_to_async(following)()) is not None:
        yield part


def _heads() -> list[str]:
    return [
        _("E-mail address"), _("First name"), _("Stage"), _("Since"), _("Orders"), _("Last order"),
        _("Days between orders"), _("Currency"), _("Kept"), _("The year ahead"), _("May we write?"),
    ]  # fmt: skip


def _cells(people: list[Relationship], now: datetime) -> Iterator[list[Any]]:
    zone = conf.time_zone()
    bases = may_write.of([one.id for one in people], now)
    rhythms = {key: one for some in fits.asked(people, now) for key, one in some.rhythms.items()}
    for one in people:
        rhythm = None if one.no_profiling else rhythms.get(one.id)
        yield [
            one.email, one.first_name, words.stage(one.stage), one.since.astimezone(zone).date().isoformat(),
            one.purchases, one.last_day.isoformat() if one.last_day else "",
            max(round(rhythm.typical_days), 1) if rhythm else "", one.currency,
            f"{one.kept:.2f}" if one.currency else "",
            "" if one.year_value is None else f"{one.year_value:.2f}", words.basis(bases.get(one.id)),
        ]  # fmt: skip


def _csv(rows: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([safe(cell) for cell in row] for row in rows)
    return buffer.getvalue()
