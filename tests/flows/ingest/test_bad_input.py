"""Shops as they are: empty, odd, mistyped. Through the whole way, told, scored, learnt, read, the owner sees something
sane: no number outside its bounds, no certainty out of nothing, no customer lost over a slip of the keyboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from typing import Any

import pytest
from django.db.models import F

from saleor_relacional import tasks
from saleor_relacional.db import sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.ingest.record import record
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs
from saleor_relacional.flows.profiles.beliefs.beliefs import Belief, Name, Unit
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.facts import Fact
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.insight.timing import mbg_nbd
from saleor_relacional.models import (
    CustomerSummary,
    Fit,
    Profile,
    Purchase,
    StageChange,
    Stale,
)
from tests.support.instants import DAY, NOON
from tests.support.tell import SOURCE, account, order, refund

pytestmark = pytest.mark.django_db

CERTAIN_OF_NOTHING = {Sufficiency.NOTHING, Sufficiency.PRIOR_MOSTLY}


def a_shop() -> list[Fact]:
    """Twenty-five people who buy every three weeks, more or less."""
    return [
        order(
            f"{i}-{m}", f"regular{i}@shop.example", days_ago=5 + i + (20 + i % 7) * m, total=str(10 + i + m)
        )
        for i in range(25)
        for m in range(4)
    ]


def tell(*facts: Fact, now: datetime = NOON) -> None:
    """Told by the host; the shop is learnt when it was not, and whoever has news is scored."""
    record(facts, now=now)
    score.score_stale(now)
    assert not Stale.objects.exists()


def seen(email: str, now: datetime = NOON) -> tuple[Relationship, dict[Name, Belief]]:
    """What the owner sees of somebody; all of it sane."""
    [one] = profiles.of_ids([Profile.objects.get(email_key=email).pk]).values()
    told = {belief.name: belief for belief in beliefs.of([one], now)[one.id]}
    for belief in told.values():
        is_sane(belief, now)
    assert one.since <= now and (one.last_at is None or one.last_at <= now)
    assert one.next_change_at is None or one.next_change_at > now
    return one, told


def is_sane(belief: Belief, now: datetime) -> None:
    """Finite, within what its unit allows and within its own interval; nothing expected before now."""
    numbers = [one for one in (belief.low, belief.value, belief.high) if one is not None]
    assert all(isfinite(one) for one in numbers), belief
    assert all(one <= other + 1e-6 for one, other in pairwise(numbers)), belief
    assert min(numbers) >= 0, belief
    if belief.unit in (Unit.PROBABILITY, Unit.SHARE):
        assert max(numbers) <= 1, belief
    if belief.unit is Unit.QUINTILE:
        assert set(numbers) <= {0, 1, 2, 3, 4, 5}, belief
    if belief.window is not None:
        assert now <= belief.window.earliest <= belief.window.middle <= belief.window.latest, belief


def test_no_purchases(host: Any) -> None:
    """A shop that has sold nothing: it is learnt from what we ship, its first account is a prospect, and the one thing
    told of them says that nothing stands behind it."""
    score.refit(NOON)
    assert Fit.objects.get(adopted=True).customers == 0
    tell(account("paul", "paul@shop.example"))
    paul, told = seen("paul@shop.example")
    assert (paul.stage, paul.purchases, paul.kept) == ("prospect", 0, 0)
    assert {belief.sufficiency for belief in told.values()} == {Sufficiency.NOTHING}
    assert health.health(NOON).problems[0].code == "sweep_late"  # and nothing about a fit
    assert len(health.health(NOON).problems) == 1


def test_one_customer(host: Any) -> None:
    """The shop is one person with one order: believed with the shipped priors, wide and saying so; with six orders she
    is believed for herself."""
    tell(order("a1", "ana@shop.example"))
    ana, told = seen("ana@shop.example")
    assert (ana.stage, ana.purchases, ana.sold) == ("new", 1, 20)
    rhythm = told[Name.RHYTHM_DAYS]
    assert rhythm.sufficiency in CERTAIN_OF_NOTHING and rhythm.high > 10 * rhythm.low  # type: ignore[operator]
    tell(*[order(f"a{n}", "ana@shop.example", days_ago=1 + 30 * (n - 1)) for n in range(2, 8)])
    ana, told = seen("ana@shop.example")
    assert ana.purchases == 7 and 20 < told[Name.RHYTHM_DAYS].value < 45
    assert Fit.objects.get(adopted=True).customers == 1


def test_equal_timestamps(host: Any) -> None:
    """Three orders of one instant are one purchase day and no gap."""
    tell(*a_shop(), *[order(f"a{n}", "ana@shop.example", days_ago=10) for n in range(3)])
    ana, told = seen("ana@shop.example")
    assert (ana.purchases, ana.purchase_days, ana.rhythm_gaps, ana.sold) == (3, 1, 0, 60)
    assert ana.stage == "new" and told[Name.RHYTHM_DAYS].sufficiency in CERTAIN_OF_NOTHING


def test_a_whole_shop_in_one_instant(host: Any) -> None:
    """As after a careless import: nobody has a second purchase day, nothing is learnt of rhythms, and it is said."""
    tell(*[order(f"o{n}", f"p{n % 40}@shop.example", days_ago=100) for n in range(120)])
    one, told = seen("p7@shop.example")
    assert (one.purchases, one.purchase_days) == (3, 1)
    assert told[Name.RHYTHM_DAYS].sufficiency in CERTAIN_OF_NOTHING
    assert told[Name.ORDER_365].value < 0.9


def test_future_dates(host: Any) -> None:
    """A year mistyped, and a clock an hour ahead: these orders were there when we heard of them, and count from then.
    Told again later they stay where they are."""
    typo = order("a2", "ana@shop.example", days_ago=-3650)
    ahead = order("b1", "bea@shop.example", days_ago=-1 / 24)
    tell(*a_shop(), order("a1", "ana@shop.example", days_ago=21), typo, ahead)
    ana, told = seen("ana@shop.example")
    assert (ana.purchases, ana.last_at, ana.stage) == (2, NOON, "active")
    assert ana.rhythm_gaps == 1 and told[Name.RHYTHM_DAYS].value < 60
    assert told[Name.NEXT_ORDER_DAY].value < 60
    assert seen("bea@shop.example")[0].stage == "new"
    assert not StageChange.objects.filter(happened_at__gt=NOON).exists()
    corrected = replace(typo, number="N-a2-corrected", changed_at=NOON + DAY)
    tell(corrected, now=NOON + 2 * DAY)
    assert Purchase.objects.get(reference="a2").placed_at == NOON


def test_negative_and_zero_totals(host: Any) -> None:
    """A gift, a credit note booked as an order, somebody who sent more back than they bought: gifts and what was given
    back whole are no purchases, no value is expected below nothing, and the money is what it is."""
    tell(
        *a_shop(),
        order("a1", "ana@shop.example", days_ago=44, total="-30.00"),
        order("a2", "ana@shop.example", days_ago=24, total="0.00"),
        order("a3", "ana@shop.example", days_ago=4, total="10.00"),
        order("g1", "gus@shop.example", days_ago=4, total="0.00"),
        order("r1", "rita@shop.example", days_ago=9, refunds=(refund("x", "r1", "50.00", days_ago=5),)),
    )
    ana, told = seen("ana@shop.example")
    assert (ana.purchases, ana.kept, ana.stage) == (2, Decimal("-20"), "recovered")
    assert 0 <= told[Name.ORDER_VALUE].value < 10 and 20 < told[Name.RHYTHM_DAYS].value < 45
    gus, _ = seen("gus@shop.example")
    assert (gus.purchases, gus.kept, gus.stage) == (0, 0, "prospect")
    rita, _ = seen("rita@shop.example")
    assert (rita.sold, rita.refunded, rita.kept, rita.stage) == (20, 50, -30, "prospect")


def test_a_customer_with_fifty_thousand_orders(host: Any) -> None:
    """The till itself is an account, twenty-five orders a day for years: one row, scored like anybody."""
    record([*a_shop(), order("t0", "till@shop.example", days_ago=2000)], now=NOON)
    till = Profile.objects.get(email_key="till@shop.example")
    sql.run(
        "INSERT INTO saleor_relacional_purchase (profile_id, source, reference, number, state, channel, currency, sold,"
        " placed_at, day, learned_at, checkout, codes, digest)"
        " SELECT %(till)s, %(source)s, 't' || n, '', 'counts', 'eur', 'EUR', n %% 90, at, at::date, %(now)s, '', '[]',"
        " '' FROM generate_series(1, 49999) AS n, LATERAL (SELECT %(now)s - n * interval '58 minutes') AS t(at)",
        {"till": till.pk, "source": SOURCE, "now": NOON},
    )
    tell(order("last", "till@shop.example", days_ago=0))
    one, told = seen("till@shop.example")
    days = sql.rows(
        "SELECT count(DISTINCT day) FROM saleor_relacional_purchase WHERE profile_id = %s", [till.pk]
    )
    assert (one.purchases, one.purchase_days) == (50_001, days[0][0])
    assert one.stage == "loyal" and told[Name.RHYTHM_DAYS].value < 2
    assert told[Name.ORDER_30].value > 0.95
    assert 15 < seen("regular3@shop.example")[1][Name.RHYTHM_DAYS].value < 35


def test_a_clock_that_goes_backwards(host: Any) -> None:
    """The shop's clock is set back a week after Ana's order was read and scored: scoring goes on, hers is not touched,
    no change is dated after we knew of it; when the clock has caught up, everybody is where they were."""
    tell(*a_shop(), order("a1", "ana@shop.example", days_ago=25), order("a2", "ana@shop.example", days_ago=1))
    ana, _ = seen("ana@shop.example")
    stages = dict(CustomerSummary.objects.values_list("profile_id", "stage"))
    for now in (NOON - 7 * DAY, NOON - 6 * DAY, NOON):
        record([order(f"n{now.day}", "nora@shop.example", days_ago=20)], now=now)
        score.score_stale(now)
        score.pass_time(now)
        assert all(isfinite(belief.value) for belief in beliefs.of([ana], now)[ana.id])
    score.refit(NOON)
    again, _ = seen("ana@shop.example")
    assert (again.stage, again.since, again.purchases) == (ana.stage, ana.since, ana.purchases)
    assert StageChange.objects.filter(profile_id=ana.id).count() == 1
    assert not StageChange.objects.filter(happened_at__gt=F("learned_at")).exists()
    assert dict(CustomerSummary.objects.filter(pk__in=stages).values_list("profile_id", "stage")) == stages


def test_mixed_currencies(host: Any) -> None:
    """Ana pays in euros, then in dollars, once in yen. Without rates her money is that of her last currency; with them
    all of it is in the shop's, and what has no rate is visibly left out. All of it counts for rhythm."""
    tell(
        *a_shop(),
        order("a1", "ana@shop.example", days_ago=63, total="30.00"),
        order("a2", "ana@shop.example", days_ago=42, total="9000", currency="JPY"),
        order("a3", "ana@shop.example", days_ago=21, total="40.00", currency="USD"),
        order("a4", "ana@shop.example", days_ago=1, total="20.00", currency="USD"),
    )
    ana, told = seen("ana@shop.example")
    assert (ana.purchases, ana.currency, ana.sold, ana.valued_purchases) == (4, "USD", 60, 2)
    assert ana.rhythm_gaps == 3 and told[Name.ORDER_VALUE].currency == "USD"
    policy.decide(now=NOON + DAY / 24, reporting_currency="EUR", rates=[("USD", Decimal("0.5"))])
    assert fit.wanted(NOON + DAY)  # the shop is to be learnt anew in its own money
    score.refit(NOON + DAY)
    ana, told = seen("ana@shop.example", NOON + DAY)
    assert (ana.purchases, ana.currency, ana.sold, ana.valued_purchases) == (4, "EUR", 60, 3)
    assert told[Name.ORDER_VALUE].currency == "EUR" and told[Name.ORDER_VALUE].value < 100
    assert ana.rhythm_gaps == 3


