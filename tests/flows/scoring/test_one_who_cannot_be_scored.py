"""Somebody whose facts cannot be scored: their purchases lie on no day. Nobody else waits for them."""

from datetime import timedelta
from typing import Any

import pytest

from saleor_relacional import tasks
from saleor_relacional.db import sql
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.scoring import rebuild, score, shift_walk, stale
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.models import (
    CustomerSummary,
    ErrorCount,
    HabitShift,
    Prediction,
    Profile,
    Stale,
)
from tests.support.asked import Asked
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person
from tests.support.rebuilds import shop_of

HOUR = timedelta(hours=1)


def spoil(who: Profile) -> Profile:
    """Their purchases lie on no day: what a slip in the database can leave."""
    sql.run("UPDATE saleor_relacional_purchase SET day = '-infinity' WHERE profile_id = %s", [who.pk])
    return who


def cure(who: Profile) -> None:
    """All their purchases lie on days again."""
    sql.run("UPDATE saleor_relacional_purchase SET day = placed_at::date WHERE profile_id = %s", [who.pk])


def odd(name: str = "Odd") -> Profile:
    """Nobody can say when they bought; the shop was learnt before it came to that."""
    found = person(name, days_ago=(40, 10))
    fit.ensure_fit(NOON)
    return spoil(found)


def counted(place: str) -> int:
    return sum(ErrorCount.objects.filter(place=place).values_list("count", flat=True))


@pytest.mark.django_db
def test_the_others_are_scored_and_health_says_so(host: Any) -> None:
    """Odd's news came first. Everybody else is scored by the same run, Odd keeps the mark and is tried an hour later;
    a purchase of somebody else meanwhile costs no attempt."""
    strange = odd()
    people = [person(f"P{n}", days_ago=every(30, 4, last=n)) for n in range(9)]
    assert score.score_stale(NOON).profiles == 9
    scored = CustomerSummary.objects.exclude(scored_at=None).values_list("profile", flat=True)
    assert set(scored) == {one.pk for one in people}
    assert Stale.objects.get().profile_id == strange.pk and counted("score") == 1
    assert "errors" in {each.code for each in health.health(NOON).problems}
    buys(people[0], NOON)
    stale.mark([people[0].pk], NOON + HOUR / 2)
    assert score.score_stale(NOON + HOUR / 2).profiles == 1 and counted("score") == 1
    assert score.score_stale(NOON + HOUR).profiles == 0 and counted("score") == 2


@pytest.mark.django_db
def test_a_fact_that_cures_is_taken_at_once(host: Any) -> None:
    """The shop corrects the order: Odd is scored with the next run, not an hour later."""
    strange = odd()
    score.score_stale(NOON)
    cure(strange)
    stale.mark([strange.pk], NOON)
    assert score.score_stale(NOON).profiles == 1
    assert not Stale.objects.exists() and CustomerSummary.objects.get(profile=strange).purchases == 2


@pytest.mark.django_db
def test_a_fault_of_everybody_is_no_fault_of_theirs(host: Any) -> None:
    """Where dozens cannot be scored something else is wrong: it is raised, and not tried on thousands."""
    for n in range(60):
        odd(f"Odd{n}")
    with pytest.raises(Exception, match="infinite"):
        score.score_stale(NOON)
    assert counted("score") == score.MOST_APART + 1


@pytest.mark.django_db
def test_a_refit_goes_past_them(host: Any, learnt: None) -> None:
    """A small shop learnt anew: everybody else is scored with what was learnt."""
    people = [person(f"P{n}", days_ago=every(30, 4, last=n)) for n in range(9)]
    strange = person("Odd", days_ago=(40, 10))
    score.refit(NOON)
    Prediction.objects.all().delete()
    spoil(strange)
    done = score.refit(NOON + DAY)
    assert done.profiles == 9 and set(Prediction.objects.values_list("profile", flat=True)) == {
        one.pk for one in people
    }
    assert Stale.objects.get().profile_id == strange.pk


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_goes_past_them(host: Any, large: None, learnt: None) -> None:
    """In a large shop everybody else is written anew; Odd keeps what was believed before, and is tried again."""
    people = shop_of(30)
    strange = people[13]
    score.refit(NOON)
    before = CustomerSummary.objects.get(profile=strange), Prediction.objects.get(profile=strange).fit_id
    spoil(strange)
    Stale.objects.all().delete()
    done = score.refit(NOON + DAY)
    assert done.profiles == 29 and not rebuild.running() and counted("rebuild") == 1
    after = CustomerSummary.objects.get(profile=strange), Prediction.objects.get(profile=strange).fit_id
    assert (after[0].purchases, after[1]) == (before[0].purchases, before[1])
    fits = Prediction.objects.exclude(profile=strange).values_list("fit", flat=True)
    assert set(fits).isdisjoint({before[1]})
    [mark] = Stale.objects.all()
    assert (mark.profile_id, mark.since) == (strange.pk, NOON + DAY + stale.AGAIN)


@pytest.mark.django_db
def test_a_shop_that_cannot_be_learnt_anew_keeps_what_it_learnt(shop: Any) -> None:
    """The weekly learning reads everybody, Odd too, and fails: that is counted and tried again, and news is scored with
    the fit of before."""
    now = shop.host.now()
    odd()
    before = fit.shop(now).id
    clock.advance(30 * DAY)
    tasks.refit()
    assert counted("refit") == 1 and fit.shop(now).id == before
    new = person("New", days_ago=(3,))
    tasks.score_stale()
    assert Prediction.objects.get(profile=new).fit_id == before


@pytest.mark.django_db
def test_the_walk_over_habits_goes_past_them(host: Any) -> None:
    """A day that no history can hold keeps the walk from nobody who comes after it."""
    weekly = every(7, 14, last=0)
    monthly = [weekly[-1] + 60 * n for n in range(1, 13)]
    spoil(person("Odd", days_ago=weekly))
    changed = person("Anna", days_ago=[*weekly, *monthly])
    with Asked() as questions:
        shift_walk.detect_shifts(NOON)
    assert len(questions) < 60
    assert HabitShift.objects.filter(profile_id=changed.pk).exists()
