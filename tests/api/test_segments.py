"""Segments in the API: list, look up, try, save, and why somebody belongs."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Segment
from tests.api.asking import Asker, operation
from tests.support.asked import Asked
from tests.support.campaign_stories import SLIPPING, late

pytestmark = pytest.mark.django_db

LATE = {"all": [{"field": "stage", "operator": "is", "value": "lapsed"},
                {"field": "last_at", "operator": "before", "value": {"days_ago": 30}}]}  # fmt: skip


def test_the_owner_tries_a_rule_saves_it_and_reads_it(owner: Asker, shop: Any, now: datetime) -> None:
    """The documented operations, one after the other."""
    late("Ana", now)
    late("Bea", now, days_ago=(SLIPPING,))
    tried = owner.data(operation("segment-preview"), rule=LATE)["relationshipSegmentPreview"]
    assert tried["errors"] == [] and tried["count"] == {"number": 1, "isEstimate": False}
    assert [edge["node"]["email"] for edge in tried["members"]["edges"]] == ["ana@shop.example"]
    assert not Segment.objects.exists()

    saved = owner.data(operation("segment-create"), name="Late", rule=LATE)["relationshipSegmentCreate"]
    assert saved["errors"] == [] and saved["segment"]["rule"] == LATE
    found = owner.data(operation("segment"), id=saved["segment"]["id"])["relationshipSegment"]
    assert found["name"] == "Late" and found["native"] is False
    assert found["count"] == {"number": 1, "isEstimate": False}
    assert [edge["node"]["email"] for edge in found["members"]["edges"]] == ["ana@shop.example"]

    listed = owner.data(operation("segments"))["relationshipSegments"]
    assert [each["name"] for each in listed][-2:] == ["Buyers we may not write to yet", "Late"]

    ana = owner.data(
        '{ relationshipProfiles(first: 1, filter: { search: "ana@" }) { edges { node { id } } } }'
    )
    person = ana["relationshipProfiles"]["edges"][0]["node"]["id"]
    told = owner.data(operation("segment-why"), profile=person, segment=saved["segment"]["id"])[
        "relationshipProfile"
    ]
    assert [each["name"] for each in told["segments"]] == ["Bought once and gone", "Late"]
    assert told["why"]["member"] is True
    assert [each["place"] for each in told["why"]["reasons"]] == ["rule.all[0]", "rule.all[1]"]

    renamed = owner.data(operation("segment-update"), id=saved["segment"]["id"], name="Later")[
        "relationshipSegmentUpdate"
    ]
    assert renamed["segment"]["name"] == "Later" and renamed["segment"]["rule"] == LATE
    gone = owner.data(operation("segment-delete"), id=saved["segment"]["id"])["relationshipSegmentDelete"]
    assert gone["errors"] == [] and not Segment.objects.exists()


def test_a_rule_in_the_query_itself(owner: Asker, shop: Any, now: datetime) -> None:
    """Written as a literal, lists and numbers included."""
    late("Ana", now)
    rule = (
        '{ all: [{ field: "purchases", operator: "between", value: [1, 2.5] },'
        ' { not: { field: "vouched", operator: "is", value: true } }] }'
    )
    found = owner.data(
        f"{{ relationshipSegmentPreview(rule: {rule}) {{ count {{ number }} errors {{ message }} }} }}"
    )
    assert found["relationshipSegmentPreview"] == {"count": {"number": 1}, "errors": []}


def test_what_is_wrong_is_told_with_its_place(owner: Asker, shop: Any) -> None:
    """All of it, in the preview and when saving; nothing is saved."""
    rule = {
        "any": [
            {"field": "stage", "operator": "is", "value": "asleep"},
            {"field": "kept", "operator": "over", "value": 1},
        ]
    }
    tried = owner.data(operation("segment-preview"), rule=rule)["relationshipSegmentPreview"]
    saved = owner.data(operation("segment-create"), name="Wrong", rule=rule)["relationshipSegmentCreate"]
    assert tried["count"] is None and tried["members"] is None and saved["segment"] is None
    for errors in (tried["errors"], saved["errors"]):
        assert [error["field"] for error in errors] == ["rule", "rule"]
        assert errors[0]["message"].startswith("rule.any[0].value: ")
        assert errors[1]["message"].startswith("rule.any[1].currency: ")
    assert not Segment.objects.exists()


def test_a_native_segment_answers_and_stays(owner: Asker, shop: Any, now: datetime) -> None:
    """It is read like any other; changing it is refused as a value."""
    late("Ana", now)
    public_id = next(each.public_id for each in segments.all_known() if each.name == "Bought once and gone")
    known = to_global_id("RelationshipSegment", public_id)
    assert owner.data(operation("segment"), id=known)["relationshipSegment"]["count"]["number"] == 0 + 1
    for name, variables in (("segment-update", {"name": "Mine"}), ("segment-delete", {})):
        answer = next(iter(owner.data(operation(name), id=known, **variables).values()))
        assert answer["segment"] is None and "comes with us" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "after", ["x", "WzFd" + "x", "WyJhIl0=", "Wy0xXQ==", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDBd"]
)
def test_a_cursor_that_is_not_ours_is_refused(owner: Asker, shop: Any, now: datetime, after: str) -> None:
    """An error, never a crash or a silent first page."""
    late("Ana", now)
    query = "query ($rule: RelationshipRule!, $after: String) { relationshipSegmentPreview(rule: $rule) {" \
            " members(after: $after) { edges { cursor } } } }"  # fmt: skip
    answer = owner.ask(query, rule=LATE, after=after)
    assert answer["data"]["relationshipSegmentPreview"]["members"] is None
    assert "cursor is invalid" in answer["errors"][0]["message"]


def test_customers_do_not_read_the_shops_words_for_them(shop: Any, ana: str) -> None:
    """Types are the owner's words; the customer sees the stage and the facts, not these."""
    mine = Asker(shop.context(account=ana)).ask("{ me { relationship { stage segments { name } } } }")
    assert mine["data"]["me"]["relationship"] == {"stage": "LOYAL", "segments": None}
    assert mine["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_the_same_number_of_queries_for_one_and_for_twenty(owner: Asker, shop: Any, now: datetime) -> None:
    """Types and why of everybody on a page are each one statement."""
    known = to_global_id("RelationshipSegment", segments.all_known()[0].public_id)
    query = f'{{ relationshipProfiles(first: 100) {{ edges {{ node {{ segments {{ name }} why(segment: "{known}")' \
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
