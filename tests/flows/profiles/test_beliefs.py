"""Beliefs as people read them: what is stored, between what it lies, why, how sure, as of when."""

from dataclasses import replace
from decimal import Decimal
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs, reasons, worth
from saleor_relacional.flows.profiles.beliefs.beliefs import Belief, Name, Unit
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.scoring import score
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.models import Fit, Profile, Purchase
from saleor_relacional.models import Prediction as Stored
from tests.support.asked import Asked
from tests.support.campaign_stories import a_fit
from tests.support.instants import DAY, NOON
from tests.support.people import every, person

pytestmark = pytest.mark.django_db


def about(gap: int, times: int, *, last: int) -> list[int]:
    """Days ago of purchases about every `gap` days: nobody is a clock."""
    drift = [0, 4, -3, 2, -5, 5, -2, 3, -4, 1]
    return [max(last + gap * i + drift[i % 10] * (i > 0), 0) for i in range(times)]


def a_shop() -> None:
    """Thirty people with rhythms of their own, a third of them quiet for long, and ten who bought once."""
    for i in range(30):
        gap = 20 + i
        last = 3 * gap if i % 3 == 0 else gap // 2
        spends(person(f"Regular{i}", channel="web"), about(gap, 5, last=last), 20 + i)
    for i in range(10):
        spends(person(f"Once{i}", channel="web"), [10 + 30 * i], 15)


def spends(profile: Profile, days_ago: list[int], value: int) -> Profile:
    """Bought on these days, a little more or less each time."""
    rows = []
    for n, days in enumerate(days_ago):
        at = NOON - days * DAY
        rows.append(Purchase(
            profile=profile, source="test", reference=f"{profile.pk}-{n}", channel="web", currency="EUR",
            sold=value + n % 3, placed_at=at, day=at.date(), learned_at=at, digest=b"",
        ))  # fmt: skip
    Purchase.objects.bulk_create(rows)
    return profile


def read(profile: Profile) -> Relationship:
    """As the API and the card read them."""
    return profiles.of_ids([profile.pk])[profile.pk]


def told(profile: Profile, now=NOON) -> dict[Name, Belief]:
    """Their beliefs by name."""
    return {one.name: one for one in beliefs.of([read(profile)], now)[profile.pk]}


@pytest.fixture
def ana(host) -> Profile:
    """In a shop of forty: comes every month, ten times, and is ten days late."""
    a_shop()
    found = spends(person("Ana", channel="web"), about(30, 10, last=36), 25)
    learnt_once()
    score.score_stale(NOON)
    return found


_LEARNT: dict[str, Any] = {}


def learnt_once() -> None:
    """The shop is the same in each story: what was learnt of it in the first is kept for the others."""
    if _LEARNT:
        Fit.objects.create(**_LEARNT)
        return
    row = fit.estimate(NOON)
    assert row.adopted and row.converged
    _LEARNT.update({field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]})


def test_a_buyer_is_told_everything_with_its_interval(ana: Profile) -> None:
    """Every name once, in order; the value within its interval; probabilities between 0 and 1; nothing of the
    future."""
    found = beliefs.of([read(ana)], NOON)[ana.pk]
    assert [one.name for one in found] == list(Name)
    for one in found:
        assert one.low is not None and one.high is not None, one.name
        assert one.low <= one.value <= one.high, one.name
        assert one.as_of <= NOON and one.sufficiency in set(Sufficiency)
        if one.unit in (Unit.PROBABILITY, Unit.SHARE):
            assert one.low >= 0 and one.high <= 1
    wide = {one.name for one in found if one.high > one.low}
    assert set(Name) - wide == {Name.RFM_RECENCY, Name.RFM_FREQUENCY, Name.RFM_MONETARY}


def test_the_value_is_what_is_stored(ana: Profile) -> None:
    """Campaigns and types decide by the rows: the same numbers, as of the same instant, also a week later."""
    stored, found = Stored.objects.get(profile=ana), told(ana, NOON + 7 * DAY)
    columns = {
        Name.ALIVE: stored.alive, Name.ORDER_30: stored.order_30, Name.ORDER_90: stored.order_90,
        Name.ORDER_365: stored.order_365, Name.ORDERS_30: stored.expected_30, Name.ORDERS_90: stored.expected_90,
        Name.ORDERS_365: stored.expected_365, Name.ORDER_VALUE: stored.order_value, Name.YEAR_VALUE: stored.year_value,
        Name.RFM_RECENCY: stored.rfm_recency, Name.NEVER_WITHIN_A_YEAR: 1 - stored.order_365,
    }  # fmt: skip
    assert {name: found[name].value for name in columns} == columns
    assert {found[name].as_of for name in columns} == {stored.as_of}
    assert found[Name.OVERDUE].as_of == NOON + 7 * DAY
    assert found[Name.ORDER_VALUE].currency == "EUR" == found[Name.YEAR_VALUE].currency


