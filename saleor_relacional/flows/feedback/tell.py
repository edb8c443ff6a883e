"""A customer tells us something: it is kept word for word; where they are disappointed nothing is sold to them any
more, what was on its way to sell is stopped, and staff find a case that is due by a clock: all in one transaction.

| kind      | what it does beside being kept                                             | case            |
|-----------|----------------------------------------------------------------------------|-----------------|
| rating    | counts for its order in the place of a former one; 1 or 2 stars disappoint | of 1 or 2 stars |
| complaint | disappoints                                                                | yes             |
| answer    | an own act; nothing is sold to them until staff have seen it               | yes             |
| wish      |                                                                            | yes             |
| reason    |                                                                            | no              |
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.campaigns import stopping
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.contact.lateness import BAD_STARS
from saleor_relacional.flows.feedback import clock
from saleor_relacional.flows.incentives import stop
from saleor_relacional.models import (
    CaseState,
    Contact,
    ContactKind,
    Feedback,
    FeedbackCase,
    FeedbackKind,
    FeedbackSource,
    Purchase,
)

CHANGES_WITHIN = timedelta(days=30)
"""How long after they first rated an order somebody may change their mind about it."""
TWICE_WITHIN = timedelta(minutes=10)
"""What is told twice within this time, word for word, is told once."""
LONGEST = 4_000
"""Characters."""
REASONS = ("too_often", "not_for_me", "no_need", "price", "bad_experience", "elsewhere", "privacy", "other")
"""Codes of reasons that can be chosen."""
SILENCE = "silence"
"""Why what was to sell is stopped, as suppression says it."""

CONTACTS = {
    FeedbackKind.RATING: ContactKind.RATING, FeedbackKind.COMPLAINT: ContactKind.COMPLAINT,
    FeedbackKind.ANSWER: ContactKind.ANSWER,
}  # fmt: skip
"""What counts with the contact policy."""

_SELLING = f"""
SELECT t.id FROM {tables.TOUCH} t JOIN {tables.CAMPAIGN_STEP} step ON step.id = t.step_id
JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id JOIN {tables.CAMPAIGN} c ON c.id = e.campaign_id
WHERE t.profile_id = %(profile)s AND t.state IN ('queued', 'waiting', 'claimed')
  AND (c.kind = ANY(%(commercial)s) OR step.offers)
"""
"""What is there to sell, as selling.sells says it of each."""


def tell(
    profile_id: int, *, kind: str, source: str, now: datetime, at: datetime | None = None,
    stars: int | None = None, text: str = "", reason: str = "", purchase_id: int | None = None,
) -> Feedback:  # fmt: skip
    """Keep what somebody told, and return it. `stars`: of a rating, 1 to 5; `reason`: one of REASONS; `purchase_id`:
    the order it is about, one of theirs; `at`: when it was said, now where nothing is given. Raises BadInput with the
    field at fault, and Refused where it is too late to rate an order anew."""
    text = input_validation.words(text, field="text", most=LONGEST)
    _check(kind, source, stars, text, reason)
    with sql.atomic():
        if not locks.lock_people([profile_id], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="id")
        if purchase_id and not Purchase.objects.filter(pk=purchase_id, profile_id=profile_id).exists():
            raise BadInput(_("There is no such order."), code="NOT_FOUND", field="orderId")
        told = Feedback(
            profile_id=profile_id, kind=kind, stars=stars, text=text, reason=reason, purchase_id=purchase_id,
            source=source, at=at or now, recorded_at=now,
        )  # fmt: skip
        if (same := _same(told)) is not None:
            return same
        former = _former(told)
        if _disappoints(told):
            silence(profile_id, now)
        told.case = _case(told, former, now)
        told.contact = _contact(told, former, now)
        told.save()
        stopping.facts_arrived(profile_id, now)
    return told


def order_of(profile_id: int, number: str) -> int:
    """Our own key of somebody's order of this number, the latest where two shops gave it. Raises BadInput."""
    theirs = Purchase.objects.filter(profile_id=profile_id, number=number[:64])
    found = theirs.order_by("-placed_at").values_list("pk", flat=True).first()
    if found is None:
        raise BadInput(_("There is no such order."), code="NOT_FOUND", field="orderNumber")
    return found


def silence(profile_id: int, now: datetime) -> int:
    """End all that is on its way to sell something to this person; how many. What serves them goes on."""
    commercial = [kind.name for kind in kinds().values() if kind.commercial]
    found = sql.rows(_SELLING, {"profile": profile_id, "commercial": commercial})
    return stop.stop_touches([row[0] for row in found], SILENCE, now)


