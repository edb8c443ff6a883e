"""What came of a campaign: lift by intention to treat, counts that add up, credit under its own name."""

from decimal import Decimal

import pytest
from django.utils import translation

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.comparison import Compared, Interval
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.results_words import sentence, word
from saleor_relacional.flows.people import forget
from saleor_relacional.insight.inference.experiment import Lift, Verdict
from saleor_relacional.models import Enrolment, Incentive, Purchase, Refund, Touch
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY, MINUTE
from tests.support.people import buys

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(shop, now):
    """Twenty people who started, and their campaign."""
    open_shop(now)
    crowd(20, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    return campaign


def people(arm):
    return [row.profile for row in Enrolment.objects.filter(arm=arm).order_by("pk")]


def refund(purchase, amount, at):
    return Refund.objects.create(
        profile=purchase.profile, source="test", reference=f"r{purchase.pk}-{amount}", purchase=purchase,
        amount=Decimal(amount), currency=purchase.currency, happened_at=at, learned_at=at,
    )  # fmt: skip


def test_kept_is_what_the_windows_purchases_sold_less_their_refunds(started, now):
    """One treated person buys for 50 and sends 10 back weeks later, one held-out buys for 30: everybody else is in it
    with nothing."""
    end = now + 30 * DAY
    refund(buys(people("treated")[0], now + DAY, "50.00"), "10.00", end + 20 * DAY)
    buys(people("control")[0], now + 2 * DAY, "30.00")
    main = results.results(started, end + 21 * DAY).main
    assert (main.treated.people, main.control.people) == (len(people("treated")), len(people("control")))
    assert (main.treated.kept, main.control.kept) == (Decimal("40.000"), Decimal("30.000"))
    assert (main.treated.buyers, main.control.buyers) == (1, 1)
    expected = 40 / main.treated.people - 30 / main.control.people
    assert main.lift.estimate == pytest.approx(expected)


def test_only_the_window_counts_to_its_edges(started, now):
    """Bought at the start counts; a moment before the start or at the end does not, nor does what was cancelled. Money
    in another currency without a rate is left out."""
    ana = people("treated")[0]
    end = Enrolment.objects.get(profile=ana).window_ends_at
    buys(ana, now - MINUTE, "1.00")
    buys(ana, now, "10.00")
    buys(ana, end - MINUTE, "100.00")
    buys(ana, end, "1000.00")
    buys(ana, now + DAY, "5000.00", currency="USD")
    cancelled = buys(ana, now + DAY, "7000.00")
    Purchase.objects.filter(pk=cancelled.pk).update(state="withdrawn")
    assert results.results(started, end + DAY).main.treated.kept == Decimal("110.000")


RATES = {"EUR": Decimal(1), "JPY": Decimal("0.0061"), "KWD": Decimal("3.01")}


def test_lift_is_that_of_the_same_shop_told_in_one_currency(shop, now):
    """Thirty people pay in euro, yen and dinar, and one gets half of it back; the owner reports in euro. Then every
    price is written in euro, and nobody reports: the same lift, to the cent."""
    open_shop(now)
    policy.decide(now=now, reporting_currency="EUR", rates=[("JPY", "0.0061"), ("KWD", "3.01")])
    crowd(30, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    for n, each in enumerate([*people("treated"), *people("control")]):
        paid = list(RATES)[n % 3]
        order = buys(each, now + DAY, {"EUR": "57.30", "JPY": "9500", "KWD": "17.125"}[paid], currency=paid)
        if n == 4:
            refund(order, order.sold / 2, now + 2 * DAY)
    end = now + 31 * DAY
    reported = results.results(campaign, end)
    assert (reported.main.currency, reported.others) == ("EUR", ())
    assert reported.main.treated.kept > 0 < reported.main.control.kept
    for row in (*Purchase.objects.filter(currency__in=["JPY", "KWD"]), *Refund.objects.all()):
        rate, name = RATES[row.currency], "sold" if isinstance(row, Purchase) else "amount"
        type(row).objects.filter(pk=row.pk).update(**{name: getattr(row, name) * rate}, currency="EUR")
    policy.decide(now=now, reporting_currency="")
    told = results.results(campaign, end).main
    assert round(reported.main.lift.estimate, 2) == round(told.lift.estimate, 2)
    for one, other in ((reported.main.treated, told.treated), (reported.main.control, told.control)):
        sums, others = one.of(Outcome.KEPT), other.of(Outcome.KEPT)
        assert (sums.people, sums.buyers) == (others.people, others.buyers)
        assert (sums.total, sums.squares) == pytest.approx((others.total, others.squares), rel=1e-5)
    assert (reported.main.treated.kept, reported.main.control.kept) == (told.treated.kept, told.control.kept)
    assert (reported.main.treated.buyers, reported.main.control.buyers) == (
        told.treated.people,
        told.control.people,
    )


def test_what_the_forgotten_kept_is_told_in_the_reporting_currency(shop, now):
    """A treated person paid 10,000 yen and is erased: 61 euro stay, also under rates into another currency later."""
    open_shop(now)
    policy.decide(now=now, reporting_currency="EUR", rates=[("JPY", "0.0061")])
    crowd(20, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    ana = people("treated")[0]
    buys(ana, now + DAY, "10000", currency="JPY")
    assert forget.forget(ana, now=now + 31 * DAY)
    assert results.results(campaign, now + 31 * DAY).main.treated.kept == Decimal("61.000")
    policy.decide(now=now, reporting_currency="USD", rates=[("EUR", "1.10")])
    found = results.results(campaign, now + 31 * DAY).main
    assert (found.currency, found.treated.kept) == ("USD", Decimal("67.100"))


def test_a_window_that_runs_gives_no_verdict(started, now):
    """Ten days in, everything is provisional: shown beside the result, not in it."""
    for person in people("treated"):
        buys(person, now + DAY, "500.00")
    found = results.results(started, now + 10 * DAY)
    assert (found.main.treated.people, found.main.lift.estimate) == (0, None)
    assert found.main.running_treated.kept == 500 * found.main.running_treated.people > 0
    assert found.verdict == Verdict.NOT_ENOUGH_EVIDENCE


def test_everybody_counts_in_the_arm_drawn_whatever_happened_to_their_mail(started, now):
    """Half of the treated people's mails were stopped, failed or never opened: they are in the result all the same."""
    Touch.objects.filter(pk__in=list(Touch.objects.values_list("pk", flat=True))[:5]).update(
        state="suppressed", reason="opted_out", ended_at=now
    )
    main = results.results(started, now + 31 * DAY).main
    assert main.treated.people == len(people("treated"))
    assert main.treated.people + main.control.people == 20


def test_the_forgotten_stay_in_the_result_with_what_they_kept(started, now):
    """A treated and a held-out person bought and are erased: people and money stay, names do not."""
    for arm in ("treated", "control"):
        buys(people(arm)[0], now + DAY, "40.00")
    before = results.results(started, now + 31 * DAY).main
    for arm in ("treated", "control"):
        assert forget.forget(people(arm)[0], now=now + 31 * DAY)
    after = results.results(started, now + 31 * DAY).main
    for outcome, was in before.measured.items():
        assert after.measured[outcome].lift.estimate == pytest.approx(was.lift.estimate), outcome
    assert (after.treated.erased, after.control.erased, after.treated.unseen) == (1, 1, 0)
    assert (after.treated.kept, after.control.kept) == (Decimal("40.000"), Decimal("40.000"))


def test_a_person_counts_once_with_the_first_start(started, now):
    """Ana lapses again and starts again: who lapses again depends on what we did, so the second time is no evidence."""
    ana = people("treated")[0]
    first = Enrolment.objects.get(profile=ana)
    later = now + 200 * DAY
    Enrolment.objects.create(
        campaign=started, version=first.version, profile=ana, cycle="again", arm="treated", state="started",
        stage="lapsed", currency="EUR", considered_at=later, started_at=later, window_ends_at=later + 30 * DAY,
    )  # fmt: skip
    buys(ana, later + DAY, "900.00")
    found = results.results(started, later + 31 * DAY)
    assert found.main.treated.kept == 0
    assert found.counts.considered == 21


def test_counts_add_up_and_every_reason_is_named(shop, now):
    """considered = treated + control + waiting + suppressed, with those whose cycle was over among the suppressed."""
    open_shop(now, daily_capacity=3)
    crowd(10, now)
    silent = late("Silent", now, agreed=False)
    campaign = win_back(now)
    plan.consider(campaign, now)
    forget.forget(silent, now=now)
    counts = results.results(campaign, now).counts
    assert counts.considered == 11
    assert counts.treated == 3
    assert counts.treated + counts.control + counts.waiting + counts.suppressed == 11
    assert counts.reasons == {"forgotten": 1}


def test_currencies_are_never_added_up(shop, now):
    """Most people pay in euros: that is the result; dollars stand beside it."""
    open_shop(now)
    crowd(8, now)
    dollars = [late(f"Dolly{i}", now, currency="USD") for i in range(3)]
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    buys(dollars[0], now + DAY, "70.00", currency="USD")
    found = results.results(campaign, now + 31 * DAY)
    assert (found.main.currency, found.main.treated.people, found.main.treated.kept) == ("EUR", 8, 0)
    assert [(each.currency, each.treated.people, each.treated.kept) for each in found.others] == [
        ("USD", 3, 70)
    ]


def test_credit_cost_and_harm_stand_beside_the_lift(shop, now):
    """A code of ten per cent is redeemed on an order of 90: it took 10 off. The order is credit. Bea objects."""
    open_shop(now)
    late("Ana", now, value="40.00"), late("Bea", now, value="20.00")
    campaign = win_back(now, control_share="0", discount="percentage", value=Decimal(10))
    plan.consider(campaign, now)
    ana, bea = people("treated")
    order = buys(ana, now + DAY, "90.00")
    Purchase.objects.filter(pk=order.pk).update(source="standalone", discount=Decimal(10), codes=["1"])
    Incentive.objects.filter(profile=ana).update(state="redeemed", redeemed_by=order.reference)
    Enrolment.objects.filter(profile=ana).update(credited_sold=Decimal("90.00"))
    Touch.objects.filter(profile=ana).update(state="sent", ended_at=now)
    consent.record_objection(bea, source="one_click", now=now + DAY)
    found = results.results(campaign, now + 31 * DAY)
    assert (found.sent, found.redeemed, found.discounts) == (1, 1, {"EUR": Decimal(10)})
    assert found.credited == {"EUR": Decimal("90.000")}
    assert found.main.treated.objected == 1


def test_nothing_has_happened_yet(shop, now):
    """A campaign without a single enrolment has results, all nought."""
    open_shop(now)
    found = results.results(win_back(now), now)
    assert (found.main, found.others, found.counts.considered, found.sent) == (None, (), 0, 0)
    assert found.verdict == Verdict.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize(
    ("verdict", "english", "spanish"),
    [
        (Verdict.HELPS, "helps", "ayuda"), (Verdict.HARMS, "harms", "perjudica"),
        (Verdict.NOT_ENOUGH_EVIDENCE, "not enough evidence yet", "aún no hay pruebas suficientes"),
    ],
)  # fmt: skip
def test_the_verdict_in_words(verdict, english, spanish):
    """Helps, harms, not enough evidence yet: in English and in Spanish."""
    with translation.override("en"):
        assert word(verdict) == english
    with translation.override("es"):
        assert word(verdict) == spanish


def kept(lift: Lift) -> Compared:
    """Money kept, nobody of whom was forgotten."""
    ends = None if lift.low is None or lift.high is None else Interval(lift.low, lift.high)
    return Compared(outcome=Outcome.KEPT, lift=lift, worst=ends, adjusted=False, treated=None, control=None)


def test_a_sentence_for_the_owner():
    """The interval is in it, in money of the reader's language; without an interval it says why."""
    lift = Lift(
        estimate=3.5, low=1.25, high=5.75, verdict=Verdict.HELPS, people_treated=500, people_control=500
    )
    with translation.override("en"):
        assert (
            sentence(kept(lift), "EUR") == "It helps: €3.50 more kept per person (between €1.25 and €5.75)."
        )
        none = Lift(
            estimate=None,
            low=None,
            high=None,
            verdict=Verdict.NOT_ENOUGH_EVIDENCE,
            people_treated=0,
            people_control=0,
        )
        assert sentence(kept(none), "EUR").startswith("Not enough evidence yet: too few people")
