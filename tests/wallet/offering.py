"""An offer to somebody, made as a campaign makes it: terms kept, promised, issued."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.models import (
    Arm,
    Campaign,
    CampaignVersion,
    Enrolment,
    EnrolmentState,
    Incentive,
    Profile,
    Rung,
)
from tests.wallet.cases import OfferTerms

Reference = Callable[[str, str], str]
"""(product, variant, category or collection; its name) → reference at the shop."""
RESERVE = Decimal(5)
"""What an offer that is no amount holds of the month's money."""
FIELDS = {
    "product": "products",
    "variant": "variants",
    "category": "categories",
    "collection": "collections",
}


def rung_of(campaign: Campaign) -> Rung:
    """What the first step of the campaign's latest version offers."""
    return CampaignVersion.objects.filter(campaign=campaign).latest("number").steps.get().rungs.get()


def rung(terms: OfferTerms, now: datetime, *, channel: str, currency: str, reference: Reference) -> Rung:
    """A draft campaign that offers this, checked as an owner's is."""
    held = {FIELDS[terms.held[0]]: (reference(*terms.held),)} if terms.held else {}
    money = {
        "amounts": (Amount(currency=currency, amount=terms.value),) if terms.kind == "fixed" else (),
        "minimum": (Amount(currency=currency, amount=terms.minimum),) if terms.minimum else (),
    }
    wanted = RungTerms(
        kind=terms.kind, value=terms.value if terms.kind == "percentage" else None, countries=terms.countries,
        once_per_order=terms.once, **held, **money,
    )  # fmt: skip
    step = Step(message="win_back", rungs=(wanted,))
    made = campaigns.create(
        name=f"Offer {uuid.uuid4().hex[:8]}", now=now, terms=Terms(channels=(channel,), steps=(step,))
    )
    return rung_of(made)


def offered(profile: Profile, rung: Rung, now: datetime) -> Incentive:
    """What the rung gives, promised to this person and issued at the shop."""
    made = offered_again(profile, rung, now)
    assert made is not None
    return made


def offered_again(profile: Profile, rung: Rung, now: datetime) -> Incentive | None:
    """The same of somebody who may have an offer that lives, or whom the month's money may not reach: None then."""
    version = rung.step.version
    enrolment = Enrolment.objects.create(
        campaign=version.campaign, version=version, profile=profile, cycle=uuid.uuid4().hex, arm=Arm.TREATED,
        state=EnrolmentState.STARTED, stage="lapsed", considered_at=now, started_at=now,
        window_ends_at=now + timedelta(days=30), reserve=RESERVE,
        reserve_currency=version.budget_currency or "EUR",
    )  # fmt: skip
    incentive.plan([enrolment], rung=rung, now=now)
    made = Incentive.objects.filter(enrolment=enrolment).first()
    return made if made is not None and incentive.issue(made, now) else None


def budget(rung: Rung, amount: Decimal | None, currency: str, now: datetime) -> Rung:
    """The rung of the version that holds after the owner set the month's money of its campaign; None: no limit."""
    campaign = rung.step.version.campaign
    named = currency if amount is not None else ""
    campaigns.edit(campaign, now=now, month_budget=amount, budget_currency=named)
    return rung_of(campaign)
