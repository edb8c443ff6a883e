"""The owner's contact policy: changed in parts, kept whole, refused with the place and the cure."""

from datetime import date, time
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.models import ContactPolicy as Row
from saleor_relacional.rules.contact.policy import DEFAULT
from tests.support.instants import NOON

pytestmark = pytest.mark.django_db


def test_before_anything_is_decided_the_default_holds() -> None:
    """One commercial message in a week, three in a month, and reading writes nothing."""
    assert contact_policy.current() == DEFAULT
    assert DEFAULT.caps == ((7, 1), (30, 3)) and DEFAULT.between_acts == 3
    assert not Row.objects.exists()


def test_what_is_given_changes_and_the_rest_stays() -> None:
    """Decided twice; both stand."""
    contact_policy.decide(now=NOON, per_month=2, quiet_from="20:30", holidays=["2026-12-25", "2026-01-06"])
    contact_policy.decide(now=NOON, weekends=False)
    held = contact_policy.current()
    assert (held.per_week, held.per_month, held.weekends) == (1, 2, False)
    assert (held.quiet_from, held.quiet_to) == (time(20, 30), time(8))
    assert held.holidays == {date(2026, 12, 25), date(2026, 1, 6)}
    assert contact_policy.decide(now=NOON, holidays=[]).holidays == frozenset()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"per_week": -1}, "per_week"),
        ({"per_month": 31}, "per_month"),
        ({"per_week": 4}, "perWeek"),
        ({"silence_days": 366}, "silence_days"),
        ({"gap_days": 22}, "gapDays"),
        ({"quiet_from": "9 pm"}, "quiet_from"),
        ({"quiet_to": "24:00"}, "quiet_to"),
        ({"holidays": ["25/12/2026"]}, "holidays"),
        ({"preferred_from": "21:30", "preferred_to": "23:00"}, "preferredFrom"),
    ],
)
def test_what_makes_no_sense_is_refused(told: dict[str, Any], field: str) -> None:
    """In both languages, and nothing changes."""
    said = set()
    for language in ("en", "es"):
        with translation.override(language), pytest.raises(BadInput) as refused:
            contact_policy.decide(now=NOON, **told)
        assert refused.value.field == field
        said.add(refused.value.message)
    assert len(said) == 2 and not Row.objects.exists()
