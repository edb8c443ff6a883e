"""Our views under /plugins/saleor_relacional/…: Saleor hands every method and path below it to the plugin."""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, HttpResponseNotFound
from django.urls import Resolver404, get_script_prefix, get_urlconf, resolve, set_script_prefix, set_urlconf

from saleor_relacional import conf

URLS = "saleor_relacional.urls"
HOME = ("", "dashboard")
"""What the dashboard asks for when somebody opens the app itself: it drops the slash at the end."""
EVEN_WHEN_OFF = frozenset(
    {
        "relacional-leave",
        "relacional-page",
        "relacional-page-take",
        "relacional-page-forget",
        "relacional-checkout",
        "relacional-mail-events",
    }
)
"""URL names that answer while the plugin is switched off: leaving, seeing and erasing must always work, mails that
have left lead somewhere, and whoever calls one spam is heard."""


def answer(request: Any, path: str, *, active: bool) -> HttpResponse:
    """Resolve the rest of the path among our own URLs and let the view answer."""
    try:
        match = resolve("/dashboard/" if path.strip("/") in HOME else f"/{path.lstrip('/')}", urlconf=URLS)
    except Resolver404:
        return HttpResponseNotFound()
    if not active and match.url_name not in EVEN_WHEN_OFF:
        return HttpResponseNotFound()
    return _in_our_urls(request, match)


def _in_our_urls(request: Any, match: Any) -> HttpResponse:
    # reverse() and {% url %} in our views and templates must yield paths below the plugin's own.
    before = get_urlconf(), get_script_prefix()
    set_urlconf(URLS)
    set_script_prefix(f"{urlsplit(conf.host().public_url()).path}/")
    try:
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if not getattr(response, "is_rendered", True):
            response.render()  # type: ignore[attr-defined]  # a TemplateResponse, rendered while the prefix is ours
        return response
    except Http404:
        return HttpResponseNotFound()
    finally:
        set_urlconf(before[0])
        set_script_prefix(before[1])
