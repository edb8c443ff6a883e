"""An import is applied part by part: killed anywhere it goes on, and nothing is concluded from half of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from saleor_relacional import conf, tasks
from saleor_relacional.db import locks, sql
from saleor_relacional.errors import Refused
from saleor_relacional.flows.importing import apply, parts, runs, staging
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.models import (
    Consent,
    CustomerSummary,
    Identity,
    ImportBatch,
    ImportLine,
    ImportPerson,
    Prediction,
    Profile,
    Purchase,
    PurchaseLine,
    Refund,
    Stale,
)
from tests.support.leak import tables_with
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db

HEADER = "order,customer,email,first_name,placed_at,total\n"
ROWS = [
    "1,7,,Ana,2024-05-01,10",
    "2,7,ana@shop.example,Ana,2024-06-01,5",
    "3,8,bea@shop.example,Bea,2024-05-01,7.50",
    "C3,8,,Bea,2024-05-05,7.50",
    "4,9,Zenobia@shop.example,Zenobia,2024-05-02,3",
    "5,9,,Zenobia,2024-07-02,4",
    "6,10,ana@shop.example,Ana,2024-07-09,9",
    "7,11,dora@shop.example,Dora,2024-07-09,9",
    "8,12,,Eva,2024-07-10,1",
    "9,13,,Fay,2024-07-10,2",
]
SAID = Options(cancellation_prefix="C", consent="Tea news.")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten lines of seven people, in parts of two lines."""
    monkeypatch.setattr(staging, "LINES", 2)
    file = tmp_path / "Old Shop.csv"
    file.write_text(HEADER + "\n".join(ROWS) + "\n")
    return file


def after_parts(count: int, then: Callable[[], Any]) -> Callable[..., Any]:
    """`parts.apply_next`, which does something once so many parts are applied."""
    done, apply_next = [0], parts.apply_next

    def next_one(*given: Any) -> Any:
        if done[0] == count:
            done[0] += 1
            then()
        ended = apply_next(*given)
        done[0] += 1
        return ended

    return next_one


def kill() -> None:
    raise Killed


def everything() -> dict[str, list[Any]]:
    """What we have of everybody, by the names of people; without keys that differ from run to run."""
    names = {
        row.pk: tuple(sorted(row.identities.values_list("kind", "key"))) for row in Profile.objects.all()
    }

    def rows(model: Any, *columns: str) -> list[Any]:
        return sorted(
            (names[row[0]], *map(str, row[1:])) for row in model.objects.values_list("profile_id", *columns)
        )

    return {
        "people": sorted((names[p.pk], p.email, p.first_name, p.merged_into_id is None) for p in Profile.objects.all()),
        "purchases": rows(
            Purchase, "reference", "number", "state", "currency", "sold", "placed_at", "day", "learned_at",
            "batch__source",
        ),
        "lines": rows(PurchaseLine, "product_key", "quantity", "total"),
        "refunds": rows(Refund, "reference", "purchase__reference", "amount", "happened_at", "learned_at"),
        "consents": rows(Consent, "basis", "text"),
        "summaries": rows(
            CustomerSummary, "stage", "stage_cause", "since", "purchases", "sold", "refunded", "scored_at",
        ),
        "predictions": rows(Prediction, "order_value", "alive", "year_value", "as_of"),
    }  # fmt: skip


def nothing_is_left_to_do() -> bool:
    """Neither lines nor people wait."""
    return not (ImportLine.objects.exists() or ImportPerson.objects.exists() or Stale.objects.exists())


@contextmanager
def undone_afterwards() -> Iterator[None]:
    with sql.atomic():
        yield
        transaction.set_rollback(True, using=conf.database())


def counts(done: Imported) -> dict[str, Any]:
    """What an import says of itself, but how long it took."""
    return {name: getattr(done, name) for name in Imported.__slots__ if name != "seconds"}


