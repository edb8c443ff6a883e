"""Our script and style, served by us: a Saleor in production serves no static files."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.views.decorators.http import require_safe

PLACE = Path(__file__).parent / "static"
TYPES = {
    "frame.js": "text/javascript; charset=utf-8",
    "forms.js": "text/javascript; charset=utf-8",
    "place.js": "text/javascript; charset=utf-8",
    "leaving.js": "text/javascript; charset=utf-8",
    "kept.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "people.css": "text/css; charset=utf-8",
    "voices.css": "text/css; charset=utf-8",
    "campaigns.css": "text/css; charset=utf-8",
    "mail.css": "text/css; charset=utf-8",
    "mail.js": "text/javascript; charset=utf-8",
    "inter.woff2": "font/woff2",
    "inter.LICENSE.txt": "text/plain; charset=utf-8",
    "htmx.LICENSE.txt": "text/plain; charset=utf-8",
}
"""Name → content type: what is not in this table is not there."""
LINKED = (
    "page.css",
    "desk.css",
    "people.css",
    "voices.css",
    "campaigns.css",
    "mail.css",
    "htmx.min.js",
    "forms.js",
    "leaving.js",
    "place.js",
    "frame.js",
    "kept.js",
)
"""What every frame links, in this order."""
YEAR = 365 * 24 * 3600


@cache
def _read(name: str) -> tuple[bytes, str]:
    body = (PLACE / name).read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:16]


def link(name: str) -> str:
    """URL of an asset; it changes when the content does, so that it may be kept for ever."""
    return f"{reverse('dashboard-asset', args=[name])}?v={_read(name)[1]}"


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """One of our files. With its own version in the URL it may be kept for a year, else for five minutes."""
    if name not in TYPES:
        raise Http404
    body, version = _read(name)
    etag = f'"{version}"'
    known = request.headers.get("If-None-Match") == etag
    response = HttpResponseNotModified() if known else HttpResponse(body, content_type=TYPES[name])
    kept = f"max-age={YEAR}, immutable" if request.GET.get("v") == version else "max-age=300"
    response["ETag"] = etag
    response["Cache-Control"] = f"public, {kept}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
