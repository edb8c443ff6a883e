"""A large shop is believed anew beside what is believed of it, and nothing that happens meanwhile is lost."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional import tasks
from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import rebuild, score, shadow_tables, stale
from saleor_relacional.models import (
    CustomerSummary,
    Fit,
    Prediction,
    Profile,
    Purchase,
    Rebuild,
    StageChange,
    Stale,
)
from tests.support.concurrency import at_once
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person
from tests.support.processes import environment

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import django, time
django.setup()
from saleor_relacional.flows.scoring import rebuild, shadow_tables
write = shadow_tables.write
def slowly(*given):
    write(*given)
    print("written", flush=True)
    time.sleep(60)
shadow_tables.write = slowly
rebuild.work(rebuild.running())
"""


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every shop is a large one, in ranges of ten. What a story that failed leaves behind is no matter of the next."""
    monkeypatch.setattr(rebuild, "SMALL", 0)
    monkeypatch.setattr(rebuild, "RANGE", 10)
    monkeypatch.setattr(shadow_tables, "PAUSE", 0.05)
    yield
    for (table,) in left_over():
        sql.run(f"DROP TABLE {table}")


_KEPT: dict[int, dict[str, Any]] = {}


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning takes a second or two and is not what these stories are about: it is done once for as many purchases,
    then copied."""
    learn = fit.learn

    def again(now: Any) -> Fit:
        names = ("customers", "parameters", "study", "log_likelihood", "converged")
        bought = Purchase.objects.count()
        if bought not in _KEPT:
            row = learn(now)
            _KEPT[bought] = {name: getattr(row, name) for name in names}
            return row
        return Fit.objects.create(as_of=now, created_at=now, **_KEPT[bought])

    monkeypatch.setattr(fit, "learn", again)


def shop_of(people: int) -> list[Profile]:
    """Everybody comes at a rhythm of their own; every seventh has never bought."""
    return [
        person(f"Person{i}", days_ago=every(5 + i % 50, i % 7, last=(i * 11) % 200), value=f"{10 + i}.50")
        for i in range(people)
    ]


def stands() -> list[dict[str, Any]]:
    return list(CustomerSummary.objects.order_by("pk").values())


def believed() -> list[dict[str, Any]]:
    return list(Prediction.objects.order_by("pk").values())


def shape() -> list[tuple[Any, ...]]:
    """Columns, indexes and constraints of the two tables, and who may read them."""
    tables = "('saleor_relacional_customersummary'::regclass, 'saleor_relacional_prediction'::regclass)"
    return [
        *sql.rows(f"SELECT attrelid::regclass::text, attname, attnum, atttypid, attnotnull, pg_get_expr(adbin, adrelid)"
                  f" FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
                  f" WHERE attrelid IN {tables} AND attnum > 0 ORDER BY 1, 2"),
        *sql.rows(f"SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisprimary FROM pg_index"
                  f" WHERE indrelid IN {tables} ORDER BY 1"),
        *sql.rows(f"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                  f" WHERE conrelid IN {tables} ORDER BY 1, 2"),
        *sql.rows(f"SELECT oid::regclass::text, acl.grantee, acl.privilege_type FROM pg_class,"
                  f" aclexplode(relacl) AS acl WHERE oid IN {tables} AND acl.grantee = 0 ORDER BY 1, 3"),
    ]  # fmt: skip


def left_over() -> list[tuple[Any, ...]]:
    """Tables of a rebuild that are still there."""
    return sql.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ 'saleor_relacional_.*_[0-9]+$'"
    )


def test_a_rebuild_and_a_scoring_agree() -> None:
    """Everybody from nothing by a rebuild; scored again one by one by the same fit, not a row differs. Each stage is
    told once, nobody is left stale, and the tables are what they were, permissions included."""
    shop_of(40)
    sql.run("GRANT SELECT ON saleor_relacional_prediction TO PUBLIC")
    before = shape()
    done = score.refit(NOON)
    assert (done.profiles, done.changes) == (40, 40)
    assert (CustomerSummary.objects.count(), StageChange.objects.count(), Stale.objects.count()) == (
        40,
        40,
        0,
    )
    assert shape() == before and left_over() == []
    sql.run("REVOKE SELECT ON saleor_relacional_prediction FROM PUBLIC")
    rebuilt = Rebuild.objects.get()
    assert (rebuilt.state, rebuilt.ranges.count()) == ("adopted", 4)
    assert list(Fit.objects.filter(adopted=True)) == [rebuilt.fit]
    found = stands(), believed()
    stale.mark(Profile.objects.values_list("pk", flat=True), NOON)
    assert score.score_stale(NOON).profiles == 40
    assert (stands(), believed()) == found
    assert StageChange.objects.count() == 40


