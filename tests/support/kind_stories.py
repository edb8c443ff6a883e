"""Stories of one campaign kind: the campaign as it ships, the day's beat, and what happens to people."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.attribution import purchase_arrived, purchase_withdrawn
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Campaign, Contact, Enrolment, Profile, Purchase, Refund
from saleor_relacional.models.facts import PurchaseState
from tests.support.campaign_stories import a_fit, open_shop
from tests.support.instants import DAY
from tests.support.people import buys


def switched_on(kind: str, now: datetime, *, daily_capacity: int = 100, **changes: Any) -> Campaign:
    """The campaign as it ships but without a control group, switched on in a shop that may write; `changes` are fields
    of Terms."""
    open_shop(now, daily_capacity=daily_capacity)
    a_fit(now)
    campaign = campaigns.ensure(kind, now)
    campaigns.edit(campaign, now=now, **{"control_share": Decimal(0), **changes})
    return campaigns.activate(campaign, now=now)


def a_day(campaign: Campaign, now: datetime) -> int:
    """What the beat does: score, pass time, plan, send. How many mails left."""
    while score.score_stale(now).profiles:
        pass
    score.pass_time(now)
    plan.consider(campaign, now)
    return send.send_due(now=now).sent


def the_days(campaign: Campaign, now: datetime, days: Iterable[int]) -> list[int]:
    """How many mails left on each of these days after `now`."""
    return [a_day(campaign, now + number * DAY) for number in days]


def orders(profile: Profile, at: datetime, **more: Any) -> Purchase:
    """They order, and we hear of it."""
    purchase = buys(profile, at, **more)
    purchase_arrived(profile.pk, purchase, at)
    return purchase


def takes_back(purchase: Purchase, at: datetime) -> None:
    """The order is cancelled whole."""
    Purchase.objects.filter(pk=purchase.pk).update(state=PurchaseState.WITHDRAWN)
    stale.mark([purchase.profile_id], at)
    purchase_withdrawn(purchase.profile_id, purchase, at)


def refunds(purchase: Purchase, at: datetime) -> None:
    """All of its money goes back."""
    Refund.objects.create(
        profile=purchase.profile, source="test", reference=f"r{purchase.pk}", purchase=purchase, amount=purchase.sold,
        currency=purchase.currency, happened_at=at, learned_at=at,
    )  # fmt: skip
    stale.mark([purchase.profile_id], at)
    purchase_arrived(purchase.profile_id, purchase, at)


def agrees(profile: Profile, at: datetime) -> None:
    """They opt in themselves."""
    consent.give(profile, basis=Basis.OPT_IN, source="storefront", text="Tea news.", now=at)


def written_to(profile: Profile, times: int, at: datetime, *, arm: str = "treated", **terms: Any) -> None:
    """Another campaign has written to them so many times, from `at` on, a day apart; its windows are over. `terms` are
    those of the campaign."""
    steps = (Step(message="win_back"),)
    other = campaigns.create(name="Earlier", now=at, terms=Terms(**{"steps": steps, **terms}))
    version = campaigns.current(other)
    for number in range(times):
        enrolment = Enrolment.objects.create(
            campaign=other, version=version, profile=profile, cycle=f"cycle {number}", stage="lapsed", arm=arm,
            state="started", considered_at=at, started_at=at + number * DAY, window_ends_at=at + 5 * DAY,
        )  # fmt: skip
        Contact.objects.create(
            profile=profile, kind="message", at=at + number * DAY, commercial=True, enrolment=enrolment,
            step=version.steps.get(number=1), recorded_at=at,
        )  # fmt: skip
