"""Staff say what a message may give, read it again, and see to what they were to do."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.sending import send
from tests.api.asking import Asker, operation
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db

THIRTY = [{"amount": 30.0, "currency": "EUR"}]
LADDER = [
    {"kind": "WORD"},
    {"kind": "CALL", "person": "Eva Ruiz", "note": "Ask about the grinder.", "days": 2},
    {"kind": "SHIPPING", "countries": ["es"], "minimum": THIRTY},
    {"kind": "PERCENTAGE", "value": 10.0, "oncePerOrder": True},
    {"kind": "FIXED", "amounts": [{"amount": 5.0, "currency": "EUR"}], "channels": ["eur"]},
]


def test_a_ladder_is_said_and_read_again(shop: Any, owner: Asker, now: datetime) -> None:
    """Five rungs, the second is the usual one, a segment of the owner's gets the last."""
    rule = {"field": "language", "operator": "is", "value": "fr"}
    segment = to_global_id(
        "RelationshipSegment", segments.create(name="French", rule=rule, now=now).public_id
    )
    step = {
        "message": "win_back", "rungs": LADDER, "defaultRung": 2, "rules": [{"segment": segment, "rung": 5}],
    }  # fmt: skip
    given = {"name": "Climb", "terms": {"steps": [step]}}
    made = owner.data(operation("create"), input=given)["relationshipCampaignCreate"]
    assert made["errors"] == []
    [edge] = owner.data(operation("campaigns"))["relationshipCampaigns"]["edges"]
    [read] = edge["node"]["terms"]["steps"]
    assert (read["defaultRung"], read["rules"], read["discount"]) == (
        2,
        [{"segment": segment, "rung": 5}],
        None,
    )
    assert [(rung["number"], rung["kind"]) for rung in read["rungs"]] == [
        (number, rung["kind"]) for number, rung in enumerate(LADDER, 1)
    ]
    _, call, free, ten, five = read["rungs"]
    assert (call["person"], call["note"], call["days"]) == ("Eva Ruiz", "Ask about the grinder.", 2)
    assert (free["countries"], free["minimum"]) == (["ES"], THIRTY)
    assert (ten["value"], ten["oncePerOrder"]) == (10.0, True)
    assert (five["amounts"], five["channels"]) == ([{"amount": 5.0, "currency": "EUR"}], ["eur"])


def test_what_cannot_be_granted_is_refused_with_its_place(shop: Any, owner: Asker) -> None:
    """The third rung asks for a country where the checkout does not look at it."""
    rungs = [*LADDER[:2], {"kind": "PERCENTAGE", "value": 10.0, "countries": ["ES"]}]
    given = {"name": "Climb", "terms": {"steps": [{"message": "win_back", "rungs": rungs}]}}
    [error] = owner.data(operation("create"), input=given)["relationshipCampaignCreate"]["errors"]
    assert (error["field"], error["code"]) == ("steps[0].rungs[2].countries", "INVALID")


def test_staff_see_take_and_tick_off(shop: Any, owner: Asker, now: datetime) -> None:
    """A call that was promised: nobody's, then theirs, then done; a second time changes nothing."""
    call = RungTerms(kind="call", person="Eva Ruiz", note="Ask.", days=2)
    due(campaign(now, discount="", value=None, rungs=(call,)), now, "Ana")
    assert owner.data(operation("staff-tasks"))["relationshipStaffTasks"]["totalCount"] == 0
    send.send_due(now=now)
    [edge] = owner.data(operation("staff-tasks"), first=5)["relationshipStaffTasks"]["edges"]
    task = edge["node"]
    assert (task["kind"], task["state"], task["owner"], task["note"]) == ("CALL", "OPEN", None, "Ask.")
    assert task["campaign"] == {"name": "Win back"} and task["profile"]["id"]
    taken = owner.data(operation("staff-task-take"), id=task["id"])["relationshipStaffTaskTake"]
    assert taken["staffTask"]["owner"].startswith("staff:")
    for _ in range(2):
        done = owner.data(operation("staff-task-finish"), id=task["id"])["relationshipStaffTaskFinish"]
        assert (done["staffTask"]["state"], done["errors"]) == ("DONE", [])
        assert done["staffTask"]["endedBy"] == taken["staffTask"]["owner"]
    [error] = owner.data(operation("staff-task-take"), id=task["id"])["relationshipStaffTaskTake"]["errors"]
    assert error["code"] == "NOT_OPEN"
