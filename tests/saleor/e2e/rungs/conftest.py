"""A shop with known prices, and somebody who was promised a rung."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.hosts.driver import Shelved
from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.storefront import CHANNEL, Storefront, key

Promise = Callable[..., str]
"""See `promised`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Green tea at 3.33 stands on a shelf below drinks, a pot at 10 and a cup at 4.50 on that of crockery."""

    tea: Shelved
    pot: Shelved
    cup: Shelved
    drinks: str
    leaves: str
    crockery: str


@pytest.fixture(scope="session")
def shelf(saleor: Storefront) -> Shelf:
    """Sold and sent where the populated shop sells, in dollars."""
    from saleor.warehouse.models import Warehouse

    from tests.saleor import shelves

    mark = uuid.uuid4().hex[:6]
    drinks = shelves.category(f"Hot drinks {mark}")
    leaves, crockery = shelves.category(f"Leaves {mark}", below=drinks), shelves.category(f"Crockery {mark}")
    warehouse = Warehouse.objects.filter(
        channels__slug=CHANNEL, shipping_zones__countries__contains="US"
    ).first()
    assert warehouse

    def sell(name: str, price: str, category: str) -> Shelved:
        return shelves.product(f"{name} {mark}", {CHANNEL: price}, category=category, warehouse=warehouse)

    return Shelf(
        tea=sell("Green tea", "3.33", leaves), pot=sell("Pot", "10.00", crockery), cup=sell("Cup", "4.50", crockery),
        drinks=drinks, leaves=leaves, crockery=crockery,
    )  # fmt: skip


@pytest.fixture
def promised(saleor: Storefront) -> Promise:
    """Staff make a campaign with a ladder of one rung over the API; somebody whom we know is enrolled in it by hand and
    gets it: their code, issued."""

    def promise(email: str, rung: Mapping[str, Any], *, channels: tuple[str, ...] = (CHANNEL,)) -> str:
        from django.utils import timezone

        from saleor_relacional.flows.incentives import incentive
        from saleor_relacional.models import Arm, Campaign, Enrolment, EnrolmentState, Incentive

        now = timezone.now()
        behind.win_back(active=False)  # names a sender
        behind.record("order", [behind.past_order(email, now - timedelta(days=90))])
        made = ladder(saleor, [rung], channels=channels)
        version = Campaign.objects.get(public_id=key(made["id"])).versions.get()
        enrolment = Enrolment.objects.create(
            campaign=version.campaign, version=version, profile=behind.profile(email), cycle=uuid.uuid4().hex,
            arm=Arm.TREATED, state=EnrolmentState.STARTED, stage="lapsed", considered_at=now, started_at=now,
            window_ends_at=now + timedelta(days=30),
        )  # fmt: skip
        incentive.plan([enrolment], rung=version.steps.get().rungs.get(), now=now)
        issued = Incentive.objects.get(enrolment=enrolment)
        assert incentive.issue(issued, now)
        return str(issued.code)

    return promise


def ladder(
    saleor: Storefront, rungs: list[Mapping[str, Any]], *, channels: tuple[str, ...] = (CHANNEL,)
) -> Any:
    """A draft whose one step has these rungs, the last of which is the usual one. Raises Refused."""
    step = {"message": "win_back", "rungs": rungs, "defaultRung": len(rungs)}
    terms = {"channels": list(channels), "steps": [step], "dailyCapacity": 1000, "controlShare": 0}
    given = {"name": "Climb", "terms": terms}
    return saleor.ask(operations.CAMPAIGN_CREATE, token=saleor.staff(), input=given)["campaign"]
