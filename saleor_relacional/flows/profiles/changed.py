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

_NAMED = read(
    "WHERE profile.merged_into_id IS NULL AND summary.stage = %(stage)s AND summary.since >= %(since)s"
    " ORDER BY summary.since DESC, profile.id DESC LIMIT %(most)s"
)
_COUNTED = f"""
SELECT few.currency, count(*), sum(coalesce(prediction.year_value, 0)) FROM (
    SELECT s.profile_id, s.currency FROM {tables.CUSTOMER_SUMMARY} s
    WHERE s.stage = %(stage)s AND s.since >= %(since)s ORDER BY s.since DESC LIMIT {MOST + 1}
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


def named(stage: str, since: datetime, *, most: int) -> Sequence[Relationship]:
    """At most so many who came into the stage since then and are in it still, the latest first."""
    asked = parameters(stage=stage, since=since, most=most)
    return relationships(sql.rows(_NAMED, asked))


def total(stage: str, since: datetime) -> StageTotal:
    """How many they are, and what is at stake."""
    rows = sql.rows(_COUNTED, {"stage": stage, "since": since})
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
