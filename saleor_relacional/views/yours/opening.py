"""Who opens a page: asked once, before anything else, by every view of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from saleor_relacional import conf
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.messages import voices
from saleor_relacional.models import Profile
from saleor_relacional.views import page

MOST, PER = 60, timedelta(hours=1)
"""How often somebody may change something on their page."""
MOST_LOOKS = 300
"""How often it may be looked at in the same time: it costs more to make than any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody's own page, opened by a link that we signed."""

    token: str
    public_id: UUID
    """As the link names them; their profile may be another one since."""
    profile: Profile
    language: str
    """As Django is to speak it: see page.language_of."""
    now: datetime
    on: bool
    """Whether the shop has us switched on. While it has not, they can leave, see and be forgotten, and no more."""

    @property
    def tag(self) -> str:
        """Their language with its region, where the page speaks it: es-mx."""
        own, written = self.profile.language, voices.plain(self.language)
        return own if own[:2].lower() == written else written


View = Callable[..., HttpResponse]


def opens(view: View) -> View:
    """Decorates a view: it runs for the holder of a link that opens a page, in their language, and gets it as `opened`.
    A forged link learns that it does not work; an old one, that it is too old; of somebody who was forgotten, that
    nothing is held."""

    @csrf_exempt  # the signed link authorises, not a cookie
    @wraps(view)
    def opened(request: HttpRequest, token: str, **more: str) -> HttpResponse:
        host = conf.host()
        now = host.now()
        named = links.who_opens(token, now)
        if named is None:
            return _closed(request, "unknown", 404)
        public_id, works = named
        if not works:
            fresh = token if host.active() else ""
            return _closed(request, "old", 410, leave=links.leave_token(public_id), fresh=fresh)
        with host.writing():
            profile = links.profile_of(public_id)
            if profile is None:
                return _closed(request, "forgotten", 200)
            if not _may_knock(public_id, now, changing=request.method == "POST"):
                return _closed(request, "busy", 429)
            language = page.language_of(request, profile)
            with translation.override(language):
                return view(request, Opened(
                    token=token, public_id=public_id, profile=profile, language=language, now=now, on=host.active(),
                ), **more)  # fmt: skip

    return opened


def _may_knock(public_id: UUID, now: datetime, *, changing: bool) -> bool:
    """Counted by person: whoever holds no link that we signed has asked the database nothing."""
    door, most = ("page", MOST) if changing else ("page_look", MOST_LOOKS)
    return limit.allowed(door, str(public_id), most=most, per=PER, now=now)


def _closed(
    request: HttpRequest, state: str, status: int, *, leave: str = "", fresh: str = ""
) -> HttpResponse:
    language = page.language_of(request, None)
    values = {"state": state, "leave": leave, "fresh": fresh}
    return page.answer("yours/closed.html", language, values, status=status)
