"""What every page has in common: its language, its policy, its templates, and who may see it."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import Context, Engine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from saleor_relacional import conf
from saleor_relacional.dashboard import assets, filters
from saleor_relacional.hosts.base import Caller

LANGUAGES = ("en", "es")
MANAGE_USERS = "MANAGE_USERS"
MANAGE_RELATIONSHIPS = "MANAGE_RELATIONSHIPS"

# An engine of our own: the host's template settings are its own business.
ENGINE = Engine(
    dirs=[str(Path(__file__).parent)],
    libraries={"i18n": "django.templatetags.i18n", "filters": "saleor_relacional.dashboard.filters"},
    builtins=["django.templatetags.i18n", "saleor_relacional.dashboard.filters"],
)

View = Callable[..., HttpResponseBase]
Sent = TypeVar("Sent", bound=HttpResponseBase)


def language(request: HttpRequest) -> str:
    """The first language of the reader's that we speak; English otherwise. The dashboard's choice comes in the same
    header."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code.split("-")[0] in LANGUAGES:
            return code.split("-")[0]
    return LANGUAGES[0]


def in_readers_language(view: View) -> View:
    """Decorates a view: it runs in the reader's language, and its answer says that it varies by language and caller."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language(request)):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = language(request)
        response["Vary"] = "Accept-Language, Authorization"
        return response

    return spoken


def for_staff(view: View) -> View:
    """Decorates a view: it runs for the bearer of a token with MANAGE_USERS and gets them as `caller`. Others get the
    panel that names the permission. A token in a header needs no protection against forged forms."""

    @csrf_exempt
    @in_readers_language
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        caller = conf.host().caller(request)
        if not caller.may(MANAGE_USERS):
            return needs_permission(request, caller, MANAGE_USERS)
        return view(request, *args, caller=caller, **kwargs)

    return checked


def needs_permission(request: HttpRequest, caller: Caller, permission: str) -> HttpResponse:
    """The panel that says which permission is needed."""
    known = caller.account is not None or caller.app is not None
    return answer(
        "shared/needs.html", {"permission": permission, "known": known}, status=403 if known else 401
    )


def answer(template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page or a part of one. Never kept by a cache: it is about customers."""
    with filters.in_one_zone():
        text = ENGINE.get_template(f"{template}").render(
            Context({"root": reverse("dashboard-root"), **values})
        )
    response = HttpResponse(text, status=status)
    response["Cache-Control"] = "no-store"
    return protect(response)


def skeleton(request: HttpRequest, kind: str, title: str) -> HttpResponse:
    """The frame of a page, the same for everybody: no data in it. Its script fills in what is at the same place below
    content/, once the dashboard has handed over a token. Where nobody has said which address may frame us, it says what
    to do instead."""
    theme = request.GET.get("theme")
    origins = conf.host().dashboard_origins()
    values = {
        "kind": kind,
        "root": reverse("dashboard-root"),
        "contents": reverse("dashboard-content"),
        "title": title,
        "theme": theme if theme in ("light", "dark") else "",
        "language": language(request),
        "origins": " ".join(origins),
        "styles": [assets.link(name) for name in assets.LINKED if name.endswith(".css")],
        "scripts": [assets.link(name) for name in assets.LINKED if name.endswith(".js")],
        "lonely": _("Open this page from the shop's dashboard."),
    }
    if origins:
        return answer("shared/skeleton.html", values)
    return protect(answer("shared/unframed.html", values), framed_by="*")  # no script, no data, no button


def protect(response: Sent, *, framed_by: str = "") -> Sent:
    """The response with a strict policy: nothing inline, nothing from elsewhere, framed by the dashboard alone (or by
    `framed_by`)."""
    framed_by = framed_by or " ".join(conf.host().dashboard_origins()) or "'none'"
    response["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self';"
        " frame-src 'self';"
        f" base-uri 'none'; form-action 'none'; frame-ancestors {framed_by}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response
