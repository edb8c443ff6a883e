"""An abandoned checkout, on the real thing: left by a customer who logged in, found back to by our link, ordered."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.saleor.e2e import behind, campaigning, operations
from tests.saleor.e2e.storefront import CHANNEL, Storefront, key, within
from tests.saleor.stack import Stack


@pytest.fixture
def left(saleor: Storefront) -> Iterator[str]:
    """The campaign, running, in a shop with a storefront; its id."""
    from saleor_relacional import tasks
    from saleor_relacional.hosts.saleor import configuration
    from saleor_relacional.models import Campaign

    configuration.save(storefront_url="https://tea.example/{channel}/", time_zone=None)
    behind.win_back(active=False)  # decides the day's capacity and names a sender
    given = {
        "name": "Left",
        "kind": "ABANDONED_CHECKOUT",
        "terms": {"channels": [CHANNEL], "dailyCapacity": 1000, "controlShare": 0},
    }
    made = saleor.ask(operations.CAMPAIGN_CREATE, token=saleor.staff(), input=given)["campaign"]
    assert made["terms"]["steps"] == [{"message": "abandoned_checkout", "waitDays": 0, "discount": None}]
    saleor.ask(operations.CAMPAIGN_ACTIVATE, token=saleor.staff(), id=made["id"])
    assert Campaign.objects.filter(kind="abandoned_checkout", state="active").exists()
    tasks.sweep()
    yield made["id"]
    saleor.ask(operations.CAMPAIGN_PAUSE, token=saleor.staff(), id=made["id"])


def basket(checkout: str) -> Any:
    """What we know of it; None before we have heard of it."""
    from saleor_relacional.models import Basket

    return Basket.objects.filter(reference=key(checkout)).first()


def hours_pass(checkout: str, hours: float) -> None:
    """It was last changed so long ago, and we hear of it."""
    from django.utils import timezone
    from saleor.checkout.models import Checkout

    moment = timezone.now() - timedelta(hours=hours)
    assert Checkout.objects.filter(pk=key(checkout)).update(last_change=moment) == 1
    behind.record("checkout", [key(checkout)])


def customer(saleor: Storefront, email: str) -> str:
    """Ana has an account, bought two months ago (so that we may write to her), and logs in: her token."""
    from django.utils import timezone

    account = saleor.account(email)
    behind.record("customer", [account])
    order = behind.past_order(email, timezone.now() - timedelta(days=60), account=account)
    behind.record("order", [order])
    return saleor.login(email)


def beat() -> None:
    """Scored, planned, sent, once the orders are read."""
    from saleor_relacional import tasks

    tasks.score_stale()
    tasks.plan()
    campaigning.send()


def test_left_found_back_to_and_ordered(stack: Stack, saleor: Storefront, left: str, somebody: str) -> None:
    """Nothing while she is at the till; after four hours one mail, whose link shows a page and leads to the storefront
    only when its button is pressed. When the checkout has become an order the link is dead."""
    ana = customer(saleor, somebody)
    checkout = saleor.checkout(somebody, token=ana)
    known = within(10.0, lambda: basket(checkout))
    assert (known.vouched, known.filled) == (True, True)
    beat()
    assert stack.mailbox.to(somebody) == []
    hours_pass(checkout, 4.2)
    beat()
    [mail] = within(30.0, lambda: stack.mailbox.to(somebody))
    body = mail.get_body(("plain",))
    assert body
    words = body.get_content()
    assert "1 × " in words and checkout not in words and key(checkout) not in words
    link = re.search(rf"{re.escape(stack.url)}/plugins/saleor_relacional/checkout/\S+", words)
    assert link
    page = requests.get(link[0], timeout=30)
    assert page.status_code == 200 and "Back to my basket" in page.text
    assert key(checkout) not in page.text and somebody not in page.text
    leads = requests.post(link[0], timeout=30, allow_redirects=False)
    assert leads.status_code == 303
    there = urlsplit(leads.headers["Location"])
    assert (there.netloc, there.path) == ("tea.example", "/checkout")
    assert parse_qs(there.query)["checkout"] == [checkout]
    saleor.pay(checkout)
    saleor.complete(checkout, token=ana)
    assert within(10.0, lambda: basket(checkout).state == "purchased")
    dead = requests.post(link[0], timeout=30, allow_redirects=False)
    assert dead.status_code == 410 and "no longer open" in dead.text
    beat()
    assert len(stack.mailbox.to(somebody)) == 1


def test_a_typed_address_and_an_emptied_checkout(
    stack: Stack, saleor: Storefront, left: str, somebody: str
) -> None:
    """A stranger types Ana's address; Ana takes everything out of her own: nobody hears anything."""
    ana = customer(saleor, somebody)
    typed = saleor.checkout(somebody)
    assert within(10.0, lambda: basket(typed)).vouched is False
    hours_pass(typed, 5)
    own = saleor.checkout(somebody, token=ana)
    emptied = {"id": own, "lines": [{"variantId": saleor.variant(), "quantity": 0}]}
    saleor.ask(operations.LINES_UPDATE, token=ana, **emptied)
    hours_pass(own, 5)
    assert basket(own).filled is False
    beat()
    assert stack.mailbox.to(somebody) == []