def test_killed_anywhere_it_goes_on(
    shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between any two parts, or within any of them, and imported again: all is as if nobody had killed it, what
    it says of itself included. A further run writes nothing."""
    recording.record([account("ana", "ana@shop.example")], now=now)
    score.settle(now)
    with undone_afterwards():
        whole = counts(import_file(file, SAID, now=now))
        right = everything()
        assert nothing_is_left_to_do()
        again = import_file(file, SAID, now=now)
        assert (again.new_purchases, again.new_refunds, everything()) == (0, 0, right)
    assert len(right["purchases"]) == 9 and len(right["people"]) == 6
    places = [(count, within) for count in range(5) for within in (False, True)]
    for killed_at, within in [*places, (5, False)]:
        with undone_afterwards():
            with monkeypatch.context() as patched, pytest.raises(Killed):
                broken = partial(patched.setattr, apply, "wait", lambda *_: kill()) if within else kill
                patched.setattr(parts, "apply_next", after_parts(killed_at, broken))
                import_file(file, SAID, now=now)
            assert counts(import_file(file, SAID, now=now)) == whole, (killed_at, within)
            assert everything() == right, (killed_at, within)
            assert nothing_is_left_to_do()


def test_killed_while_it_is_read(
    shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it counts; the next import drops what was read."""
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(runs, "agree", lambda *_: kill())
        patched.setattr(runs, "drop", lambda *_: None)
        import_file(file, SAID, now=now)
    assert ImportLine.objects.count() == 10 and not Purchase.objects.exists() and not Profile.objects.exists()
    other = file.with_name("other.csv")
    other.write_text(HEADER + ROWS[0] + "\n")
    assert import_file(other, now=now).purchases == 1
    assert nothing_is_left_to_do() and ImportBatch.objects.count() == 1


@pytest.fixture
def half(shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An import that was killed after two parts: Ana and Dora have their orders, the others none yet."""
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(parts, "apply_next", after_parts(2, kill))
        import_file(file, SAID, now=now)
    assert 0 < Purchase.objects.count() < 9
    return file


def test_nothing_is_concluded_from_half_of_it(half: Path, now: datetime) -> None:
    """Whoever it told of is not scored, though they order meanwhile, and the shop is not learnt. Others are scored."""
    known = ImportPerson.objects.select_related("profile").exclude(profile__email="").first()
    assert known is not None
    recording.record([order("o1", known.profile.email), order("o2", "zoe@shop.example")], now=now)
    tasks.score_stale()
    score.refit(now)
    with sql.atomic():
        assert known.profile_id not in stale.hold([known.profile_id], now)
    scored = CustomerSummary.objects.values_list("profile__email", flat=True)
    assert list(scored) == ["zoe@shop.example"]
    assert not fit.wanted(now)
    import_file(half, SAID, now=now)
    assert CustomerSummary.objects.get(profile=known.profile_id).purchases == 1 + known.profile.purchases.filter(
        state="counts", batch__isnull=False
    ).count()  # fmt: skip
    assert nothing_is_left_to_do()


def test_health_says_so_after_an_hour(half: Path, now: datetime) -> None:
    """With the cure; not before."""
    told = health.health(now + timedelta(minutes=61)).problems
    [problem] = [each for each in told if each.code == "import_unfinished"]
    assert "old-shop was cut short 61 minutes ago" in problem.problem and "--undo old-shop" in problem.cure
    assert "import_unfinished" not in {
        each.code for each in health.health(now + timedelta(minutes=59)).problems
    }
    import_file(half, SAID, now=now)
    assert "import_unfinished" not in {each.code for each in health.health(now + timedelta(hours=2)).problems}


def test_one_at_a_time(half: Path, now: datetime) -> None:
    """While one is applied no other file is, nor the same in other words; the answer names the cure."""
    other = half.with_name("other.csv")
    other.write_text(HEADER + ROWS[0] + "\n")
    before = everything()
    with pytest.raises(Refused, match="'old-shop' is being applied, or was cut short.*--undo old-shop"):
        import_file(other, now=now)
    with pytest.raises(Refused, match="same file and options"):
        import_file(half, Options(cancellation_prefix="C"), now=now)
    assert everything() == before


def test_two_of_the_same_file_take_turns(
    shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started again while the first is still at it, the second applies what is left; the first finds nothing to do.
    Nothing is told twice."""
    done: list[Imported] = []
    with monkeypatch.context() as patched:
        patched.setattr(
            parts, "apply_next", after_parts(1, lambda: done.append(import_file(file, SAID, now=now)))
        )
        first = import_file(file, SAID, now=now)
    assert counts(done[0]) == counts(first)
    assert (first.new_purchases, Purchase.objects.count(), first.sold) == (9, 9, done[0].sold)


def test_two_that_are_read_at_once(shop: Any, now: datetime, file: Path) -> None:
    """The one that began later is imported; the earlier is told so when it is agreed to."""
    other = file.with_name("other.csv")
    other.write_text(HEADER + "20,20,,Gil,2024-05-01,10\n")

    def meanwhile(_held: Any) -> bool:
        import_file(other, now=now)
        return True

    with pytest.raises(Refused, match="Another import began meanwhile"):
        import_file(file, SAID, now=now, agreed=meanwhile)
    assert Purchase.objects.get().reference == "20" and nothing_is_left_to_do()


def test_whoever_is_forgotten_meanwhile_does_not_come_back(half: Path, now: datetime) -> None:
    """Zenobia is known from an order and asks to be forgotten while the file that names her is being applied: nothing
    of her is anywhere from then on, and the rest of the file brings nothing back."""
    recording.record([order("o1", "zenobia@shop.example", days_ago=1)], now=now)
    zenobia = Identity.objects.get(key="zenobia@shop.example").profile
    assert forget.forget(zenobia, now=now)
    assert tables_with(["zenobia"]) == {"zenobia": []}
    for _ in range(2):
        import_file(half, SAID, now=now)
        told = Purchase.objects.values_list("reference", flat=True)
        assert sorted(told) == ["1", "2", "3", "6", "7", "8", "9"]
        assert tables_with(["zenobia"]) == {"zenobia": []}


def test_people_are_let_go_by_the_next_scoring(
    shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when all is applied and nobody is let go: the task that scores does the rest."""
    calls = []

    def release(_now: datetime) -> int:
        calls.append(1)
        if len(calls) == 2:
            kill()
        return 0

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(runs, "release", release)
        import_file(file, SAID, now=now)
    assert ImportPerson.objects.exists() and not CustomerSummary.objects.exists()
    tasks.score_stale()
    assert nothing_is_left_to_do() and CustomerSummary.objects.count() == 6


def test_a_half_is_taken_back(half: Path, now: datetime) -> None:
    """--undo: nothing of the file is left, whoever was known otherwise stays, and the file can be imported anew."""
    recording.record([order("o1", "dora@shop.example")], now=now)
    said = StringIO()
    call_command("relacional_import", undo="old-shop", stdout=said)
    assert said.getvalue() == "Taken back: 4 purchases and 0 refunds. 1 people are gone with them.\n"
    assert Purchase.objects.get().reference == "o1"
    assert [name for name, *_ in everything()["people"]] == [(("email", "dora@shop.example"),)]
    assert nothing_is_left_to_do() and not ImportBatch.objects.exists()
    assert CustomerSummary.objects.get().purchases == 1
    with pytest.raises(CommandError, match="no history 'old-shop'"):
        call_command("relacional_import", undo="old-shop")
    assert import_file(half, SAID, now=now).new_purchases == 9


def test_a_part_is_as_large_as_the_machine_is_quick() -> None:
    """It holds its people for a seventh of a second: half the lines where it took twice as long, never more than twice
    as many as before, and never more names than are locked one by one."""
    pace = parts.Pace()
    assert pace.lines == 250
    pace.held(parts.HOLD * 2)
    assert pace.lines == 125
    for lines in (250, 500, 1_000, 1_000):
        pace.held(parts.HOLD / 100)
        assert pace.lines == lines
    assert not pace.too_many(locks.SINGLE) and pace.too_many(3_000)
    assert pace.lines <= 200 and not pace.too_many(3 * pace.lines)
    pace.held(parts.HOLD / 100)
    assert pace.lines <= 200
    pace.held(60)
    assert pace.lines == parts.LEAST and not pace.too_many(100_000)
