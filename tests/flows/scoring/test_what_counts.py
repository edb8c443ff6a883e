"""What is a purchase, and when two orders are one occasion."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.flows.ingest import record as flow
from saleor_relacional.flows.learning import past_cuts, sampling
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import CustomerSummary, Entitlement, Incentive, Purchase
from tests.support.campaign_stories import a_fit, late, open_shop, win_back
from tests.support.instants import DAY, NOON
from tests.support.people import buys, person
from tests.support.tell import order, refund

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 2, 1, tzinfo=NOON.tzinfo)
HOUR = timedelta(hours=1)


def tell(*facts: Any) -> None:
    flow.record(facts, now=NOON)


def summary() -> CustomerSummary:
    """Of the only person, scored now."""
    a_fit(NOON)
    score.score_stale(NOON)
    return CustomerSummary.objects.get()


def test_an_order_given_back_whole_is_no_purchase() -> None:
    """Ana sent all of it back: a prospect who kept nothing. What she gives back in part is a purchase still."""
    tell(order("o1", "ana@shop.example", refunds=(refund("r1", "o1", "12"), refund("r2", "o1", "8"))))
    ana = summary()
    assert (ana.stage, ana.purchases, ana.purchase_days, ana.sold - ana.refunded) == ("prospect", 0, 0, 0)
    assert (ana.last_day, ana.sold, ana.refunded) == (None, 20, 20)
    tell(order("o1", "ana@shop.example", refunds=(refund("r1", "o1", "12"),)))
    ana = summary()
    assert (ana.stage, ana.purchases, ana.sold, ana.refunded) == ("new", 1, Decimal(20), Decimal(12))


def test_the_orders_before_it_stand() -> None:
    """Her first order stands, her second went back: the days are those of the first."""
    tell(order("o1", "ana@shop.example", days_ago=40))
    tell(order("o2", "ana@shop.example", days_ago=10, refunds=(refund("r", "o2", "20"),)))
    assert (summary().purchase_days, summary().last_day) == (1, (NOON - 40 * DAY).date())


def test_money_in_another_currency_gives_nothing_back_of_it() -> None:
    """Twenty of something else are not the twenty that she paid; nor is another order's refund."""
    other = refund("r", "o9", "20")
    tell(order("o1", "ana@shop.example", refunds=(other,)))
    assert summary().stage == "new"


def test_no_win_back_for_what_was_given_back(shop: Any) -> None:
    """Ana bought once, long ago, and gave it back: nothing to come back to."""
    from saleor_relacional.flows.campaigns import plan

    open_shop(NOON)
    running = win_back(NOON, control_share="0")
    tell(order("o1", "ana@shop.example", days_ago=400, refunds=(refund("r", "o1", "20", days_ago=390),)))
    assert summary().stage == "prospect"
    plan.consider(running, NOON)
    assert not running.enrolments.exists()


def test_an_order_of_nothing_is_no_purchase_unless_the_owner_says_so(settings: Any) -> None:
    """A gift on the house. The setting makes it one, and reading the orders again is all it takes."""
    free = order("o1", "ana@shop.example", total="0.00")
    tell(free)
    assert (summary().stage, Purchase.objects.get().state) == ("prospect", "empty")
    settings.RELACIONAL = {"COUNT_FREE_ORDERS": True}
    tell(free)
    assert (summary().stage, summary().purchase_days) == ("new", 1)


def test_a_code_that_made_an_order_free_is_spent(shop: Any) -> None:
    """Bea's code takes all of it off: no purchase, but nobody gets the code back for it."""
    ana = late("Ana", NOON)
    open_shop(NOON)
    from saleor_relacional.flows.campaigns import plan
    from saleor_relacional.flows.incentives import incentive

    plan.consider(win_back(NOON, control_share="0", discount="percentage", value=Decimal(100)), NOON)
    offer = Incentive.objects.get(profile=ana)
    assert incentive.issue(offer, NOON)
    tell(order("o1", "ana@shop.example", days_ago=0, total="0.00", codes=(offer.code,)))
    offer.refresh_from_db()
    assert (offer.state, offer.redeemed_by) == ("redeemed", "o1")
    assert Entitlement.objects.get(code=offer.code).order == "o1"
    assert CustomerSummary.objects.get(profile=ana).purchases == 1


