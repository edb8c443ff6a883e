"""Take along what we hold, or have it forgotten. Both change something (a record of it, and everything), so both are
posted; forgetting is asked about twice."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import data_requests, erase, export, files, ledger
from saleor_relacional.models import DataRequestDoor, DataRequestKind
from saleor_relacional.views import page
from saleor_relacional.views.yours.opening import Opened, opens
from saleor_relacional.views.yours.show import shown

FORMS = {"json": ("application/json", "json"), "csv": ("application/zip", "zip")}
"""What can be asked for → its media type, and how the file's name ends."""


@require_http_methods(["POST"])
@opens
def take(request: HttpRequest, opened: Opened) -> HttpResponse:
    """A file with everything."""
    form = request.POST.get("form", "")
    if form not in FORMS:
        return shown(opened, problem=_("Choose JSON or CSV."), status=400)
    data_requests.record(
        opened.profile,
        kind=DataRequestKind.EXPORT,
        by=data_requests.CUSTOMER,
        through=DataRequestDoor.PAGE,
        now=opened.now,
    )
    found = export.of(opened.profile, opened.now)
    told = ledger.of(opened.profile, opened.now)
    media, ends = FORMS[form]
    file = HttpResponse(
        files.as_json(found, told) if form == "json" else files.as_zip(found), content_type=media
    )
    file["Content-Disposition"] = f'attachment; filename="my-data.{ends}"'
    file["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return page.sealed(file)


@require_http_methods(["POST"])
@opens
def forget(request: HttpRequest, opened: Opened) -> HttpResponse:
    """First ask, and say what will be left; then, from that answer and within an hour, do it."""
    sure = request.POST.get("sure", "")
    if links.who_erases(sure) != opened.public_id:
        values = {"opened": opened, "sure": links.erase_token(opened.public_id), "remains": erase.remains()}
        return page.answer("yours/erase.html", opened.language, values, status=400 if sure else 200)
    erase.erase(opened.profile, by=data_requests.CUSTOMER, through=DataRequestDoor.PAGE, now=opened.now)
    return page.answer("yours/erased.html", opened.language, {"remains": erase.remains()})
