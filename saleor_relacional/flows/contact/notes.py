"""What staff note: that they wrote to somebody, or what somebody said to them. A contact is one, whoever made it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import Contact, ContactKind

OLDEST = timedelta(days=3650)


def note(
    profile_id: int,
    *,
    kind: str,
    at: datetime,
    now: datetime,
    commercial: bool = False,
    stars: int | None = None,
) -> Contact:
    """Keep one contact that has happened, and return it. What is on its way to the person is judged anew. Raises
    BadInput with the field at fault. `stars`: of a rating, 1 to 5."""
    _check(kind, at, now, commercial, stars)
    with sql.atomic():
        if not locks.lock_people([profile_id], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="id")
        stop.ask_again([profile_id])
        unplanned.mark([profile_id])
        kept = Contact.objects.create(
            profile_id=profile_id, kind=kind, at=at, commercial=commercial, stars=stars, recorded_at=now
        )
        locks.made(Lock.CONTACT, [kept.pk])
    return kept


def _check(kind: str, at: datetime, now: datetime, commercial: bool, stars: int | None) -> None:
    if kind not in set(ContactKind) - {ContactKind.MESSAGE}:
        raise BadInput(
            _("A campaign's messages are booked by the campaign: give another kind."), field="kind"
        )
    if not now - OLDEST <= at <= now:
        raise BadInput(_("Note what has happened: give a moment of the past ten years."), field="at")
    if commercial and kind != ContactKind.STAFF:
        raise BadInput(
            _("Only what the shop says can sell: leave commercial out, or give kind STAFF."),
            field="commercial",
        )
    if (kind == ContactKind.RATING) != (stars is not None):
        raise BadInput(_("A rating has stars, from 1 to 5, and nothing else has."), field="stars")
    if stars is not None and not 1 <= stars <= 5:
        raise BadInput(_("Give 1 to 5 stars."), field="stars")
