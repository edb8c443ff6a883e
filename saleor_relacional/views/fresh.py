"""The button on the page of a link that is too old: a fresh one is mailed to whoever it was made for. POST alone, since
mail scanners follow links, and one answer for everybody."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.errors import Refused
from saleor_relacional.flows.ledger import fresh_link
from saleor_relacional.flows.limits import network
from saleor_relacional.views import page


@csrf_exempt  # the signed link authorises, not a cookie; whoever sends another's gets nothing
@require_http_methods(["POST"])
def fresh(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for it."""
    language, host = page.language_of(request, None), conf.host()
    try:
        with host.writing():
            fresh_link.ask(token, who=network.address(request.META), now=host.now())
    except Refused:
        return page.answer("fresh.html", language, {"state": "often"}, status=429)
    return page.answer("fresh.html", language, {"state": "asked"})
