"""The page on which somebody tells the shop something: how an order was, that something went wrong, what they wish. No
login, no cookie: the signed link is the permission.

A tap on a star in a mail opens the page with that answer chosen. GET stores nothing, because mail scanners follow
links; the button does. The page shows nobody's name or address, because mails are forwarded.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.contact.lateness import BAD_STARS
from saleor_relacional.flows.feedback import tell, told
from saleor_relacional.flows.limits import limit
from saleor_relacional.models import FeedbackKind, FeedbackSource, Profile, Purchase
from saleor_relacional.views import page

MOST, PER = 20, timedelta(hours=1)
"""So many things may be told by one person's links within this time."""
MOST_LOOKS = 120
"""How often the page may be looked at in the same time."""
IN_WORDS = (FeedbackKind.COMPLAINT, FeedbackKind.WISH)


@csrf_exempt  # the signed link authorises, not a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page, or keep what they tell. A link that is too old says so."""
    host = conf.host()
    now = host.now()
    opened = links.who_tells(token, now)
    if opened is None:
        return _page(request, None, "unknown", status=404)
    public_id, key, works = opened
    with host.writing():
        profile = links.profile_of(public_id) if works else None
        order = Purchase.objects.filter(pk=key, profile=profile).first() if profile and key else None
        if profile is None or (key and order is None):
            fresh = token if not works and host.active() else ""
            return _page(request, profile, "old", status=410, fresh=fresh)
        if request.method != "POST" and not _may_look(profile, now):
            return _page(request, profile, "often", status=429)
        if request.method == "POST":
            return _tell(request, profile, order, now)
        return _page(request, profile, "ask", **_asked(request.GET, profile, order))


def _may_look(profile: Profile, now: datetime) -> bool:
    return limit.allowed("feedback_look", str(profile.public_id), most=MOST_LOOKS, per=PER, now=now)


def _tell(request: HttpRequest, profile: Profile, order: Purchase | None, now: datetime) -> HttpResponse:
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "")
    shown = _asked(request.POST, profile, order)
    if not limit.allowed("feedback", str(profile.public_id), most=MOST, per=PER, now=now):
        return _page(request, profile, "often", status=429, **shown)
    with translation.override(page.language_of(request, profile)):
        try:
            kept = tell.tell(
                profile.pk, kind=_allowed(kind, order), text=text, now=now, source=FeedbackSource.PAGE,
                stars=_stars(request.POST) if kind == FeedbackKind.RATING else None,
                purchase_id=order.pk if order and kind != FeedbackKind.WISH else None,
            )  # fmt: skip
        except RelacionalError as error:
            return _page(request, profile, "ask", status=400, problem=error.message, **shown)
    sorry = kept.kind == FeedbackKind.COMPLAINT or (kept.stars or BAD_STARS + 1) <= BAD_STARS
    return _page(request, profile, "told", sorry=sorry, due=kept.case.due_at if kept.case and sorry else None)


def _allowed(kind: str, order: Purchase | None) -> str:
    """What this page lets somebody tell; anything else is refused by `tell`."""
    return kind if kind in IN_WORDS or (kind == FeedbackKind.RATING and order is not None) else ""


def _asked(said: Mapping[str, str], profile: Profile, order: Purchase | None) -> dict[str, Any]:
    """What the page is filled with: what they have typed, chosen in the mail, or told before."""
    before = order and next(
        (one for one in told.of(profile.pk) if one.order_id == order.pk and one.stars and one.counts), None
    )
    return {
        "order": order, "chosen": _stars(said) or (before.stars if before else None), "before": before,
        "kind": said.get("kind", ""), "text": said.get("text", "")[: tell.LONGEST],
    }  # fmt: skip


def _stars(said: Mapping[str, str]) -> int | None:
    """1 to 5, or None."""
    given = said.get("stars", "")
    return int(given) if given in ("1", "2", "3", "4", "5") else None


def _page(
    request: HttpRequest, profile: Profile | None, state: str, *, status: int = 200, **values: object
) -> HttpResponse:
    language = page.language_of(request, profile)
    with translation.override(language):
        names = (_("Very bad"), _("Bad"), _("Neither good nor bad"), _("Good"), _("Very good"))
    stars = [(number, names[number - 1], "★" * number + "☆" * (5 - number)) for number in range(5, 0, -1)]
    told_now = {"state": state, "stars": stars, "longest": tell.LONGEST, **values}
    return page.answer("feedback.html", language, told_now, status=status)
