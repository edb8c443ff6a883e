"""Staff read which rung people drew, with which probability and why; others read nothing of it."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.deciding import learn
from saleor_relacional.insight.ladder import state
from saleor_relacional.insight.ladder.moments import SUMS
from saleor_relacional.models import Campaign, RungDecision, RungModel, RungStop
from tests.api.asking import Asker, operation
from tests.flows.campaigns.deciding.test_decide import learning
from tests.support.campaign_stories import crowd, win_back

pytestmark = pytest.mark.django_db


def test_decisions_are_paged_with_probabilities_that_add_up(
    shop: Any, owner: Asker, reader: Asker, now: datetime
) -> None:
    """Seven people, three to a page. The state that they were drawn from is named; a stop is told in a sentence."""
    running = learning(now)
    crowd(7, now)
    plan.consider(running, now)
    step = learn.first_step(campaigns.current(running))
    name = learn.ladders.arms(step).names[3]
    RungStop.objects.create(
        campaign=running, rung=name, cheaper="word", kind="percentage", value=10, people=99, cost=Decimal(412),
        brought_at_most=Decimal(150), currency="EUR", at=now,
    )  # fmt: skip
    asked = {"id": to_global_id("RelationshipCampaign", running.public_id), "first": 3}
    seen, after = [], None
    while True:
        told = reader.data(operation("rungs"), **asked, after=after)["relationshipCampaign"]
        seen += [edge["node"] for edge in told["rungDecisions"]["edges"]]
        if not told["rungDecisions"]["pageInfo"]["hasNextPage"]:
            break
        after = told["rungDecisions"]["pageInfo"]["endCursor"]
    assert len(seen) == 7 and told["terms"]["learning"] is True
    assert all(sum(one["probability"] for one in node["probabilities"]) == pytest.approx(1) for node in seen)
    assert {(one["kind"], one["value"]) for one in seen[0]["probabilities"]} == {
        ("NOTHING", None), ("WORD", None), ("PERCENTAGE", 5.0), ("PERCENTAGE", 10.0),
    }  # fmt: skip
    assert {node["modelDigest"] for node in seen} == {RungModel.objects.get().digest}
    assert [node["kind"].lower() for node in seen] == [
        row.rung.kind for row in RungDecision.objects.order_by("-pk").select_related("rung")
    ]
    assert told["rungLearning"]["effects"] == [] and told["rungLearning"]["outcome"] == "margin"
    [stop] = told["rungStops"]
    assert stop["sentence"].startswith("10 % for everybody else cost €412 and brought at most €150")
    update = owner.data(operation("update"), id=asked["id"], input={"controlShare": 0.0})
    [error] = update["relationshipCampaignUpdate"]["errors"]
    assert error["field"] == "learning" and "control group" in error["message"]


def test_what_was_known_of_a_decision_can_be_read_back(shop: Any, reader: Asker, now: datetime) -> None:
    """The digest that a decision names leads to the state, to the letter: its SHA-256 is the digest, and from it the
    probabilities follow. Another campaign has none such."""
    running, other = learning(now), win_back(now)
    crowd(7, now)
    plan.consider(running, now)
    model = RungModel.objects.get(campaign=running)
    # A great sum: the database gives it back as a whole number.
    model.state["sums"] = [{"segment": "", "open": "1111", "sums": [[1e22] * 4] * len(SUMS)}]
    RungModel.objects.filter(pk=model.pk).update(state=model.state, digest=state.digest(model.state))
    digest = RungModel.objects.get(pk=model.pk).digest

    def asked(campaign: Campaign, **more: str) -> Any:
        key = to_global_id("RelationshipCampaign", campaign.public_id)
        told = reader.data(operation("rung-model"), id=key, **{"digest": digest, **more})
        return told["relationshipCampaign"]["rungModel"]

    told = asked(running)
    assert hashlib.sha256(told["state"].encode()).hexdigest() == digest == told["digest"]
    assert json.loads(told["state"])["rungs"] == model.state["rungs"]
    assert asked(other) is None and asked(running, digest="f" * 64) is None


def test_the_state_gives_the_probabilities(shop: Any, reader: Asker, now: datetime) -> None:
    """Whoever has the state and what was open works out what each had, the control share put before it."""
    running = learning(now)
    crowd(7, now)
    plan.consider(running, now)
    decision = RungDecision.objects.select_related("model", "enrolment").first()
    assert decision is not None and decision.model is not None
    key = to_global_id("RelationshipCampaign", running.public_id)
    told = reader.data(operation("rung-model"), id=key, digest=decision.model.digest)
    known = state.read(json.loads(told["relationshipCampaign"]["rungModel"]["state"]))
    is_open = [[one == "1" for one in decision.open_rungs]] * len(known.segments)
    share = float(decision.enrolment.drawn_share)
    row = known.odds(is_open)[known.segments.index(decision.segment)]
    whole = [(1 - share) * chance for chance in row]
    whole[0] += share
    assert whole == pytest.approx(decision.probabilities)
    assert min(chance for chance in row if chance) >= 0.05
