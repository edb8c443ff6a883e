"""Whether a cycle is open, and whether an enrolment belongs to it: one decision, for candidates, for whom to expire,
for the queue, for the question before a mail leaves, and for what an order stops.

Fragments are SQL over the aliases `s` (customer summary) and `e` (enrolment), with the parameters of `parameters`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import CampaignVersion

UNSEEN_FACTS = f"EXISTS (SELECT FROM {tables.STALE} stale WHERE stale.profile_id = s.profile_id)"
"""Condition: facts of theirs arrived since the last scoring, so that nothing is decided before the next."""


def kind(version: CampaignVersion) -> CampaignKind:
    """The kind of a version's campaign. Where nobody keeps rows of who is in its segment, the rule itself is asked."""
    known = kind_of(version.campaign.kind)
    if known.for_audience and not audience.kept(version):
        return replace(known, open=f"s.stage = ANY(%(stages)s) AND {audience.inside(version)}")
    return known


def goal(version: CampaignVersion) -> Goal:
    """What it is after: as its owner says, where the kind leaves it to them."""
    return Goal(version.objective) if version.objective else kind_of(version.campaign.kind).goal


def own(kind: CampaignKind) -> str:
    """Condition: the enrolment belongs to the cycle that the person is in."""
    return f"(e.cycle = {kind.cycle} OR e.considered_at > {kind.begun_at})"


def current(kind: CampaignKind) -> str:
    """Condition, never NULL: the enrolment's cycle is still open."""
    return f"coalesce(({kind.open}) AND {own(kind)}, false)"


def parameters(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """What the conditions of a kind ask for."""
    day = today(now)
    known = kind_of(version.campaign.kind)
    common = {
        "campaign": version.campaign_id, "stages": version.stages, "now": now, "today": day,
        "zone": conf.time_zone().key,
    }  # fmt: skip
    asked = audience.parameters(version, now) if known.for_audience and not audience.kept(version) else {}
    return {**common, **known.parameters(now, day), **asked}
