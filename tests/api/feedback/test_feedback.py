"""Customers tell, staff answer, over the API; by the documented operations."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.contact import contact_policy, standing
from saleor_relacional.models import Contact, Feedback, FeedbackCase, Profile, Purchase
from tests.api.asking import Asker, operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def herself(shop: Any, ana: str) -> Asker:
    return Asker(shop.context(account=ana))


def test_a_customer_rates_and_staff_answer(herself: Asker, owner: Asker, now: datetime) -> None:
    """From two stars to the answer on her page, and what became of the promise."""
    number = Purchase.objects.order_by("-placed_at").values_list("number", flat=True)[0]
    said = {"kind": "RATING", "stars": 2, "orderNumber": number, "text": "Too late for the party."}
    told = herself.data(operation("tell"), input=said)["relationshipTell"]
    assert told["errors"] == [] and told["feedback"]["state"] == "OPEN"
    inbox = owner.data(operation("cases"), first=5)["relationshipCases"]
    [node] = [edge["node"] for edge in inbox["edges"]]
    assert (inbox["totalCount"], node["state"], node["overdue"], node["order"]) == (1, "OPEN", False, number)
    assert [one["text"] for one in node["told"]] == ["Too late for the party."]
    assert datetime.fromisoformat(node["dueAt"]) == now + timedelta(hours=24)
    taken = owner.data(operation("case-take"), id=node["id"])["relationshipCaseTake"]
    assert taken["errors"] == [] and taken["case"]["owner"].startswith("staff:")
    answer = {"id": node["id"], "text": "We are sorry.", "apology": True}
    answered = owner.data(operation("case-answer"), **answer)["relationshipCaseAnswer"]
    assert answered["errors"] == [] and answered["case"]["state"] == "ANSWERED"
    mine = herself.data(operation("my-feedback"))["me"]["relationship"]
    assert [(one["stars"], one["answer"]) for one in mine["feedback"]] == [(2, "We are sorry.")]
    assert {(one["kind"], one["state"]) for one in mine["promises"]} == {
        ("ANSWER", "KEPT"),
        ("APOLOGY", "KEPT"),
    }
    months = owner.data(operation("promises"))["relationshipPromises"]
    assert {(one["kind"], one["kept"], one["broken"]) for one in months} == {
        ("ANSWER", 1, 0),
        ("APOLOGY", 1, 0),
    }
    again = {**answer, "text": "And again.", "seen": node["version"]}
    late = owner.data(operation("case-answer"), **again)["relationshipCaseAnswer"]
    assert [one["code"] for one in late["errors"]] == ["CONFLICT"], "answered since"
    late = owner.data(operation("case-close"), id=node["id"], seen=node["version"])["relationshipCaseClose"]
    assert [(one["code"], one["field"]) for one in late["errors"]] == [("CONFLICT", "seen")]
    closed = owner.data(operation("case-close"), id=node["id"])["relationshipCaseClose"]
    assert closed["errors"] == [] and closed["case"]["state"] == "CLOSED"
    assert owner.data(operation("cases"), first=5)["relationshipCases"]["edges"] == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "RATING", "stars": 1}, "orderNumber"),
        ({"kind": "RATING", "stars": 1, "orderNumber": "nobody's"}, "orderNumber"),
        ({"kind": "RATING", "orderNumber": "?"}, "orderNumber"),
        ({"kind": "WISH"}, "text"),
        ({"kind": "REASON", "reason": "because"}, "reason"),
    ],
)
def test_what_cannot_be_told_says_where(herself: Asker, said: dict[str, Any], field: str) -> None:
    answer = herself.data(operation("tell"), input=said)["relationshipTell"]
    assert [one["field"] for one in answer["errors"]] == [field] and not Feedback.objects.exists()


def test_nobody_and_programs_tell_nothing(shop: Any, ana: str) -> None:
    """Nor somebody whose address is not confirmed."""
    wish = {"kind": "WISH", "text": "Blue ones."}
    for asker in (Asker(), Asker(shop.context(app=("MANAGE_USERS",)))):
        assert asker.ask(operation("tell"), input=wish)["data"]["relationshipTell"] is None
    eve = Asker(shop.context(account=shop.customer("eve@example.com", confirmed=False)))
    [refused] = eve.data(operation("tell"), input=wish)["relationshipTell"]["errors"]
    assert refused["code"] == "NOT_CONFIRMED" and not Feedback.objects.exists()


def test_not_too_often(herself: Asker) -> None:
    codes = [
        [one["code"] for one in herself.data(
            operation("tell"), input={"kind": "WISH", "text": str(number)})["relationshipTell"]["errors"]]
        for number in range(22)
    ]  # fmt: skip
    assert codes == [[]] * 20 + [["TOO_MANY"]] * 2


def test_a_reply_that_staff_note(owner: Asker, ana: str, now: datetime) -> None:
    """An act of her own; nothing is sold to her until somebody has taken it."""
    profile = Profile.objects.get(identities__kind="account", identities__key=ana)
    key = to_global_id("RelationshipProfile", profile.public_id)
    noted = owner.data(operation("reply-note"), id=key, text="Blue ones?")["relationshipReplyNote"]
    assert noted["errors"] == [] and noted["case"]["kind"] == "ANSWER"

    def silent() -> bool:
        found = standing.standing([profile.pk], now, contact_policy.current())[profile.pk]
        return found.silent_until is not None

    assert silent()
    owner.data(operation("case-take"), id=noted["case"]["id"])
    assert not silent()


def test_a_complaint_that_staff_note_is_a_case(owner: Asker, ana: str) -> None:
    """relationshipContactNote, as before; it has a clock now."""
    profile = Profile.objects.get(identities__kind="account", identities__key=ana)
    key = to_global_id("RelationshipProfile", profile.public_id)
    asked = "mutation($id: ID!) { relationshipContactNote(id: $id, kind: COMPLAINT) { errors { code } } }"
    assert owner.data(asked, id=key)["relationshipContactNote"]["errors"] == []
    assert (FeedbackCase.objects.get().kind, Contact.objects.get().kind) == ("complaint", "complaint")


def test_the_owner_says_by_when(owner: Asker) -> None:
    asked = """mutation { relationshipPolicyUpdate(input: { answerHours: 8, openingDays: [5, 1, 1] }) {
        policy { answerHours openingDays } errors { field } } }"""
    assert owner.data(asked)["relationshipPolicyUpdate"]["policy"] == {
        "answerHours": 8,
        "openingDays": [1, 5],
    }
    wrong = "mutation { relationshipPolicyUpdate(input: { %s }) { errors { field } } }"
    for input, field in (("answerHours: 0", "answerHours"), ("openingDays: [8]", "openingDays")):
        assert owner.data(wrong % input)["relationshipPolicyUpdate"]["errors"] == [{"field": field}]
