"""A campaign that learns which rung is enough, on the real Saleor: switched on, drawn, kept, and read by staff."""

from pathlib import Path

import pytest

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import late, plan_and_send
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Refused, Storefront

OPERATIONS = Path(__file__).resolve().parents[4] / "graphql" / "operations"
LADDER = [{"kind": "NOTHING"}, {"kind": "WORD"}, {"kind": "PERCENTAGE", "value": 10}]
STEPS = [{"message": "win_back", "rungs": LADDER, "defaultRung": 2}]


def test_staff_read_who_drew_what_and_why(
    saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Without a control group it may not learn. With one, Ana and Bea draw a rung each: with which probability and why
    is told, no open rung has less than 5 %, and a code exists at Saleor for whoever drew the percentage, and for nobody
    else. At night it learns, and says of how many."""
    from graphql_relay import to_global_id
    from saleor.discount.models import VoucherCode

    from saleor_relacional import tasks
    from saleor_relacional.models import Incentive, RungDecision

    with pytest.raises(Refused, match="control group"):
        saleor.ask(
            operations.CAMPAIGN_CREATE, token=saleor.staff(),
            input={"name": "Learn", "terms": {"steps": STEPS, "learning": True, "controlShare": 0}},
        )  # fmt: skip
    running = switch_on("WIN_BACK", steps=STEPS, learning=True, controlShare=0.2)
    for one in (somebody, another):
        late(saleor, one, {120: "40.00", 80: "60.00", 40: "50.00", 0: "50.00"})
    plan_and_send()
    tasks.learn_rungs()
    asked = {"id": to_global_id("RelationshipCampaign", running.public_id), "first": 10}
    told = saleor.ask((OPERATIONS / "rungs.graphql").read_text(), token=saleor.staff(), **asked)
    assert told["terms"]["learning"] is True
    decided = [edge["node"] for edge in told["rungDecisions"]["edges"]]
    assert len(decided) >= 2 and {one["modelDigest"] for one in decided} != {""}
    for one in decided:
        drawn = [each["probability"] for each in one["probabilities"]]
        assert sum(drawn) == pytest.approx(1) and all(each >= 0.05 * 0.8 for each in drawn if each)
        assert one["reasons"] and one["probability"] in drawn
    hers = [behind.profile(one).pk for one in (somebody, another)]
    rows = RungDecision.objects.filter(enrolment__campaign=running, enrolment__profile__in=hers)
    assert len(rows) == 2
    promised = {row.enrolment_id for row in rows if row.rung and row.rung.kind == "percentage"}
    codes = Incentive.objects.filter(enrolment__campaign=running, profile__in=hers)
    assert {one.enrolment_id for one in codes} == promised
    assert VoucherCode.objects.filter(code__in=[one.code for one in codes]).count() == len(promised)
