"""What the shop's owner decides before the first mail: a sender, a policy, five campaigns."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional.demo.furnish import CHANNEL, NAME
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.evidence import costs
from saleor_relacional.flows.incentives.rungs import WORD, RungRule, RungTerms
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.standalone import callers
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.hosts.standalone.shop import accounts
from saleor_relacional.models import Campaign, RungKind

SENDER = "hello@shop.example"
CONTROL = Decimal("0.25")
PERCENT = Decimal(10)
OFFER_DAYS = 14
BUDGET = Decimal("0.1")
"""Of what is sold in a month: so much the offers of the win-back may take off."""
SURE = 0.5
"""Who is slipping, and more likely than not to come within 90 days anyway, gets a word instead of money."""
MARGIN = Decimal("0.4")
"""Of what is sold, without tax, where nobody told what the goods cost: the history tells of none."""
MAIL_COST = Decimal("0.01")
LONGEST_WINDOW = 30
MOST_A_DAY = 60
"""Mails, so that two months go by in minutes."""
LIKELY = {
    "all": [
        {"field": "stage", "operator": "is", "value": "slipping"},
        {"field": "order_90", "operator": "at_least", "value": SURE},
    ]
}
OTHERS = ("abandoned_checkout", "thanks_first_order", "replenishment", "recovered_care")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What the owner decided, and what the demo says of it."""

    sender: str
    """Address that mails come from."""
    control_share: Decimal
    percent: Decimal
    offer_days: int
    margin: Decimal
    """Default margin, from 0 to 1."""
    month_budget: Decimal
    """What the win-back's offers may take off per month, in the shop's currency."""
    mail_cost: Decimal
    """Of one mail, in the shop's currency."""
    window_days: int
    daily_capacity: int
    """Commercial mails of all campaigns per day."""
    win_back_capacity: int
    """Of them, to win people back: the others leave room for whom something runs out today."""


def decide(*, buyers: int, days: int, monthly: Decimal) -> Decisions:
    """A fiftieth of the customers may be written to per day, most of them to win them back; windows are half as long as
    we live, at most a month. `monthly`: what is sold in a month."""
    shop = min(MOST_A_DAY, max(10, buyers // 50))
    return Decisions(
        sender=SENDER,
        control_share=CONTROL, percent=PERCENT, offer_days=OFFER_DAYS, margin=MARGIN, mail_cost=MAIL_COST,
        month_budget=max(Decimal(1), (BUDGET * monthly).quantize(Decimal(1))),
        window_days=max(1, min(LONGEST_WINDOW, days // 2)), daily_capacity=shop,
        win_back_capacity=3 * shop // 5,
    )  # fmt: skip


def name_sender(now: datetime) -> None:
    """In whose name mails leave."""
    policy.name_sender(
        channel=CHANNEL, name=NAME, address=SENDER, reply_to="people@shop.example",
        postal_address="1 Market Square, Exampleton EX1 1AA", now=now,
    )  # fmt: skip


def say_costs(decided: Decisions, currency: str, now: datetime) -> None:
    """What is left of what is sold, and what a mail costs: margin is told by it."""
    costs.decide(
        now=now, default_margins=[costs.MarginGiven(share=decided.margin)],
        mail=costs.SendingGiven(amount=decided.mail_cost, currency=currency),
    )  # fmt: skip


def switch_on(decided: Decisions, currency: str, now: datetime) -> Campaign:
    """Decide the day's capacity and on what ground buyers hear from us, make the win-back and activate it. What it is
    called is said in the active language, as an owner would."""
    told = _("We may write to you now and then about what you bought. You can say no in every mail.")
    policy.decide(daily_capacity=decided.daily_capacity, soft_opt_in=True, soft_opt_in_text=told, now=now)
    sure = segments.create(name=_("Late, and likely to come anyway"), rule=LIKELY, now=now)
    percentage = RungTerms(kind=RungKind.PERCENTAGE, value=decided.percent)
    step = Step(
        message="win_back", offer_days=decided.offer_days, rungs=(WORD, percentage), default_rung=2,
        rules=(RungRule(segment=sure.public_id, rung=1),),
    )  # fmt: skip
    campaign = campaigns.create(
        name=str(kind_of("win_back").title), now=now, window_days=decided.window_days,
        goal=_("Customers who are later than their own rhythm order again."),
        hypothesis=_("A personal word and %(percent)s %% bring orders that would not have come.")
        % {"percent": decided.percent},
        terms=Terms(
            steps=(step,), daily_capacity=decided.win_back_capacity, control_share=decided.control_share,
            month_budget=decided.month_budget, budget_currency=currency,
        ),
    )  # fmt: skip
    return campaigns.activate(campaign, now=now)


def switch_on_others(decided: Decisions, now: datetime) -> list[Campaign]:
    """The campaigns beside the win-back, as they ship; each that sells may have an equal share of the day."""
    whole = decided.daily_capacity
    share = max(1, whole // len(OTHERS))
    made = [
        campaigns.ensure(kind, now, daily_capacity=share if kind_of(kind).commercial else whole)
        for kind in OTHERS
    ]
    return [campaigns.activate(campaign, now=now) for campaign in made]


def owner_token() -> str:
    """A token of somebody who may do everything of ours."""
    owner = Customer.objects.filter(email="owner@shop.example").first()
    if owner is None:
        owner = accounts.register("owner@shop.example", None, first_name="Olga", confirmed=True)
        accounts.employ(owner, "MANAGE_RELATIONSHIPS", "MANAGE_USERS")
    return callers.token_for(owner)
