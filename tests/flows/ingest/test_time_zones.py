"""Of an address the name of a time zone is kept, so that nobody is written to at night."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ingest.record import record
from saleor_relacional.flows.preferences import time_zone
from saleor_relacional.models import Profile
from tests.support.leak import tables_with
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db


def zone() -> str:
    return Profile.objects.get().time_zone


def test_the_latest_order_that_says_so_tells_where_somebody_lives(now: datetime) -> None:
    """Ana moves from San Francisco to Madrid; an order without a state, and an older one that comes late, change
    nothing."""
    record(
        [order("1", "ana@shop.example", days_ago=9, country="US", region="CA", postal_code="94199")], now=now
    )
    assert zone() == "America/Los_Angeles"
    record([order("2", "ana@shop.example", days_ago=5, country="ES", postal_code="28913")], now=now)
    assert zone() == "Europe/Madrid"
    record([order("3", "ana@shop.example", days_ago=2, country="US")], now=now)
    record([order("4", "ana@shop.example", days_ago=20, country="JP")], now=now)
    assert zone() == "Europe/Madrid"
    assert tables_with(["94199", "28913"]) == {"94199": [], "28913": []}


def test_an_account_s_order_tells_it_too(now: datetime) -> None:
    """Name and language are the account's own; where it lives is where its orders go."""
    record([account("a", "ana@shop.example"), order("1", customer="a", country="JP")], now=now)
    found = Profile.objects.get()
    assert (found.time_zone, found.language, found.first_name) == ("Asia/Tokyo", "es", "A")


def test_what_is_declared_wins_until_it_is_taken_back(now: datetime) -> None:
    """She orders for her mother in Japan."""
    record([order("1", "ana@shop.example", days_ago=9, country="ES")], now=now)
    key = Profile.objects.get().pk
    time_zone.declare(key, " America/Lima ")
    record([order("2", "ana@shop.example", days_ago=5, country="JP")], now=now)
    assert zone() == "America/Lima"
    time_zone.declare(key, "")
    record([order("3", "ana@shop.example", days_ago=1, country="JP")], now=now + timedelta(days=1))
    assert zone() == "Asia/Tokyo"


def test_a_word_that_was_never_given_is_not_taken_back(now: datetime) -> None:
    """A form that is saved with the field empty: what her orders tell stays."""
    record([order("1", "ana@shop.example", days_ago=9, country="JP")], now=now)
    time_zone.declare(Profile.objects.get().pk, "")
    assert zone() == "Asia/Tokyo" and not Profile.objects.get().time_zone_declared


def test_a_zone_that_does_not_exist_is_refused(now: datetime) -> None:
    record([order("1", "ana@shop.example", country="ES")], now=now)
    said = set()
    for language in ("en", "es"):
        with translation.override(language), pytest.raises(BadInput) as refused:
            time_zone.declare(Profile.objects.get().pk, "Madrid")
        said.add(refused.value.message)
        assert refused.value.field == "timeZone"
    assert len(said) == 2 and zone() == "Europe/Madrid"
