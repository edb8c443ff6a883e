"""Columns for stories: everybody is free to be written to unless the story says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from saleor_relacional.rules.contact.columns import (
    GOALS,
    NO_CAP,
    REASONS,
    Answers,
    DayRoom,
    PeopleColumns,
    Wants,
)
from saleor_relacional.rules.contact.moments import LONG_AGO, NEVER, Moments, instant, moments
from saleor_relacional.rules.contact.trust import TrustLevel

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
PLENTY = DayRoom(shop=10**6, campaigns=dict.fromkeys(range(1, 9), 10**6))


def days(number: float) -> timedelta:
    return timedelta(days=number)


def people(*rows: dict[str, Any]) -> PeopleColumns:
    """One person per row: `recent` as instants, the latest first, and any of the columns. What depends on a policy is
    an instant for all of them, or a tuple of one for each."""
    recent = np.full((len(rows), 3), LONG_AGO)
    for number, row in enumerate(rows):
        told = row.get("recent", [])
        recent[number, : len(told)] = moments(told)
    policies = max(len(row["gap_until"]) if isinstance(row.get("gap_until"), tuple) else 1 for row in rows)

    def by_policy(name: str, rest: int = LONG_AGO) -> Moments:
        told = [row.get(name) for row in rows]
        each = [one if isinstance(one, tuple) else (one,) * policies for one in told]
        return np.array([moments(one, missing=rest) for one in each])

    return PeopleColumns(
        key=np.array([row.get("key", number + 1) for number, row in enumerate(rows)]), recent=recent,
        since_act=np.array([row.get("since_act", 0) for row in rows]),
        level=np.array([int(row.get("level", TrustLevel.OFFERS)) for row in rows]),
        silent_until=moments(row.get("silent_until") for row in rows),
        offer_until=moments(row.get("offer_until") for row in rows),
        gap_until=by_policy("gap_until"), opens=by_policy("opens"), closes=by_policy("closes", NEVER),
        wants_at_most=np.array([int(row.get("wants_at_most", TrustLevel.OFFERS)) for row in rows]),
        unwanted=[frozenset(row.get("unwanted", ())) for row in rows],
        paused_until=moments(row.get("paused_until") for row in rows),
        not_before=moments(row.get("not_before") for row in rows),
        own_week=np.array([row.get("own_week", NO_CAP) for row in rows]),
        own_month=np.array([row.get("own_month", NO_CAP) for row in rows]),
    )  # fmt: skip


def wants(*rows: dict[str, Any]) -> Wants:
    """One message per row; the first campaign recovers somebody, in both senses of first."""
    return Wants(
        person=np.array([row.get("person", 0) for row in rows]),
        campaign=np.array([row.get("campaign", 1) for row in rows]),
        policy=np.array([row.get("policy", 0) for row in rows]),
        goal=np.array([GOALS.index(row.get("goal", "recover")) for row in rows]),
        gain=np.array([float(row.get("gain", 1)) for row in rows]),
        commercial=np.array([row.get("commercial", True) for row in rows]),
        after_all=np.array([row.get("after_all", False) for row in rows]),
        level=np.array([int(row.get("level", TrustLevel.CONTENT)) for row in rows]),
        treated=np.array([row.get("treated", True) for row in rows]),
        due=moments([row.get("due") for row in rows]),
        over=moments([row.get("over", NOW + days(60)) for row in rows], missing=NEVER),
        topic=[row.get("topic", "") for row in rows],
    )  # fmt: skip


def read(answers: Answers) -> list[tuple[str, str, datetime]]:
    """(goes, waits or over; the reason; the moment) of each."""
    states = ("goes", "waits", "over")
    return [
        (states[state], REASONS[reason].value, instant(at))
        for state, reason, at in zip(answers.state, answers.reason, answers.at.tolist(), strict=True)
    ]
