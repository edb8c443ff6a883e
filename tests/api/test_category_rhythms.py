"""How a customer comes back for each category, in the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.learning import categories
from saleor_relacional.models import Profile
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def drinks(shop: Any, now: datetime, learn: Any) -> Profile:
    """Tea stands among the drinks; six people buy it every ten days, Ana the last time four days ago."""
    shop.shelve("Hot drinks")
    for number in range(6):
        for turn in range(8):
            placed = now - timedelta(days=4 + number + 10 * turn)
            shop.order(email=f"person{number}@example.com", placed_at=placed)
    learn()
    categories.learn(now)
    return Profile.objects.get(email="person0@example.com")


def test_staff_read_when_ana_wants_tea(drinks: Profile, reader: Asker, now: datetime) -> None:
    """The documented query: pace, lateness, the next order with both windows, and how much is her own."""
    key = to_global_id("RelationshipProfile", drinks.public_id)
    (tea,) = reader.data(operation("profile"), id=key)["relationshipProfile"]["categoryRhythms"]

    assert (tea["category"], tea["name"], tea["ownGaps"]) == ("hot-drinks", "Hot drinks", 7)
    assert tea["typicalDays"] == pytest.approx(10, abs=0.5)
    assert tea["overdue"] < 0.05 and tea["nextOrder"]["never"] < 0.5
    assert datetime.fromisoformat(tea["lastPurchaseAt"]) == now - timedelta(days=4)
    assert tea["sufficiency"] in ("SOME", "OWN")
    wide, likely = tea["nextOrder"]["period"], tea["nextOrder"]["likelyPeriod"]
    moments = [wide["from"], likely["from"], tea["nextOrder"]["middle"], likely["until"], wide["until"]]
    assert moments == sorted(moments, key=datetime.fromisoformat)
    assert datetime.fromisoformat(wide["from"]) >= now


def test_a_page_of_people_is_read_at_once(
    drinks: Profile, reader: Asker, django_assert_max_num_queries: Any
) -> None:
    """Six customers with their categories: statements do not grow with them."""
    query = "{ relationshipProfiles(first: 20) { edges { node { categoryRhythms { name } } } } }"
    with django_assert_max_num_queries(12):
        found = reader.data(query)["relationshipProfiles"]["edges"]

    assert [edge["node"]["categoryRhythms"] for edge in found] == [[{"name": "Hot drinks"}]] * 6
