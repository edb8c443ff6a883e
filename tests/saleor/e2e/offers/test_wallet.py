"""Thirty cases on the real Saleor; three hundred are `make bench-wallet`."""

from tests.saleor.e2e.offers.play import SaleorCases
from tests.saleor.e2e.storefront import Storefront
from tests.wallet.cases import ALL, SALEORS, case

SEED, CASES = 30, 30


def test_wallet_equals_checkout(saleor: Storefront) -> None:
    """What `me.relationship.offers` says of a checkout is what its order is less, to the cent, whatever staff, time and
    the buyer did before; by checkoutAddPromoCode and by relationshipOfferApply; much is granted, and much is not."""
    shop = SaleorCases(saleor)
    outcomes = [shop.play(case(SEED, number, terms=ALL, more=SALEORS)) for number in range(CASES)]
    wrong = [(case(SEED, one.number, terms=ALL, more=SALEORS), one) for one in outcomes if not one.agrees]
    assert not wrong, wrong
    assert CASES * 0.2 < sum(1 for one in outcomes if one.granted) < CASES * 0.9