def _disappoints(told: Feedback) -> bool:
    return told.kind == FeedbackKind.COMPLAINT or (told.stars or BAD_STARS + 1) <= BAD_STARS


def _same(told: Feedback) -> Feedback | None:
    """What they have told already, word for word, a moment ago: a button was pressed twice."""
    latest = Feedback.objects.filter(
        profile_id=told.profile_id, kind=told.kind, at__gt=told.at - TWICE_WITHIN, at__lte=told.at
    )
    last = latest.order_by("-pk").first()
    said = ("stars", "text", "reason", "source", "purchase_id")
    same = last is not None and all(getattr(last, name) == getattr(told, name) for name in said)
    return last if same else None


def _former(told: Feedback) -> Feedback | None:
    """The rating whose place this one takes. Raises Refused where the order was rated too long ago."""
    if told.kind != FeedbackKind.RATING or told.purchase_id is None:
        return None
    ratings = Feedback.objects.filter(
        profile_id=told.profile_id, purchase_id=told.purchase_id, kind=FeedbackKind.RATING
    )
    first = ratings.order_by("at", "pk").first()
    if first is not None and told.at - first.at > CHANGES_WITHIN:
        raise Refused(
            _("This order was rated some time ago: what was said of it stays. Write to us instead."),
            code="TOO_LATE",
            field="stars",
        )
    return ratings.filter(contact__isnull=False).select_related("contact", "case").order_by("-pk").first()


def _case(told: Feedback, former: Feedback | None, now: datetime) -> FeedbackCase | None:
    """The case that staff answer: one of this order that waits for them already, else a new one. A good rating in the
    place of a bad one ends its case, unless something else was said in it."""
    if told.kind == FeedbackKind.REASON:
        return None
    if told.kind == FeedbackKind.RATING and not _disappoints(told):
        if former is not None and former.case is not None:
            _take_back(former.case, now)
        return None
    if _disappoints(told) and told.purchase_id is not None:
        waiting = FeedbackCase.objects.filter(
            profile_id=told.profile_id, purchase_id=told.purchase_id, state__in=(CaseState.OPEN, CaseState.SEEN),
            kind__in=(FeedbackKind.RATING, FeedbackKind.COMPLAINT),
        )  # fmt: skip
        if found := waiting.order_by("pk").first():
            return found
    return FeedbackCase.objects.create(
        profile_id=told.profile_id, purchase_id=told.purchase_id, kind=told.kind, opened_at=told.at,
        due_at=clock.due(told.at),
    )  # fmt: skip


def _take_back(case: FeedbackCase, now: datetime) -> None:
    if case.told.exclude(kind=FeedbackKind.RATING).exists():
        return
    FeedbackCase.objects.filter(pk=case.pk, state__in=(CaseState.OPEN, CaseState.SEEN)).update(
        state=CaseState.CLOSED, closed_at=now
    )


def _contact(told: Feedback, former: Feedback | None, now: datetime) -> Contact | None:
    """How it counts with the contact policy. One rating per order counts: that of a former one goes."""
    if former is not None and former.contact is not None:
        former.contact.delete()
    kind = CONTACTS.get(FeedbackKind(told.kind))
    if kind is None:
        return None
    return notes.note(told.profile_id, kind=kind, at=told.at, stars=told.stars, now=now)


def _check(kind: str, source: str, stars: int | None, text: str, reason: str) -> None:
    if kind not in set(FeedbackKind):
        raise BadInput(_("Tell a rating, a complaint, a reason or a wish."), field="kind")
    if (kind == FeedbackKind.RATING) != (stars is not None):
        raise BadInput(_("A rating has stars, from 1 to 5, and nothing else has."), field="stars")
    if stars is not None and not 1 <= stars <= 5:
        raise BadInput(_("Give 1 to 5 stars."), field="stars")
    if reason and (kind != FeedbackKind.REASON or reason not in REASONS):
        raise BadInput(_("There is no such reason: choose one, or say it in words."), field="reason")
    if kind == FeedbackKind.REASON and not (reason or text):
        raise BadInput(_("Choose a reason, or say it in words."), code="REQUIRED", field="reason")
    if kind == FeedbackKind.ANSWER and source != FeedbackSource.STAFF:
        raise BadInput(_("Answers to mails are noted by staff."), field="kind")
    wordy = kind in (FeedbackKind.COMPLAINT, FeedbackKind.WISH) and source != FeedbackSource.STAFF
    if wordy and not text:
        raise BadInput(_("Say it in your words."), code="REQUIRED", field="text")
