"""Where a mail provider tells what became of mails: /mail/events/ under our address.

Who calls is known by the provider's signature or the shop's secret, which anymail checks; no answer says more than
that. It is not counted: whoever is not the provider asks the database nothing, and a provider that was turned away
would try again later.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.flows.sending.heard import webhooks


@csrf_exempt  # the provider's signature or secret authorises, not a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take events; 404 where mails do not leave through a provider that tells any, 403 to whoever is not it, 400 to
    what is no event."""
    if not webhooks.tells():
        return HttpResponse(status=404)
    if request.method != "POST":  # some providers look whether anybody is there
        return HttpResponse()
    with conf.host().writing():
        try:
            webhooks.receive(request, conf.host().now())
        except webhooks.Forged:
            return HttpResponse(status=403)
        except webhooks.BadCall:
            return HttpResponse(status=400)
    return HttpResponse()
