"""What the pages behind links in mails have in common: language, look, and headers that let nothing in or out."""

import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from saleor_relacional import conf
from saleor_relacional.flows.messages import voices
from saleor_relacional.models import Profile

LANGUAGES = ("en", "es")

POLICY = "default-src 'none'; style-src 'nonce-{nonce}'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"


def language_of(request: HttpRequest, profile: Profile | None, channel: str = "") -> str:
    """The person's own, else the browser's, else English: as Django is to speak it, in the voice of their channel. Of
    nobody in particular `channel` may tell where they shop."""
    with conf.host().writing():
        return voices.tongue(tag_of(request, profile)[:2], (profile.channel if profile else "") or channel)


def tag_of(request: HttpRequest, profile: Profile | None) -> str:
    """Their language alone, with the region where one is said: es-mx."""
    own = [profile.language] if profile and profile.language else []
    browser = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    known = [tag.lower().replace("_", "-") for tag in own + browser]
    return next((tag for tag in known if tag.partition("-")[0] in LANGUAGES), LANGUAGES[0])


def answer(
    template: str, language: str, values: Mapping[str, object], *, status: int = 200, forms: str = "'self'"
) -> HttpResponse:
    """The page. `forms`: where its form may lead, redirects included, as the policy says it."""
    nonce, written = secrets.token_urlsafe(16), voices.plain(language)
    known = {"nonce": nonce, "language": written, "shop": conf.host().shop_name(), **values}
    with translation.override(language):
        page = HttpResponse(render_to_string(f"saleor_relacional/{template}", known), status=status)
    page["Content-Security-Policy"] = POLICY.format(nonce=nonce, forms=forms)
    page["Content-Language"] = written
    return sealed(page)


def sealed(page: HttpResponse) -> HttpResponse:
    """The same answer: kept by nobody, shown in no frame, and its address, a permission, told to nobody."""
    page["Cache-Control"] = "no-store"
    page["Referrer-Policy"] = "no-referrer"
    page["X-Content-Type-Options"] = "nosniff"
    page["X-Frame-Options"] = "DENY"
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page
