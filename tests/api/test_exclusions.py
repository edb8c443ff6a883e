"""Exclusions over the API: made, read, ended; what cannot be is said with its place."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Exclusion, Profile
from tests.api.asking import Asker

pytestmark = pytest.mark.django_db

ALL = "{ relationshipExclusions { id relationship segment addressPattern because createdAt } }"
CREATE = """mutation($input: RelationshipExclusionInput!) { relationshipExclusionCreate(input: $input) {
    exclusion { id relationship segment addressPattern because } errors { field code message } } }"""
DELETE = """mutation($id: ID!) { relationshipExclusionDelete(id: $id) {
    exclusion { addressPattern } errors { field code } } }"""
DELETE_SEGMENT = """mutation($id: ID!) { relationshipSegmentDelete(id: $id) {
    segment { name } errors { field code message } } }"""


def test_a_person_a_segment_and_a_pattern(owner: Asker, ana: str, now: datetime) -> None:
    """Each is made and read; twice is once; ended, it is gone."""
    profile = Profile.objects.get(identities__kind="account", identities__key=ana)
    person = to_global_id("RelationshipProfile", profile.public_id)
    late = segments.create(name="Late", rule={"field": "stage", "operator": "is", "value": "lapsed"}, now=now)
    segment = to_global_id("RelationshipSegment", late.public_id)
    given: list[dict[str, Any]] = [
        {"relationship": person, "because": "A friend"}, {"segment": segment}, {"addressPattern": "*@Market.example"},
    ]  # fmt: skip
    for one in (*given, given[0]):
        told = owner.data(CREATE, input=one)["relationshipExclusionCreate"]
        assert told["errors"] == [] and told["exclusion"]
    seen = owner.data(ALL)["relationshipExclusions"]
    assert [(one["relationship"], one["segment"], one["addressPattern"], one["because"]) for one in seen] == [
        (person, None, None, "A friend"), (None, segment, None, ""), (None, None, "*@market.example", ""),
    ]  # fmt: skip
    refused = owner.data(DELETE_SEGMENT, id=segment)["relationshipSegmentDelete"]
    assert refused["segment"] is None and refused["errors"][0]["code"] == "IN_USE"
    for one in seen:
        assert owner.data(DELETE, id=one["id"])["relationshipExclusionDelete"]["errors"] == []
    assert not Exclusion.objects.exists()
    again = owner.data(DELETE, id=seen[0]["id"])["relationshipExclusionDelete"]
    assert again["exclusion"] is None and again["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "input"),
        ({"addressPattern": "everybody"}, "addressPattern"),
        ({"addressPattern": "*@*"}, "addressPattern"),
        (
            {"relationship": "UmVsYXRpb25zaGlwUHJvZmlsZTowMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA="},
            "relationship",
        ),
    ],
)
def test_what_cannot_be(owner: Asker, given: dict[str, str], field: str) -> None:
    """Nothing is kept, and the field at fault is named."""
    told = owner.data(CREATE, input=given)["relationshipExclusionCreate"]
    assert told["exclusion"] is None and told["errors"][0]["field"] == field
    assert not Exclusion.objects.exists()
