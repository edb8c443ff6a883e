"""Signing up for the newsletter without a script: a plain form, and the page behind the link of the mail that asks.

The form answers alike whether or not anybody is known by the address, and the link's GET changes nothing: its page has
one button.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.limits import limit, network
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import ConsentPlace, Signup
from saleor_relacional.views import page

MOST, PER = 60, timedelta(hours=1)
"""How often the page of one signup may be asked for."""
TRIES = 254
"""Characters of an address that the form shows again."""


@csrf_exempt  # anybody may sign an address up: nothing counts before its owner confirms it
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest) -> HttpResponse:
    """The form, and its answer. ?channel=… says in whose name the mail leaves."""
    host, tag, channel = conf.host(), page.tag_of(request, None), request.GET.get("channel", "")[:255]
    language = page.language_of(request, None, channel)
    with host.writing():
        words = consent_texts.read(ConsentPlace.NEWSLETTER, request.POST.get("words", ""), tag)
    values: dict[str, object] = {"state": "form", "email": "", "words": words}
    if request.method != "POST":
        return page.answer("newsletter.html", language, values)
    email = request.POST.get("email", "")
    try:
        with host.writing(), translation.override(language):
            signups.ask(
                email, who=network.address(request.META), text=words.text, language=words.tag_for(tag),
                channel=channel, now=host.now(),
            )  # fmt: skip
    except BadInput:
        return page.answer(
            "newsletter.html", language, {**values, "email": email[:TRIES], "wrong": True}, status=400
        )
    except Refused:
        return page.answer("newsletter.html", language, {**values, "state": "often"}, status=429)
    return page.answer("newsletter.html", language, {**values, "state": "asked"})


@csrf_exempt  # the signed link authorises, not a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """One button; a POST confirms. Twice is once."""
    public_id, host = links.which_signup(token), conf.host()
    if public_id is None:
        return page.answer(
            "newsletter.html", page.language_of(request, None), {"state": "unknown"}, status=404
        )
    with host.writing():
        if not limit.allowed("newsletter_page", str(public_id), most=MOST, per=PER, now=host.now()):
            language = page.language_of(request, None)
            return page.answer("newsletter.html", language, {"state": "often"}, status=429)
        if request.method == "POST":
            signups.confirm(public_id, now=host.now())
        signup = Signup.objects.select_related("profile").filter(public_id=public_id).first()
    person, shop = (signup.profile, signup.channel) if signup else (None, "")
    language = page.language_of(request, person, shop)
    if signup is not None and signup.confirmed_at:
        return page.answer("newsletter.html", language, {"state": "confirmed", "text": signup.text})
    if signup is None or signup.expires_at <= host.now():
        return _too_old(request, signup, language)
    return page.answer("newsletter.html", language, {"state": "confirm", "text": signup.text})


def _too_old(request: HttpRequest, signup: Signup | None, language: str) -> HttpResponse:
    """The form again: an address that nobody confirmed is forgotten, so it has to be typed anew. It answers as ever, at
    the address of the form."""
    tag = page.tag_of(request, signup.profile if signup else None)
    with conf.host().writing():
        words = consent_texts.read(ConsentPlace.NEWSLETTER, "", tag)
    values = {"state": "old", "email": "", "words": words, "channel": signup.channel if signup else ""}
    return page.answer("newsletter.html", language, values, status=410)
