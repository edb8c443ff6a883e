"""What the doctor finds, and what it must not take for something else."""

from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import Policy, Sender
from tests.support.campaign_stories import open_shop, win_back

pytestmark = pytest.mark.django_db


def codes(now: Any) -> set[str]:
    """What it finds."""
    return {lack.code for lack in doctor.findings(now)}


def test_a_shop_that_decided_nothing(shop: Any, now: Any) -> None:
    """Each lack has a problem and a cure; what stops us comes first."""
    found = doctor.findings(now)
    assert {"capacity", "sender", "basis", "timetable"} <= {lack.code for lack in found}
    assert all(lack.problem and lack.cure for lack in found)
    assert [lack.fatal for lack in found] == sorted((lack.fatal for lack in found), reverse=True)


def test_decided_is_no_longer_missing(shop: Any, now: Any) -> None:
    """Capacity, a sender, soft opt-in with its text."""
    open_shop(now)
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write to you about tea.")
    assert not {"capacity", "sender", "basis"} & codes(now)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://shop.example", set()),
        ("http://localhost:8000", set()),
        ("http://127.0.0.1:8000", set()),
        ("http://shop.example", {"insecure_public_url"}),
        ("shop.example", {"insecure_public_url"}),
        ("", {"no_public_url"}),
    ],
)
def test_the_address_in_the_mails(shop: Any, now: Any, settings: Any, url: str, found: set[str]) -> None:
    """One-click unsubscribing needs https, or this very machine."""
    settings.PUBLIC_URL = url
    assert codes(now) & {"insecure_public_url", "no_public_url"} == found


def test_a_copy_is_a_copy_and_nothing_else_is(shop: Any, now: Any, settings: Any) -> None:
    """Only another address makes a campaign look copied: not a switched-off plugin, not a withdrawn decision."""
    open_shop(now)
    win_back(now)
    Shop.objects.update(relational_active=False)
    assert "copy" not in codes(now)
    Shop.objects.update(relational_active=True)
    Policy.objects.update(daily_capacity=None)
    assert "copy" not in codes(now) and "capacity" in codes(now)
    settings.PUBLIC_URL = "https://staging.example"
    open_shop(now)
    assert "copy" in codes(now)
    assert Sender.objects.exists()


def test_several_currencies_and_nobody_said_in_which_one_adds_up(shop: Any, now: Any) -> None:
    """One currency needs no word; two do, and then a rate for each other one. All works without."""
    assert "reporting_currency" not in codes(now)
    shop.channel("usd", "USD")
    shop.channel("jpy", "JPY")
    found = {lack.code: lack for lack in doctor.findings(now)}["reporting_currency"]
    assert "EUR, JPY, USD" in found.problem and not found.fatal
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.92")])
    found = {lack.code: lack for lack in doctor.findings(now)}["reporting_currency"]
    assert "JPY" in found.problem and "USD" not in found.problem
    policy.decide(now=now, rates=[("USD", "0.92"), ("JPY", "0.006")])
    assert "reporting_currency" not in codes(now)


def test_each_channel_without_a_sender_is_named(shop: Any, now: Any) -> None:
    """Fatal while nothing at all can leave."""
    shop.channel("usd", "USD")
    lacks = [lack for lack in doctor.findings(now) if lack.code == "sender"]
    assert [(lack.about, lack.fatal) for lack in lacks] == [("eur", True), ("usd", True)]
    open_shop(now)
    lacks = [lack for lack in doctor.findings(now) if lack.code == "sender"]
    assert [lack.fatal for lack in lacks] == [False]
