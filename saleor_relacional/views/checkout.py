"""The page that a mail about an abandoned checkout leads to, and from which the storefront goes on with it.

GET shows a button, and nothing of the checkout: mail scanners follow links, and mails are forwarded. POST leads to the
storefront, whose address of a checkout opens whatever was typed into it. Neither changes anything.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.limits import limit
from saleor_relacional.models import Basket, BasketState, Profile
from saleor_relacional.views import page

MOST, PER = 60, timedelta(hours=1)
"""How often one checkout may be asked for."""


@csrf_exempt  # the signed link authorises, not a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button, or lead to the storefront. A link that is too old, or whose checkout was bought, emptied,
    cleared away or forgotten, says so and leads to the shop."""
    host = conf.host()
    named = links.which_checkout(token, host.now())
    if named is None:
        return _page(request, None, "unknown", status=404)
    basket_id, works = named
    with host.writing():
        if not limit.allowed("checkout", str(basket_id), most=MOST, per=PER, now=host.now()):
            return _page(request, None, "often", status=429)
        basket = Basket.objects.select_related("profile").filter(pk=basket_id).first()
        goes_on = (
            host.checkout_url(basket.channel, basket.reference)
            if basket and works and _is_open(basket)
            else ""
        )
        profile = basket.profile if basket else None
        if not goes_on:
            fresh = token if basket and not works and _is_open(basket) and host.active() else ""
            return _page(request, profile, "gone", status=410, storefront=_storefront(basket), fresh=fresh)
        if request.method == "POST":
            leads = HttpResponse(status=303)
            leads["Location"] = goes_on
            return page.sealed(leads)
        return _page(request, profile, "ask", forms=f"'self' {_beyond(goes_on)}")


def _is_open(basket: Basket) -> bool:
    return basket.state == BasketState.OPEN and basket.filled and basket.profile_id is not None


def _storefront(basket: Basket | None) -> str:
    """Of the checkout's channel; where nothing is left of it, of the first channel that has one."""
    host = conf.host()
    channels = [basket.channel] if basket else [channel.slug for channel in host.channels()]
    return next((url for slug in channels if (url := host.storefront_url(slug))), "")


def _beyond(goes_on: str) -> str:
    """Where the button may lead: browsers hold the redirects of a form, the storefront's own included, against the
    policy (an address without www leads to the one with it), so that its origin alone would not do."""
    parts = urlsplit(goes_on)
    return "https:" if parts.scheme == "https" else f"{parts.scheme}://{parts.netloc}"


def _page(
    request: HttpRequest,
    profile: Profile | None,
    state: str,
    *,
    status: int = 200,
    storefront: str = "",
    fresh: str = "",
    forms: str = "'self'",
) -> HttpResponse:
    language = page.language_of(request, profile)
    values = {"state": state, "storefront": storefront, "fresh": fresh}
    return page.answer("checkout.html", language, values, status=status, forms=forms)
