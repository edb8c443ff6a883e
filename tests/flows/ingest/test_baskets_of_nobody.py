"""What an anonymous visitor types into a checkout makes nobody a person, and nothing of it outlives the checkout."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from saleor_relacional.flows.importing.import_file import import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Basket, BasketState, Identity, Profile, Purchase, Stale
from tests.support.leak import tables_with
from tests.support.tell import account, checkout, order

pytestmark = pytest.mark.django_db


def test_a_typed_address_is_a_basket_and_goes_with_the_checkout(shop: Any, now: datetime) -> None:
    """A public endpoint, asked a hundred times: baskets, nobody's; once the shop clears them away, nothing at all."""
    made = [shop.checkout(email=f"typed{n}@shop.example") for n in range(100)]
    assert recording.record_references(FactKind.CHECKOUT, made, now=now).written == 100
    assert Basket.objects.filter(profile=None, state="open").count() == 100
    assert not Profile.objects.exists()
    assert not Identity.objects.exists()
    assert not Stale.objects.exists()
    assert recording.record_references(FactKind.CHECKOUT, made, now=now).written == 0
    for one in made:
        shop.abandon(one)
    assert recording.record_references(FactKind.CHECKOUT, made, now=now).gone == 100
    assert tables_with(["typed"]) == {"typed": []}


@pytest.mark.parametrize("way", ["order", "account", "file"])
def test_it_is_theirs_once_there_is_a_person(shop: Any, now: datetime, tmp_path: Path, way: str) -> None:
    """An order, an account with that address, or a file makes Ana a person: the basket that waited is hers."""
    recording.record([checkout("c1", "Ana@shop.example"), checkout("c2", "bea@shop.example")], now=now)
    if way == "order":
        recording.record([order("o1", "ana@shop.example")], now=now)
    elif way == "account":
        recording.record([account("ana", "ana@shop.example")], now=now)
    else:
        file = tmp_path / "old.csv"
        file.write_text("order,email,placed_at,total\n1,ana@shop.example,2024-05-01,10\n")
        import_file(file, now=now)
    assert Basket.objects.get(reference="c1").profile == Profile.objects.get()
    assert Basket.objects.get(reference="c1").email_key == ""
    assert Basket.objects.get(reference="c2").profile is None


def test_an_unproved_account_takes_no_basket(now: datetime) -> None:
    """Mallory registers the address that somebody typed: the basket is nobody's still."""
    recording.record(
        [checkout("c1", "ana@shop.example"), account("m", "ana@shop.example", vouched=False)], now=now
    )
    assert Basket.objects.get().profile is None


@pytest.mark.parametrize("order_first", [True, False])
def test_an_order_takes_its_basket_along(now: datetime, order_first: bool) -> None:
    """Somebody types an address and then buys logged in: the order is the account's, and the typed address stands
    nowhere any more, whichever was heard first."""
    facts = [
        checkout("c1", "typed@shop.example"),
        order("o1", "ana@shop.example", customer="ana", checkout="c1"),
    ]
    for fact in reversed(facts) if order_first else facts:
        recording.record([fact], now=now)
    assert tables_with(["typed"]) == {"typed": []}
    basket = Basket.objects.get()
    assert (basket.profile, basket.state) == (Purchase.objects.get().profile, BasketState.PURCHASED)


def test_a_typed_address_can_be_forgotten(shop: Any, now: datetime) -> None:
    """Whoever asks is forgotten though nobody knows them: the basket goes, and its checkout does not bring it back."""
    told = checkout("c1", "typed@shop.example")
    recording.record([told], now=now)
    call_command("relacional_forget", email="Typed@shop.example")
    assert recording.record([told], now=now).forgotten == 1
    assert tables_with(["typed"]) == {"typed": []}
    with pytest.raises(CommandError):
        call_command("relacional_forget", email="typed@shop.example")
