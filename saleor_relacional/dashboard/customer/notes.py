"""What colleagues write of one customer: labels and notes, set and taken away."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.customer.changes import changed
from saleor_relacional.dashboard.fields import uuid_of
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import labels, staff_notes
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Profile


@desk.change
def label(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Set labels, several with commas, or take one off."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        if typed.get("remove"):
            labels.change([profile.pk], by=caller.reference, now=now, remove=[typed["remove"]])
            return _("Taken off.")
        names = [name for name in typed.get("labels", "").split(",") if name.strip()]
        if not names:
            raise BadInput(_("Give a label."), code="REQUIRED", field="add")
        labels.change([profile.pk], by=caller.reference, now=now, add=names)
        return _("Saved: segments can ask about it.")

    return changed(request, person, caller, "label", change)


@desk.change
def write(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Write a note for colleagues."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        staff_notes.write([profile.pk], text=typed.get("text", ""), by=caller.reference, now=now)
        return _("Noted.")

    return changed(request, person, caller, "staff_note", change)


@desk.change
def remove(request: HttpRequest, person: UUID, *, caller: Caller) -> HttpResponse:
    """Take a note away."""

    def change(profile: Profile, typed: dict[str, str], now: datetime) -> str:
        wanted = uuid_of(typed.get("note", ""))
        if wanted is None or all(one.public_id != wanted for one in staff_notes.of(profile.pk)):
            raise BadInput(_("There is no such note."), code="NOT_FOUND", field="id")
        staff_notes.remove(wanted)
        return _("Taken away.")

    return changed(request, person, caller, "staff_note_gone", change)
