"""Types of customers in the API: list, look up, try, save, and why somebody belongs."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Type
from tests.api.asking import Asker, operation
from tests.asked import Asked
from tests.flows.campaign_stories import late

pytestmark = pytest.mark.django_db

LATE = {"all": [{"field": "stage", "operator": "is", "value": "lapsed"},
                {"field": "last_at", "operator": "before", "value": {"days_ago": 30}}]}  # fmt: skip


def test_the_owner_tries_a_rule_saves_it_and_reads_it(owner: Asker, shop: Any, now: datetime) -> None:
    """The documented operations, one after the other."""
    late("Ana", now)
    late("Bea", now, stage="slipping")
    tried = owner.data(operation("type-preview"), rule=LATE)["relationshipTypePreview"]
    assert tried["errors"] == [] and tried["count"] == {"number": 1, "isEstimate": False}
    assert [edge["node"]["email"] for edge in tried["members"]["edges"]] == ["ana@shop.example"]
    assert not Type.objects.exists()

    saved = owner.data(operation("type-create"), name="Late", rule=LATE)["relationshipTypeCreate"]
    assert saved["errors"] == [] and saved["type"]["rule"] == LATE
    found = owner.data(operation("type"), id=saved["type"]["id"])["relationshipType"]
    assert found["name"] == "Late" and found["native"] is False
    assert found["count"] == {"number": 1, "isEstimate": False}
    assert [edge["node"]["email"] for edge in found["members"]["edges"]] == ["ana@shop.example"]

    listed = owner.data(operation("types"))["relationshipTypes"]
    assert [each["name"] for each in listed][-2:] == ["Buyers we may not write to yet", "Late"]

    ana = owner.data(
        '{ relationshipProfiles(first: 1, filter: { search: "ana@" }) { edges { node { id } } } }'
    )
    person = ana["relationshipProfiles"]["edges"][0]["node"]["id"]
    told = owner.data(operation("type-why"), profile=person, type=saved["type"]["id"])["relationshipProfile"]
    assert [each["name"] for each in told["types"]] == ["Bought once and gone", "Late"]
    assert told["why"]["member"] is True
    assert [each["place"] for each in told["why"]["reasons"]] == ["rule.all[0]", "rule.all[1]"]

    renamed = owner.data(operation("type-update"), id=saved["type"]["id"], name="Later")[
        "relationshipTypeUpdate"
    ]
    assert renamed["type"]["name"] == "Later" and renamed["type"]["rule"] == LATE
    gone = owner.data(operation("type-delete"), id=saved["type"]["id"])["relationshipTypeDelete"]
    assert gone["errors"] == [] and not Type.objects.exists()


def test_a_rule_in_the_query_itself(owner: Asker, shop: Any, now: datetime) -> None:
    """Written as a literal, lists and numbers included."""
    late("Ana", now)
    rule = (
        '{ all: [{ field: "purchases", operator: "between", value: [1, 2.5] },'
        ' { not: { field: "vouched", operator: "is", value: true } }] }'
    )
    found = owner.data(
        f"{{ relationshipTypePreview(rule: {rule}) {{ count {{ number }} errors {{ message }} }} }}"
    )
    assert found["relationshipTypePreview"] == {"count": {"number": 1}, "errors": []}


def test_what_is_wrong_is_told_with_its_place(owner: Asker, shop: Any) -> None:
    """All of it, in the preview and when saving; nothing is saved."""
    rule = {
        "any": [
            {"field": "stage", "operator": "is", "value": "asleep"},
            {"field": "kept", "operator": "over", "value": 1},
        ]
    }
    tried = owner.data(operation("type-preview"), rule=rule)["relationshipTypePreview"]
    saved = owner.data(operation("type-create"), name="Wrong", rule=rule)["relationshipTypeCreate"]
    assert tried["count"] is None and tried["members"] is None and saved["type"] is None
    for errors in (tried["errors"], saved["errors"]):
        assert [error["field"] for error in errors] == ["rule", "rule"]
        assert errors[0]["message"].startswith("rule.any[0].value: ")
        assert errors[1]["message"].startswith("rule.any[1].currency: ")
    assert not Type.objects.exists()


def test_a_native_type_answers_and_stays(owner: Asker, shop: Any, now: datetime) -> None:
    """It is read like any other; changing it is refused as a value."""
    late("Ana", now)
    public_id = next(each.public_id for each in segments.all_known() if each.name == "Bought once and gone")
    known = to_global_id("RelationshipType", public_id)
    assert owner.data(operation("type"), id=known)["relationshipType"]["count"]["number"] == 0 + 1
    for name, variables in (("type-update", {"name": "Mine"}), ("type-delete", {})):
        answer = next(iter(owner.data(operation(name), id=known, **variables).values()))
        assert answer["type"] is None and "comes with us" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "after", ["x", "WzFd" + "x", "WyJhIl0=", "Wy0xXQ==", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDBd"]
)
def test_a_cursor_that_is_not_ours_is_refused(owner: Asker, shop: Any, now: datetime, after: str) -> None:
    """An error, never a crash or a silent first page."""
    late("Ana", now)
    query = "query ($rule: RelationshipRule!, $after: String) { relationshipTypePreview(rule: $rule) {" \
            " members(after: $after) { edges { cursor } } } }"  # fmt: skip
    answer = owner.ask(query, rule=LATE, after=after)
    assert answer["data"]["relationshipTypePreview"]["members"] is None
    assert "cursor is invalid" in answer["errors"][0]["message"]


def test_customers_do_not_read_the_shops_words_for_them(shop: Any, ana: str) -> None:
    """Types are the owner's words; the customer sees the stage and the facts, not these."""
    mine = Asker(shop.context(account=ana)).ask("{ me { relationship { stage types { name } } } }")
    assert mine["data"]["me"]["relationship"] == {"stage": "LOYAL", "types": None}
    assert mine["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_the_same_number_of_queries_for_one_and_for_twenty(owner: Asker, shop: Any, now: datetime) -> None:
    """Types and why of everybody on a page are each one statement."""
    known = to_global_id("RelationshipType", segments.all_known()[0].public_id)
    query = f'{{ relationshipProfiles(first: 100) {{ edges {{ node {{ types {{ name }} why(type: "{known}")' \
            " { member reasons { holds } } } } } }"  # fmt: skip
    late("Person", now)
    owner.data(query)
    with Asked() as one:
        owner.data(query)
    for number in range(19):
        late(f"Person{number}", now)
    with Asked() as twenty:
        assert len(owner.data(query)["relationshipProfiles"]["edges"]) == 20
    assert len(twenty) == len(one)
