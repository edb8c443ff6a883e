"""Histories become stages with dates and causes, and beliefs with a fit."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.models import (
    CustomerSummary,
    Fit,
    Prediction,
    Profile,
    Purchase,
    Refund,
    StageChange,
    Stale,
)
from tests.support.asked import Asked
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def shop_of_regulars() -> None:
    """Thirty people who come every month and are all on time."""
    for i in range(30):
        person(f"Regular{i}", days_ago=every(30, 8, last=i % 28))


def stage(profile: object) -> str:
    return CustomerSummary.objects.get(profile=profile).stage


def returns(profile: Profile, at: datetime, amount: str, currency: str) -> None:
    """Money goes back, whatever was bought."""
    Refund.objects.create(
        profile=profile, source="test", reference=f"{at}-{amount}", amount=Decimal(amount), currency=currency,
        happened_at=at, learned_at=NOON,
    )  # fmt: skip


def test_each_person_is_measured_against_their_own_rhythm():
    """Eighty silent days: a lapse for Wilma who came weekly, nothing for Quim who comes each quarter."""
    shop_of_regulars()
    wilma = person("Wilma", days_ago=every(7, 20, last=80))
    quim = person("Quim", days_ago=every(90, 6, last=80))
    score.score_stale(NOON)
    assert stage(wilma) in ("lapsed", "lost")
    assert stage(quim) == "loyal"


def test_statistics_are_the_facts_aggregated():
    """Purchase days, gaps in logs and money per currency come out of the orders exactly."""
    ana = person("Ana", days_ago=[40, 30, 10, 10], value="10.00")
    buys(ana, NOON - 90 * DAY, "99.00", currency="USD")
    returns(person("Bea", days_ago=[20, 10], value="8.00"), NOON, "3.00", "EUR")
    Refund.objects.create(
        profile=ana,
        source="test",
        reference="r1",
        amount=Decimal("2.50"),
        currency="EUR",
        happened_at=NOON,
        learned_at=NOON,
    )
    score.score_stale(NOON)
    summary = CustomerSummary.objects.get(profile=ana)
    assert (summary.purchases, summary.purchase_days, summary.last_gap) == (5, 4, 20)
    assert summary.gap_log_sum == pytest.approx(3.912023 + 2.302585 + 2.995732, abs=1e-6)
    assert (summary.currency, summary.sold, summary.refunded) == (
        "EUR",
        Decimal("40.000"),
        Decimal("2.500"),
    )
    assert summary.kept == Decimal("37.500")
    bea = CustomerSummary.objects.get(profile__first_name="Bea")
    assert (bea.currency, bea.sold, bea.refunded) == ("EUR", Decimal("16.000"), Decimal("3.000"))
    assert not Stale.objects.exists()


def test_money_is_told_in_the_currency_of_the_last_purchase():
    """Whatever was refunded later, and in what: a purchase says in which money somebody pays; refunds do only where
    there is none. Two purchases at one moment: the first currency by name."""
    ana, bob, cal = person("Ana", days_ago=[40], value="10.00"), person("Bob"), person("Cal")
    buys(ana, NOON - 20 * DAY, "30.00", currency="USD")
    returns(ana, NOON - DAY, "4.00", "EUR")
    returns(bob, NOON - 9 * DAY, "5.00", "EUR")
    returns(bob, NOON - 3 * DAY, "6.00", "CHF")
    for value, currency in (("7.00", "USD"), ("8.00", "CHF")):
        buys(cal, NOON - DAY, value, currency=currency)
    returns(cal, NOON, "1.00", "USD")
    stale.mark([ana.pk, bob.pk, cal.pk], NOON)
    score.score_stale(NOON)
    told = CustomerSummary.objects.order_by("pk").values_list(
        "currency", "sold", "refunded", "valued_purchases"
    )
    assert list(told) == [
        ("USD", Decimal("30.000"), Decimal(0), 1), ("CHF", Decimal(0), Decimal("6.000"), 0),
        ("CHF", Decimal("8.000"), Decimal(0), 1),
    ]  # fmt: skip


def test_time_alone_moves_towards_lost_and_tells_each_step():
    """Nobody looks for years; the history still says when Ana slipped, lapsed and was lost, in this order."""
    shop_of_regulars()
    ana = person("Ana", days_ago=every(30, 6))
    score.score_stale(NOON)
    summary = CustomerSummary.objects.get(profile=ana)
    assert summary.stage == "loyal"
    assert summary.next_change_at == summary.slips_at
    score.pass_time(NOON + 3000 * DAY)
    told = list(
        StageChange.objects.filter(profile_id=ana.pk)
        .order_by("happened_at")
        .values_list("stage", "previous", "happened_at", "cause")
    )
    assert told[1:] == [
        ("slipping", "loyal", summary.slips_at, "time"),
        ("lapsed", "slipping", summary.lapses_at, "time"),
        ("lost", "lapsed", summary.lost_at, "time"),
    ]
    after = CustomerSummary.objects.get(profile=ana)
    assert (after.stage, after.since, after.next_change_at) == ("lost", summary.lost_at, None)


def test_time_moves_exactly_when_it_must():
    """A microsecond before the moment nothing changes; at the moment it does."""
    ana = person("Ana", days_ago=every(30, 6))
    score.score_stale(NOON)
    moment = CustomerSummary.objects.get(profile=ana).next_change_at
    assert moment is not None
    assert score.pass_time(moment - timedelta(microseconds=1)).changes == 0
    assert score.pass_time(moment).changes == 1
    assert stage(ana) == "slipping"


def test_a_purchase_after_a_lapse_recovers_and_the_next_one_is_ordinary():
    """Recovered is a stage of its own; it ends by coming back in rhythm."""
    shop_of_regulars()
    ana = person("Ana", days_ago=every(20, 6, last=150))
    score.score_stale(NOON)
    assert stage(ana) in ("lapsed", "lost")
    buys(ana, NOON)
    score.score_stale(NOON)
    assert (stage(ana), CustomerSummary.objects.get(profile=ana).stage_cause) == ("recovered", "purchase")
    buys(ana, NOON + 20 * DAY)
    score.score_stale(NOON + 20 * DAY)
    assert stage(ana) == "loyal"


def test_a_withdrawn_purchase_corrects_the_stage():
    """The order that made Ana a customer is cancelled: she is a prospect again, and it says why."""
    ana = person("Ana", days_ago=[3])
    score.score_stale(NOON)
    assert stage(ana) == "new"
    assert Prediction.objects.filter(profile=ana).exists()
    ana.purchases.update(state="withdrawn")
    stale.mark([ana.pk], NOON)
    score.score_stale(NOON)
    assert (stage(ana), CustomerSummary.objects.get(profile=ana).stage_cause) == ("prospect", "correction")
    assert not Prediction.objects.filter(profile=ana).exists()


def test_a_day_in_between_was_wrong():
    """An order is redated: as many days, the same last one, another rhythm. Ana stands where somebody stands whose
    days were right from the start, and it says correction."""
    shop_of_regulars()
    ana = person("Ana", days_ago=[400, 390, 20])
    score.score_stale(NOON)
    assert CustomerSummary.objects.get(profile=ana).stage == "recovered"
    middle = Purchase.objects.filter(profile=ana).order_by("placed_at")[1]
    middle.placed_at = NOON - timedelta(days=50)
    middle.day = middle.placed_at.date()
    middle.save()
    stale.mark([ana.pk], NOON)
    bea = person("Bea", days_ago=[400, 50, 20])
    score.score_stale(NOON)
    limits = CustomerSummary.objects.filter(profile__in=[ana, bea]).values_list(
        "slips_at", "lapses_at", "lost_at"
    )
    assert limits[0] == limits[1]
    assert CustomerSummary.objects.values_list("stage", "stage_cause").get(profile=ana) == (
        "active",
        "correction",
    )


def test_scoring_again_changes_nothing():
    """Equal facts, equal rows: the second scoring tells no stage and moves no date."""
    shop_of_regulars()
    score.score_stale(NOON)
    before = list(CustomerSummary.objects.order_by("pk").values())
    told = StageChange.objects.count()
    stale.mark(CustomerSummary.objects.values_list("pk", flat=True), NOON)
    score.score_stale(NOON)
    assert list(CustomerSummary.objects.order_by("pk").values()) == before
    assert StageChange.objects.count() == told


def test_a_refit_moves_boundaries_by_no_more_than_it_must_and_says_refit():
    """The shop slows down; those whom the new fit places elsewhere are told with the cause refit."""
    shop_of_regulars()
    score.score_stale(NOON)
    before = {s.pk: (s.slips_at - s.last_at) for s in CustomerSummary.objects.all()}
    for i in range(60):
        person(f"Slow{i}", days_ago=every(200, 4, last=i))
    score.score_stale(NOON)
    score.refit(NOON + DAY)
    fresh = Fit.objects.get(adopted=True)
    assert Fit.objects.count() == 2
    assert set(Prediction.objects.values_list("fit_id", flat=True)) == {fresh.pk}
    for summary in CustomerSummary.objects.filter(pk__in=before):
        assert summary.slips_at is not None
        assert summary.stage_cause in ("refit", "history", "purchase")
    assert not StageChange.objects.filter(cause="time").exists()


def test_promise_ranks_the_frequent_big_spender_above_the_one_time_buyer():
    """Most promising first: expected orders in a year times the value of an order."""
    shop_of_regulars()
    big = person("Big", days_ago=every(30, 10, last=20), value="200.00")
    small = person("Small", days_ago=[200], value="5.00")
    score.score_stale(NOON)
    beliefs = {belief.profile_id: belief for belief in Prediction.objects.all()}
    assert beliefs[big.pk].year_value > beliefs[small.pk].year_value
    assert beliefs[big.pk].alive > beliefs[small.pk].alive
    for belief in beliefs.values():
        assert 0 <= belief.order_30 <= belief.order_90 <= belief.order_365 <= 1


def test_who_sends_everything_back_promises_little():
    """Ana bought for 77,000 and sent it all back, Bea keeps what she buys for 40: Bea stands first in the queue."""
    shop_of_regulars()
    ana, bea = (
        person("Ana", days_ago=[70, 40], value="38500.00"),
        person("Bea", days_ago=[70, 40], value="40.00"),
    )
    Refund.objects.create(
        profile=ana, source="test", reference="all", amount=Decimal("77000.00"), currency="EUR",
        happened_at=NOON - 39 * DAY, learned_at=NOON,
    )  # fmt: skip
    score.score_stale(NOON)
    assert (
        0 <= Prediction.objects.get(profile=ana).year_value < Prediction.objects.get(profile=bea).year_value
    )


def test_the_number_of_statements_does_not_grow_with_the_people():
    """Set-based: as many statements for forty people as for two."""

    def statements(people: int) -> int:
        for i in range(people):
            person(f"P{people}{i}", days_ago=every(15, 3))
        with Asked() as queries:
            score.score_stale(NOON)
        return len(queries)

    fit.ensure_fit(NOON)
    fit.shop(NOON)  # read once per process
    assert statements(2) == statements(40)


def test_an_empty_shop_has_a_fit_made_of_priors():
    """No purchase yet: scoring works and the fit says that it rests on nobody."""
    prospect = person("Paul")
    score.score_stale(NOON)
    assert stage(prospect) == "prospect"
    assert Fit.objects.get(adopted=True).customers == 0


def test_orders_worth_nothing_and_days_in_the_future_are_no_error():
    """A gift of 0.00 and a clock that ran ahead are facts like others."""
    ana = person("Ana", days_ago=[5], value="0.00")
    late = person("Late", days_ago=[-2])
    score.score_stale(NOON)
    assert (stage(ana), stage(late)) == ("new", "new")
    assert Prediction.objects.get(profile=ana).order_value == 0


def test_registering_makes_nobody_less_late():
    """Bea was a guest and has lapsed by the boundary that held when she last bought. The shop has been learned anew
    since, and would give her more time. She registers: she stands where she stood, for the same reason, and a mail that
    is on its way to her is not out of date."""
    shop_of_regulars()
    guest = person("Bea", days_ago=every(30, 3, last=50))
    score.score_stale(NOON)
    stood = CustomerSummary.objects.get(profile=guest)
    assert stood.stage == "lapsed"
    for i in range(60):
        person(f"Slow{i}", days_ago=every(200, 4, last=i))
    fit.estimate(NOON)
    account = person("Account", email="bea@shop.example", joined_at=NOON)
    score.score_stale(NOON)
    assert stage(account) == "prospect"
    merge.merge(guest.pk, account.pk, cause="vouched", now=NOON)
    assert stage(account) == "lapsed"
    score.score_stale(NOON)
    stands = CustomerSummary.objects.get(profile=account)
    kept = (
        "stage",
        "since",
        "stage_cause",
        "slips_at",
        "lapses_at",
        "lost_at",
        "purchase_days",
    )
    assert [getattr(stands, name) for name in kept] == [getattr(stood, name) for name in kept]
    assert not CustomerSummary.objects.filter(profile=guest).exists()
    told = StageChange.objects.filter(profile_id=account.pk).order_by("pk")
    assert list(told.values_list("previous", "stage", "cause")) == [
        ("", "prospect", "history"), ("prospect", "lapsed", "merge"),
    ]  # fmt: skip


def test_two_who_have_both_bought_are_scored_together():
    """An account with purchases of its own keeps its summary until the next scoring knows of all of them."""
    guest, account = person("Bea", days_ago=[90, 60]), person("Account", days_ago=[5])
    score.score_stale(NOON)
    merge.merge(guest.pk, account.pk, cause="vouched", now=NOON)
    score.score_stale(NOON)
    stands = CustomerSummary.objects.get(profile=account)
    assert (stands.purchase_days, stands.stage_cause) == (3, "purchase")
