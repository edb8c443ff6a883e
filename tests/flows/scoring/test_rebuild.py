"""A large shop is believed anew beside what is believed of it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from saleor_relacional import tasks
from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fact_statistics, fit
from saleor_relacional.flows.scoring import rebuild, score, shadow_tables, stale
from saleor_relacional.models import (
    CustomerSummary,
    Fit,
    Prediction,
    Profile,
    Rebuild,
    StageChange,
    Stale,
)
from tests.running.processes import environment
from tests.support.concurrency import at_once
from tests.support.instants import DAY, NOON
from tests.support.people import every, person
from tests.support.rebuilds import left_over, shop_of, stands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("large")]

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
    monkeypatch.setattr(fact_statistics, "_READ", [name])
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
    fact_statistics.analyze()
    assert sql.rows(known, [just_read]) == [(1000,)]
    sql.run(f"INSERT INTO {just_read} SELECT generate_series(1, 4000)")
    fact_statistics.analyze()
    assert sql.rows(known, [just_read]) == [(5500,)]
