"""What staff note is kept as it was, or refused with the place and the cure."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Contact, Unplanned
from tests.support import lock_order
from tests.support.instants import DAY, NOON
from tests.support.people import person

pytestmark = pytest.mark.django_db


def test_a_note_is_kept_and_is_news() -> None:
    """Campaigns look at the person anew."""
    ana = person()
    Unplanned.objects.all().delete()
    with lock_order.in_order():
        notes.note(ana.pk, kind="rating", stars=2, at=NOON - DAY, now=NOON)
    kept = Contact.objects.get()
    assert (kept.profile_id, kept.kind, kept.stars, kept.at, kept.recorded_at) == (
        ana.pk, "rating", 2, NOON - DAY, NOON,
    )  # fmt: skip
    assert list(Unplanned.objects.values_list("profile_id", flat=True)) == [ana.pk]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "message"}, "kind"),
        ({"kind": "gossip"}, "kind"),
        ({"kind": "answer", "at": NOON + timedelta(seconds=1)}, "at"),
        ({"kind": "answer", "at": NOON - 4000 * DAY}, "at"),
        ({"kind": "question", "commercial": True}, "commercial"),
        ({"kind": "rating"}, "stars"),
        ({"kind": "rating", "stars": 0}, "stars"),
        ({"kind": "complaint", "stars": 1}, "stars"),
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, Any], field: str) -> None:
    """In Spanish, too; nothing is kept."""
    ana = person()
    with translation.override("es"), pytest.raises(BadInput) as refused:
        notes.note(ana.pk, **{"at": NOON, "now": NOON, **told})
    assert refused.value.field == field
    with translation.override("en"), pytest.raises(BadInput) as english:
        notes.note(ana.pk, **{"at": NOON, "now": NOON, **told})
    assert english.value.message != refused.value.message
    assert not Contact.objects.exists()


def test_nothing_is_noted_of_somebody_who_is_gone() -> None:
    ana = person()
    key = ana.pk
    forget.forget(ana, now=NOON)
    with pytest.raises(BadInput) as refused:
        notes.note(key, kind="answer", at=NOON, now=NOON)
    assert (refused.value.code, refused.value.field) == ("NOT_FOUND", "id")
