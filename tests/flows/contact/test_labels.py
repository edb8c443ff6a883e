"""Labels and notes: set, found by rules, taken off, kept with who and when, moved along and forgotten."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import labels, several, staff_notes
from saleor_relacional.flows.ledger import export
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.models import Exclusion, Label, StaffNote, Unplanned
from tests.support.people import person

pytestmark = pytest.mark.django_db


def names(profile_id: int) -> list[str]:
    """The labels that they have now."""
    return [row.name for row in labels.of([profile_id]).get(profile_id, [])]


def test_set_and_removed_with_who_and_when(now: datetime) -> None:
    """A label is one, however it is written; what was removed stays on paper, and can be set again."""
    ana, leo = person("Ana"), person("Leo")
    Unplanned.objects.all().delete()
    assert labels.change([ana.pk, leo.pk], add=[" VIP ", "Press"], by="staff:7", now=now) == {ana.pk, leo.pk}
    assert labels.change([ana.pk], add=["vip"], by="staff:8", now=now) == set()
    later = now + timedelta(days=1)
    assert labels.change([ana.pk, leo.pk], remove=["press"], add=["Vip"], by="staff:8", now=later) == {
        ana.pk,
        leo.pk,
    }
    assert names(ana.pk) == names(leo.pk) == ["VIP"]
    gone = Label.objects.get(profile=ana, removed_at__isnull=False)
    assert (gone.name, gone.set_by, gone.set_at, gone.removed_by, gone.removed_at) == (
        "Press", "staff:7", now, "staff:8", later
    )  # fmt: skip
    labels.change([ana.pk], add=["PRESS"], by="staff:7", now=later)
    assert names(ana.pk) == ["PRESS", "VIP"] and labels.known() == [("PRESS", 1), ("VIP", 2)]
    assert set(Unplanned.objects.values_list("profile_id", flat=True)) == {ana.pk, leo.pk}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("add", {"add": ["x" * 41]}), ("add", {"add": [""]}), ("add", {"add": [f"l{n}" for n in range(21)]}),
        ("remove", {"add": ["a"], "remove": ["A"]}), ("add", {"add": ["two\nlines\u202e"]}),
    ],
)  # fmt: skip
def test_what_cannot_be_a_label(now: datetime, field: str, given: dict[str, Any]) -> None:
    """Nothing is kept of it."""
    ana = person("Ana")
    with pytest.raises(BadInput) as refused:
        labels.change([ana.pk], by="staff:7", now=now, **given)
    assert refused.value.field == field and not Label.objects.exists()


def test_no_more_than_a_shelf_holds(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one person, and in the shop."""
    ana = person("Ana")
    labels.change([ana.pk], add=[f"l{n}" for n in range(labels.MOST)], by="staff:7", now=now)
    with pytest.raises(BadInput):
        labels.change([ana.pk], add=["one more"], by="staff:7", now=now)
    monkeypatch.setattr(labels, "MOST_KNOWN", labels.MOST)
    with pytest.raises(BadInput):
        labels.change([person("Leo").pk], add=["one more"], by="staff:7", now=now)


def test_rules_ask_about_them(now: datetime) -> None:
    """In, not in, both; what was removed counts no more."""
    ana, leo, mia = person("Ana"), person("Leo"), person("Mia")
    labels.change([ana.pk, leo.pk], add=["VIP"], by="staff:7", now=now)
    labels.change([ana.pk], add=["Press"], by="staff:7", now=now)
    labels.change([mia.pk], add=["VIP"], by="staff:7", now=now)
    labels.change([mia.pk], remove=["VIP"], by="staff:7", now=now)

    def members(operator: str, *value: str) -> set[int]:
        rule = {"field": "label", "operator": operator, "value": [*value]}
        return {one.id for one in membership.page(segments.parsed(rule), first=10, after=None, now=now)[0]}

    assert members("any_of", "VIP") == {ana.pk, leo.pk}
    assert members("all_of", "VIP", "Press") == {ana.pk}
    assert members("none_of", "VIP") == {mia.pk}


def test_a_merge_moves_them_and_undoing_moves_them_back(now: datetime) -> None:
    """The guest's label that the account has too stays behind; notes go along."""
    guest, account = person("Guest"), person("Ana")
    labels.change([guest.pk, account.pk], add=["VIP"], by="staff:7", now=now)
    labels.change([guest.pk], add=["Press"], by="staff:7", now=now)
    staff_notes.write([guest.pk], text="Prefers the phone.", by="staff:7", now=now)
    done = merge.merge(guest.pk, account.pk, cause="vouched", now=now)
    assert names(account.pk) == ["Press", "VIP"] and len(staff_notes.of(account.pk)) == 1
    merge.undo(done, now=now)
    assert names(guest.pk) == ["Press", "VIP"] and names(account.pk) == ["VIP"]
    assert not staff_notes.of(account.pk)


def test_they_are_exported_and_forgotten(now: datetime) -> None:
    """All of it, without the names of colleagues; then nothing is left."""
    ana = person("Ana")
    labels.change([ana.pk], add=["VIP"], by="staff:7", now=now)
    labels.change([ana.pk], remove=["VIP"], by="staff:7", now=now)
    staff_notes.write([ana.pk], text="Prefers the phone.", by="staff:7", now=now)
    told = export.of(ana, now).tables
    assert told["label"][0]["name"] == "VIP" and told["staffnote"][0]["text"] == "Prefers the phone."
    assert "staff:7" not in str(told)
    forget.forget(ana, now=now)
    assert not Label.objects.exists() and not StaffNote.objects.exists()


def test_several_at_once(now: datetime) -> None:
    """Notes and exclusions of a choice of people: each once; a stranger among them, and nothing is done."""
    ana, leo = person("Ana"), person("Leo")
    people = several.people([leo.public_id, ana.public_id, leo.public_id])
    assert people == [leo.pk, ana.pk]
    staff_notes.write(people, text="Called about the fair.", by="app:2", now=now)
    assert StaffNote.objects.filter(text="Called about the fair.").count() == 2
    assert len(several.exclude(people, because="Partners", now=now)) == 2
    assert len(several.exclude(people, because="Partners", now=now)) == 2
    assert Exclusion.objects.count() == 2
    for wrong in ([], [ana.public_id, ana.arm_key]):
        with pytest.raises(BadInput):
            several.people(wrong)
    with pytest.raises(BadInput):
        staff_notes.write(people, text="  ", by="staff:7", now=now)
