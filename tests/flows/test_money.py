"""Money per currency and in the reporting currency; rates as the owner gives them."""

from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.beliefs import beliefs
from saleor_relacional.flows.profiles.beliefs.beliefs import Name
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import CustomerSummary, Policy, Purchase, Refund
from tests.support.instants import DAY, NOON
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def give_back(purchase: Purchase, amount: str) -> None:
    """A refund of this purchase."""
    Refund.objects.create(
        profile=purchase.profile, purchase=purchase, source="test", reference=f"back-{purchase.pk}",
        amount=Decimal(amount), currency=purchase.currency, happened_at=NOON, learned_at=NOON,
    )  # fmt: skip


def test_ana_pays_in_three_currencies(host: Any) -> None:
    """Each on its own, to the cent; in euros where there is a rate; pounds have none and are visibly left out. A
    withdrawn order and what went back of it count nowhere."""
    ana, bea = person("Ana"), person("Bea", days_ago=[3])
    for value in ("10.10", "20.20", "30.30"):
        buys(ana, NOON - DAY, value)
    dollars = buys(ana, NOON - 2 * DAY, "100.00", currency="USD")
    give_back(dollars, "25.50")
    buys(ana, NOON - 3 * DAY, "7.00", currency="GBP")
    gone = buys(ana, NOON - 4 * DAY, "999.00")
    give_back(gone, "999.00")
    Purchase.objects.filter(pk=gone.pk).update(state="withdrawn")

    spent = money.per_currency([ana.pk, bea.pk])
    assert [(one.currency, one.sold, one.refunded, one.kept, one.purchases) for one in spent[ana.pk]] == [
        ("EUR", Decimal("60.60"), Decimal("0"), Decimal("60.60"), 3),
        ("GBP", Decimal("7.00"), Decimal("0"), Decimal("7.00"), 1),
        ("USD", Decimal("100.00"), Decimal("25.50"), Decimal("74.50"), 1),
    ]
    assert money.reported(policy.current(NOON), spent[ana.pk]) is None

    decided = policy.decide(now=NOON, reporting_currency="eur", rates=[("usd", "0.9")])
    told = money.reported(decided, spent[ana.pk])
    assert told == money.Reported(
        currency="EUR", sold=Decimal("150.600"), refunded=Decimal("22.950"), valued_purchases=4, left_out=1
    )
    assert told.kept == Decimal("127.650")
    nothing = money.reported(decided, [])
    assert (nothing.sold, nothing.left_out) == (0, 0)


def test_rates_are_kept_as_they_were_given(host: Any) -> None:
    """Text, exactly; all at once; a new reporting currency drops the old one's; an empty one ends reporting."""
    policy.decide(now=NOON, reporting_currency="EUR", rates=[("USD", "0.920"), ("JPY", "0.0061")])
    assert Policy.objects.get().rates == {"JPY": "0.0061", "USD": "0.92"}
    policy.decide(now=NOON, rates=[("USD", "0.93")])
    assert Policy.objects.get().rates == {"USD": "0.93"}
    policy.decide(now=NOON, daily_capacity=5)
    assert Policy.objects.get().rates == {"USD": "0.93"}
    policy.decide(now=NOON, reporting_currency="USD")
    assert (Policy.objects.get().reporting_currency, Policy.objects.get().rates) == ("USD", {})
    policy.decide(now=NOON, reporting_currency="")
    assert money.rates_of(Policy.objects.get()) == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reporting_currency": "EURO"}, "reportingCurrency"),
        ({"reporting_currency": "E1R"}, "reportingCurrency"),
        ({"rates": [("USD", "0.9")]}, "reportingCurrency"),
        ({"reporting_currency": "EUR", "rates": [("USD", "0.9"), ("pound", "1")]}, "rates[1].currency"),
        ({"reporting_currency": "EUR", "rates": [("USD", "0.9"), ("usd", "1")]}, "rates[1].currency"),
        ({"reporting_currency": "EUR", "rates": [("EUR", "1")]}, "rates[0].currency"),
        ({"reporting_currency": "EUR", "rates": [("USD", "0")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "-1")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "NaN")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "1e99")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "0,9")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "")]}, "rates[0].rate"),
        ({"reporting_currency": "EUR", "rates": [("USD", "1")] * 201}, "rates"),
    ],
)
def test_errors_name_the_place(host: Any, given: dict[str, Any], field: str) -> None:
    """Nothing is kept of a decision that cannot be read."""
    with pytest.raises(BadInput) as refused:
        policy.decide(now=NOON, **given)
    assert refused.value.field == field
    assert not Policy.objects.exists()


def test_other_rates_make_a_refit_due_at_once(host: Any) -> None:
    """What was learnt of money is in another one; capacity, or the same rates again, make none due."""
    for i in range(6):
        person(f"Regular{i}", days_ago=[90 - i, 60 + i, 30 - i, i])
    fit.estimate(NOON)
    policy.decide(now=NOON + DAY, daily_capacity=5)
    assert not fit.wanted(NOON + DAY)
    policy.decide(now=NOON + DAY, reporting_currency="EUR", rates=[("USD", "0.9")])
    assert fit.wanted(NOON + DAY)
    fit.estimate(NOON + 2 * DAY)
    assert not fit.wanted(NOON + 2 * DAY)
    policy.decide(now=NOON + 3 * DAY, reporting_currency="EUR", rates=[("USD", "0.90")])
    assert not fit.wanted(NOON + 3 * DAY)
    policy.decide(now=NOON + 3 * DAY, rates=[("USD", "0.91")])
    assert fit.wanted(NOON + 3 * DAY)


def test_after_the_refit_standings_say_the_same(host: Any) -> None:
    """What was counted with the rates is what is told of the facts, for everybody: sums, and who is left out; and
    beliefs about money are in the reporting currency."""
    people = [person(f"Person{i}", days_ago=[90 - i, 60 + i, 30 - i]) for i in range(6)]
    for i, one in enumerate(people):
        back = buys(one, NOON - (5 + i) * DAY, f"{10 + i}.35", currency=("USD", "GBP", "JPY")[i % 3])
        if i % 2:
            give_back(back, "3.10")
    score.refit(NOON)
    policy.decide(now=NOON + DAY, reporting_currency="EUR", rates=[("USD", "0.917"), ("JPY", "0.0061")])
    assert fit.wanted(NOON + DAY)
    score.refit(NOON + DAY)
    spent, decided = money.per_currency([one.pk for one in people]), policy.current(NOON)
    for one in people:
        told, standing = money.reported(decided, spent[one.pk]), CustomerSummary.objects.get(profile=one)
        assert (standing.currency, standing.sold, standing.refunded) == ("EUR", told.sold, told.refunded)
        assert standing.purchases - standing.valued_purchases == told.left_out
        assert standing.valued_purchases == told.valued_purchases
        read = profiles.of_ids([one.pk])[one.pk]
        value = {belief.name: belief for belief in beliefs.of([read], NOON + DAY)[one.pk]}[Name.ORDER_VALUE]
        assert value.currency == "EUR" and 0 < value.low <= value.value <= value.high
        assert value.value < 21
