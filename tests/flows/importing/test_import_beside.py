"""Beside an import the shop goes on: nobody waits for it, and an order that both tell is one order."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from saleor_relacional import tasks
from saleor_relacional.db import locks, sql
from saleor_relacional.flows.importing import apply, parts, staging
from saleor_relacional.flows.importing.import_file import Imported, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import identify, tombstones
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import ErrorCount, Profile, Purchase
from tests.support.concurrency import at_once
from tests.support.tell import order

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = recording.PATIENCE


@pytest.fixture(autouse=True)
def _as_in_production(_recordings_are_patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording gives way as soon as it does there."""
    monkeypatch.setattr(recording, "PATIENCE", PATIENCE)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An order each of six people, in parts of two."""
    monkeypatch.setattr(staging, "LINES", 2)
    file = tmp_path / "old.csv"
    rows = [f"{n},{n},p{n}@shop.example,2024-05-0{n},10" for n in range(1, 7)]
    file.write_text("order,customer,email,placed_at,total\n" + "\n".join(rows) + "\n")
    return file


@pytest.fixture
def importing(file: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Imported]:
    """Imports the file, and does something else on the way, on a connection of its own: within the first part, which
    holds p1 and p2, or after it."""

    def run(then: Callable[[], Any], *, within: bool) -> Imported:
        ways: tuple[Any, str] = (apply, "wait") if within else (parts, "apply_next")
        real, calls = getattr(*ways), [0]

        def meanwhile(*given: Any) -> Any:
            answer = real(*given)
            calls[0] += 1
            if calls[0] == 1:
                at_once(then)
            return answer

        with monkeypatch.context() as patched:
            patched.setattr(*ways, meanwhile)
            return import_file(file, now=now)

    return run


def orders(email: str) -> list[str]:
    """Of the person behind this address."""
    found = Profile.objects.filter(identities__key=email, purchases__isnull=False)
    return sorted(found.values_list("purchases__reference", flat=True))


@pytest.mark.parametrize("who", ["p1@shop.example", "p5@shop.example", "zoe@shop.example"])
def test_between_two_parts_nobody_waits(shop: Any, now: datetime, importing: Any, who: str) -> None:
    """Whoever orders then, told already or not yet or never, is recorded at once."""
    importing(lambda: recording.record([order("o1", who)], now=now), within=False)
    assert "o1" in orders(who) and len(orders(who)) == 1 + who.startswith("p")


@pytest.mark.parametrize("who", ["p5@shop.example", "zoe@shop.example"])
def test_within_a_part_only_its_own_people_wait(shop: Any, now: datetime, importing: Any, who: str) -> None:
    """Nobody else does, whatever the file tells of them."""
    importing(lambda: recording.record([order("o1", who)], now=now), within=True)
    assert "o1" in orders(who) and len(orders(who)) == 1 + who.startswith("p")


def test_who_waits_gives_way(shop: Any, now: datetime, importing: Any) -> None:
    """A nudge of somebody of this very part gives its worker's slot back after a second: that is no error, and the
    sweep reads the order."""
    reference = shop.order(email="p1@shop.example")
    importing(lambda: tasks.record(FactKind.ORDER.value, [reference]), within=True)
    assert orders("p1@shop.example") == ["1"] and not ErrorCount.objects.exists()
    tasks.record(FactKind.ORDER.value, [reference])
    assert orders("p1@shop.example") == sorted(["1", reference])


def test_recording_waits_for_nobody_for_long(shop: Any, now: datetime) -> None:
    """Whoever holds a name or a person."""
    recording.record([order("o1", "ana@shop.example")], now=now)
    again = order("o1", "ana@shop.example", total="30.00")
    for hold in (
        lambda: identify.lock([tombstones.email("ana@shop.example")]),
        lambda: locks.lock_people([Profile.objects.get().pk], locks.Hold.WRITE),
        lambda: recording.lock_references(FactKind.ORDER, ["o1"]),
    ):
        with sql.atomic():
            hold()
            with pytest.raises(OperationalError) as gave_way:
                at_once(lambda: recording.record([again], now=now))
        assert locks.impatient(gave_way.value)
    assert recording.record([again], now=now).written == 1


@pytest.mark.parametrize(("number", "known"), [("1", 0), ("5", 1)])
def test_an_order_that_both_tell_is_the_hosts(
    shop: Any, now: datetime, importing: Any, number: str, known: int
) -> None:
    """The host tells it between two parts, under another address: whether the file has told it already or is about to,
    it is one order, the host's."""
    done = importing(
        lambda: recording.record([order("o1", "zoe@shop.example", number=number)], now=now), within=False
    )
    assert done.known == known
    told = Purchase.objects.filter(number=number).values_list("source", "reference")
    assert list(told) == [("standalone", "o1")] and Purchase.objects.count() == 6


def test_an_order_that_both_tell_at_once(shop: Any, now: datetime, importing: Any) -> None:
    """The host tells it while its part is being applied: recording waits for the number, though the people are others,
    and then takes the imported one's place."""
    told = order("o1", "zoe@shop.example", number="1")
    with pytest.raises(OperationalError) as gave_way:
        importing(lambda: recording.record([told], now=now), within=True)
    assert locks.impatient(gave_way.value)
    recording.record([told], now=now)
    importing(lambda: None, within=False)
    assert Purchase.objects.filter(number="1").count() == 1 and Purchase.objects.count() == 6
