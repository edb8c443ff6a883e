"""What mails say of their readers' own past, asked for many of them at once."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from saleor_relacional.db import sql, tables

GAPS_FOR_A_RHYTHM = 2
"""Own gaps behind "about every so many days". One gap is no habit."""

_FACTS = f"""
SELECT asked.id, bought.first, bought.last,
       CASE WHEN s.rhythm_gaps >= {GAPS_FOR_A_RHYTHM} AND NOT EXISTS (
           SELECT FROM {tables.DECLARATION} d WHERE d.profile_id = asked.id) AND NOT EXISTS (
           SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = asked.id AND asks.no_profiling)
       THEN s.gap_log_sum / s.rhythm_gaps END,
       (SELECT c.happened_at FROM {tables.CONSENT} c
        WHERE c.profile_id = asked.id AND c.basis = 'opt_in' AND c.purpose IN ('content', 'offers')
          AND c.happened_at <= %(now)s
        ORDER BY c.happened_at DESC, c.id DESC LIMIT 1)
FROM unnest(%(ids)s::bigint[]) AS asked (id)
LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = asked.id
CROSS JOIN LATERAL (
    SELECT min(u.day) AS first, max(u.day) AS last FROM {tables.PURCHASE} u
    WHERE u.profile_id = asked.id AND u.state = 'counts') bought
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Of one person. From the facts, which may be newer than the summary."""

    first_day: date | None
    """Of their first purchase; None where there is none."""
    last_day: date | None
    rhythm: int | None
    """Typical days between their own purchases: the geometric mean of the habit they have now. None where there is too
    little to say "you used to", or where they said when they buy: then their old habit is not why we write."""
    opted_in_at: datetime | None
    """When they last agreed themselves."""


def of(profile_ids: Sequence[int], now: datetime) -> Mapping[int, PersonFacts]:
    """Person → theirs. Every id gets an answer."""
    asked = {"ids": sql.keys(set(profile_ids)), "now": now}
    return {
        person: PersonFacts(
            first_day=first, last_day=last, opted_in_at=opted_in_at,
            rhythm=None if log_gap is None else max(1, round(math.exp(log_gap))),
        )
        for person, first, last, log_gap, opted_in_at in sql.rows(_FACTS, asked)
    }  # fmt: skip
