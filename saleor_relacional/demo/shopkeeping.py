"""What the shop's owner decides before the first mail: a sender, a policy, a campaign."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_relacional.demo.furnish import CHANNEL, NAME
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.hosts.base import Discount
from saleor_relacional.hosts.standalone import callers
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.hosts.standalone.shop import accounts
from saleor_relacional.models import Campaign

SENDER = "hello@shop.example"
CONTROL = Decimal("0.25")
PERCENT = Decimal(10)
OFFER_DAYS = 14
LONGEST_WINDOW = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What the owner decided, and what the demo says of it."""

    sender: str
    """Address that mails come from."""
    control_share: Decimal
    percent: Decimal
    offer_days: int
    window_days: int
    daily_capacity: int


def decide(*, buyers: int, days: int) -> Decisions:
    """A fiftieth of the customers may be written to a day; windows are half as long as we live, at most a month."""
    return Decisions(
        sender=SENDER,
        control_share=CONTROL, percent=PERCENT, offer_days=OFFER_DAYS,
        window_days=max(1, min(LONGEST_WINDOW, days // 2)), daily_capacity=max(10, buyers // 50),
    )  # fmt: skip


def name_sender(now: datetime) -> None:
    """In whose name mails leave."""
    policy.name_sender(
        channel=CHANNEL, name=NAME, address=SENDER, reply_to="people@shop.example",
        postal_address="1 Market Square, Exampleton EX1 1AA", now=now,
    )  # fmt: skip


def switch_on(decided: Decisions, now: datetime) -> Campaign:
    """Decide the day's capacity, make the campaign and activate it."""
    policy.decide(daily_capacity=decided.daily_capacity, now=now)
    step = Step(
        message="win_back", discount=Discount.PERCENTAGE, value=decided.percent, offer_days=decided.offer_days
    )
    campaign = campaigns.create(
        name="Win back", now=now, window_days=decided.window_days,
        goal="Customers who are later than their own rhythm order again.",
        hypothesis=f"A personal word and {decided.percent} % bring orders that would not have come.",
        terms=Terms(steps=(step,), daily_capacity=decided.daily_capacity, control_share=decided.control_share),
    )  # fmt: skip
    return campaigns.activate(campaign, now=now)


def owner_token() -> str:
    """A token of somebody who may do everything of ours."""
    owner = Customer.objects.filter(email="owner@shop.example").first()
    if owner is None:
        owner = accounts.register("owner@shop.example", None, first_name="Olga", confirmed=True)
        accounts.employ(owner, "MANAGE_RELATIONSHIPS", "MANAGE_USERS")
    return callers.token_for(owner)
