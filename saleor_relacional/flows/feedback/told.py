"""What one customer told us, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from saleor_relacional.errors import BadInput
from saleor_relacional.models import CaseState, Feedback, FeedbackCase, FeedbackKind

MOST = 200
"""Things told that are read at once."""

Place = tuple[datetime, int]
"""Of a thing told among all of its kind: (at, id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that somebody told us."""

    kind: FeedbackKind
    at: datetime
    source: str
    """One of FeedbackSource."""
    stars: int | None
    reason: str
    """Code of a chosen reason, one of tell.REASONS; empty otherwise."""
    text: str
    order_id: int | None
    """Our own key of the order that it is about."""
    order: str
    """Number of the order that it is about; empty where it is about none."""
    counts: bool
    """False of a rating whose place a later one of the same order has taken."""
    state: CaseState | None
    """Of the case that staff handle; None where there is nothing to answer."""
    due_at: datetime | None
    answer: str
    """What the shop answered; empty: nothing yet."""
    answered_at: datetime | None


def of(profile_id: int, *, using: str | None = None) -> Sequence[Told]:
    """All that somebody told us, the latest first (200 at most). One query."""
    rows = Feedback.objects.at(using).filter(profile_id=profile_id).select_related("case", "purchase")
    return [read(row) for row in rows.order_by("-at", "-pk")[:MOST]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPage:
    """What people told, the latest first."""

    rows: Sequence[Feedback]
    more: bool


def page(kind: str, *, first: int, after: Place | None = None, using: str | None = None) -> ToldPage:
    """At most `first` things of one kind that people told before one's place. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = Feedback.objects.at(using).filter(kind=kind).select_related("case", "purchase")
    if after is not None:
        at, key = after
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=key))
    found = list(rows.order_by("-at", "-pk")[: first + 1])
    return ToldPage(rows=found[:first], more=len(found) > first)


def within(case: FeedbackCase) -> Sequence[Told]:
    """What was told in one case, the latest first."""
    rows = sorted(case.told.all(), key=lambda row: (row.at, row.pk), reverse=True)
    return [read(row, case) for row in rows]


def read(row: Feedback, case: FeedbackCase | None = None) -> Told:
    """One row as its customer reads it; `case`: its own, where that was read already."""
    case = case or row.case
    return Told(
        kind=FeedbackKind(row.kind), at=row.at, source=row.source, stars=row.stars, reason=row.reason,
        text=row.text, order_id=row.purchase_id, order=row.purchase.number if row.purchase else "",
        counts=row.kind != FeedbackKind.RATING or row.contact_id is not None,
        state=CaseState(case.state) if case else None, due_at=case.due_at if case else None,
        answer=case.answer if case else "", answered_at=case.answered_at if case else None,
    )  # fmt: skip