def test_late_people_are_more_overdue_the_longer_they_stay_away(ana: Profile) -> None:
    """What is read of now moves with the clock; the window never begins in the past, and halves lie inside."""
    today, later = told(ana), told(ana, NOON + 20 * DAY)
    assert 0.5 < today[Name.OVERDUE].value < later[Name.OVERDUE].value < 1
    for found, now in ((today, NOON), (later, NOON + 20 * DAY)):
        window = found[Name.NEXT_ORDER_DAY].window
        moments = [
            now,
            window.earliest,
            window.likely_from,
            window.middle,
            window.likely_until,
            window.latest,
        ]
        assert moments == sorted(moments)
        assert window.latest <= now + 365 * DAY
        assert found[Name.NEXT_ORDER_DAY].value == pytest.approx((window.middle - now) / DAY)


def test_own_gaps_speak_the_louder_the_more_there_are(ana: Profile) -> None:
    """Ana's rhythm rests on her nine gaps; who bought once is told the shop's, and that it is."""
    once = Profile.objects.get(first_name="Once0")
    assert told(ana)[Name.RHYTHM_DAYS].sufficiency is Sufficiency.OWN
    assert told(ana)[Name.RHYTHM_DAYS].value == pytest.approx(30, rel=0.1)
    found = told(once)
    assert found[Name.RHYTHM_DAYS].sufficiency is Sufficiency.PRIOR_MOSTLY
    wide, narrow = (one[Name.RHYTHM_DAYS].high / one[Name.RHYTHM_DAYS].low for one in (found, told(ana)))
    assert wide > narrow
    why = reasons.of([(read(once), Name.RHYTHM_DAYS)], NOON)[once.pk, Name.RHYTHM_DAYS]
    assert [(fact.name, fact.weight) for fact in why] == [("shop_rhythm", 1.0)]


def test_nobody_stands_before_a_blank_panel(host) -> None:
    """A visitor of a shop without customers hears the shipped prior and that nothing is known; in a shop of one, that
    it is mostly the others'. No order, no window, no false precision. Reading learns nothing by the way."""
    visitor = person("Vera")
    found = told(visitor)
    assert set(found) == {Name.RHYTHM_DAYS}
    assert found[Name.RHYTHM_DAYS].sufficiency is Sufficiency.NOTHING
    assert found[Name.RHYTHM_DAYS].value == pytest.approx(60)
    assert found[Name.RHYTHM_DAYS].high / found[Name.RHYTHM_DAYS].low > 20
    assert fit.known() == {}

    person("Ana", days_ago=[100, 60, 20])
    score.score_stale(NOON)
    found = told(visitor)
    assert set(found) == {Name.RHYTHM_DAYS, Name.ORDER_VALUE}
    assert found[Name.RHYTHM_DAYS].sufficiency is Sufficiency.PRIOR_MOSTLY
    assert (found[Name.ORDER_VALUE].value, found[Name.ORDER_VALUE].currency) == (20.0, "EUR")
    assert found[Name.ORDER_VALUE].low < 12 and found[Name.ORDER_VALUE].high > 33
    anas = told(Profile.objects.get(first_name="Ana"))
    assert anas[Name.ORDER_VALUE].value == 20
    assert (
        anas[Name.ORDER_VALUE].low < 15 and anas[Name.ORDER_VALUE].high > 25
    )  # three equal orders prove little


def test_a_share_of_customer_needs_enough_of_a_kind(ana: Profile) -> None:
    """Forty-one people buy in `web`: hers is told, with its interval. Nobody but Bea buys in `app`: hers is left
    out."""
    found = told(ana)[Name.SHARE_OF_CUSTOMER]
    assert 0 < found.low < found.value <= found.high <= 1
    bea = person("Bea", days_ago=every(30, 5, last=10), channel="app")
    score.score_stale(NOON)
    assert Name.SHARE_OF_CUSTOMER not in told(bea)


