"""Nothing that happens while a large shop is believed anew is lost, and nobody who went comes back."""

import threading
import time
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import rebuild, score, shadow_tables
from saleor_relacional.models import (
    CustomerSummary,
    Fit,
    Prediction,
    Profile,
    Rebuild,
    StageChange,
    Stale,
)
from tests.support.concurrency import at_once
from tests.support.instants import DAY, NOON
from tests.support.people import buys
from tests.support.rebuilds import shop_of, stands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("large")]


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
    """Her facts were read, her summary is not written yet: whoever forgets Ana waits for it, and then it goes too."""
    ana = shop_of(3)[1]
    CustomerSummary.objects.all().delete()  # nobody was scored yet: there is no row to wait for
    fit.ensure_fit(NOON)
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
