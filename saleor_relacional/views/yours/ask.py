"""They ask something of us: a form of the page is posted, holds at once, and is answered by what holds now, with an
undo beside it."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.consent_texts import Words
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.models import ConsentPlace
from saleor_relacional.views import page
from saleor_relacional.views.yours.opening import Opened, opens
from saleor_relacional.views.yours.show import Done, shown
from saleor_relacional.views.yours.wishes import WISHES, said


@require_http_methods(["POST"])
@opens
def ask(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Change what one form is about; the rest stays."""
    what = request.POST.get("what", "")
    wish = WISHES.get(what)
    if wish is None or not opened.on:
        return shown(opened, problem=_("There is no such form."), status=400)
    before = preferences.holding(preferences.of(opened.profile.pk), opened.now)
    try:
        changes = wish.read(request.POST, opened.now, before)
        held = preferences.change(
            opened.profile, now=opened.now, source=preferences.CUSTOMER, agreed=_agreed(request, opened, what),
            **changes,
        )  # fmt: skip
        held = preferences.holding(held, opened.now)
    except BadInput as error:
        return shown(opened, problem=error.message, status=400)
    opened.profile.refresh_from_db()
    undo = [("what", what), *wish.fields(before)] if held != before else []
    spoken = page.language_of(request, opened.profile)  # it may be what they have just changed
    with translation.override(spoken):
        done = Done(said=said(what, held, conf.time_zone()), undo="ask" if undo else "", values=undo)
        return shown(replace(opened, language=spoken), done=done)


def _agreed(request: HttpRequest, opened: Opened, what: str) -> Words | None:
    """The words on the button that was pressed, where it is one with which they agree to something."""
    if what != "no_profiling":
        return None
    return consent_texts.read(ConsentPlace.PROFILING, request.POST.get("words", ""), opened.tag)