def test_reasons_add_up(ana: Profile) -> None:
    """What Ana's facts add to a typical customer's belief is the difference between the two, for every kind of
    probability and of orders; strongest first; the other way round for never."""
    names = [
        Name.ALIVE,
        Name.ORDER_30,
        Name.ORDER_365,
        Name.ORDERS_90,
        Name.NEVER_WITHIN_A_YEAR,
        Name.RANKING,
    ]
    bea = Profile.objects.get(first_name="Regular3")
    asked = [(read(who), name) for who in (ana, bea) for name in names]
    why = reasons.of(asked, NOON)
    for name in names:
        ours, theirs = (sum(fact.weight for fact in why[who.pk, name]) for who in (ana, bea))
        values = [told(who)[name].value for who in (ana, bea)]
        assert ours - theirs == pytest.approx(values[0] - values[1], abs=0.02), name
        weights = [abs(fact.weight) for fact in why[ana.pk, name]]
        assert weights == sorted(weights, reverse=True)
    assert [-fact.weight for fact in why[ana.pk, Name.ORDER_365]] == [
        fact.weight for fact in why[ana.pk, Name.NEVER_WITHIN_A_YEAR]
    ]
    silence = next(fact for fact in why[bea.pk, Name.ORDER_365] if fact.name == "idle_days")
    assert silence.value == 69 and silence.weight < 0


def test_every_belief_names_its_facts(ana: Profile) -> None:
    """No belief without a reason: their names are those that the API documents."""
    from saleor_relacional.graphql.types.profile.belief import RelationshipFact

    person_ = read(ana)
    why = reasons.of([(person_, name) for name in Name], NOON)
    known = RelationshipFact._meta.fields["fact"].description.rstrip(".").split(", ")
    for name in Name:
        assert why[ana.pk, name], name
        assert {fact.name for fact in why[ana.pk, name]} <= set(known)
    assert sum(fact.weight for fact in why[ana.pk, Name.ORDER_VALUE]) == pytest.approx(1)
    assert [fact.weight for fact in why[ana.pk, Name.RFM_FREQUENCY]] == [
        told(ana)[Name.RFM_FREQUENCY].value - 3
    ]


def test_beliefs_are_read_with_the_fit_they_were_made_with(ana: Profile) -> None:
    """Another fit is adopted, nobody has been scored with it yet: interval and reasons stay those of the old one."""
    before = told(ana)
    why = reasons.of([(read(ana), Name.ORDER_90)], NOON)
    Fit.objects.update(adopted=False)
    a_fit(NOON + DAY)
    assert told(ana) == before
    assert reasons.of([(read(ana), Name.ORDER_90)], NOON) == why


def test_one_and_fifty_cost_the_same_statements(ana: Profile) -> None:
    """People, their beliefs, all reasons: one statement each, and one of the host for its time zone."""
    ids = list(Profile.objects.values_list("pk", flat=True))

    def ask(some: list[int]) -> None:
        people = list(profiles.of_ids(some).values())
        assert all(beliefs.of(people, NOON).values())
        assert len(reasons.of([(one, name) for one in people for name in Name], NOON)) == 18 * len(people)

    ask(ids)
    with Asked() as of_one:
        ask(ids[:1])
    with Asked() as of_all:
        ask(ids)
    ours = [
        len([one for one in asked.captured_queries if "saleor_relacional_" in one["sql"]])
        for asked in (of_one, of_all)
    ]
    assert ours == [3, 3] and len(of_one) == len(of_all)


def test_who_buys_with_orders_of_nothing_is_no_error(host) -> None:
    """Samples at 0.00, one customer, nothing to compare: values of 0, intervals that hold them."""
    ana = person("Ana", days_ago=[50, 30, 10], value="0.00")
    score.score_stale(NOON)
    found = told(ana)
    assert found[Name.ORDER_VALUE].value == 0 == found[Name.YEAR_VALUE].value
    assert found[Name.ORDER_VALUE].low == 0 and found[Name.ORDER_VALUE].high >= 0


