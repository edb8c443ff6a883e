"""Whom two campaigns wanted, and who had to wait: from the shop's own records, each morning right after its plan."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from saleor_relacional.db import sql, tables

_CONTESTS = f"""
SELECT DISTINCT ON (x.id) x.id, p.id, p.first_name, campaign.kind, other.kind, x.reason, x.next_try_at
FROM {tables.CONTACT} c
JOIN {tables.ENROLMENT} e ON e.id = c.enrolment_id AND e.started_at = %(now)s
JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
JOIN {tables.ENROLMENT} x ON x.profile_id = c.profile_id AND x.campaign_id <> e.campaign_id
     AND x.state IN ('suppressed', 'waiting') AND x.reason IN ('week_cap', 'month_cap') AND x.next_try_at > %(now)s
JOIN {tables.CAMPAIGN} other ON other.id = x.campaign_id
JOIN {tables.PROFILE} p ON p.id = c.profile_id
WHERE c.recorded_at = %(now)s AND c.kind = 'message' AND c.commercial ORDER BY x.id
"""
"""Who started this morning beside somebody who may not any more, because of it: before it there was room for both."""

_HELD = f"""
SELECT campaign.kind, e.reason, array_agg(e.id) FROM {tables.ENROLMENT} e
JOIN {tables.CAMPAIGN} campaign ON campaign.id = e.campaign_id
WHERE e.state = 'waiting' OR e.state = 'suppressed' AND e.next_try_at > %(now)s GROUP BY 1, 2
"""
_ENDS = f"SELECT id, state, reason, started_at FROM {tables.ENROLMENT} WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Two campaigns wanted one person on one day."""

    enrolment: int
    """Of the one that waits."""
    profile: int
    first_name: str
    first: str
    """Kind of the campaign that went first."""
    other: str
    reason: str
    next_try: datetime
    day: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What became of the one that waited."""

    state: str
    reason: str
    started_at: datetime | None


@dataclass(slots=True)
class Contests:
    """What was seen so far."""

    seen: list[Contest] = field(default_factory=list)
    held: dict[str, dict[str, set[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    """Kind → reason → whoever had to wait for it on some morning, enrolments."""

    def look(self, now: datetime) -> None:
        """Right after the plan of this moment."""
        for row in sql.rows(_CONTESTS, {"now": now}):
            enrolment, profile, name, first, other, reason, next_try = row
            self.seen.append(
                Contest(
                    enrolment=enrolment, profile=profile, first_name=name, first=first, other=other, reason=reason,
                    next_try=next_try, day=now,
                )
            )  # fmt: skip
        for kind, reason, enrolments in sql.rows(_HELD, {"now": now}):
            self.held[kind][reason].update(enrolments)


def ends(contests: Sequence[Contest]) -> Mapping[int, End]:
    """Enrolment → what became of it until now."""
    rows = sql.rows(_ENDS, [[one.enrolment for one in contests]])
    return {key: End(state=state, reason=reason, started_at=at) for key, state, reason, at in rows}
