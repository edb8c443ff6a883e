"""The plan of one person: read by staff, and by that person."""

from datetime import datetime
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Enrolment, Identity, Profile
from tests.api.asking import Asker
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db(transaction=True)

PLAN = "plan { kind what why because step state reason when }"
MINE = f"{{ me {{ relationship {{ {PLAN} }} }} }}"
THEIRS = f"query($id: ID!) {{ relationshipProfile(id: $id) {{ {PLAN} }} }}"


@pytest.fixture
def ana(shop: Any, now: datetime) -> tuple[Profile, str]:
    """Somebody who is late, with an account: profile and account."""
    open_shop(now)
    profile, account = late("Ana", now), shop.customer("ana@shop.example")
    Identity.objects.create(profile=profile, kind="account", source=shop.host.source, key=account)
    return profile, account


def mine(shop: Any, account: str) -> list[dict[str, Any]]:
    seen = Asker(shop.context(account=account)).data(MINE)["me"]["relationship"]["plan"]
    assert isinstance(seen, list)
    return seen


def theirs(shop: Any, profile: Profile) -> list[dict[str, Any]]:
    asker = Asker(shop.context(account=shop.staff("MANAGE_USERS")))
    told = asker.data(THEIRS, id=to_global_id("RelationshipProfile", profile.public_id))
    return list(told["relationshipProfile"]["plan"])


def test_before_on_its_way_and_sent(shop: Any, ana: tuple[Profile, str], now: datetime) -> None:
    """Nothing; then a word that is on its way; then it was sent, and the second waits for nothing that is known."""
    profile, account = ana
    assert mine(shop, account) == [] == theirs(shop, profile)
    win_back(now, control_share="0", steps=(Step(message="win_back"), Step(message="win_back", wait_days=10)))
    plan.consider_all(now)
    [coming] = mine(shop, account)
    assert coming == {
        "kind": "WIN_BACK", "what": "Win back", "step": 1, "state": "ON_ITS_WAY", "reason": None,
        "why": "Customers who are later than their own rhythm order again.", "when": now.isoformat(), "because": None,
    }  # fmt: skip
    send.send_due(now=now)
    plan.consider_all(now + 10 * DAY)
    assert [(one["step"], one["state"]) for one in mine(shop, account)] == [(2, "ON_ITS_WAY"), (1, "SENT")]
    assert mine(shop, account)[1]["because"].startswith("You receive this because you last bought from us on")
    assert theirs(shop, profile) == mine(shop, account)


def test_who_waits_is_told_why_and_until_when(shop: Any, ana: tuple[Profile, str], now: datetime) -> None:
    """Staff wrote today: a week."""
    profile, account = ana
    notes.note(profile.pk, kind="staff", at=now, now=now, commercial=True)
    running = win_back(now, control_share="0")
    plan.consider_all(now)
    [waits] = mine(shop, account)
    assert (waits["state"], waits["reason"], waits["when"]) == (
        "WAITS",
        "week_cap",
        (now + 7 * DAY).isoformat(),
    )
    campaigns.pause(running, now=now)
    assert mine(shop, account) == []


def test_who_is_held_out_learns_nothing_of_it(shop: Any, ana: tuple[Profile, str], now: datetime) -> None:
    """What would be measured by their not knowing; staff see it. A confirmed address is asked for, too."""
    profile, account = ana
    win_back(now, control_share="0.999")
    plan.consider_all(now)
    assert Enrolment.objects.get().arm == "control"
    assert mine(shop, account) == []
    assert [one["state"] for one in theirs(shop, profile)] == ["HELD_OUT"]


def test_an_unconfirmed_account_sees_no_plan(shop: Any, now: datetime) -> None:
    """The address may be a stranger's."""
    open_shop(now)
    profile, account = late("Eve", now), shop.customer("eve@shop.example", confirmed=False)
    Identity.objects.create(profile=profile, kind="account", source=shop.host.source, key=account)
    win_back(now, control_share="0")
    plan.consider_all(now)
    assert mine(shop, account) == []
