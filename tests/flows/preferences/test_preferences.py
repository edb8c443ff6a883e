"""What a customer asks of us is kept as said, and survives a merge and its undoing."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.preferences.preferences import CUSTOMER, Preferences
from saleor_relacional.models import Preference, Profile, Topic, Unplanned
from tests.support.people import person
from tests.support.tell import account

pytestmark = pytest.mark.django_db


def test_what_is_given_changes_and_the_rest_stays(now: datetime) -> None:
    """Ana wants one mail per week, then no oaks, quiet evenings, and no reminder before April; nothing of it undoes the
    other, and what she takes back is gone."""
    ana = person()
    Topic.objects.create(key="oak", names={"en": "Oak"}, created_at=now)
    assert preferences.of(ana.pk) == Preferences() and not Preference.objects.exists()
    preferences.change(ana, now=now, source=CUSTOMER, per_week=1)
    preferences.change(
        ana, now=now, source=CUSTOMER, unwanted_topics=["oak"], quiet_from="20:00", quiet_to=time(9)
    )
    held = preferences.change(
        ana, now=now, source=CUSTOMER, not_before=date(2026, 4, 1), time_zone="Europe/Madrid", language="es"
    )
    assert held == preferences.of(ana.pk) == Preferences(
        per_week=1, unwanted_topics=("oak",), quiet_from=time(20), quiet_to=time(9), not_before=date(2026, 4, 1),
        time_zone="Europe/Madrid", language="es",
    )  # fmt: skip
    held = preferences.change(ana, now=now, source=CUSTOMER, every_days=42)
    assert (held.every_days, held.not_before) == (42, date(2026, 4, 1))
    held = preferences.change(ana, now=now, source=CUSTOMER, per_week=None, not_before=None, language="")
    assert (held.per_week, held.not_before, held.every_days, held.language) == (None, None, 42, "")
    assert Unplanned.objects.filter(profile_id=ana.pk).exists()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("perWeek", {"per_week": 8}), ("perMonth", {"per_month": -1}), ("unwantedTopics", {"unwanted_topics": ["x"]}),
        ("pausedUntil", {"paused_until": datetime.fromisoformat("2026-03-02T11:00Z")}),
        ("quietFrom", {"quiet_from": "20:00"}), ("quietTo", {"quiet_from": "20:00", "quiet_to": "soon"}),
        ("language", {"language": "tlhx"}), ("timeZone", {"time_zone": "Mars/Base"}),
        ("notBefore", {"not_before": date(2026, 3, 1)}), ("everyDays", {"every_days": 0}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(now: datetime, field: str, changes: dict[str, Any]) -> None:
    """One wrong field, and nothing of the change is kept."""
    ana = person()
    with pytest.raises(BadInput) as refused:
        preferences.change(ana, now=now, source=CUSTOMER, just_looking=True, **changes)
    assert refused.value.field == field
    assert preferences.of(ana.pk) == Preferences()


def test_the_language_they_declared_beats_the_hosts(now: datetime) -> None:
    """The host says English at every sync; Ana said Spanish."""
    recording.record([account("a1", "ana@shop.example", language="en")], now=now)
    ana = Profile.objects.get()
    preferences.change(ana, now=now, source=CUSTOMER, language="es")
    recording.record([account("a1", "ana@shop.example", language="en", first_name="Ana")], now=now)
    ana.refresh_from_db()
    assert (ana.language, ana.first_name) == ("es", "Ana")


def test_of_two_who_are_one_the_stricter_holds(now: datetime) -> None:
    """Ana asked for less as a guest and as an account. As one person both hold; undone, each asks what they did."""
    guest, own = person("Ana"), person("Ana2")
    as_guest = preferences.change(guest, now=now, source=CUSTOMER, per_week=3, just_looking=True)
    as_own = preferences.change(
        own, now=now, source=CUSTOMER, per_week=1, per_month=4, quiet_from="20:00", quiet_to="9:00".zfill(5)
    )
    done = merge.merge(guest.pk, own.pk, cause="vouched", now=now + timedelta(days=1))
    assert preferences.of(own.pk) == replace(as_own, just_looking=True)
    merge.undo(done, now=now + timedelta(days=2))
    assert (preferences.of(guest.pk), preferences.of(own.pk)) == (as_guest, as_own)


def test_who_asked_for_nothing_takes_over_what_the_guest_asked(now: datetime) -> None:
    """And where Ana changes it before the merge is undone, her last word stays."""
    guest, own = person("Ana"), person("Ana2")
    as_guest = preferences.change(guest, now=now, source=CUSTOMER, do_not_sell=True)
    done = merge.merge(guest.pk, own.pk, cause="vouched", now=now + timedelta(days=1))
    assert preferences.of(own.pk) == as_guest
    held = preferences.change(own, now=now + timedelta(days=2), source=CUSTOMER, per_month=2)
    merge.undo(done, now=now + timedelta(days=3))
    assert preferences.of(own.pk) == held == replace(as_guest, per_month=2)
