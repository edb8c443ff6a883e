"""Errors of ours are counted and logged without personal data."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from saleor_relacional import tasks
from saleor_relacional.db import sql
from saleor_relacional.flows import failures
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import (
    ErrorCount,
    Identity,
    Profile,
    Purchase,
)

pytestmark = pytest.mark.django_db


def broken(now: datetime) -> IntegrityError:
    """A database error whose DETAIL prints an address."""
    profile = Profile.objects.create(created_at=now)
    Identity.objects.create(profile=profile, kind="email", source="", key="ana@shop.example")
    with pytest.raises(IntegrityError) as caught, sql.atomic():
        Identity.objects.create(profile=profile, kind="email", source="", key="ana@shop.example")
    assert "ana@shop.example" in str(caught.value)
    return caught.value


def test_a_database_error_is_told_by_its_constraint(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """SQLSTATE and constraint, nothing of the message, which holds the address; the same error is counted up."""
    error = broken(now)
    failures.count("record", error, now=now)
    failures.count("record", error, now=now + timedelta(minutes=1))
    row = ErrorCount.objects.get()
    assert (row.place, row.kind, row.count, row.last_at) == (
        "record", "IntegrityError 23505 relacional_identity_once", 2, now + timedelta(minutes=1),
    )  # fmt: skip
    assert "23505" in caplog.text
    assert "ana@shop.example" not in caplog.text
    assert failures.total(since=now) == 2
    assert failures.total(since=now + timedelta(days=1)) == 0


def test_the_log_says_where_and_not_what(caplog: pytest.LogCaptureFixture) -> None:
    """Every frame of the stack, the innermost last; neither the message nor what a variable held."""

    def read(address: str) -> None:
        raise ValueError(f"not an address: {address}")

    with pytest.raises(ValueError, match="ana") as caught:
        read("ana@shop.example")
    failures.log("here", caught.value)
    (line,) = caplog.messages
    assert line.startswith("relacional: here failed: ValueError at ")
    assert [frame.rpartition(" ")[2] for frame in line.split(" > ")] == [
        "test_the_log_says_where_and_not_what", "read",
    ]  # fmt: skip
    assert f"{__file__}:" in line and "ana@shop.example" not in caplog.text


def test_a_dead_database_is_asked_once(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault of a reference: the nudge is counted as one error, whatever number of references it names."""
    asked = []

    def dead(kind: FactKind, references: list[str], *, now: datetime) -> recording.Recorded:
        asked.append(list(references))
        raise OperationalError

    monkeypatch.setattr(recording, "record_references", dead)
    tasks.record("order", ["1", "2", "3"])
    assert asked == [["1", "2", "3"]]
    assert ErrorCount.objects.values_list("place", "kind", "count").get() == (
        "record:order",
        "OperationalError",
        1,
    )


def test_one_bad_reference_does_not_lose_the_others(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nudge of three orders, one of which cannot be written: the other two are recorded, the error is counted."""
    refs = [shop.order(email=f"p{n}@shop.example") for n in range(3)]
    whole = recording.record_references

    def sour(kind: FactKind, references: list[str], *, now: datetime) -> recording.Recorded:
        if refs[1] in references:
            raise IntegrityError("ana@shop.example")
        return whole(kind, references, now=now)

    monkeypatch.setattr(recording, "record_references", sour)
    tasks.record("order", [*refs, refs[0]])
    assert set(Purchase.objects.values_list("reference", flat=True)) == {refs[0], refs[2]}
    assert ErrorCount.objects.values_list("place", "kind", "count").get() == (
        "record:order",
        "IntegrityError",
        1,
    )


def test_a_sweep_that_fails_for_one_kind_goes_on_with_the_others(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customers cannot be read; orders are."""
    shop.touch(FactKind.ORDER, shop.order(email="ana@shop.example"), now - timedelta(hours=1))
    host = type(shop.host)
    answer = host.changed

    def half(self: Any, kind: FactKind, **asked: Any) -> Any:
        if kind is FactKind.CUSTOMER:
            raise IntegrityError
        return answer(self, kind, **asked)

    monkeypatch.setattr(host, "changed", half)
    tasks.sweep()
    assert Purchase.objects.count() == 1
    assert ErrorCount.objects.get().place == "sweep:customer"
