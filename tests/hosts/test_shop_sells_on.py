"""What must not break in the shop that we ship, beside test_standalone_shop.py."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction

from saleor_relacional import nudge
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import models
from saleor_relacional.hosts.standalone.shop import accounts
from tests.hosts.standalone import StandaloneShop
from tests.hosts.test_standalone_graphql import ask


@pytest.mark.django_db(transaction=True)
def test_a_sale_that_is_rolled_back_nudges_nobody(
    shop: StandaloneShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order was made and the payment failed in the same transaction: nobody hears of an order that is not there."""
    checkout = shop.checkout(email="ana@example.com")
    heard: list[Sequence[Any]] = []
    monkeypatch.setattr(nudge, "record", lambda kind, reference: heard.append((kind, reference)))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert shop.complete(checkout).order is not None
        raise ZeroDivisionError("the payment")
    assert heard == []
    assert models.Order.objects.count() == 0
    order = shop.complete(checkout).order
    assert heard == [(FactKind.CHECKOUT, checkout), (FactKind.ORDER, order)]


def test_a_link_of_a_mail_logs_nobody_in(shop: StandaloneShop) -> None:
    """What the confirmation mail carries proves an address and is no token, although one secret signed both."""
    ana = models.Customer.objects.get(pk=shop.customer("ana@example.com"))
    assert ask("{ me { email } }", token=accounts.confirmation_token(ana)) == {"data": {"me": None}}
