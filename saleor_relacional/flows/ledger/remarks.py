""" "That is wrong": what people say of what we hold about them, and what staff answer. Both stand on their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.ledger import ledger
from saleor_relacional.flows.people import purchase_states
from saleor_relacional.models import Profile, Remark, RemarkKind

MOST = 100
"""Remarks on one page of the list."""
MOST_OPEN = 30
"""Of one person, waiting for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkPage:
    """Remarks as staff see them: open ones first, those that wait longest before the others."""

    remarks: Sequence[Remark]
    more: bool


def say(
    profile: Profile, *, kind: str, now: datetime, entry: str = "", words: str = "", right: str = ""
) -> Remark:  # fmt: skip
    """Keep what the person says of the entry of this name, or of none. The same said again, while it is open, is the
    same remark. Raises BadInput with the field at fault, Refused when too much of theirs is open."""
    about = _checked(profile, kind, now, entry, right)
    kept = input_validation.words(words, field="words", most=2000)
    if not kept and (kind == RemarkKind.NOTE or (kind == RemarkKind.CORRECTION and not right)):
        raise BadInput(_("Say it in a few words."), code="REQUIRED", field="words")
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="id")
        theirs = Remark.objects.filter(profile=profile, answered_at=None)
        same = theirs.filter(kind=kind, entry=entry, words=kept, right=right).first()
        if same is not None:
            return same
        if theirs.count() >= MOST_OPEN:
            raise Refused(
                _("We have not answered all that you said yet. Give us a little time."), code="TOO_MANY"
            )
        return Remark.objects.create(
            profile=profile, kind=kind, entry=entry, told=about[:400], words=kept, right=right, said_at=now
        )


def _checked(profile: Profile, kind: str, now: datetime, entry: str, right: str) -> str:
    """The text of the entry, which must be the person's own."""
    if kind not in set(RemarkKind):
        raise BadInput(_("There is no such kind of remark."), field="kind")
    found = ledger.of(profile, now).entry(entry) if entry else None
    if entry and found is None:
        raise BadInput(_("There is no such entry any more."), code="NOT_FOUND", field="entry")
    if found is None and kind != RemarkKind.NOTE:
        raise BadInput(_("Say of which entry."), code="REQUIRED", field="entry")
    if right and (right not in purchase_states.RIGHT or found is None or found.correctable != "purchase"):
        raise BadInput(_("Only of an order one can say that."), field="right")
    return f"{found.title} {found.detail}".strip() if found else ""


def take_back(profile: Profile, public_id: UUID) -> bool:
    """The person takes back what nobody has answered yet. False when there is nothing to take back."""
    with sql.atomic():
        locks.lock_people([profile.pk], Hold.WRITE)
        gone, _each = Remark.objects.filter(profile=profile, public_id=public_id, answered_at=None).delete()
    return gone > 0


def version(remark: Remark) -> str:
    """What changes whenever it is answered."""
    return remark.answered_at.isoformat() if remark.answered_at else "none"


def answer(public_id: UUID, *, words: str, by: str, now: datetime, seen: str | None = None) -> Remark:
    """Staff answer; their latest word stands. `seen`: the version that whoever answers has read. Raises BadInput with
    the field at fault, and Refused (CONFLICT) where somebody answered meanwhile."""
    said = input_validation.words(words, field="answer", most=2000)
    if not said:
        raise BadInput(_("Say it in a few words."), code="REQUIRED", field="answer")
    rows = Remark.objects.filter(public_id=public_id)
    with sql.atomic():
        held = rows.select_for_update().first()
        if held is not None and seen is not None and seen != version(held):
            raise Refused(
                _("Somebody else has answered meanwhile: read it again."), code="CONFLICT", field="answer"
            )
        changed = rows.update(answer=said, answered_by=by, answered_at=now)
    if not changed:
        raise BadInput(_("There is no such remark."), code="NOT_FOUND", field="id")
    return Remark.objects.select_related("profile").get(public_id=public_id)


def of(profile: Profile, *, most: int = MOST) -> list[Remark]:
    """What this person said, the latest first."""
    return list(Remark.objects.filter(profile=profile).order_by("-said_at", "-pk")[:most])


def page(
    *, first: int, state: str = "", after: int | None = None, using: str | None = None
) -> RemarkPage:  # fmt: skip
    """At most `first` remarks after one of this key; `state` open or answered, empty for both. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = seen(state, using=using)
    if after is not None:
        past = rows.filter(pk=after).first()
        if past is None:
            raise BadInput("Received cursor is invalid.", field="after")
        rows = rows.filter(Q(said_at__gt=past.said_at) | Q(said_at=past.said_at, pk__gt=past.pk))
    found = list(rows.order_by("said_at", "pk")[: first + 1])
    return RemarkPage(remarks=found[:first], more=len(found) > first)


def count_open(*, using: str | None = None) -> int:
    """How many wait for an answer."""
    return seen("open", using=using).count()


def seen(state: str = "", *, using: str | None = None) -> QuerySet[Remark]:
    """Remarks in this state: open, answered, or empty for both."""
    rows = Remark.objects.at(using).select_related("profile")
    return rows if not state else rows.filter(answered_at__isnull=state == "open")
