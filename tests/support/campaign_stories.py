"""Campaigns for stories: a shop that may write, and people who are late by their own rhythm."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from saleor_relacional.db import sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.learning import fit, fit_serialization
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import (
    Basis,
    Campaign,
    Consent,
    Cursor,
    Fit,
    Profile,
)
from tests.support.instants import DAY
from tests.support.people import buy_all, every, person

CHANNEL = "eur"
SALT = b"a salt of sixteen"
STEP_FIELDS = ("wait_days", "discount", "value", "offer_days", "rungs", "default_rung", "rules")

LATE = 400
"""Days. By the shipped priors somebody who bought once slips after 186, lapses after 336 and is lost after 730; at
this age they order about 0.207 times in the next year."""
SLIPPING = 250
"""Days; as LATE."""
REGULAR = tuple(every(15, 5, last=90))
"""Days ago of somebody who came every fifteen days and has lapsed by that rhythm, though not long ago."""


def open_shop(now: datetime, *, daily_capacity: int = 100) -> None:
    """The owner has decided what sending needs, and the shop's orders have just been read."""
    swept()
    policy.decide(now=now, daily_capacity=daily_capacity)
    policy.name_sender(
        channel=CHANNEL,
        name="Tea & Co",
        address="hello@tea.example",
        postal_address="Calle Mayor 1, Madrid",
        now=now,
    )


def swept() -> None:
    """A sweep of the shop's orders has just come to its end."""
    Cursor.objects.update_or_create(name="sweep:order", defaults={"finished_at": sql.real_now()})


def win_back(now: datetime, *, salt: bytes = SALT, control_share: str = "0.5", **changes: Any) -> Campaign:
    """An active win-back campaign of one step, measured over 30 days, half of whose people are in the control group.
    `changes` are fields of Terms, or of its step."""
    terms = one_step(control_share=Decimal(control_share), **changes)
    campaign = campaigns.create(name="Win back", now=now, salt=salt, terms=terms, window_days=30)
    return campaigns.activate(campaign, now=now)


def one_step(message: str = "win_back", **changes: Any) -> Terms:
    """Terms with one step; `changes` are fields of either."""
    own = {name: changes.pop(name) for name in STEP_FIELDS if name in changes}
    return Terms(**{"daily_capacity": 100, "steps": (Step(message=message, **own),), **changes})


def late(name: str, now: datetime, **story: Any) -> Profile:
    """Somebody who is late by their own rhythm and agreed to hear from us, scored at `now`; `story` as `customer`."""
    profile = customer(name, now, **story)
    scored(now)
    return profile


def crowd(size: int, now: datetime, **story: Any) -> list[Profile]:
    """So many late people, the first the most promising: each is worth a euro per year more than the next, unless
    `value` is given."""
    people = [customer(f"Person{i:03}", now, **{"value": f"{5 * (size - i)}", **story}) for i in range(size)]
    scored(now)
    return people


def customer(
    name: str, now: datetime, *, days_ago: Iterable[int] = (LATE,), value: str = "20.00", currency: str = "EUR",
    agreed: bool = True, **fields: Any,
) -> Profile:  # fmt: skip
    """Somebody who spent `value` on each of these days before `now`, not scored yet."""
    fields.setdefault("channel", CHANNEL)
    fields.setdefault("arm_key", uuid5(NAMESPACE_DNS, name))
    profile = person(name, **fields)
    days = sorted(days_ago, reverse=True)
    buy_all(profile, [now - days_before * DAY for days_before in days], value, currency=currency)
    if agreed:
        Consent.objects.bulk_create(
            Consent(
                profile=profile, purpose=purpose, basis=Basis.STATED, source="import", text="Tea news.",
                happened_at=now - days[-1] * DAY, learned_at=now,
            )
            for purpose in ("content", "offers")
        )  # fmt: skip
    return profile


def scored(now: datetime) -> None:
    """Everybody of whom there is news is scored, with a fit that knows nothing but the shipped priors."""
    a_fit(now)
    score.score_stale(now)


def a_fit(now: datetime, **learnt: Any) -> Fit:
    """The adopted fit, made once per test: the shipped priors and nothing else but what was `learnt`, if that is given
    the first time."""
    known = fit.prior(now)
    names = {field.name for field in fields(known)} - {"id", "as_of", "customers", "converged"}
    parameters = {name: fit_serialization.plain(getattr(known, name)) for name in names}
    parameters |= learnt
    row, _ = Fit.objects.get_or_create(
        adopted=True,
        defaults={
            "as_of": now, "created_at": now, "customers": 1, "parameters": parameters, "converged": True,
        },
    )  # fmt: skip
    return row
