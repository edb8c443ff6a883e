"""A small imitation of the Saleor Dashboard: frames our pages and shakes hands with them as the real one does.

The owner's token is in the fragment of the link (`/dashboard/#token=…`), which browsers never send to a server.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The frame around everything; the same for everybody."""
    response = render(request, "relacional_shop/dashboard.html")
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
