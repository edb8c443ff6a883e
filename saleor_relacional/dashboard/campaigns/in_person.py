"""Whom a campaign would write to, person by person: what the pages of a campaign's people and of who is slipping
show."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from saleor_relacional.dashboard import words
from saleor_relacional.flows.campaigns import campaigns, proposals, under_way
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.flows.evidence import results, results_words, verdict_words
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Campaign

PAGE = 25


def at_once(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """All of it; in a large shop, where the dry run takes a while, what stands above that."""
    if not rebuild.wanted():
        return values(campaign, now)
    return {
        "campaign": campaign, "basis": saving.seen(campaign), "state": words.state(campaign.state),
        "terms": campaigns.current(campaign), "hindrance": hindrance(campaign, now), "later": True,
    }  # fmt: skip


def values(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """Of one campaign: its first page of people, those under way, and what it has brought."""
    found, basis = results.results(campaign, now), saving.seen(campaign)
    terms = campaigns.current(campaign)
    first = proposed(campaign, now, None)
    return {
        **first,
        "campaign": campaign,
        "basis": basis,
        "state": words.state(campaign.state),
        "hindrance": first["run"].hindrance,
        "terms": terms,
        "results": found,
        "suppressed": sum(first["run"].summary.suppressed.values()),
        "under_way": _under_way(under_way.latest(terms, now, limit=PAGE)),
        "lift": _lift(found.main) if found.main else "",
    }


def _lift(main: results.CurrencyResult) -> str:
    """Both verdicts, then money with its interval; once, until when this is provisional."""
    kept = main.kept
    if verdict_words.provisional_until(main):
        kept = replace(kept, provisional_until=None)
    return f"{verdict_words.leading(main)} {results_words.sentence(kept, main.currency)}"


def _under_way(started: Sequence[under_way.UnderWay]) -> list[dict[str, Any]]:
    people = profiles.of_ids([one.profile_id for one in started])
    return [
        {
            "one": one, "person": people[one.profile_id], "year_value": Decimal(str(one.year_value)),
        }
        for one in started
    ]  # fmt: skip


def proposed(campaign: Campaign, now: datetime, after: proposals.QueuePosition | None) -> dict[str, Any]:
    """A page of the dry run, from a place in the queue on; None: from its head."""
    run = proposals.dry_run(campaign, now, first=PAGE, after=after)
    people = profiles.of_ids([proposal.profile_id for proposal in run.proposals])
    return {
        "run": run,
        "first_step": campaigns.current(campaign).steps.get(number=1),
        "rows": [_row(proposal, people[proposal.profile_id], now) for proposal in run.proposals],
        "more": _more(campaign, run.next),
    }


def _row(proposal: proposals.Proposal, person: profiles.Relationship, now: datetime) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "person": person,
        "year_value": Decimal(str(proposal.year_value)),
        "today": not proposal.reason,
        "control": proposal.arm == "control",
        "later": proposal.reason == "capacity",
    }


def _more(campaign: Campaign, place: proposals.QueuePosition | None) -> str:
    if place is None:
        return ""
    query = "&".join(f"{name}={value}" for name, value in asdict(place).items() if value is not None)
    return f"{reverse('dashboard-slipping-more', args=[campaign.public_id])}?{query}"
