"""Who changed stage lately: some by name, and how many with the money at stake. Both by index and bounded, however many
people a shop has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.profiles.profiles import Relationship, parameters, read, relationships

MOST = 10_000
"""Of whom the money is summed up; of more, the latest."""
SAMPLED = 5_000
"""Of whom the shop's usual rhythm is read."""

NEWS = ("purchase", "refund", "time", "declared", "correction")
"""Causes that have happened; what was only learnt anew (a refit, the first scoring, a merge) is no news of a week."""
MOVED = f"""s.since > %(since)s AND s.since <= %(now)s
    AND (%(causes)s::text[] IS NULL OR s.stage_cause = ANY(%(causes)s::text[]))
    AND NOT EXISTS (SELECT 1 FROM {tables.PROFILE} gone
                    WHERE gone.id = s.profile_id AND gone.merged_into_id IS NOT NULL)"""
"""Who came into a stage `s.stage` between two moments for one of these causes; merged away is nobody. In the order of
`since`, for the index of stage and moment."""

_NAMED = read(
    f"WHERE profile.id IN (SELECT s.profile_id FROM {tables.CUSTOMER_SUMMARY} s"
    f" WHERE s.stage = %(stage)s AND {MOVED} ORDER BY s.since DESC, s.profile_id DESC LIMIT %(most)s)"
    " ORDER BY summary.since DESC, profile.id DESC"
)
_COUNTED = f"""
SELECT few.currency, count(*), sum(coalesce(prediction.year_value, 0)) FROM (
    SELECT s.profile_id, s.currency FROM {tables.CUSTOMER_SUMMARY} s
    WHERE s.stage = %(stage)s AND {MOVED} ORDER BY s.since DESC LIMIT {MOST + 1}
) few LEFT JOIN {tables.PREDICTION} prediction ON prediction.profile_id = few.profile_id
GROUP BY few.currency ORDER BY count(*) DESC
"""
_RHYTHM = f"""
SELECT exp(percentile_cont(0.5) WITHIN GROUP (ORDER BY sampled.rhythm_log_mean)) FROM (
    SELECT rhythm_log_mean FROM {tables.CUSTOMER_SUMMARY} WHERE rhythm_log_mean IS NOT NULL AND stage <> 'prospect'
    LIMIT {SAMPLED}
) sampled
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTotal:
    """How many came into a stage since a moment."""

    number: int
    more: bool
    """There are more than were counted."""
    year_values: dict[str, float]
    """Currency → what those who buy in it are expected to bring in the coming year; most people first."""


def named(stage: str, since: datetime, *, now: datetime, most: int) -> Sequence[Relationship]:
    """At most so many whom something that happened since then brought into the stage, and who are in it still, the
    latest first."""
    asked = parameters(stage=stage, since=since, now=now, causes=list(NEWS), most=most)
    return relationships(sql.rows(_NAMED, asked))


def total(
    stage: str, since: datetime, *, now: datetime, causes: Sequence[str] | None = NEWS
) -> StageTotal:  # fmt: skip
    """How many they are, and what is at stake; for whatever cause where `causes` is None."""
    asked = {"stage": stage, "since": since, "now": now, "causes": list(causes) if causes else None}
    rows = sql.rows(_COUNTED, asked)
    number = sum(row[1] for row in rows)
    return StageTotal(
        number=min(number, MOST), more=number > MOST,
        year_values={currency: float(value) for currency, _number, value in rows if currency and value},
    )  # fmt: skip


def together(totals: Iterable[StageTotal]) -> dict[str, float]:
    """Currency → what is at stake in all of them."""
    found: dict[str, float] = {}
    for total in totals:
        for currency, value in total.year_values.items():
            found[currency] = found.get(currency, 0.0) + value
    return found


def usual_days() -> float | None:
    """Days between purchases, of the customer in the middle of some thousands; None without a purchase."""
    found = sql.rows(_RHYTHM)[0][0]
    return None if found is None else float(found)
