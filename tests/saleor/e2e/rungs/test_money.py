"""What takes money off: percentages, amounts, free delivery; on their terms, at a real checkout, to the cent."""

from decimal import Decimal
from typing import Any

import pytest

from tests.hosts.driver import Shelved
from tests.saleor.e2e import behind
from tests.saleor.e2e.rungs.conftest import Promise, Shelf, ladder
from tests.saleor.e2e.storefront import CHANNEL, Refused, Storefront, within

FLOWS = pytest.mark.parametrize("legacy", [False, True], ids=["transaction", "legacy"])
FULL = Decimal("28.99")
"""Three teas, a pot and two cups."""


def usd(amount: str) -> list[dict[str, Any]]:
    """So many dollars."""
    return [{"currency": "USD", "amount": float(amount)}]


def basket(shelf: Shelf, **quantities: int) -> dict[str, int]:
    """Variant → how many of it."""
    goods: dict[str, Shelved] = {"tea": shelf.tea, "pot": shelf.pot, "cup": shelf.cup}
    return {goods[name].variant: quantity for name, quantity in quantities.items()}


def bought(
    saleor: Storefront, email: str, code: str, lines: dict[str, int], *, legacy: bool = False
) -> Decimal:
    """By how much less they get it than without the code: said by the checkout, paid with the order, told by us."""
    checkout = saleor.checkout(email, lines=lines)
    full = saleor.total(checkout)
    saleor.put_code(checkout, code)
    reduced = saleor.total(checkout)
    saleor.pay(checkout, legacy=legacy)
    assert saleor.complete(checkout).total == reduced
    assert within(5.0, lambda: behind.incentive_state(code) == "redeemed")
    assert within(5.0, lambda: behind.taken_off(code) == full - reduced), behind.taken_off(code)
    return full - reduced


@FLOWS
def test_a_percentage_of_everything(
    saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str, legacy: bool
) -> None:
    """Fifteen per cent of 28.99 are 4.35, rounded half up; delivery is paid whole."""
    code = promised(somebody, {"kind": "PERCENTAGE", "value": 15.0})
    assert bought(saleor, somebody, code, basket(shelf, tea=3, pot=1, cup=2), legacy=legacy) == Decimal(
        "4.35"
    )


@pytest.mark.parametrize(
    ("rung", "off"),
    [
        ({"kind": "PERCENTAGE", "value": 15.0, "variants": ["pot"]}, "1.50"),
        ({"kind": "PERCENTAGE", "value": 15.0, "products": ["tea", "cup"]}, "2.85"),
        ({"kind": "PERCENTAGE", "value": 15.0, "categories": ["leaves"]}, "1.50"),
        ({"kind": "PERCENTAGE", "value": 15.0, "oncePerOrder": True}, "0.50"),
        ({"kind": "PERCENTAGE", "value": 15.0, "products": ["pot", "cup"], "oncePerOrder": True}, "0.68"),
        ({"kind": "FIXED", "amounts": usd("7.25")}, "7.25"),
        ({"kind": "FIXED", "amounts": usd("4"), "products": ["cup"], "oncePerOrder": True}, "4.00"),
    ],
    ids=["a variant", "products", "a category", "once", "once of some", "an amount", "an amount once"],
)
def test_what_it_holds_for(
    saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str, rung: dict[str, Any], off: str
) -> None:
    """Three teas, a pot and two cups: only what the rung names is less, once per order or all of it."""
    named = {
        "variants": lambda name: getattr(shelf, name).variant,
        "products": lambda name: getattr(shelf, name).product,
        "categories": lambda name: getattr(shelf, name),
    }
    given = {
        field: [named[field](one) for one in said] if field in named else said for field, said in rung.items()
    }
    code = promised(somebody, given)
    assert bought(saleor, somebody, code, basket(shelf, tea=3, pot=1, cup=2)) == Decimal(off)


def test_a_collection(saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str) -> None:
    """What is in it, and a basket without it is refused the code."""
    from tests.saleor import shelves

    early = shelves.collection(f"Early {somebody[:12]}", shelf.cup.product)
    code = promised(somebody, {"kind": "PERCENTAGE", "value": 10.0, "collections": [early]})
    with pytest.raises(Refused) as refused:
        saleor.put_code(saleor.checkout(somebody, lines=basket(shelf, pot=1)), code)
    assert refused.value.code == "VOUCHER_NOT_APPLICABLE"
    assert bought(saleor, somebody, code, basket(shelf, pot=1, cup=2)) == Decimal("0.90")


