"""What staff handle: the cases that wait, those due first before the others; taken, answered, closed.

An answer is kept, leaves as a service mail and stands on the customer's page. Whether it says that we are sorry staff
say: an apology ends the silence after a disappointment, and nothing else that they do does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.campaigns import stopping
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.feedback.tell import LONGEST
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.sending import service
from saleor_relacional.models import CaseState, ContactKind, FeedbackCase, Profile

WAITING = (CaseState.OPEN, CaseState.SEEN)
ENDED = (CaseState.ANSWERED, CaseState.CLOSED)
MOST = 100
"""Cases that one page holds."""
ANSWER_WITHIN = timedelta(days=14)
"""How long an answer that cannot leave is tried; it stands on the customer's page all the same."""
MESSAGE = "feedback_answer"
"""The mail that carries an answer."""

Place = tuple[datetime, int]
"""Of a case among all of its list: (due, id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases as staff see them."""

    cases: Sequence[FeedbackCase]
    more: bool


def page(
    *, waiting: bool, first: int, after: Place | None, kind: str = "", owner: str | None = None,
    using: str | None = None,
) -> CasePage:  # fmt: skip
    """At most `first` cases after one's place: those that wait, the first due first; or those that have ended, the last
    due first. `kind`: of what opened it, empty: any; `owner`: who took it, empty: nobody yet. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = _listed(waiting, using)
    if kind:
        rows = rows.filter(kind=kind)
    if owner is not None:
        rows = rows.filter(owner=owner)
    if after is not None:
        due, key = after
        rows = rows.filter(
            Q(due_at__gt=due) | Q(due_at=due, pk__gt=key) if waiting
            else Q(due_at__lt=due) | Q(due_at=due, pk__lt=key)
        )  # fmt: skip
    found = list(rows.order_by(*(("due_at", "pk") if waiting else ("-due_at", "-pk")))[: first + 1])
    return CasePage(cases=found[:first], more=len(found) > first)


def count(*, waiting: bool, using: str | None = None) -> int:
    """How many wait, or have ended."""
    return FeedbackCase.objects.at(using).filter(state__in=WAITING if waiting else ENDED).count()


def overdue(now: datetime, *, using: str | None = None) -> int:
    """How many wait although their time is over."""
    return FeedbackCase.objects.at(using).filter(state__in=WAITING, due_at__lt=now).count()


def any_overdue(now: datetime, *, using: str | None = None) -> bool:
    """Whether anybody waits although their time is over."""
    return FeedbackCase.objects.at(using).filter(state__in=WAITING, due_at__lt=now).exists()


def version(case: FeedbackCase) -> str:
    """What changes whenever something is told in it, or it is answered or closed. Not when somebody takes it."""
    last = max((one.pk for one in case.told.all()), default=0)
    ends = [f"{at.timestamp():.0f}" if at else "" for at in (case.answered_at, case.closed_at)]
    return ":".join([str(last), *ends, hashlib.sha256(case.answer.encode()).hexdigest()[:12]])


def take(case: FeedbackCase, by: str, now: datetime) -> FeedbackCase:
    """Somebody takes it, also from whoever had it. Raises Refused for one that was answered or closed."""
    with sql.atomic():
        _hold(case)
        rows = FeedbackCase.objects.filter(pk=case.pk, state__in=WAITING)
        taken = rows.update(owner=by, state=CaseState.SEEN, seen_at=case.seen_at or now)
        return _moved(case, taken)


def answer(
    case: FeedbackCase, *, text: str, apology: bool, by: str, now: datetime, send: bool = True,
    seen: str | None = None,
) -> FeedbackCase:  # fmt: skip
    """Answer it, or answer it again. `apology`: the answer says that we are sorry, and so ends the silence; `send`: it
    leaves as a mail, too, and was not given by telephone; `seen`: the version that whoever answers has read. Raises
    BadInput without words, Refused for a closed case, and CONFLICT where it is another by now."""
    text = input_validation.words(text, field="text", most=LONGEST)
    if not text:
        raise BadInput(_("Say it in your words."), code="REQUIRED", field="text")
    with sql.atomic():
        profile = _hold(case)
        _check_read(case, seen, field="text")
        first = case.answered_at is None
        rows = FeedbackCase.objects.filter(pk=case.pk).exclude(state=CaseState.CLOSED)
        answered = rows.update(
            state=CaseState.ANSWERED, answer=text, answered_at=now if first else case.answered_at, answered_by=by,
            owner=case.owner or by, seen_at=case.seen_at or now,
        )  # fmt: skip
        moved = _moved(case, answered)
        kind = ContactKind.APOLOGY if apology else ContactKind.STAFF
        notes.note(profile.pk, kind=kind, at=now, now=now)
        stopping.facts_arrived(profile.pk, now)  # an apology of a campaign's is no longer needed
        if send:
            _enqueue(profile, moved, now)
    return moved


def close(case: FeedbackCase, by: str, now: datetime, *, seen: str | None = None) -> FeedbackCase:
    """Nothing is left to do. Twice is once. `seen`: the version that whoever closes it has read; raises Refused with
    CONFLICT where something was told or answered since."""
    with sql.atomic():
        _hold(case)
        if FeedbackCase.objects.filter(pk=case.pk).exclude(state=CaseState.CLOSED).exists():
            _check_read(case, seen, field="seen")
        rows = FeedbackCase.objects.filter(pk=case.pk).exclude(state=CaseState.CLOSED)
        rows.update(state=CaseState.CLOSED, closed_at=now, closed_by=by)
        return _moved(case, 1)


def of_public_id(public_id: UUID, *, using: str | None = None) -> FeedbackCase | None:
    """The case of this public id."""
    return _with_words(FeedbackCase.objects.at(using)).filter(public_id=public_id).first()


def _listed(waiting: bool, using: str | None) -> QuerySet[FeedbackCase]:
    return _with_words(FeedbackCase.objects.at(using)).filter(state__in=WAITING if waiting else ENDED)


def _with_words(rows: QuerySet[FeedbackCase]) -> QuerySet[FeedbackCase]:
    return rows.select_related("profile", "purchase").prefetch_related("told__purchase")


def _hold(case: FeedbackCase) -> Profile:
    """Hold its person, and read it anew: somebody may have moved it on, or the person into another."""
    locks.lock_people([case.profile_id], Hold.WRITE)
    fresh = FeedbackCase.objects.select_related("profile").filter(pk=case.pk).first()
    if fresh is None or fresh.profile_id != case.profile_id:
        raise Refused(_("This case has changed: look at it again."), code="NOT_FOUND", field="id")
    unplanned.mark([case.profile_id])
    case.answered_at, case.owner, case.seen_at = fresh.answered_at, fresh.owner, fresh.seen_at
    return fresh.profile


def _check_read(case: FeedbackCase, seen: str | None, *, field: str) -> None:
    """Raises Refused where it is no more what was read, while it is held."""
    if seen is not None and seen != version(_with_words(FeedbackCase.objects.filter(pk=case.pk)).get()):
        raise Refused(_("This case has changed meanwhile: read it again."), code="CONFLICT", field=field)


def _moved(case: FeedbackCase, moved: int) -> FeedbackCase:
    if not moved:
        raise Refused(_("This case has ended: nothing is left to do."), code="NOT_OPEN", field="id")
    return _with_words(FeedbackCase.objects.filter(pk=case.pk)).get()


def _enqueue(profile: Profile, case: FeedbackCase, now: datetime) -> None:
    """Once per answer: who answers again writes again."""
    lines = [line for line in map(str.strip, case.answer.splitlines()) if line]
    service.enqueue(
        profile=profile, message=MESSAGE, key=f"feedback-answer:{case.public_id}:{int(now.timestamp())}",
        occasion={"kind": case.kind, "told_at": case.opened_at.isoformat(), "lines": lines},
        now=now, expires_at=now + ANSWER_WITHIN, channel=case.purchase.channel if case.purchase else "",
        links={"page": ("page", profile.public_id)},
    )  # fmt: skip
