"""The dearest rung of a version, where rungs cost money of several currencies."""

from decimal import Decimal

from saleor_relacional.flows.campaigns.costs import Offers
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms


def fixed(**amounts: int) -> RungTerms:
    """An amount off, in each of these currencies."""
    said = tuple(Amount(currency=name, amount=Decimal(much)) for name, much in sorted(amounts.items()))
    return RungTerms(kind="fixed", amounts=said)


def test_what_has_no_rate_is_the_dearest_however_small_its_number() -> None:
    """Seven dinars are more than fifteen euro, which nobody has told us: no number of euro is compared with them."""
    offers = Offers(rungs=(fixed(EUR=15), fixed(KWD=7)), rates={})
    assert offers.cost("treated", 100.0, "EUR") == ("KWD", Decimal(7))
    rated = Offers(rungs=offers.rungs, rates={"EUR": Decimal(1), "KWD": Decimal(3)})
    assert rated.cost("treated", 100.0, "EUR") == ("EUR", Decimal(21))
    dear = Offers(rungs=(fixed(EUR=15), fixed(JPY=1_000)), rates={"EUR": Decimal(1), "JPY": Decimal("0.006")})
    assert dear.cost("treated", 100.0, "EUR") == ("EUR", Decimal(15))
    assert dear.cost("control", 100.0, "EUR") == ("EUR", 0)


def test_an_amount_that_has_a_rate_comes_before_one_that_has_none() -> None:
    """Somebody who pays in euro; dirhams stand first in the alphabet, and only dollars have a rate."""
    offers = Offers(rungs=(fixed(AED=40, USD=10),), rates={"EUR": Decimal(1), "USD": Decimal("0.9")})
    assert offers.cost("treated", 100.0, "EUR") == ("EUR", Decimal(9))
