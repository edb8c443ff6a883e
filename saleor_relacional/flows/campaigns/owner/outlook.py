"""What a campaign would do in this shop: for how many it is there, what it would cost, what is expected of it, and how
soon its owner will know. Of a campaign, or of a kind of which there is none yet. Writes nothing that stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.campaigns import campaigns, proposals
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.campaigns.totals import Summary
from saleor_relacional.flows.evidence.power import Power
from saleor_relacional.models import Campaign

DAILY_CAPACITY = 100
"""Mails per day of a campaign that is made by its kind alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would happen, as things stand."""

    summary: Summary
    gain: Mapping[str, Decimal]
    """Currency → what is expected of all who may be written to: of their coming year the part that the kind is assumed
    to add until evidence says more. An assumption, and shown as one."""
    power: Power
    """How soon one will know."""

    @property
    def cost(self) -> Mapping[str, Decimal]:
        """Currency → what offers take off at most, over all days; empty: nothing."""
        return {name: amount for name, amount in self.summary.cost_all.items() if amount}

    @property
    def people(self) -> int:
        """Who may be written to, today and later, those held out to measure against included."""
        return self.summary.treated + self.summary.control + self.summary.waiting


def of_campaign(campaign: Campaign, now: datetime) -> Outlook:
    """Of a campaign as its current version says, active or not; of many people who are in no plan yet, roughly."""
    kind = kind_of(campaign.kind)
    summary = proposals.in_counts(campaign, now, roughly=True)
    lift = Decimal(str(kind.prior_lift))
    return Outlook(
        summary=summary,
        gain={name: (worth * lift).quantize(CENT) for name, worth in summary.worth_all.items() if worth},
        power=foretold.foretold(campaigns.current(campaign), now),
    )


def of_kind(name: str, now: datetime) -> Outlook | None:
    """Of a new campaign of this kind in its own words, which is made, asked and undone in one transaction. None of a
    kind that is for a segment: without one it is for nobody. Raises BadInput for a kind that is none."""
    kind = kind_of(name)
    if kind.for_audience:
        return None
    with sql.atomic():
        terms = Terms(daily_capacity=DAILY_CAPACITY)
        made = campaigns.create(kind=name, name=str(kind.title), terms=terms, now=now)
        found = of_campaign(made, now)
        transaction.set_rollback(True, using=conf.database())
    return found
