"""What staff note of one customer, whichever it is: a complaint, a rating or an answer to a mail is something told, and
opens a case; all else is a contact."""

from datetime import datetime

from django.utils.translation import gettext as _

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import notes, staff_notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.models import Contact, ContactKind, FeedbackSource

TOLD = (ContactKind.COMPLAINT, ContactKind.RATING, ContactKind.ANSWER)
"""What opens a case for staff, whoever notes it."""


def note(
    profile_id: int, *, kind: str, at: datetime, now: datetime, commercial: bool = False,
    stars: int | None = None, text: str = "", by: str | None = None,
) -> Contact | None:  # fmt: skip
    """Keep it, and return the contact that it counts as. Raises BadInput with the field at fault. `text`: of a
    complaint, a rating or an answer, in the customer's words. `by`: whoever notes it, where words about any other
    contact are to be kept as their note for colleagues; without it they are refused."""
    if kind in TOLD and not commercial:
        source = FeedbackSource.STAFF
        return tell.tell(profile_id, kind=kind, at=at, stars=stars, text=text, source=source, now=now).contact
    if not text.strip():
        return notes.note(profile_id, kind=kind, at=at, commercial=commercial, stars=stars, now=now)
    if by is None:
        raise BadInput(_("Words are kept of a complaint alone: leave them out."), field="text")
    with sql.atomic():
        kept = notes.note(profile_id, kind=kind, at=at, commercial=commercial, stars=stars, now=now)
        staff_notes.write([profile_id], text=text, by=by, now=now)
    return kept
