"""The shop's own pages: the one behind the link that proves an address. GET shows, POST changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from saleor_relacional.hosts.standalone.shop import accounts
from saleor_relacional.hosts.standalone.shop.refusal import Refusal


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove an address. The token itself is the proof, so no cookie and no CSRF token are involved."""
    token = request.POST.get("token") or request.GET.get("token", "")
    state, status = "ask", 200
    if request.method == "POST":
        try:
            accounts.confirm(token)
            state = "done"
        except Refusal:
            state, status = "refused", 400
    response = render(
        request, "relacional_shop/confirm.html", {"token": token, "state": state}, status=status
    )
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    response["Referrer-Policy"] = "no-referrer"
    return response
