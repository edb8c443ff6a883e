"""Campaigns over the API: made, edited, dry-run, switched, measured."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Campaign, CampaignState, CampaignVersion, Enrolment
from tests.api.asking import Asker, operation
from tests.support.asked import Asked
from tests.support.campaign_stories import (
    crowd,
    late,
    open_shop,
    win_back,
)

pytestmark = pytest.mark.django_db

WORD = {"message": "win_back"}
"""A step that is just a word: no offer."""
NOWHERE = to_global_id("RelationshipSegment", UUID(int=7))


def gid(campaign: Campaign) -> str:
    return to_global_id("RelationshipCampaign", campaign.public_id)


def test_an_owner_sets_everything_up_over_the_api(shop: Any, owner: Asker, now: datetime) -> None:
    """From an empty shop to an active campaign, without a page: policy, sender, campaign, version, switch."""
    made = owner.data(
        operation("create"), input={"name": "Come back", "terms": {"controlShare": 0.25}, "windowDays": 21}
    )
    campaign = made["relationshipCampaignCreate"]["campaign"]
    assert campaign["state"] == "DRAFT" and campaign["windowDays"] == 21
    longer = "mutation M($id: ID!) { relationshipCampaignUpdate(id: $id, windowDays: 60) { campaign { windowDays } } }"
    found = owner.data(longer, id=campaign["id"])["relationshipCampaignUpdate"]
    assert found["campaign"]["windowDays"] == 60
    assert campaign["terms"] == {
        "number": 1, "stages": ["SLIPPING", "LAPSED"], "dailyCapacity": 0, "controlShare": 0.25,
        "steps": [
            {**WORD, "waitDays": 0, "discount": None, "value": None},
            {"message": "win_back_again", "waitDays": 0, "discount": None, "value": None},
        ],
    }  # fmt: skip

    early = owner.data(operation("activate"), id=campaign["id"])["relationshipCampaignActivate"]
    assert early["campaign"] is None and len(early["errors"]) == 3
    assert Campaign.objects.get().state == CampaignState.DRAFT

    policy = operation("policy")
    said = owner.data(policy, run="SetPolicy", input={"dailyCapacity": 50})
    assert said["relationshipPolicyUpdate"]["policy"]["dailyCapacity"] == 50
    sender = {"channel": "eur", "name": "Tea", "address": "tea@example.com", "postalAddress": "Calle Mayor 1"}
    said = owner.data(policy, run="SetSender", input=sender)
    assert said["relationshipSenderUpdate"]["sender"]["replyTo"] == ""

    edited = owner.data(
        operation("update"),
        id=campaign["id"],
        input={"steps": [{**WORD, "discount": "PERCENTAGE", "value": 12.5}], "dailyCapacity": 20},
    )["relationshipCampaignUpdate"]
    assert edited["campaign"]["terms"] == {
        "number": 3, "dailyCapacity": 20,
        "steps": [{**WORD, "waitDays": 0, "discount": "PERCENTAGE", "value": 12.5, "offerDays": 14}],
    }  # fmt: skip
    same = owner.data(operation("update"), id=campaign["id"], input={"dailyCapacity": 20})
    assert same["relationshipCampaignUpdate"]["campaign"]["terms"]["number"] == 3
    just_words = owner.data(operation("update"), id=campaign["id"], input={"steps": [WORD]})
    assert just_words["relationshipCampaignUpdate"]["campaign"]["terms"]["steps"][0]["discount"] is None

    late = owner.data(operation("activate"), id=campaign["id"], version=3)["relationshipCampaignActivate"]
    assert [(one["code"], one["field"]) for one in late["errors"]] == [("CONFLICT", "version")]
    assert Campaign.objects.get().state == CampaignState.DRAFT, "another version was read"
    switched = owner.data(operation("activate"), id=campaign["id"], version=4)["relationshipCampaignActivate"]
    assert switched == {"campaign": {"state": "ACTIVE", "hindrance": None}, "errors": []}
    paused = owner.data(operation("pause"), id=campaign["id"])["relationshipCampaignPause"]
    assert paused == {"campaign": {"state": "PAUSED"}, "errors": []}
    again = owner.data(operation("pause"), id=campaign["id"])["relationshipCampaignPause"]
    assert again["campaign"]["state"] == "PAUSED"


def test_a_campaign_for_a_segment_over_the_api(shop: Any, owner: Asker, now: datetime) -> None:
    """Made for a saved segment, after what its owner says; the segment stays while it is used. A win-back is after what
    it is after, and may be narrowed and widened again."""
    rule = {"field": "stage", "operator": "is", "value": "loyal"}
    mine = segments.create(name="Mine", rule=rule, now=now)
    segment = to_global_id("RelationshipSegment", mine.public_id)
    told = """mutation M($input: RelationshipCampaignInput!) { relationshipCampaignCreate(input: $input) {
        campaign { id terms { segment objective } } errors { field code } } }"""
    terms = {"segment": segment, "objective": "ACQUIRE"}
    made = owner.data(told, input={"name": "Mine", "kind": "SEGMENT", "terms": terms})[
        "relationshipCampaignCreate"
    ]
    assert made["campaign"]["terms"] == terms and not made["errors"]
    gone = owner.data(operation("segment-delete"), id=segment)["relationshipSegmentDelete"]
    assert gone["errors"][0]["code"] == "IN_USE" and "Mine" in gone["errors"][0]["message"]
    fixed = owner.data(told, input={"name": "Back", "terms": terms})["relationshipCampaignCreate"]
    assert [error["field"] for error in fixed["errors"]] == ["objective"]
    back = owner.data(told, input={"name": "Back", "terms": {"segment": segment}})[
        "relationshipCampaignCreate"
    ]
    assert back["campaign"]["terms"] == {"segment": segment, "objective": "RECOVER"}
    wider = """mutation M($id: ID!) { relationshipCampaignUpdate(id: $id, input: {segment: ""}) {
        campaign { terms { segment } } } }"""
    found = owner.data(wider, id=back["campaign"]["id"])["relationshipCampaignUpdate"]
    assert found["campaign"]["terms"] == {"segment": None}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x", "terms": {"controlShare": 1.0}}, "controlShare"),
        ({"name": "x", "windowDays": 0}, "windowDays"),
        (
            {"name": "x", "terms": {"steps": [{**WORD, "discount": "PERCENTAGE", "value": 120.0}]}},
            "steps[0].value",
        ),
        ({"name": "x", "terms": {"stages": []}}, "stages"),
        ({"name": "x", "terms": {"steps": [{"message": "no_such_mail"}]}}, "steps[0].message"),
        ({"name": "x", "terms": {"channels": ["nowhere"]}}, "channels"),
        ({"name": "x", "terms": {"segment": NOWHERE}}, "segment"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    shop: Any, owner: Asker, given: dict[str, Any], field: str
) -> None:
    """The answer names the field, and nothing was made."""
    made = owner.data(operation("create"), input=given)["relationshipCampaignCreate"]
    assert made["campaign"] is None
    assert [error["field"] for error in made["errors"]] == [field]
    assert not Campaign.objects.exists() and not CampaignVersion.objects.exists()


def test_a_dry_run_says_who_and_why_and_writes_nothing(shop: Any, reader: Asker, now: datetime) -> None:
    """Whoever may read customers may look; page by page it is the same list as at once."""
    open_shop(now)
    campaign = win_back(now, discount="percentage", value=10, daily_capacity=2)
    crowd(7, now, value="20.00")
    late("Nobody", now, agreed=False, value="50.00")
    whole = reader.data(operation("dry-run"), id=gid(campaign))["relationshipCampaignDryRun"]
    counts = whole["summary"]
    assert counts["considered"] == 8 == counts["treated"] + counts["control"] + counts["waiting"] + 1
    assert counts["suppressed"] == [{"reason": "no_basis", "count": 1}]
    assert [proposal["profile"]["email"] for proposal in whole["proposals"]][:2] == [
        "nobody@shop.example", "person000@shop.example",
    ]  # fmt: skip
    unasked, first = whole["proposals"][:2]
    assert unasked["reason"] == "no_basis" and unasked["on"] is None
    assert first["reason"] is None and first["on"] == now.date().isoformat()
    for proposal in whole["proposals"]:
        assert proposal["cost"]["amount"] == (
            2.0 if proposal["arm"] == "treated" and proposal["basis"] else 0.0
        )

    paged, after = [], None
    while True:
        page = reader.data(operation("dry-run"), id=gid(campaign), first=3, after=after)[
            "relationshipCampaignDryRun"
        ]
        assert (page["summary"] is None) == (after is not None)
        paged += page["proposals"]
        after = page["nextPage"]
        if after is None:
            break
    assert paged == whole["proposals"]
    assert not Enrolment.objects.exists()


def test_a_dry_run_asks_the_same_number_of_questions_for_twenty(
    shop: Any, reader: Asker, now: datetime
) -> None:
    """As for one."""
    open_shop(now)
    campaign = win_back(now)
    crowd(1, now)
    reader.data(operation("dry-run"), id=gid(campaign))
    with Asked() as one:
        reader.data(operation("dry-run"), id=gid(campaign))
    crowd(19, now, email="", email_key="")
    with Asked() as twenty:
        answer = reader.data(operation("dry-run"), id=gid(campaign))
    assert len(answer["relationshipCampaignDryRun"]["proposals"]) == 20
    assert len(twenty) == len(one)


def test_campaigns_page_by_page(shop: Any, reader: Asker, now: datetime) -> None:
    """The oldest first, each once."""
    open_shop(now)
    made = [gid(win_back(now)) for _ in range(3)]
    first = reader.data(operation("campaigns"), first=2)["relationshipCampaigns"]
    rest = reader.data(operation("campaigns"), first=2, after=first["pageInfo"]["endCursor"])[
        "relationshipCampaigns"
    ]
    assert [edge["node"]["id"] for edge in first["edges"] + rest["edges"]] == made
    assert (
        first["totalCount"] == 3 and first["pageInfo"]["hasNextPage"] and not rest["pageInfo"]["hasNextPage"]
    )


def test_results_before_anything_happened(shop: Any, reader: Asker, now: datetime) -> None:
    """Not enough evidence is an answer."""
    open_shop(now)
    found = reader.data(operation("results"), id=gid(win_back(now)))["relationshipCampaign"]["results"]
    assert found["verdict"] == "NOT_ENOUGH_EVIDENCE" and found["byCurrency"] == [] and found["sent"] == 0


def test_results_after_people_started(shop: Any, reader: Asker, now: datetime) -> None:
    """Both arms are there; windows that still run give no verdict."""
    from saleor_relacional.flows.campaigns import plan

    open_shop(now)
    campaign = win_back(now)
    crowd(30, now)
    planned = plan.consider(campaign, now)
    asked = reader.data(operation("results"), id=gid(campaign))["relationshipCampaign"]
    assert asked["pausedBecause"] is None and asked["power"]["words"].startswith(
        "With your 10 customers per month"
    )
    found = asked["results"]
    assert (found["works"], found["cap"]) == (False, None)
    assert found["sentence"].startswith("Not enough evidence yet")
    assert (found["treated"], found["control"]) == (planned.treated, planned.control)
    assert found["considered"] == 30 and planned.treated > 0 < planned.control
    euros = found["byCurrency"][0]
    assert euros["lift"]["verdict"] == "NOT_ENOUGH_EVIDENCE" and euros["lift"]["estimate"] is None
    assert euros["lift"]["words"].startswith("Not enough evidence yet")
    assert euros["runningTreated"]["people"] == planned.treated and euros["treated"]["people"] == 0
    told = euros["harm"]["objected"]
    assert (told["people"], told["treated"], told["estimate"]) == (
        planned.treated + planned.control,
        0.0,
        0.0,
    )
    assert (euros["cameBack"]["people"], euros["cameBack"]["low"], euros["margin"]) == (0, None, None)


def test_unknown_campaigns(shop: Any, owner: Asker) -> None:
    """Reading one answers null, changing one says so."""
    nobody = to_global_id("RelationshipCampaign", "00000000-0000-4000-8000-000000000000")
    assert owner.data(operation("results"), id=nobody) == {"relationshipCampaign": None}
    assert owner.data(operation("dry-run"), id=nobody) == {"relationshipCampaignDryRun": None}
    said = owner.data(operation("activate"), id=nobody)["relationshipCampaignActivate"]["errors"]
    assert [(error["field"], error["code"]) for error in said] == [("id", "NOT_FOUND")]


def test_an_owner_reads_who_changed_what(shop: Any, now: datetime) -> None:
    """A member of staff makes it, an app edits its share and its words and ends it: each is told by its id, the latest
    first; nobody's address is."""
    open_shop(now)
    account = shop.staff("MANAGE_RELATIONSHIPS", "MANAGE_USERS")
    owner, app = Asker(shop.context(account=account)), shop.context(app=("MANAGE_RELATIONSHIPS",))
    made = owner.data(operation("create"), input={"name": "Back", "terms": {"dailyCapacity": 5}})
    key = made["relationshipCampaignCreate"]["campaign"]["id"]
    changed = Asker(app).data(
        operation("update"), id=key, input={"controlShare": 0.4}, name="Spring", hypothesis="A word helps."
    )["relationshipCampaignUpdate"]
    assert changed["errors"] == [] and changed["campaign"]["name"] == "Spring"
    done = Asker(shop.context(account=account)).data(operation("finish"), id=key)[
        "relationshipCampaignFinish"
    ]
    assert done["campaign"]["state"] == "FINISHED"
    staff, other = f"staff:{account}", [one["who"] for one in done["campaign"]["history"]][1]
    assert other.startswith("app:")
    assert [(one["who"], one["what"]) for one in done["campaign"]["history"]] == [
        (staff, "FINISHED"), (other, "EDITED"), (other, "EDITED"), (staff, "CREATED"),
    ]  # fmt: skip
    words, terms = (one["differences"] for one in done["campaign"]["history"][1:3])
    assert {one["field"]: one["after"] for one in words} == {"name": "Spring", "hypothesis": "A word helps."}
    assert terms == [{"field": "controlShare", "before": "0.2", "after": "0.4"}]
    assert "@" not in str(done)
    refused = owner.data(operation("activate"), id=key)["relationshipCampaignActivate"]
    assert [(one["code"], one["field"]) for one in refused["errors"]] == [("FINISHED", None)]


def test_what_is_missing_is_told_before_and_by_activating(shop: Any, owner: Asker, now: datetime) -> None:
    """The same list, each with a code, a cure and where it is mended; in the reader's language."""
    made = owner.data(operation("create"), input={"name": "Back"})["relationshipCampaignCreate"]["campaign"]
    node = owner.data(operation("campaigns"))["relationshipCampaigns"]["edges"][0]["node"]
    told = owner.data(operation("activate"), id=made["id"])["relationshipCampaignActivate"]["errors"]
    assert [(one["code"], one["field"]) for one in node["missing"]] == [
        ("NO_SENDER", None), ("CAPACITY_UNDECIDED", None), ("NO_CAPACITY", "dailyCapacity"),
    ]  # fmt: skip
    assert told == node["missing"]
    assert all(one["message"] for one in told)
