"""The contact policy and what staff note, over the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.models import Contact, Profile
from tests.api.asking import Asker

pytestmark = pytest.mark.django_db

POLICY = """{ relationshipContactPolicy {
    perWeek perMonth betweenActs quietFrom quietTo weekends holidays silenceDays } }"""
DECIDE = """mutation($input: RelationshipContactPolicyInput!) { relationshipContactPolicyUpdate(input: $input) {
    contactPolicy { perWeek perMonth quietFrom holidays } errors { field code message } } }"""
NOTE = """mutation($id: ID!, $kind: RelationshipContactKindEnum!, $at: String, $commercial: Boolean, $stars: Int) {
    relationshipContactNote(id: $id, kind: $kind, at: $at, commercial: $commercial, stars: $stars) {
        contact { kind at commercial stars } errors { field code message } } }"""
ZONE = """mutation($id: ID, $zone: String!) { relationshipTimeZoneDeclare(id: $id, timeZone: $zone) {
    timeZone errors { field code } } }"""


def of_ana(account: str) -> tuple[Profile, str]:
    profile = Profile.objects.get(identities__kind="account", identities__key=account)
    return profile, to_global_id("RelationshipProfile", profile.public_id)


def test_the_owner_reads_and_decides(owner: Asker) -> None:
    """Defaults first; what is given changes; what makes no sense changes nothing and says where."""
    assert owner.data(POLICY)["relationshipContactPolicy"] == {
        "perWeek": 1, "perMonth": 3, "betweenActs": 3, "quietFrom": "21:00", "quietTo": "08:00", "weekends": True,
        "holidays": [], "silenceDays": 30,
    }  # fmt: skip
    told = owner.data(DECIDE, input={"perMonth": 2, "quietFrom": "20:00", "holidays": ["2026-12-25"]})
    assert told["relationshipContactPolicyUpdate"] == {
        "contactPolicy": {"perWeek": 1, "perMonth": 2, "quietFrom": "20:00", "holidays": ["2026-12-25"]},
        "errors": [],
    }
    wrong = owner.data(DECIDE, input={"perMonth": 0})["relationshipContactPolicyUpdate"]
    assert wrong["contactPolicy"] is None
    assert [(one["field"], one["code"]) for one in wrong["errors"]] == [("perWeek", "INVALID")]
    wrong = owner.data(DECIDE, input={"quietFrom": "late"})["relationshipContactPolicyUpdate"]
    assert [one["field"] for one in wrong["errors"]] == ["quietFrom"]
    assert owner.data(POLICY)["relationshipContactPolicy"]["perMonth"] == 2


def test_staff_note_what_was_said(owner: Asker, ana: str, now: datetime) -> None:
    """A call that sold something, yesterday; a bad rating, just now."""
    profile, key = of_ana(ana)
    yesterday = (now - timedelta(days=1)).isoformat()
    told = owner.data(NOTE, id=key, kind="STAFF", at=yesterday, commercial=True)["relationshipContactNote"]
    assert told["errors"] == [] and told["contact"]["commercial"] is True
    told = owner.data(NOTE, id=key, kind="RATING", stars=2)["relationshipContactNote"]
    assert told["errors"] == [] and told["contact"]["stars"] == 2
    kept = Contact.objects.order_by("at").values_list("profile_id", "kind", "at", "commercial")
    assert list(kept) == [
        (profile.pk, "staff", now - timedelta(days=1), True), (profile.pk, "rating", now, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "MESSAGE"}, "kind"),
        ({"kind": "ANSWER", "at": "yesterday"}, "at"),
        ({"kind": "ANSWER", "at": "2026-03-01T10:00:00"}, "at"),
        ({"kind": "ANSWER", "at": "2099-03-01T10:00:00+00:00"}, "at"),
        ({"kind": "COMPLAINT", "commercial": True}, "commercial"),
        ({"kind": "RATING"}, "stars"),
    ],
)
def test_a_note_that_makes_no_sense_is_refused(
    owner: Asker, ana: str, told: dict[str, Any], field: str
) -> None:
    """With the field, and nothing is kept."""
    _, key = of_ana(ana)
    answer = owner.data(NOTE, id=key, **told)["relationshipContactNote"]
    assert answer["contact"] is None and [one["field"] for one in answer["errors"]] == [field]
    assert not Contact.objects.exists()


def test_a_customer_says_where_they_live(shop: Any, owner: Asker, ana: str) -> None:
    """Ana for herself; what is no zone is refused; staff take it back for her; nobody speaks for nobody."""
    profile, key = of_ana(ana)
    herself = Asker(shop.context(account=ana))
    assert herself.data(ZONE, zone="America/Lima")["relationshipTimeZoneDeclare"]["errors"] == []
    wrong = herself.data(ZONE, zone="Lima")["relationshipTimeZoneDeclare"]
    assert [one["field"] for one in wrong["errors"]] == ["timeZone"]
    profile.refresh_from_db()
    assert (profile.time_zone, profile.time_zone_declared) == ("America/Lima", True)
    assert herself.ask(ZONE, id=key, zone="Asia/Tokyo")["data"]["relationshipTimeZoneDeclare"] is None
    assert owner.data(ZONE, id=key, zone="")["relationshipTimeZoneDeclare"]["errors"] == []
    profile.refresh_from_db()
    assert (profile.time_zone, profile.time_zone_declared) == ("", False)
    assert Asker().ask(ZONE, zone="Asia/Tokyo")["data"]["relationshipTimeZoneDeclare"] is None
