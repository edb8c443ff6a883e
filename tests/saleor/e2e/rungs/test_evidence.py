"""What came of a campaign, what will be known of it, and what its offers hold, asked of Saleor's own endpoint."""

from pathlib import Path

from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import late, plan_and_send
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront

OPERATIONS = Path(__file__).resolve().parents[4] / "graphql" / "operations"


def test_staff_read_what_came_of_a_campaign(saleor: Storefront, switch_on: Switch, somebody: str) -> None:
    """Ana is late and gets ten per cent. Nobody's window has closed: nothing is claimed, neither that it brings people
    back nor that it pays; what her offer holds is told, and why she got that rung."""
    from graphql_relay import to_global_id

    from saleor_relacional.models import Incentive

    running = switch_on("WIN_BACK", steps=[{"message": "win_back", "discount": "PERCENTAGE", "value": 10}])
    late(saleor, somebody, {120: "40.00", 80: "60.00", 40: "50.00", 0: "50.00"})
    plan_and_send()
    promised = Incentive.objects.get(profile=behind.profile(somebody))
    asked = {"id": to_global_id("RelationshipCampaign", running.public_id)}
    told = saleor.ask((OPERATIONS / "results.graphql").read_text(), token=saleor.staff(), **asked)
    came = told["results"]
    assert (came["treated"], came["sent"], came["works"]) == (1, 1, False)
    assert came["sentence"] and told["power"]["words"] and told["pausedBecause"] is None
    [block] = came["byCurrency"]
    assert block["cameBack"]["verdict"] == "NOT_ENOUGH_EVIDENCE" and block["runningTreated"]["people"] == 1
    [money] = told["budget"][0]["byCurrency"]
    assert money["reserved"]["amount"] == float(promised.reserve) > 0 and money["settled"]["amount"] == 0
