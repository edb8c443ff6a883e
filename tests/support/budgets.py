"""Budgets for stories: what is booked, beside what the promises themselves say."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.flows.incentives import accounts
from saleor_relacional.flows.ingest.record import record_references
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Campaign, Incentive, Profile
from tests.support.mailing import promise_of

Three = tuple[Decimal, Decimal, Decimal]
"""Reserved, settled, returned."""
NOTHING: Three = (Decimal(0), Decimal(0), Decimal(0))
FAR = datetime(2036, 1, 1, tzinfo=UTC)
EVER = 200
"""Months: more than any story lasts."""
FIVE_OFF = {"discount": "fixed", "value": Decimal(5), "channels": ("eur",)}
AS_EXPECTED = {"EUR": 1.0}
"""No order is higher than expected."""


def hears(order: str, now: datetime) -> None:
    record_references(FactKind.ORDER, [order], now=now)


def booked(*, at: datetime = FAR) -> dict[tuple[int, date, str], Three]:
    """(campaign, month, currency) → what the books say; what is nothing is left out."""
    found = {}
    for campaign in Campaign.objects.all():
        for account in accounts.of_campaign(campaign.pk, at, months=EVER):
            for currency, sums in account.sums.items():
                three = (sums.reserved, sums.settled, sums.returned)
                if three != NOTHING:
                    found[campaign.pk, account.month, currency] = three
    return found


def as_promised() -> dict[tuple[int, date, str], Three]:
    """The same, counted from the promises as they stand."""
    sums: dict[tuple[int, date, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for one in Incentive.objects.select_related("enrolment"):
        place = {"planned": 0, "issued": 0, "redeemed": 1}.get(one.state, 2)
        amount, currency = (
            (one.settled, one.settled_currency) if place == 1 else (one.reserve, one.reserve_currency)
        )
        sums[one.enrolment.campaign_id, one.month, currency][place] += amount
    return {key: three for key, one in sums.items() if (three := (one[0], one[1], one[2])) != NOTHING}


def of_month(campaign: Campaign, now: datetime) -> tuple[float, float, float]:
    """Reserved, settled and returned of this month, in its one currency."""
    [account] = accounts.of_campaign(campaign.pk, now)
    assert len(account.sums) <= 1
    for sums in account.sums.values():
        return float(sums.reserved), float(sums.settled), float(sums.returned)
    return 0.0, 0.0, 0.0


def buys_with(shop: Any, person: Profile, now: datetime, *, quantity: int = 2) -> str:
    """The person uses their promised code on an order of so many tens, and we hear of it; its reference."""
    shop.set_clock(now)
    checkout = shop.checkout(email=person.email, quantity=quantity)
    assert shop.put_code(checkout, promise_of(person).code)
    order: str = shop.complete(checkout).order
    record_references(FactKind.ORDER, [order], now=now)
    return order