def test_a_fit_that_does_not_converge(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good one stays, health says so with a cure, orders go on being scored with it, it is not tried again at
    every beat, and the next one that works is adopted."""
    tell(*a_shop())
    good = Fit.objects.get(adopted=True)
    later = NOON + 8 * DAY
    assert fit.wanted(later)
    with monkeypatch.context() as broken:
        _never_converging(broken)
        record([order("new", "regular3@shop.example", days_ago=-7)], now=later)
        score.score_stale(later)
        score.refit(later)
    assert Fit.objects.get(adopted=True).pk == good.pk
    assert Fit.objects.filter(adopted=False, converged=False).exists()
    one, told = seen("regular3@shop.example", later)
    assert one.purchases == 5 and one.fit_id == good.pk and told[Name.ALIVE].value > 0
    assert "fit_failed" in {problem.code for problem in health.health(later).problems}
    assert not fit.wanted(later + DAY / 2) and fit.wanted(later + 2 * DAY)
    score.refit(later + 2 * DAY)
    assert Fit.objects.get(adopted=True).as_of == later + 2 * DAY
    assert "fit_failed" not in {problem.code for problem in health.health(later + 2 * DAY).problems}


def _never_converging(patched: pytest.MonkeyPatch) -> None:
    found: Callable[..., Any] = mbg_nbd.fit
    patched.setattr(mbg_nbd, "fit", lambda *a, **k: replace(found(*a, **k), converged=False))


def test_through_the_doors(shop: Any, now: datetime) -> None:
    """The same odd shop through the tasks: every beat comes through, and no error is counted."""
    for email, total, days in (
        ("ana", "0", 3),
        ("ana", "10", 3),
        ("bea", "-5", -40),
        ("cleo", "99999999", 4000),
    ):
        shop.order(email=f"{email}@shop.example", total=Decimal(total), placed_at=now - days * DAY)
    shop.customer("paul@shop.example")
    shop.set_clock(now + timedelta(minutes=15))
    for task in (tasks.sweep, tasks.score_stale, tasks.refit, tasks.pass_time, tasks.plan, tasks.expire):
        task()
    shop.set_clock(now - timedelta(days=3))
    for task in (tasks.sweep, tasks.score_stale, tasks.refit, tasks.pass_time, tasks.plan, tasks.expire):
        task()
    assert health.health(now).errors == ()
    assert Profile.objects.count() == 4 and Purchase.objects.count() == 4
