"""A gift and early access: by mail, by its link, at a real checkout; and tasks that staff tick off."""

import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.saleor.e2e import behind, campaigning, operations
from tests.saleor.e2e.rungs.conftest import Shelf, ladder
from tests.saleor.e2e.rungs.test_money import basket, usd
from tests.saleor.e2e.storefront import CHANNEL, Refused, Storefront, key, within
from tests.saleor.stack import Stack

SHOP = "https://tea.example/"


@pytest.fixture
def told(stack: Stack, saleor: Storefront, somebody: str) -> Iterator[Any]:
    """Switch on a campaign with this ladder: what the mail to somebody who is late says."""
    from saleor_relacional.hosts.saleor import configuration

    configuration.save(storefront_url=SHOP, time_zone=None)
    campaigning.late(saleor, somebody, dict.fromkeys(range(126, -1, -21), "40.00"))
    behind.win_back(active=False)
    made: list[str] = []

    def tell(*rungs: dict[str, Any]) -> str:
        made.append(ladder(saleor, list(rungs))["id"])
        saleor.ask(operations.CAMPAIGN_ACTIVATE, token=saleor.staff(), id=made[-1])
        campaigning.plan_and_send()
        return campaigning.words(stack, somebody)[1]

    yield tell
    for each in made:
        saleor.ask(operations.CAMPAIGN_PAUSE, token=saleor.staff(), id=each)


def link(words: str) -> str:
    """The address at the shop that a mail gives."""
    found = re.search(rf"{re.escape(SHOP)}\S+", words)
    assert found, words
    return found[0]


def test_a_gift_by_its_link(saleor: Storefront, shelf: Shelf, told: Any, somebody: str) -> None:
    """The mail names the cup and from how much on it is given. Its link brings code and variant along: the storefront
    puts the cup into the basket with a pot, and the order costs the pot and its delivery. Once, and one cup."""
    gift = {"kind": "GIFT", "variants": [shelf.cup.variant], "minimum": usd("10")}
    words = told(gift)
    assert "Cup" in words and "$10.00" in words
    brought = parse_qs(urlsplit(link(words)).query)
    (code,), (variant,) = brought["promoCode"], brought["variant"]
    assert variant == shelf.cup.variant and code in words
    without = saleor.checkout(somebody, lines=basket(shelf, pot=1))
    alone = saleor.total(without)
    with pytest.raises(Refused):
        saleor.put_code(without, code)  # it has to be in the basket
    checkout = saleor.checkout(somebody, lines={**basket(shelf, pot=1), variant: 2})
    saleor.put_code(checkout, code)
    assert saleor.total(checkout) == alone + Decimal("4.50")
    saleor.put_in(checkout, {variant: 1})
    assert saleor.look(checkout)["voucherCode"] == code and saleor.total(checkout) == alone
    saleor.pay(checkout)
    assert saleor.complete(checkout).total == alone
    assert within(5.0, lambda: behind.taken_off(code) == Decimal("4.50"))


def test_a_gift_asks_for_its_minimum_twice(
    saleor: Storefront, shelf: Shelf, told: Any, somebody: str
) -> None:
    """Saleor counts the cup itself when the code is put on, and no longer when the basket changes: what the mail says
    is granted both times, less than that only the first time."""
    told({"kind": "GIFT", "variants": [shelf.cup.variant], "minimum": usd("10")})
    code = behind.code_of(somebody)
    checkout = saleor.checkout(somebody, lines=basket(shelf, tea=2, cup=1))
    saleor.put_code(checkout, code)
    saleor.put_in(checkout, basket(shelf, tea=1))
    assert saleor.look(checkout)["voucherCode"] is None


@pytest.mark.parametrize(
    ("gift", "field"),
    [
        ({"minimum": usd("4.50")}, "minimum"),
        ({}, "minimum"),
        ({"minimum": usd("10"), "variants": ["none"]}, "variants"),
    ],
    ids=["not above its price", "no minimum", "out of stock"],
)
def test_a_gift_that_cannot_be_given_is_refused(
    saleor: Storefront, shelf: Shelf, gift: dict[str, Any], field: str
) -> None:
    """When it is configured."""
    from saleor.warehouse.models import Warehouse

    from tests.saleor import shelves

    variant = shelf.cup.variant
    if "variants" in gift:
        cellar = Warehouse.objects.filter(channels__slug=CHANNEL).first()
        assert cellar
        name = f"Gone {uuid.uuid4().hex[:6]}"
        variant = shelves.product(name, {CHANNEL: "2.00"}, warehouse=cellar, stock=0).variant
    with pytest.raises(Refused) as refused:
        ladder(saleor, [{"kind": "GIFT", **gift, "variants": [variant]}])
    assert refused.value.errors[0]["field"] == f"steps[0].rungs[0].{field}"


