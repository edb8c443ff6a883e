"""What the wallet shows is what the checkout grants, both ways, whatever happens in between. The 10,000 are
`make bench-wallet`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import pytest

from tests.running.tries import tries
from tests.wallet.cases import ALL, EVENTS, Case, Event, OfferTerms, case
from tests.wallet.play import Outcome, StandaloneCases

SEED, CASES = 10, tries(400)


def played(now: datetime, cases: Sequence[Case]) -> list[Outcome]:
    shop = StandaloneCases(now)
    return [shop.play(each) for each in cases]


@pytest.mark.django_db
def test_wallet_equals_checkout(now: datetime) -> None:
    """A hundred cases, or four times as many, all kinds of offers and of events: to the cent, for every code ever
    promised, by code and by one tap; a stranger gets nothing; and it is no empty promise: much is granted and much is
    refused."""
    cases = [case(SEED, number, terms=ALL) for number in range(CASES)]
    assert {event.name for each in cases for event in each.events} == set(EVENTS)
    outcomes = played(now, cases)
    wrong = [(cases[one.number], one) for one in outcomes if not one.agrees]
    assert not wrong, wrong[:3]
    granting = sum(1 for one in outcomes if any(one.granted.values()))
    assert CASES * 0.3 < granting < CASES * 0.8
    assert sum(1 for one in outcomes if not one.peer_agrees) > CASES * 0.1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("events", "off"),
    [
        ((), "4.00"),
        ((Event(name="put"), Event(name="worth", told=Decimal(50))), "10.00"),
        ((Event(name="put"), Event(name="ends", told=Decimal(-1))), "0"),
        ((Event(name="order_elsewhere", told=True), Event(name="cancel", told=True)), "4.00"),
        ((Event(name="deliver"), Event(name="empty")), "0"),
        ((Event(name="withdraw"), Event(name="again")), "4.00"),
        ((Event(name="budget", told=Decimal(4)), Event(name="withdraw"), Event(name="again")), "0"),
        ((Event(name="budget", told=Decimal(0)),), "4.00"),
    ],
)
def test_a_case_plays_what_it_tells(now: datetime, events: tuple[Event, ...], off: str) -> None:
    """20 % of two teas; what staff make of it; over; spent and given back; withdrawn
    and promised again, where there is money for it; promised before the money was gone: the player is no deaf one."""
    told = Case(
        number=0, terms=OfferTerms(kind="percentage", value=Decimal(20)), signed_in=True, lines={"tea": 2},
        delivery=False, country="ES", events=events,
    )  # fmt: skip
    [outcome] = played(now, [told])
    assert sum(outcome.granted.values()) == Decimal(off) and outcome.agrees
