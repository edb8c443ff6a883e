"""What the first reading of a shop tells is history, whoever is scored meanwhile: who is late by it can be won back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.importing.import_file import import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring import score
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import CustomerSummary, Enrolment, Fit, Identity
from tests.support.campaign_stories import open_shop, win_back
from tests.support.instants import DAY
from tests.support.tell import order

pytestmark = pytest.mark.django_db

BEFORE_SHE_WAS_LATE = (100, 85, 70, 55, 40)
"""Days before NOON of Ana's orders."""


@pytest.fixture
def ana(shop: Any, now: datetime) -> str:
    """Ana's account, and the orders that she placed before she was late."""
    key: str = shop.customer("ana@example.com")
    for ago in BEFORE_SHE_WAS_LATE:
        shop.order(customer=key, placed_at=now - ago * DAY)
    return key


def summary(key: str) -> CustomerSummary:
    return CustomerSummary.objects.get(profile=Identity.objects.get(key=key).profile)


def stands(key: str) -> tuple[str, str]:
    found = summary(key)
    return found.stage, found.stage_cause


@pytest.mark.parametrize("read", [sweeping.sync, sweeping.sweep])
def test_who_is_scored_between_accounts_and_orders(shop: Any, ana: str, now: datetime, read: Any) -> None:
    """A worker scores while accounts are read and orders are not yet: it concludes nothing, and learns nothing. After
    the orders Ana is slipping by history, and the win-back considers her."""
    later = now + timedelta(hours=1)  # a sweep reads what is older than a few minutes
    read(FactKind.CUSTOMER, now=later)
    assert score.score_stale(later).profiles == 0
    assert not fit.wanted(later)
    assert not Fit.objects.exists()
    assert read(FactKind.ORDER, now=later).finished
    score.settle(later)
    assert stands(ana) == ("slipping", "history")
    open_shop(later)
    campaign = win_back(later)
    plan.consider_all(later)
    assert Enrolment.objects.get(campaign=campaign).profile_id == summary(ana).profile_id


def test_who_is_scored_between_two_pages_of_orders(
    shop: Any, ana: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is an order, and a worker scores after each."""
    monkeypatch.setattr(sweeping, "PAGE", 1)
    for kind in (FactKind.CUSTOMER, FactKind.ORDER):
        sweeping.sync(kind, now=now, progress=lambda _: score.score_stale(now))
    score.settle(now)
    assert stands(ana) == ("slipping", "history")
    assert summary(ana).purchases == len(BEFORE_SHE_WAS_LATE)


def test_a_first_reading_that_is_cut_short_concludes_nothing(
    shop: Any, ana: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync dies between two pages; the sweep, which begins at the beginning, ends the reading."""
    monkeypatch.setattr(sweeping, "PAGE", 1)

    def dies(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweeping.sync(FactKind.ORDER, now=now, progress=dies)
    score.settle(now)
    assert not CustomerSummary.objects.exists()
    later = now + timedelta(hours=1)
    sweeping.sweep(FactKind.ORDER, now=later)
    score.settle(later)
    assert stands("ana@example.com") == ("slipping", "history")


def test_who_was_known_before_the_first_reading(shop: Any, ana: str, now: datetime, tmp_path: Path) -> None:
    """A file told of Ana's first years and she was scored; then the shop is read, which knows of later orders. They are
    history too."""
    file = tmp_path / "old.csv"
    rows = [f"f{ago},ana@example.com,{(now - ago * DAY).date()},20" for ago in (400, 385, 370)]
    file.write_text("\n".join(["order,email,placed_at,total", *rows, ""]))
    import_file(file, now=now)
    score.settle(now)
    assert stands("ana@example.com")[1] == "history"
    shop.set_clock(now + DAY)
    for kind in (FactKind.CUSTOMER, FactKind.ORDER):
        sweeping.sync(kind, now=now + DAY)
    score.settle(now + DAY)
    assert summary(ana).purchases == len(BEFORE_SHE_WAS_LATE) + len(rows)
    assert stands(ana)[1] == "history"


def test_what_is_told_after_the_first_reading_is_no_history(shop: Any, now: datetime) -> None:
    """An old order that the host tells a day later is a purchase that we heard of late; so is today's today."""
    bea, eve = shop.customer("bea@example.com"), shop.customer("eve@example.com")
    for kind in (FactKind.CUSTOMER, FactKind.ORDER):
        sweeping.sync(kind, now=now)
    score.settle(now)
    assert (stands(bea), stands(eve)) == (("prospect", "history"), ("prospect", "history"))
    later = now + DAY
    shop.set_clock(later)
    recording.record([order("o1", "bea@example.com", customer=bea, days_ago=400)], now=later)
    recording.record([order("o2", "eve@example.com", customer=eve, days_ago=-1)], now=later)
    score.settle(later)
    assert (stands(bea), stands(eve)) == (("lapsed", "purchase"), ("new", "purchase"))
