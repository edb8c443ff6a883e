"""A file told after the accounts is history all the same: whoever is late by it now can be won back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.importing.import_file import Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.models import CustomerSummary, Enrolment, Identity
from tests.support.campaign_stories import open_shop, scored, win_back
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db


def write(file: Path, address: str, days_ago: list[int], now: datetime) -> None:
    rows = [f"{n},{address},{(now - timedelta(days=ago)).date()},20" for n, ago in enumerate(days_ago)]
    file.write_text("\n".join(["order,email,placed_at,total", *rows, ""]))


def summary(key: str) -> CustomerSummary:
    return CustomerSummary.objects.get(profile=Identity.objects.get(key=key).profile)


def test_who_is_late_by_the_imported_history_is_a_candidate(shop: Any, now: datetime, tmp_path: Path) -> None:
    """Ana's account stands as a prospect when the file tells of a year of hers that ended: her lapse is history's, and
    the win-back considers her. A second run and a second scoring change nothing."""
    open_shop(now)
    recording.record([account("ana", "ana@shop.example")], now=now)
    scored(now)
    assert summary("ana").stage == "prospect"
    file = tmp_path / "old.csv"
    write(file, "ana@shop.example", [150, 135, 120, 105, 90], now)
    for _ in range(2):
        import_file(file, Options(consent="Tea news."), now=now)
        scored(now)
        assert (summary("ana").stage, summary("ana").stage_cause) == ("lapsed", "history")
    campaign = win_back(now)
    plan.consider_all(now)
    assert Enrolment.objects.get(campaign=campaign).profile_id == summary("ana").profile_id


def test_an_old_order_that_the_host_tells_late_opens_nothing(shop: Any, now: datetime) -> None:
    """It is a purchase that we heard of late, not a history."""
    recording.record([account("ana", "ana@shop.example")], now=now)
    scored(now)
    recording.record([order("o1", "ana@shop.example", customer="ana", days_ago=400)], now=now)
    scored(now)
    assert (summary("ana").stage, summary("ana").stage_cause) == ("lapsed", "purchase")


def test_what_they_buy_after_an_import_is_a_purchase(shop: Any, now: datetime, tmp_path: Path) -> None:
    """Ana lapsed by the file, then buys: she is back by her purchase."""
    file = tmp_path / "old.csv"
    write(file, "ana@shop.example", [150, 135, 120, 105, 90], now)
    import_file(file, now=now)
    scored(now)
    later = now + timedelta(days=1)
    recording.record([order("o1", "ana@shop.example", days_ago=0)], now=later)
    scored(later)
    assert summary("ana@shop.example").stage_cause == "purchase"
