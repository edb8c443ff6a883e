"""A ladder is kept as its owner said it, or refused with the rung at fault and what to do."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms, terms_of
from saleor_relacional.flows.incentives.rungs import Amount, RungRule, RungTerms
from saleor_relacional.flows.segments import segments

WORD, TEN = RungTerms(kind="word"), RungTerms(kind="percentage", value=Decimal(10))
BUYERS = {"field": "purchases", "operator": "at_least", "value": 1}


def euros(amount: str) -> tuple[Amount, ...]:
    """So many euros."""
    return (Amount(currency="EUR", amount=Decimal(amount)),)


FIVE = RungTerms(kind="fixed", amounts=euros("5"), minimum=euros("30"))


def kept(now: datetime, **step: Any) -> Step:
    """The step as the campaign that was made of it says it."""
    terms = Terms(steps=(Step(message="win_back", **step),))
    made = campaigns.create(name="Back", now=now, terms=terms)
    [found] = terms_of(campaigns.current(made)).steps or ()
    return found


def test_a_ladder_is_kept_as_it_was_said(shop: Any, now: datetime) -> None:
    """A word by default, five euros from thirty on for one segment; saying it again changes nothing."""
    buyers = segments.create(name="Buyers", rule=BUYERS, now=now).public_id
    rules = (RungRule(segment=buyers, rung=3),)
    ladder = (RungTerms(kind="nothing"), WORD, TEN, FIVE)
    step = kept(now, rungs=ladder, default_rung=2, rules=rules)
    assert (step.rungs, step.default_rung, step.rules) == (ladder, 2, rules)
    assert step.offers and campaigns.current(campaigns.ensure("win_back", now)).steps.get().offers
    with pytest.raises(Refused) as used:
        segments.remove(buyers)
    assert used.value.code == "IN_USE"


@pytest.mark.parametrize(
    ("given", "ladder"),
    [
        ({}, (WORD,)),
        ({"discount": "percentage", "value": Decimal(10)}, (TEN,)),
        ({"discount": "fixed", "value": Decimal(5)}, (replace(FIVE, minimum=()),)),
    ],
)
def test_a_discount_is_a_ladder_of_one_rung(
    shop: Any, now: datetime, given: dict[str, Any], ladder: tuple[RungTerms, ...]
) -> None:
    """And nothing at all is just a word."""
    assert kept(now, **given).rungs == ladder


@pytest.mark.parametrize(
    ("rungs", "field"),
    [
        ((TEN, WORD), "rungs[1].kind"),
        ((replace(TEN, value=Decimal(20)), TEN), "rungs[1].kind"),
        ((replace(TEN, value=Decimal(101)),), "rungs[0].value"),
        ((replace(WORD, value=Decimal(1)),), "rungs[0].value"),
        ((RungTerms(kind="money"),), "rungs[0].kind"),
        ((replace(FIVE, amounts=()),), "rungs[0].amounts"),
        ((replace(FIVE, amounts=euros("0")),), "rungs[0].amounts"),
        ((replace(FIVE, amounts=euros("5") + euros("6")),), "rungs[0].amounts"),
        ((replace(WORD, minimum=euros("30")),), "rungs[0].minimum"),
        ((replace(TEN, channels=("nowhere",)),), "rungs[0].channels"),
        ((RungTerms(kind="call"),), "rungs[0].person"),
        ((WORD,) * 13, "rungs"),
    ],
)
def test_what_makes_no_ladder_is_refused(
    shop: Any, now: datetime, rungs: tuple[RungTerms, ...], field: str
) -> None:
    """Money comes last, and every amount says of which currency it is."""
    with pytest.raises(BadInput) as refused:
        kept(now, rungs=rungs)
    assert refused.value.field == f"steps[0].{field}"


def test_every_currency_of_its_channels_has_an_amount(shop: Any, now: datetime) -> None:
    """Five euros say nothing in yen: the rung names how much it is there, or the channels where it holds."""
    shop.channel("jpy", "JPY")
    both = (*euros("5"), Amount(currency="JPY", amount=Decimal(800)))
    plain = replace(FIVE, minimum=())
    for rung, field in (
        (plain, "amounts"), (replace(plain, channels=("eur",)), ""), (replace(plain, amounts=both), ""),
        (replace(plain, amounts=both, minimum=euros("30")), "minimum"),
    ):  # fmt: skip
        if not field:
            assert kept(now, rungs=(rung,)).rungs == (rung,)
            continue
        with pytest.raises(BadInput, match="JPY") as refused:
            kept(now, rungs=(rung,))
        assert refused.value.field == f"steps[0].rungs[0].{field}"


@pytest.mark.parametrize(
    ("ladder", "currency", "place"),
    [
        (({"EUR": 1, "USD": 50}, {"EUR": 2, "USD": 5}), "USD", 1),
        (({"EUR": 2, "USD": 50}, {"EUR": 1, "USD": 50}), "EUR", 1),
        (({"EUR": 3}, {"USD": 9}, {"EUR": 2}), "EUR", 2),
        (({"EUR": 1, "USD": 5}, {"EUR": 1, "USD": 5}, {"USD": 6}, {"EUR": 2}), "", 0),
    ],
)
def test_amounts_stand_in_the_same_order_in_every_currency(
    shop: Any, now: datetime, ladder: tuple[dict[str, int], ...], currency: str, place: int
) -> None:
    """Who pays in dollars climbs the ladder too. Rungs without a currency in common say nothing of each other."""
    shop.channel("usd", "USD")
    slugs = {"EUR": "eur", "USD": "usd"}
    rungs = tuple(
        RungTerms(
            kind="fixed", channels=tuple(slugs[one] for one in amounts),
            amounts=tuple(Amount(currency=one, amount=Decimal(much)) for one, much in amounts.items()),
        )
        for amounts in ladder
    )  # fmt: skip
    if not currency:
        assert kept(now, rungs=rungs).rungs == rungs
        return
    with pytest.raises(BadInput, match=currency) as refused:
        kept(now, rungs=rungs)
    assert refused.value.field == f"steps[0].rungs[{place}].amounts"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"default_rung": 3}, "defaultRung"),
        ({"rules": (RungRule(segment=uuid4(), rung=1),)}, "rules[0].segment"),
        ({"rules": (RungRule(segment=uuid4(), rung=3),)}, "rules[0].rung"),
        ({"discount": "percentage", "value": Decimal(10)}, "rungs"),
    ],
)
def test_what_no_rung_answers_is_refused(shop: Any, now: datetime, step: dict[str, Any], field: str) -> None:
    """A rung or a segment that is not there; a discount beside a ladder."""
    with pytest.raises(BadInput) as refused:
        kept(now, rungs=(WORD, TEN), **step)
    assert refused.value.field == f"steps[0].{field}"
