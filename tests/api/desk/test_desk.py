"""Labels, notes, exclusions of several and customer attributes over the API."""

from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.attributes import write
from saleor_relacional.models import Exclusion, Profile
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana: str) -> str:
    """ID of Ana's relationship."""
    profile = Profile.objects.get(identities__kind="account", identities__key=ana)
    return to_global_id("RelationshipProfile", profile.public_id)


def test_a_label_is_set_read_and_removed(owner: Asker, reader: Asker, person: str) -> None:
    """Who may only read sees it, and cannot set one."""
    told = owner.data(operation("labels-change"), ids=[person], add=["VIP"])["relationshipLabelBulkUpdate"]
    assert told["errors"] == [] and [one["name"] for one in told["relationships"][0]["labels"]] == ["VIP"]
    assert reader.data(operation("labels"))["relationshipLabels"] == [{"name": "VIP", "people": 1}]
    refused = reader.ask(operation("labels-change"), ids=[person], add=["Other"])
    assert refused["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    told = owner.data(operation("labels-change"), ids=[person], remove=["vip"])["relationshipLabelBulkUpdate"]
    assert told["relationships"][0]["labels"] == []
    wrong = owner.data(operation("labels-change"), ids=[person], add=["x" * 41])[
        "relationshipLabelBulkUpdate"
    ]
    assert wrong["relationships"] is None and wrong["errors"][0]["field"] == "add"


def test_a_note_is_written_read_and_taken_away(owner: Asker, reader: Asker, person: str) -> None:
    """With who and when; the second time there is none."""
    told = owner.data(operation("staff-note-write"), ids=[person], text="Likes oak.")[
        "relationshipStaffNoteBulkCreate"
    ]
    note = told["notes"][0]
    assert note["text"] == "Likes oak." and note["writtenBy"].startswith("staff:")
    asked = "query($id: ID!) { relationshipProfile(id: $id) { staffNotes { id text writtenAt } } }"
    assert reader.data(asked, id=person)["relationshipProfile"]["staffNotes"][0]["id"] == note["id"]
    for code in ([], ["NOT_FOUND"]):
        gone = owner.data(operation("staff-note-delete"), id=note["id"])["relationshipStaffNoteDelete"]
        assert [one["code"] for one in gone["errors"]] == code


def test_several_are_excluded_at_once(owner: Asker, person: str) -> None:
    """Each once; too many, and nobody is."""
    told = owner.data(operation("exclude-several"), ids=[person, person], because="Friends")[
        "relationshipExclusionBulkCreate"
    ]
    assert told["errors"] == [] and [one["relationship"] for one in told["exclusions"]] == [person]
    nobody = owner.data(operation("exclude-several"), ids=[])["relationshipExclusionBulkCreate"]
    assert nobody["errors"][0]["field"] == "ids" and Exclusion.objects.count() == 1


def test_a_customer_reads_neither_labels_nor_notes(shop: Any, owner: Asker, ana: str, person: str) -> None:
    """They are for staff; the customer's export holds them."""
    owner.data(operation("labels-change"), ids=[person], add=["VIP"])
    herself = Asker(shop.context(account=ana))
    told = herself.ask("{ me { relationship { labels { name } } } }")
    assert told["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_the_owner_chooses_attributes(owner: Asker, reader: Asker, shop: Any, ana: str, now: Any) -> None:
    """Off before; on, it is written and reads back; who may only read cannot choose."""
    before = reader.data(operation("attribute-choice"))["relationshipAttributeChoice"]
    assert (before["possible"], before["active"], before["writtenAt"]) == (True, False, None)
    loyal = next(one for one in reader.data("{ relationshipSegments { id } }")["relationshipSegments"])
    given = {"active": True, "segments": [loyal["id"]], "valueBands": [50, 200], "currency": "EUR"}
    told = owner.data(operation("attribute-choice-update"), input=given)["relationshipAttributeChoiceUpdate"]
    assert told["errors"] == [] and told["attributeChoice"]["segments"] == [loyal]
    write.write(now)
    after = reader.data(operation("attribute-choice"))["relationshipAttributeChoice"]
    assert after["writtenAt"] and after["valueBands"] == [50, 200] and after["currency"] == "EUR"
    assert shop.attribute_slugs() == {"relacional-stage", "relacional-segments", "relacional-value"}
    refused = reader.ask(operation("attribute-choice-update"), input={"active": False})
    assert refused["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    wrong = owner.data(operation("attribute-choice-update"), input={"valueBands": [2, 1]})
    assert wrong["relationshipAttributeChoiceUpdate"]["errors"][0]["field"] == "valueBands"
