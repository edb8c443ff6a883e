"""Who is in the segment of a campaign: kept in rows while it is switched on, and asked of the rule itself otherwise.

A row says since when somebody is in it, and when time alone may change that (rules/turns.py). Rows are written anew of
whoever there is news of; of whom that moment has come for, found by index; and of everybody when what all of them rest
on changes: the segment and its rule, what the owner decided, what was learnt. Never because a day has passed.

Before a mail leaves, and for whom a campaign of another kind narrowed to the segment judges, the rule itself is asked.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.models import (
    Audience,
    Campaign,
    CampaignState,
    CampaignVersion,
    Fit,
    Rebuild,
    RebuildState,
)

LEFT = "cycle_over"
"""Why a message to somebody who has left the segment was stopped."""

_MINE = "a.campaign_id = %(campaign)s"


def _keep(standing: str) -> str:
    """Write the people of %(ids)s anew, of whom the query tells. Who was in the same segment before stays in it since
    then."""
    return f"""
WITH found AS MATERIALIZED (
    SELECT * FROM ({standing}) asked WHERE asked.member OR asked.turns_at IS NOT NULL
), gone AS (
    DELETE FROM {tables.AUDIENCE} a WHERE {_MINE} AND a.profile_id = ANY(%(ids)s)
      AND a.profile_id NOT IN (SELECT found.profile_id FROM found)
)
INSERT INTO {tables.AUDIENCE} AS a (campaign_id, profile_id, segment, since, turns_at)
SELECT %(campaign)s, profile_id, %(segment)s::uuid, CASE WHEN member THEN %(now)s::timestamptz END, turns_at
FROM found ORDER BY profile_id
ON CONFLICT (campaign_id, profile_id) DO UPDATE SET
    segment = excluded.segment, turns_at = excluded.turns_at,
    since = CASE WHEN excluded.since IS NOT NULL AND a.segment = excluded.segment
        THEN coalesce(a.since, excluded.since) ELSE excluded.since END
WHERE (a.segment, a.turns_at, a.since IS NULL)
    IS DISTINCT FROM (excluded.segment, excluded.turns_at, excluded.since IS NULL)
"""


_TURNED = f"""
SELECT a.profile_id FROM {tables.AUDIENCE} a WHERE {_MINE} AND a.turns_at <= %(now)s
"""

_QUEUED = f"""
SELECT t.id FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
WHERE e.campaign_id = %(campaign)s AND t.state IN ('queued', 'waiting', 'claimed') AND NOT EXISTS (
    SELECT FROM {tables.AUDIENCE} a WHERE {_MINE} AND a.profile_id = t.profile_id AND a.since IS NOT NULL)
"""


def kept(version: CampaignVersion) -> bool:
    """Whether rows say who is in its segment: it is switched on, and a plan has begun with it."""
    return version.campaign.state == CampaignState.ACTIVE and bool(version.campaign.planned_under)


def inside(version: CampaignVersion) -> str:
    """A condition over the alias `s`, with `parameters`: they are in its segment now, by the rule itself."""
    return membership.inside(known(version), now=version.created_at)[0]


def parameters(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """What `inside` asks for."""
    return membership.inside(known(version), now=now)[1]


def outside(version: CampaignVersion, people: Sequence[int], now: datetime) -> set[int]:
    """Those of these people who are not in its segment now, by the rule itself; nobody where it has none."""
    if version.segment is None or not people:
        return set()
    held = known(version)
    told = membership.segments_of(people, [held] if held else [], now=now)
    return {person for person in people if not told.get(person)}


def known(version: CampaignVersion) -> Known | None:
    """Its segment; None where it has none."""
    return segments.of_public_id(version.segment) if version.segment else None


def check(segment: UUID, *, field: str = "segment") -> None:
    """Raises BadInput where no campaign can be for the people of this segment, nor give them a rung of their own."""
    found = segments.of_public_id(segment)
    if found is None:
        raise BadInput("There is no such segment.", code="NOT_FOUND", field=field)
    segments.check_audience(found.rule)


def foresee(version: CampaignVersion, people: Sequence[int], now: datetime) -> None:
    """Write anew how these people stand to its segment. The caller sees to it that nobody else does at once."""
    query, values = membership.standing(known(version), now=now)
    ids = locks.lock_people(people, Hold.STAY)  # whoever is being forgotten meanwhile leaves no row
    asked = {"ids": sql.keys(ids), "campaign": version.campaign_id, "segment": version.segment, "now": now}
    sql.run(_keep(query), {**values, **asked})


def basis(version: CampaignVersion) -> str:
    """What everybody's rows rest on, in 64 letters; empty where it has no segment."""
    if version.segment is None:
        return ""
    held = known(version)
    fit = Fit.objects.filter(adopted=True).values_list("pk", flat=True).first()
    rebuilt = (
        Rebuild.objects.filter(state=RebuildState.ADOPTED)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    said = (
        str(version.segment), held.rule if held else None, policy.current(version.created_at).soft_opt_in, fit,
        rebuilt, conf.host().time_zone(),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def mark_turned(version: CampaignVersion, now: datetime) -> None:
    """Mark the people whose moment has come: the plan looks at them as at those of whom there is news."""
    if version.segment is None:
        return
    asked = {"campaign": version.campaign_id, "now": now}
    with sql.atomic():
        unplanned.mark(row[0] for row in sql.rows(_TURNED, asked))


def stop_left(version: CampaignVersion, now: datetime) -> int:
    """Stop what is on its way to those who have left the segment that the campaign is for; how many messages."""
    with sql.atomic():
        queued = [row[0] for row in sql.rows(_QUEUED, {"campaign": version.campaign_id})]
        return stop.stop_touches(queued, LEFT, now)


def drop(campaign: Campaign) -> None:
    """Nobody's place is kept any more: the campaign is for no segment."""
    Audience.objects.filter(campaign=campaign).delete()
