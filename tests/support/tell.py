"""Facts for stories, told as a host tells them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from saleor_relacional.hosts.facts import (
    CheckoutFact,
    CustomerFact,
    LineFact,
    OrderFact,
    OrderState,
    RefundFact,
)
from tests.support.instants import NOON

SOURCE = "standalone"


def account(
    reference: str, email: str, *, vouched: bool = True, days_ago: float = 100, **more: Any
) -> CustomerFact:
    """An account that joined so many days before NOON."""
    joined = NOON - timedelta(days=days_ago)
    fact = CustomerFact(
        source=SOURCE, reference=reference, email=email, vouched=vouched, first_name=reference.title(),
        language="es", joined_at=joined, changed_at=joined, vouched_since=joined if vouched else None,
    )  # fmt: skip
    return replace(fact, **more)


def order(
    reference: str, email: str = "", *, customer: str | None = None, days_ago: float = 1, total: str = "20.00",
    state: OrderState = OrderState.COUNTS, refunds: tuple[RefundFact, ...] = (), **more: Any,
) -> OrderFact:  # fmt: skip
    """An order of one cup of tea, placed so many days before NOON, told by a host that keeps the date of a
    confirmation: what `vouched` says was so when it was placed, too."""
    placed = NOON - timedelta(days=days_ago)
    fact = OrderFact(
        source=SOURCE, reference=reference, number=f"N{reference}", state=state, customer=customer, email=email,
        language="en", first_name="Guest", channel="eur", currency="EUR", total=Decimal(total), placed_at=placed,
        changed_at=placed, checkout=None, codes=(),
        lines=(LineFact(product_key="tea", name="Tea", quantity=1, total=Decimal(total)),), refunds=refunds,
        vouched_then=more.get("vouched", True),
    )  # fmt: skip
    return replace(fact, **more)


def refund(reference: str, order: str | None, amount: str, *, days_ago: float = 0) -> RefundFact:
    """Money given back so many days before NOON."""
    return RefundFact(
        source=SOURCE, reference=reference, order=order, amount=Decimal(amount), currency="EUR",
        happened_at=NOON - timedelta(days=days_ago),
    )  # fmt: skip


def checkout(
    reference: str, email: str = "", *, customer: str | None = None, total: str = "20.00", **more: Any
) -> CheckoutFact:
    """An open checkout with something in it, changed at NOON; `more` are fields of the fact."""
    return CheckoutFact(
        source=SOURCE, reference=reference, customer=customer, email=email, language="en", channel="eur",
        currency="EUR", total=Decimal(total), code="",
        **{"changed_at": NOON, "vouched": customer is not None, "filled": True, **more},
    )  # fmt: skip