def test_a_refit_of_a_large_shop_is_as_one_of_a_small_one(
    learnt: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same shop, learnt anew after it changed: where it lives or beside itself, the same stages and news."""

    def refitted(small: int) -> tuple[Any, ...]:
        monkeypatch.setattr(rebuild, "SMALL", small)
        Profile.objects.all().delete()
        for model in (Fit, CustomerSummary, Prediction, StageChange, Stale):
            model.objects.all().delete()
        people = shop_of(40)
        score.score_stale(NOON)
        for i in range(40):
            person(f"Slow{i}", days_ago=every(200, 3, last=i * 4))
        score.score_stale(NOON)
        score.refit(NOON + DAY)
        first = people[0].pk
        kept = ("stage", "since", "stage_cause", "purchase_days", "sold", "slips_at", "next_change_at")
        rows = [(row["profile_id"] - first, *(row[name] for name in kept)) for row in stands()]
        news = StageChange.objects.order_by("profile_id", "pk")
        told = [
            (profile - first, *rest)
            for profile, *rest in news.values_list("profile_id", "stage", "previous", "cause", "happened_at")
        ]
        assert any(row[-2] == "refit" for row in told)
        return rows, told

    assert refitted(small=1000) == refitted(small=0)


def test_a_worker_is_killed_within_a_range(learnt: None) -> None:
    """It had written its rows when it died: nothing of them is there, another worker takes the range, and the end is
    the same."""
    shop_of(30)
    score.refit(NOON)
    found = stands()
    rebuild.begin(NOON)
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "written\n"
    going = rebuild.running()
    assert going is not None
    assert [rebuild.work(going) for _ in range(3)] == [
        True,
        True,
        False,
    ]  # the other two; the first one is taken
    assert not rebuild.ready(going)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    while rebuild.go_on(NOON):
        pass
    assert Rebuild.objects.filter(state="adopted").count() == 2
    assert [{**row, "scored_at": None} for row in stands()] == [{**row, "scored_at": None} for row in found]
    assert StageChange.objects.count() == 30


def test_two_at_once(learnt: None) -> None:
    """Two workers want to learn the shop at the same moment: one fit is adopted, everybody stands where one alone would
    have put them, and every stage is told once."""
    shop_of(40)
    at_once(*[lambda: score.refit(NOON)] * 2)
    while rebuild.go_on(NOON):
        pass
    assert not Rebuild.objects.filter(state="running").exists()
    assert Fit.objects.filter(adopted=True).count() == 1
    assert (CustomerSummary.objects.count(), StageChange.objects.count(), Stale.objects.count()) == (
        40,
        40,
        0,
    )
    assert left_over() == []
    found = stands()
    stale.mark(Profile.objects.values_list("pk", flat=True), NOON)
    score.score_stale(NOON)
    assert stands() == found


def test_four_workers_share_the_ranges(learnt: None) -> None:
    """Each range is done by one of them."""
    shop_of(60)
    rebuild.begin(NOON)
    at_once(*[lambda: rebuild.whole(NOON)] * 4)
    going = Rebuild.objects.get()
    assert going.state == "adopted" and sum(going.ranges.values_list("profiles", flat=True)) == 60
    assert (CustomerSummary.objects.count(), StageChange.objects.count()) == (60, 60)


def begun(people: int = 20, *, at: datetime = NOON) -> list[Profile]:
    """A shop that was scored at noon, of which a rebuild as of `at` has done all ranges and not ended."""
    found = shop_of(people)
    score.refit(NOON)
    going = rebuild.begin(at)
    while rebuild.work(going):
        pass
    return found


def test_an_order_that_arrives_meanwhile_is_not_lost(learnt: None) -> None:
    """Ana buys after her range was scored; she is scored before the swap, Bea is not. Neither order is forgotten, and
    both end with the new fit."""
    ana, bea = begun()[:2]
    buys(ana, NOON)
    score.score_stale(NOON)
    buys(bea, NOON)
    assert rebuild.end(NOON)
    assert CustomerSummary.objects.get(profile=ana).last_at == NOON
    assert set(Stale.objects.values_list("profile_id", flat=True)) == {ana.pk, bea.pk}
    score.score_stale(NOON)
    fresh = Fit.objects.get(adopted=True)
    for one in (ana, bea):
        assert (CustomerSummary.objects.get(profile=one).last_at, one.prediction.fit_id) == (NOON, fresh.pk)
    assert StageChange.objects.filter(profile_id=ana.pk).count() == 2


def test_an_order_under_way_when_it_began(learnt: None) -> None:
    """The transaction that tells of Ana's order was there before the rebuild, and commits after her range was scored:
    its mark stays."""
    ana = shop_of(20)[0]
    score.refit(NOON)

    def tell(started: Any, told: Any) -> None:
        with sql.atomic():
            sql.rows("SELECT pg_current_xact_id()")
            started.set()
            told.wait(30)
            buys(ana, NOON)

    started, told = threading.Event(), threading.Event()

    def rebuild_around() -> None:
        started.wait(30)
        going = rebuild.begin(NOON)
        while rebuild.work(going):
            pass
        told.set()

    at_once(lambda: tell(started, told), rebuild_around)
    assert rebuild.end(NOON)
    assert list(Stale.objects.values_list("profile_id", flat=True)) == [ana.pk]
    score.score_stale(NOON)
    assert CustomerSummary.objects.get(profile=ana).last_at == NOON


def test_who_is_forgotten_meanwhile_does_not_come_back(learnt: None) -> None:
    """Ana is erased and Bea turns out to be Carla after their ranges were scored."""
    ana, bea, carla = begun()[:3]
    forget.forget(ana, now=NOON)
    merge.merge(bea.pk, carla.pk, cause="vouched", now=NOON)
    assert rebuild.end(NOON)
    for model in (CustomerSummary, Prediction):
        assert not model.objects.filter(pk__in=[ana.pk, bea.pk]).exists()
    score.score_stale(NOON)
    assert CustomerSummary.objects.get(profile=carla).purchase_days == len(
        set(carla.purchases.values_list("day", flat=True))
    )
    assert not CustomerSummary.objects.filter(pk__in=[ana.pk, bea.pk]).exists()
    assert not Stale.objects.exists()


def test_who_is_forgotten_while_they_are_scored_does_not_come_back(
    learnt: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her facts were read, her standing is not written yet: whoever forgets Ana waits for it, and then it goes too."""
    ana = shop_of(3)[1]
    CustomerSummary.objects.all().delete()  # nobody was scored yet: there is no row to wait for
    fit.shop(NOON)
    read, write = threading.Event(), score.score_store.write

    def slowly(*given: Any) -> None:
        read.set()
        time.sleep(0.5)  # long enough for the other one to arrive where it has to wait
        write(*given)

    monkeypatch.setattr(score.score_store, "write", slowly)
    at_once(lambda: score.score_stale(NOON), lambda: read.wait(30) and forget.forget(ana, now=NOON))
    monkeypatch.undo()
    score.score_stale(NOON)
    assert (
        not CustomerSummary.objects.filter(pk=ana.pk).exists()
        and not Prediction.objects.filter(pk=ana.pk).exists()
    )
    assert not Stale.objects.exists()


def test_what_time_told_meanwhile_is_told_once(learnt: None) -> None:
    """Years pass between a range and the swap: who was moved by time stays moved, and the history has no step twice."""
    begun(at=NOON + 300 * DAY)  # the ranges would tell of the same people
    score.pass_time(NOON + 3000 * DAY)
    told = list(StageChange.objects.order_by("pk").values_list("profile_id", "stage", "cause"))
    moved = [row for row in stands() if row["stage_cause"] == "time"]
    assert moved
    assert rebuild.end(NOON + 3000 * DAY)
    assert [row for row in stands() if row["stage_cause"] == "time"] == moved
    score.pass_time(NOON + 3000 * DAY)
    score.score_stale(NOON + 3000 * DAY)
    assert list(StageChange.objects.order_by("pk").values_list("profile_id", "stage", "cause")) == told


def test_somebody_reads_for_long(learnt: None) -> None:
    """The swap waits for whoever uses the tables, a moment at a time, and tries again when it is asked again."""
    begun(at=NOON + 300 * DAY)
    fresh = Rebuild.objects.get(state="running")
    told: list[int] = []
    reading, tried = threading.Event(), threading.Event()

    def read() -> int:
        with sql.atomic():
            count = CustomerSummary.objects.count()
            reading.set()
            tried.wait(60)
            return count

    def swap() -> list[bool]:
        reading.wait(30)
        generation_tries, shadow_tables.TRIES = shadow_tables.TRIES, 2
        try:
            refused = rebuild.end(NOON)
            told.append(StageChange.objects.count())
        finally:
            shadow_tables.TRIES = generation_tries
            tried.set()
        return [refused, rebuild.end(NOON)]

    assert at_once(read, swap) == [20, [False, True]]
    assert (
        told == [20]
        and StageChange.objects.count() == 20 + sum(fresh.ranges.values_list("changes", flat=True)) > 20
    )
    assert Fit.objects.get(adopted=True).pk == fresh.fit_id


def test_a_rebuild_that_never_ended_is_begun_anew(learnt: None) -> None:
    """Nobody has worked on it for more than a day: its tables go, its fit was never adopted."""
    shop_of(10)
    old = rebuild.begin(NOON)
    assert rebuild.begin(NOON) == old
    Rebuild.objects.update(started_at=sql.real_now() - 2 * DAY)
    fresh = rebuild.begin(NOON)
    assert fresh != old
    assert not rebuild.work(old)
    score.refit(NOON)
    assert dict(Rebuild.objects.values_list("pk", "state")) == {old.pk: "abandoned", fresh.pk: "adopted"}
    assert left_over() == [] and Fit.objects.get(adopted=True).pk == fresh.fit_id


def test_a_fit_that_does_not_converge(learnt: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good one stays; everybody is counted anew with it."""
    shop_of(20)
    score.refit(NOON)
    good = Fit.objects.get()
    learn = fit.learn

    def failing(now: Any) -> Fit:
        row = learn(now)
        row.converged = False
        row.save()
        return row

    monkeypatch.setattr(fit, "learn", failing)
    score.refit(NOON + DAY)
    assert Fit.objects.get(adopted=True) == good and Fit.objects.count() == 2
    assert set(Prediction.objects.values_list("fit_id", flat=True)) == {good.pk}


def test_the_tasks(learnt: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timetable begins it and sends a task for every range. Two of them are lost: the next round goes on, and ends
    it; one that comes too late finds nothing to do."""
    sent: list[Any] = []
    monkeypatch.setattr(tasks.rebuild_range, "apply_async", lambda **given: sent.append(given))
    shop_of(30)
    tasks.refit()
    assert len(sent) == 3 and rebuild.running() is not None
    tasks.rebuild_range()
    assert rebuild.running() is not None
    tasks.refit()
    assert len(sent) == 3
    tasks.rebuild()
    assert rebuild.running() is None and CustomerSummary.objects.count() == 30
    tasks.rebuild_range()
    assert Rebuild.objects.get().state == "adopted"


def test_the_last_range_ends_it(learnt: None) -> None:
    """Whoever does the last range puts the rebuild in its place."""
    shop_of(20)
    rebuild.begin(NOON)
    for running in (True, False):
        tasks.rebuild_range()
        assert (rebuild.running() is not None) == running


@pytest.fixture
def just_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The one table that scoring reads, a thousand rows that the planner has never looked at."""
    name = "relacional_just_read"
    monkeypatch.setattr(rebuild, "_READ", [name])
    sql.run(f"CREATE TABLE {name} AS SELECT n AS id FROM generate_series(1, 1000) AS n")
    yield name
    sql.run(f"DROP TABLE {name}")
    if begun := rebuild.running():
        shadow_tables.give_up(begun)


def test_a_shop_that_was_read_a_moment_ago_is_counted_first(learnt: None, just_read: str) -> None:
    """The planner has never looked at a table: when a rebuild begins it knows how large it is. It is not counted again
    for a few rows more, but when it has grown to more than twice."""
    known = "SELECT reltuples::int FROM pg_class WHERE oid = %s::regclass"
    rebuild.begin(NOON)
    assert sql.rows(known, [just_read]) == [(1000,)]
    sql.run(f"INSERT INTO {just_read} SELECT generate_series(1, 500)")
    rebuild.analyze()
    assert sql.rows(known, [just_read]) == [(1000,)]
    sql.run(f"INSERT INTO {just_read} SELECT generate_series(1, 4000)")
    rebuild.analyze()
    assert sql.rows(known, [just_read]) == [(5500,)]
