"""An order is in the buyer's relationship within seconds, however it was paid."""

from decimal import Decimal

import pytest

from tests.saleor.e2e import operations
from tests.saleor.e2e.storefront import Storefront, within

SECONDS = 5.0
"""What issue and admin are promised: from the order to the new belief."""


@pytest.mark.parametrize("legacy", [False, True], ids=["transaction", "legacy"])
def test_a_purchase_is_in_my_relationship_within_five_seconds(
    saleor: Storefront, somebody: str, legacy: bool
) -> None:
    """Ana, logged in, buys once and asks who she is to the shop: new, with one purchase and a window for the next."""
    saleor.account(somebody)
    ana = saleor.login(somebody)
    saleor.buy(somebody, token=ana, legacy=legacy)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("stage") == "NEW")
    found = saleor.relationship(ana)
    assert found["purchases"] == 1
    assert found["rhythm"]["expectedNextOrder"]["until"] > found["rhythm"]["expectedNextOrder"]["from"]
    assert found["offers"] == []


def test_a_refund_lowers_what_was_kept(saleor: Storefront, somebody: str) -> None:
    """Staff sees sold less refunded, to the cent, once the payment app has reported the refund."""
    account = saleor.account(somebody)
    ana = saleor.login(somebody)
    order = saleor.buy(somebody, token=ana)
    user = _global("User", account)

    def kept() -> Decimal | None:
        told = saleor.ask(operations.PROFILE, token=saleor.staff(), id=user)["relationship"]
        return Decimal(str(told["kept"]["amount"])) if told and told["kept"] else None

    assert within(SECONDS, kept) == order.total
    saleor.refund(order, Decimal("3.00"))
    assert within(SECONDS, lambda: kept() == order.total - Decimal("3.00"))


def test_a_cancelled_order_is_no_purchase(saleor: Storefront, somebody: str) -> None:
    """Ana's only order is cancelled: a prospect, with nothing kept."""
    saleor.account(somebody)
    ana = saleor.login(somebody)
    order = saleor.buy(somebody, token=ana)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("purchases") == 1)
    saleor.cancel(order)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("purchases") == 0)


def _global(kind: str, reference: str) -> str:
    from graphql_relay import to_global_id

    return str(to_global_id(kind, reference))
