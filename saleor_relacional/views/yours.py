"""The page of one person, behind a mail's signed link. No login, no cookie: the signature is the permission.

GET shows and changes nothing, because mail scanners follow links. The link is dated: mails are forwarded, and mailboxes
become somebody else's. An old one still lets them leave.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.flows.consent import links
from saleor_relacional.views import page


@csrf_exempt  # the signed link authorises, not a cookie
@require_http_methods(["GET", "HEAD"])
def yours(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page. A link that we did not sign says only that it does not work."""
    host = conf.host()
    opened = links.who_opens(token, host.now())
    if opened is None:
        return page.answer("yours.html", page.language_of(request, None), {"state": "unknown"}, status=404)
    public_id, works = opened
    values = {"state": "open" if works else "old", "leave": links.leave_token(public_id)}
    with host.writing():
        profile = links.profile_of(public_id) if works else None
    return page.answer("yours.html", page.language_of(request, profile), values, status=200 if works else 410)
