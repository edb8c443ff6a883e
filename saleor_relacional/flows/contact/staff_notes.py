"""What members of staff write about a person, for colleagues. Nothing follows from it; the person's export holds it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.models import StaffNote

LONGEST = 2_000
MOST = 100
"""Notes of one person that are shown, the latest."""


def write(profile_ids: Sequence[int], *, text: str, by: str, now: datetime) -> list[StaffNote]:
    """One note of each of these people. Raises BadInput with the field at fault."""
    words = input_validation.words(text, field="text", most=LONGEST)
    if not words:
        raise BadInput(_("Say it in a few words."), code="REQUIRED", field="text")
    with sql.atomic():
        people = locks.lock_people(profile_ids, Hold.WRITE)
        return StaffNote.objects.bulk_create(
            StaffNote(profile_id=person, text=words, written_by=by, written_at=now) for person in people
        )


def remove(public_id: UUID) -> StaffNote:
    """Take a note away, and return what it was. Raises BadInput."""
    with sql.atomic():
        gone = StaffNote.objects.select_related("profile").filter(public_id=public_id).first()
        if gone is None:
            raise BadInput(_("There is no such note."), code="NOT_FOUND", field="id")
        StaffNote.objects.filter(pk=gone.pk).delete()
    return gone


def of(profile_id: int, *, using: str | None = None) -> list[StaffNote]:
    """What was written about this person, the latest first."""
    rows = StaffNote.objects.at(using).filter(profile_id=profile_id)
    return list(rows.order_by("-written_at", "-pk")[:MOST])
