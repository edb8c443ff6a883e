"""Why somebody left: asked once, in one tap, never again."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.models import LeaveReason, Profile

REASONS: Mapping[str, LazyText] = {
    "too_many": gettext_lazy("Too many emails"),
    "not_interesting": gettext_lazy("They did not interest me"),
    "never_asked": gettext_lazy("I never asked for them"),
    "not_mine": gettext_lazy("They were not meant for me"),
    "other": gettext_lazy("Something else"),
}
"""What they may tap, as they read it."""
UNSAID = ""
"""They were asked, and chose not to say."""


def may_ask(profile_id: int) -> bool:
    """Whether they have not been asked yet."""
    return not LeaveReason.objects.filter(profile=profile_id).exists()


def tell(profile: Profile, reason: str, *, now: datetime, note: str = "") -> bool:
    """Keep why they left; UNSAID where they would not say. False where they were asked before: the first word stays.
    Raises BadInput for a reason that is none."""
    if reason != UNSAID and reason not in REASONS:
        raise BadInput(_("There is no such reason."), field="reason")
    words = input_validation.words(note, field="note", most=400)
    _told, made = LeaveReason.objects.get_or_create(
        profile=profile, defaults={"reason": reason, "note": words, "given_at": now}
    )
    return made