def test_an_empty_order_that_is_gone_is_withdrawn(shop: Any) -> None:
    """The host deletes it: it is not told as an order that stands."""
    tell(order("o1", "ana@shop.example", total="0.00"))
    flow.record_references(FactKind.ORDER, ["o1"], now=NOON)
    assert Purchase.objects.get().state == "withdrawn"


def test_orders_of_one_sitting_are_one_occasion() -> None:
    """Ana orders at 23:59 and, without sugar yet, at 00:01: no rhythm of a day. Eleven days later it is one gap."""
    ana = person("Ana")
    buys(ana, MIDNIGHT - 14 * HOUR)  # that morning
    buys(ana, MIDNIGHT - timedelta(minutes=1))
    buys(ana, MIDNIGHT + timedelta(minutes=1))
    buys(ana, MIDNIGHT + 3 * HOUR)
    found = summary()
    assert (found.stage, found.purchases, found.purchase_days, found.rhythm_gaps) == ("new", 4, 1, 0)
    assert (found.first_day, found.last_day) == (date(2026, 1, 31), date(2026, 1, 31))
    assert found.last_at == MIDNIGHT + 3 * HOUR
    buys(ana, MIDNIGHT + 10 * DAY)
    found = summary()
    assert (found.purchase_days, found.rhythm_gaps, found.last_gap) == (2, 1, 11)
    assert found.gap_log_sum == pytest.approx(log(11))


def test_a_till_that_never_sleeps_buys_every_day() -> None:
    """An order every hour for ten days: each day is an occasion, no sitting is longer than a night."""
    till = person("Till")
    for hour in range(240):
        buys(till, MIDNIGHT + hour * HOUR)
    found = summary()
    assert (found.purchases, found.purchase_days, found.last_gap) == (240, 10, 1)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_few_many_and_a_range_are_read_alike(shop: Any, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many are read by day, and whoever ordered after midnight again: the same columns as of few."""
    from saleor_relacional.flows.scoring import histories
    from saleor_relacional.flows.scoring.histories import Histories
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update_or_create(id=1, defaults={"time_zone": zone})
    people = [person(name) for name in ("Ana", "Bea", "Carla", "Dora")]
    evening = datetime(2026, 1, 31, 23, 59, tzinfo=ZoneInfo(zone))
    for who, hours in zip(people, ((0, 0.1), (0, 9, 0.1, 24), (0, 24), ()), strict=True):
        for after in hours:
            made = buys(who, evening + after * HOUR)
            Purchase.objects.filter(pk=made.pk).update(day=made.placed_at.astimezone(ZoneInfo(zone)).date())
    ids = sorted(who.pk for who in people)
    exact, by_range = Histories.of(ids, NOON), Histories.between(ids[0], ids[-1], NOON)
    monkeypatch.setattr(histories, "FEW", 0)
    many = Histories.of(ids, NOON)
    assert exact["purchase_days"].tolist() == [1, 2, 2, 0]
    for name in exact.column:
        told = {str(one[name].tolist()) for one in (exact, by_range, many)}  # as text: nan is nan
        assert len(told) == 1, name


def test_the_next_evening_is_another_occasion() -> None:
    """Four hours apart over midnight are two: she had gone to bed."""
    ana = person("Ana")
    buys(ana, MIDNIGHT - HOUR)
    buys(ana, MIDNIGHT + 3 * HOUR)
    assert (summary().purchase_days, summary().last_gap) == (2, 1)


def test_the_shop_learns_the_same_occasions() -> None:
    """The fit's own days and gaps are those of the summaries."""
    ana = person("Ana")
    for at in (-timedelta(minutes=1), timedelta(minutes=1), 10 * DAY, 10 * DAY + HOUR):
        buys(ana, MIDNIGHT + at)
    from saleor_relacional.db import sql

    with sql.atomic():
        sample = sampling.take(NOON)
        gaps = past_cuts.gaps(sample)
    assert (gaps.days.tolist(), gaps.count.tolist()) == ([11.0], [1.0])
