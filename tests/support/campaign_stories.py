"""Campaigns for stories: a shop that may write, and people who are late by their own rhythm."""

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.learning import fit, fit_serialization
from saleor_relacional.models import (
    Basis,
    Campaign,
    Consent,
    CustomerSummary,
    Fit,
    Prediction,
    Profile,
    Purpose,
    Stale,
)
from tests.support.people import buys, person

CHANNEL = "eur"
SALT = b"a salt of sixteen"
DAY = timedelta(days=1)
STEP_FIELDS = ("wait_days", "discount", "value", "offer_days")


def open_shop(now: datetime, *, daily_capacity: int = 100) -> None:
    """The owner has decided what sending needs."""
    policy.decide(now=now, daily_capacity=daily_capacity)
    policy.name_sender(
        channel=CHANNEL,
        name="Tea & Co",
        address="hello@tea.example",
        postal_address="Calle Mayor 1, Madrid",
        now=now,
    )


def win_back(now: datetime, *, salt: bytes = SALT, control_share: str = "0.5", **changes: Any) -> Campaign:
    """An active win-back campaign of one step, half of whose people are in the control group. `changes` are fields of
    Terms, or of its step."""
    campaign = campaigns.create(
        name="Win back", now=now, salt=salt, control_share=Decimal(control_share), terms=one_step(**changes)
    )
    return campaigns.activate(campaign, now=now)


def one_step(message: str = "win_back", **changes: Any) -> Terms:
    """Terms with one step; `changes` are fields of either."""
    own = {name: changes.pop(name) for name in STEP_FIELDS if name in changes}
    return Terms(**{"daily_capacity": 100, "steps": (Step(message=message, **own),), **changes})


def late(
    name: str, now: datetime, *, year_value: float = 10.0, agreed: bool = True, stage: str = "lapsed", days: int = 90,
    **fields: Any,
) -> Profile:  # fmt: skip
    """Somebody who is late, scored, and who agreed to hear from us."""
    fields.setdefault("channel", CHANNEL)
    fields.setdefault("arm_key", uuid5(NAMESPACE_DNS, name))
    profile = person(name, **fields)
    at = now - days * DAY
    buys(profile, at)
    CustomerSummary.objects.filter(profile=profile).update(
        stage=stage, since=now - DAY, stage_cause="time", purchases=1, purchase_days=1,
        first_day=at.date(), last_day=at.date(), last_at=at, currency="EUR", sold=20, scored_at=now,
        rhythm_log_mean=3.4, rhythm_log_sd=0.5,
    )  # fmt: skip
    Stale.objects.filter(profile_id=profile.pk).delete()
    Prediction.objects.create(
        profile=profile, fit=a_fit(now), as_of=now, alive=0.5, order_30=0.1, order_90=0.2, order_365=0.5,
        expected_30=0.1, expected_90=0.2, expected_365=year_value / 20, order_value=20.0, year_value=year_value,
    )  # fmt: skip
    if agreed:
        Consent.objects.create(
            profile=profile, purpose=Purpose.MARKETING_MAIL, basis=Basis.STATED, source="import", text="Tea news.",
            happened_at=at, learned_at=now,
        )  # fmt: skip
    return profile


def crowd(size: int, now: datetime, **fields: Any) -> list[Profile]:
    """So many late people, the first the most promising."""
    return [late(f"Person{i:03}", now, year_value=float(size - i), **fields) for i in range(size)]


def a_fit(now: datetime) -> Fit:
    """Any fit: beliefs need one. It knows nothing but the shipped priors."""
    known = fit.prior(now)
    names = {field.name for field in fields(known)} - {"id", "as_of", "customers", "converged"}
    parameters = {name: fit_serialization.plain(getattr(known, name)) for name in names}
    row, _ = Fit.objects.get_or_create(
        adopted=True,
        defaults={
            "as_of": now, "created_at": now, "customers": 1, "parameters": parameters, "converged": True,
        },
    )  # fmt: skip
    return row
