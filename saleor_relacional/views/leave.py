"""The page behind a mail's unsubscribe link. No login, no cookie: the signature in the link is the permission.

GET shows and changes nothing, because mail scanners follow links. POST changes: from the page's own button, or from
the mail client at once (List-Unsubscribe=One-Click, RFC 8058). Doing it twice is the same as once, and however often
somebody asks for it, they are never turned away: leaving is the one door that is not counted. Whoever leaves by
the button is asked why, in one tap, for the only time.
"""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.ledger import leaving
from saleor_relacional.flows.ledger.leaving import Reason
from saleor_relacional.models import Basis, ConsentPlace, Profile, Purpose
from saleor_relacional.views import page

LINK = "unsubscribe_link"
"""The source of what is said on this page."""


@csrf_exempt  # the signed link authorises, not a cookie; a mail client could not send a token
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page, or end the mails. A link that we did not sign says only that it does not work."""
    public_id = links.who_leaves(token)
    if public_id is None:
        return _page(request, None, "unknown", status=404)
    with conf.host().writing():
        profile = links.profile_of(public_id)
        if profile is None:  # forgotten: nothing is left to write to
            return _page(request, None, "left")
        if request.method != "POST":
            return _page(request, profile, "left" if _has_left(profile) else "ask")
        return _act(request, profile, public_id)


def _act(request: HttpRequest, profile: Profile, public_id: UUID) -> HttpResponse:
    if _is_one_click(request):
        _leave(profile, "one_click")
        return _page(request, profile, "left")
    answer = request.POST.get("answer")
    if answer == "leave":
        _leave(profile, LINK)
        held, asks = _left_here(profile), leaving.ask(profile, conf.host().now())
        return _page(request, profile, "left", undo=links.stay_token(public_id, held), why=asks)
    undo = request.POST.get("undo", "")
    was_here = links.who_stays(undo) == public_id
    left = [Purpose(one) for one in links.held_before(undo)]
    if answer == "stay" and was_here and left:
        _stay(request, profile, left)
        return _page(request, profile, "stays")
    if answer == "why" and was_here:
        thanks = _because(profile, request.POST.get("why", ""))
        return _page(request, profile, "left", undo=undo, thanks=thanks)
    return _page(request, profile, "left" if _has_left(profile) else "ask", status=400)


def _is_one_click(request: HttpRequest) -> bool:
    """Whether a mail client says so, also one that does not call what it sends a form."""
    if not (request.content_type or "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        return request.body.strip().lower() == b"list-unsubscribe=one-click"
    return request.POST.get("List-Unsubscribe", "").lower() == "one-click"


def _leave(profile: Profile, source: str) -> None:
    consent.record_objection(profile, source=source, now=conf.host().now())


def _left_here(profile: Profile) -> list[Purpose]:
    """What they have left by this page while that can be taken back. Asked once they have left, and of that moment:
    whoever presses twice has pressed once."""
    now = conf.host().now()
    return consent.left_lately(profile, source=LINK, since=now - links.UNDO_WITHIN, now=now)


def _stay(request: HttpRequest, profile: Profile, held: Sequence[Purpose]) -> None:
    """An opt-in of their own to what they left, with the words that were on the button's page."""
    words = _words(request, profile)
    with sql.atomic():
        if _has_left(profile):  # twice is once
            consent.give(
                profile,
                basis=Basis.OPT_IN,
                source=LINK,
                text=words.text,
                language=words.language,
                now=conf.host().now(),
                purposes=held,
            )


def _words(request: HttpRequest, profile: Profile) -> consent_texts.Words:
    """Those on the button that takes leaving back: of the page that was pressed, else those that hold."""
    key = request.POST.get("words", "")
    return consent_texts.read(ConsentPlace.STAY, key, page.tag_of(request, profile))


def _because(profile: Profile, reason: str) -> bool:
    """Whether it is a reason that we keep: of somebody who has said one already we keep no other."""
    try:
        return leaving.say(profile, reason, conf.host().now())
    except BadInput:
        return False


def _reasons() -> list[tuple[str, str]]:
    """What can be tapped, in words."""
    return [
        (Reason.TOO_MANY, _("Too many emails")),
        (Reason.NOT_INTERESTING, _("They do not interest me")),
        (Reason.NEVER_ASKED, _("I never asked for them")),
        (Reason.NOT_MINE, _("They are for somebody else")),
        (Reason.OTHER, _("Something else")),
    ]


def _has_left(profile: Profile) -> bool:
    return consent.has_left(profile.pk, now=conf.host().now())


def _page(
    request: HttpRequest, profile: Profile | None, state: str, *, undo: str = "", why: bool = False,
    thanks: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    language = page.language_of(request, profile)
    with translation.override(language):
        reasons = _reasons() if why else []
    stay = _words(request, profile) if profile and links.held_before(undo) else None
    values = {"state": state, "undo": undo, "stay": stay, "reasons": reasons, "thanks": thanks}
    return page.answer("leave.html", language, values, status=status)