def test_early_access_is_bought(saleor: Storefront, told: Any, somebody: str) -> None:
    """A collection that no storefront lists yet. While a part of it cannot be bought the ladder is refused; then the
    mail leads there, and Ana's order of it goes through, for its price."""
    from saleor.product.models import ProductChannelListing
    from saleor.warehouse.models import Warehouse

    from tests.saleor import shelves

    cellar = Warehouse.objects.filter(
        channels__slug=CHANNEL, shipping_zones__countries__contains="US"
    ).first()
    assert cellar
    name = f"Spring {uuid.uuid4().hex[:6]}"
    blend = shelves.product(f"{name} blend", {CHANNEL: "12.00"}, warehouse=cellar, listed=False)
    spring = shelves.collection(name, blend.product, channel=CHANNEL)
    shelves.unpublish(blend.product)
    with pytest.raises(Refused) as refused:
        ladder(saleor, [{"kind": "EARLY_ACCESS", "collections": [spring]}])
    assert refused.value.errors[0]["field"] == "steps[0].rungs[0].collections"
    assert "blend" in refused.value.errors[0]["message"]
    ProductChannelListing.objects.filter(product=key(blend.product)).update(is_published=True)
    words = told({"kind": "EARLY_ACCESS", "collections": [spring]})
    assert f"{name} is open to you already" in words
    assert f"{SHOP}{CHANNEL}/collections/{name.lower().replace(' ', '-')}" in words
    checkout = saleor.checkout(somebody, lines={blend.variant: 1})
    saleor.pay(checkout)
    total = saleor.total(checkout)
    assert saleor.complete(checkout).total == total > 12


@pytest.mark.parametrize(
    ("rung", "said"),
    [
        ({"kind": "CALL", "person": "Eva Ruiz"}, "Eva Ruiz will call you within 2 days"),
        ({"kind": "SERVICE", "person": "Eva Ruiz"}, "Eva Ruiz"),
    ],
    ids=["a call", "priority service"],
)
def test_what_staff_promise_is_ticked_off_and_then_she_buys(
    saleor: Storefront, told: Any, somebody: str, rung: dict[str, Any], said: str
) -> None:
    """The mail says who calls, or serves, and staff find the task, take it and tick it off. Then Ana buys, for the
    whole price and without a code; we hear of it, and it holds none of the month's money."""
    from saleor_relacional.models import Enrolment, Incentive, Purchase, Touch

    words = told({"kind": "WORD"}, {**rung, "note": "Ask.", "days": 2})
    assert said in words
    theirs = [
        edge["node"] for edge in saleor.ask(operations.STAFF_TASKS, token=saleor.staff())["edges"]
        if edge["node"]["profile"]["email"] == somebody
    ]  # fmt: skip
    [task] = theirs
    assert (task["kind"], task["state"], task["note"]) == (rung["kind"], "OPEN", "Ask.")
    done = saleor.ask(operations.STAFF_TASK_FINISH, token=saleor.staff(), id=task["id"])["staffTask"]
    assert (done["state"], done["endedBy"].startswith("staff:")) == ("DONE", True)
    person, before = behind.profile(somebody), behind.purchases(somebody)
    checkout = saleor.checkout(somebody)
    price = saleor.total(checkout)
    saleor.pay(checkout)
    assert saleor.complete(checkout).total == price > 0
    assert within(10.0, lambda: behind.purchases(somebody) == before + 1)
    assert Touch.objects.filter(profile=person, rung__kind=rung["kind"].lower(), state="sent").exists()
    assert not Incentive.objects.filter(profile=person).exists()
    latest = Purchase.objects.filter(profile=person).latest("placed_at")
    assert (latest.codes, latest.discount) == ([], 0)
    started = Enrolment.objects.filter(profile=person, state="started").latest("started_at")
    assert started.started_at < latest.placed_at < started.window_ends_at
