"""Codes for stories: one of ours that is promised to somebody, and works in the shop."""

from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.flows.incentives import entitlement
from saleor_relacional.flows.incentives.entitlement import OwnedCode
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import CheckoutFact, FactKind
from tests.support.instants import DAY

CODE = "407291836650"


def promised(
    now: datetime, *, account: str | None = None, email: str = "ana@shop.example", code: str = CODE
) -> str:
    """Ana has a code that works for two weeks."""
    entitlement.entitle([OwnedCode(code=code, account=account, email=email, expires_at=now + 14 * DAY)])
    conf.host().issue(
        VoucherRecipe(
            key="test", name="test", discount=Discount.PERCENTAGE, value=10, channels={"eur": "EUR"},
            starts_at=now - DAY, ends_at=now + 14 * DAY,
        ),
        [code],
    )  # fmt: skip
    return code


def code_on(shop: Any, checkout: str) -> str:
    """What this open checkout carries."""
    [fact] = shop.host.fetch(FactKind.CHECKOUT, [checkout])
    assert isinstance(fact, CheckoutFact)
    return fact.code
