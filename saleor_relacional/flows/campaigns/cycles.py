"""Whether a cycle is open, and whether an enrolment belongs to it: one decision, for candidates, for whom to expire,
for the queue, for the question before a mail leaves, and for what an order stops.

Fragments are SQL over the aliases `s` (customer summary) and `e` (enrolment), with the parameters of `parameters`.
"""

from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import tables
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.models import CampaignVersion

UNSEEN_FACTS = f"EXISTS (SELECT FROM {tables.STALE} stale WHERE stale.profile_id = s.profile_id)"
"""Condition: facts of theirs arrived since the last scoring, so that nothing is decided before the next."""


def kind(version: CampaignVersion) -> CampaignKind:
    """The kind of a version's campaign."""
    return kind_of(version.campaign.kind)


def own(kind: CampaignKind) -> str:
    """Condition: the enrolment belongs to the cycle that the person is in."""
    return f"(e.cycle = {kind.cycle} OR e.considered_at > {kind.begun_at})"


def current(kind: CampaignKind) -> str:
    """Condition, never NULL: the enrolment's cycle is still open."""
    return f"coalesce(({kind.open}) AND {own(kind)}, false)"


def parameters(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """What the conditions of a kind ask for."""
    day = today(now)
    common = {"stages": version.stages, "now": now, "today": day, "zone": conf.time_zone().key}
    return {**common, **kind(version).parameters(now, day)}