def test_a_purchase_dated_ahead_is_no_error(host) -> None:
    """A clock that ran ahead: no negative silence, nobody overdue."""
    ana = person("Ana", days_ago=[40, 10, -3])
    score.score_stale(NOON)
    found = told(ana)
    assert found[Name.OVERDUE].value == found[Name.OVERDUE].low == 0
    assert 0 <= found[Name.ORDER_30].low <= found[Name.ORDER_30].high <= 1


@pytest.mark.parametrize(
    "odd",
    [
        {"purchases": 50_000, "purchase_days": 50_000, "rhythm_gaps": 49_999, "gap_log_sum": 0.0,
         "gap_log_squares": 0.0, "log_mean": 0.0, "log_sd": 0.5, "valued_purchases": 50_000},
        {"last_at": NOON, "last_day": NOON.date(), "first_day": NOON.date(), "rhythm_gaps": 0, "purchase_days": 1},
        {"log_mean": 12.0, "log_sd": 4.0},
        {"log_mean": -3.0, "log_sd": 1e-6},
        {"order_30": 0.0, "order_90": 0.0, "order_365": 0.0, "expected_30": 0.0, "expected_90": 0.0,
         "expected_365": 0.0, "alive": 0.0, "year_value": 0.0},
        {"order_30": 1.0, "order_90": 1.0, "order_365": 1.0, "alive": 1.0, "expected_365": 900.0},
        {"currency": "XYZ"},
        {"currency": "", "valued_purchases": 0, "sold": Decimal(0), "order_value": 0.0, "year_value": 0.0},
        {"refunded": Decimal(10**9)},
        {"every_days": 1.0, "not_before": NOON.date() + 3000 * DAY},
        {"every_days": 3660.0, "not_before": NOON.date() - 3000 * DAY},
        {"believed_at": NOON - 300 * DAY},
    ],
)  # fmt: skip
def test_odd_histories_have_beliefs_that_can_be_said(ana: Profile, odd: dict[str, Any]) -> None:
    """A robot that buys daily, somebody at the till, rhythms of centuries, sure and impossible orders, money that
    nobody knows, everything sent back: finite numbers in order, and finite reasons (only an unknown order value is no
    number)."""
    one = replace(read(ana), **odd)
    found = beliefs.of([one], NOON)[one.id]
    assert {Name.RHYTHM_DAYS, Name.OVERDUE, Name.NEXT_ORDER_DAY, Name.ALIVE} <= {each.name for each in found}
    for each in found:
        ends = [each.low, each.value, each.high]
        assert (each.low is None) == (each.high is None)
        numbers = [number for number in ends if number is not None]
        assert all(isfinite(number) for number in numbers) and numbers == sorted(numbers), each
        why = reasons.of([(one, each.name)], NOON)[one.id, each.name]
        assert all(isfinite(fact.weight) for fact in why), (each.name, why)
        assert all(isfinite(fact.value) or fact.name == "order_value" for fact in why), (each.name, why)


def test_a_year_counts_every_order_of_a_day() -> None:
    """What is foreseen are days on which somebody buys; here everybody orders twice on each. The interval and the
    reasons speak of the same money."""
    for i in range(40):
        days = about(30, 6, last=1 + i % 28)
        spends(person(f"Regular{i}"), [*days, *days], 10 + i % 3)
    score.refit(NOON)
    late, early = (Profile.objects.get(first_name=name) for name in ("Regular27", "Regular0"))
    years = []
    for who in (late, early):
        stored, year = Stored.objects.get(profile=who), told(who)[Name.YEAR_VALUE]
        assert year.value == pytest.approx(stored.expected_365 * stored.order_value * 2, rel=1e-6)
        assert year.low < year.value < year.high < 4 * year.value
        years.append(year.value)
    why = reasons.of([(read(who), Name.YEAR_VALUE) for who in (late, early)], NOON)
    ours, theirs = (sum(fact.weight for fact in why[who.pk, Name.YEAR_VALUE]) for who in (late, early))
    assert ours - theirs == pytest.approx(years[0] - years[1], rel=1e-6)


def test_days_watched_are_days_of_the_shop(host):
    """Scored at noon in Greenwich, which in Auckland is an hour past midnight of the next day."""
    ana = person("Ana", days_ago=(1,))
    score.score_stale(NOON)
    one = profiles.of_ids([ana.pk])[ana.pk]
    assert worth.watched_days(one, ZoneInfo("Europe/Madrid")) == 1
    assert worth.watched_days(one, ZoneInfo("Pacific/Auckland")) == 2