def test_a_minimum_spend_below_and_above(
    saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str
) -> None:
    """13.33 are too little, whatever delivery costs; 14.50 are enough; and the code falls off when the cup is taken
    out."""
    code = promised(somebody, {"kind": "FIXED", "amounts": usd("5"), "minimum": usd("14.50")})
    checkout = saleor.checkout(somebody, lines=basket(shelf, pot=1, tea=1))
    with pytest.raises(Refused):
        saleor.put_code(checkout, code)
    saleor.put_in(checkout, basket(shelf, tea=0))
    saleor.put_in(checkout, basket(shelf, cup=1), new=True)
    full = saleor.total(checkout)
    saleor.put_code(checkout, code)
    assert saleor.total(checkout) == full - 5
    saleor.put_in(checkout, basket(shelf, cup=0))
    assert saleor.look(checkout)["voucherCode"] is None
    assert bought(saleor, somebody, code, basket(shelf, pot=1, cup=1)) == Decimal("5.00")


@pytest.mark.parametrize("paid", ["USD", "EUR"])
def test_an_amount_in_each_currency(saleor: Storefront, promised: Promise, somebody: str, paid: str) -> None:
    """Four dollars here, three euros there; one code, spent once, in either: the order is paid and completed for so
    much less, and that is charged to the month's money, in its currency."""
    from saleor_relacional.models import Incentive

    euros = saleor.channel(currency="EUR")
    behind.sender(euros)
    rung = {"kind": "FIXED", "amounts": [*usd("4"), {"currency": "EUR", "amount": 3.0}]}
    code = promised(somebody, rung, channels=(CHANNEL, euros))
    totals = {}
    for currency, channel, off in (("USD", CHANNEL, 4), ("EUR", euros, 3)):
        checkout = saleor.checkout(somebody, channel=channel)
        full = saleor.total(checkout)
        saleor.put_code(checkout, code)
        assert saleor.total(checkout) == full - off
        totals[currency] = (checkout, full - off, off)
    checkout, total, off = totals[paid]
    saleor.pay(checkout)
    assert saleor.complete(checkout).total == total
    assert within(5.0, lambda: behind.incentive_state(code) == "redeemed")
    spent = Incentive.objects.get(code=code)
    assert (spent.settled, spent.settled_currency) == (off, paid)
    assert behind.taken_off(code) == off
    with pytest.raises(Refused):
        saleor.put_code(saleor.checkout(somebody), code)


@FLOWS
def test_free_delivery(
    saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str, legacy: bool
) -> None:
    """All that delivery costs, and not a cent of the goods."""
    code = promised(somebody, {"kind": "SHIPPING"})
    lines = basket(shelf, pot=1)
    delivery = saleor.total(saleor.checkout(somebody, lines=lines)) - Decimal("10.00")
    assert delivery > 0
    assert bought(saleor, somebody, code, lines, legacy=legacy) == delivery


def test_free_delivery_to_some_countries(
    saleor: Storefront, shelf: Shelf, promised: Promise, somebody: str
) -> None:
    """For Poland: a parcel within the United States pays for its delivery, and so does one without an address."""
    code = promised(somebody, {"kind": "SHIPPING", "countries": ["PL"]})
    with pytest.raises(Refused) as refused:
        saleor.put_code(saleor.checkout(somebody, lines=basket(shelf, pot=1)), code)
    assert refused.value.code == "VOUCHER_NOT_APPLICABLE"
    home = promised(f"b.{somebody}", {"kind": "SHIPPING", "countries": ["US", "PL"]})
    assert bought(saleor, f"b.{somebody}", home, basket(shelf, pot=1)) > 0


@pytest.mark.parametrize(
    ("rung", "field"),
    [
        ({"kind": "PERCENTAGE", "value": 10.0, "categories": ["drinks"]}, "categories"),
        ({"kind": "PERCENTAGE", "value": 10.0, "countries": ["US"]}, "countries"),
        ({"kind": "FIXED", "amounts": usd("4"), "products": ["cup"]}, "oncePerOrder"),
        ({"kind": "SHIPPING", "oncePerOrder": True}, "oncePerOrder"),
    ],
    ids=["a category above others", "a country of a percentage", "an amount for each unit", "delivery once"],
)
def test_what_saleor_would_not_grant_as_it_is_said_is_refused(
    saleor: Storefront, shelf: Shelf, rung: dict[str, Any], field: str
) -> None:
    """When it is configured, with the field at fault."""
    given = {**rung}
    if "categories" in rung:
        given["categories"] = [shelf.drinks]
    if "products" in rung:
        given["products"] = [shelf.cup.product]
    with pytest.raises(Refused) as refused:
        ladder(saleor, [given])
    assert refused.value.errors[0]["field"] == f"steps[0].rungs[0].{field}"
