"""Columns for stories: everybody is free to be written to unless the story says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from saleor_relacional.rules.contact.columns import GOALS, REASONS, Answers, DayRoom, PeopleColumns, Wants
from saleor_relacional.rules.contact.moments import LONG_AGO, NEVER, instant, moments
from saleor_relacional.rules.contact.trust import TrustLevel

NOW = datetime(2027, 3, 10, 9, tzinfo=UTC)
PLENTY = DayRoom(shop=10**6, campaigns=dict.fromkeys(range(1, 9), 10**6))


def days(number: float) -> timedelta:
    return timedelta(days=number)


def people(*rows: dict[str, Any]) -> PeopleColumns:
    """One person per row: `recent` as instants, the latest first, and any of the columns."""
    recent = np.full((len(rows), 3), LONG_AGO)
    for number, row in enumerate(rows):
        told = row.get("recent", [])
        recent[number, : len(told)] = moments(told)
    never = ("silent_until", "gap_until", "offer_until", "opens")
    instants = {**dict.fromkeys(never, LONG_AGO), "closes": NEVER}
    return PeopleColumns(
        key=np.array([row.get("key", number + 1) for number, row in enumerate(rows)]), recent=recent,
        since_act=np.array([row.get("since_act", 0) for row in rows]),
        level=np.array([int(row.get("level", TrustLevel.OFFERS)) for row in rows]),
        **{name: moments([row.get(name) for row in rows], missing=rest) for name, rest in instants.items()},
    )  # fmt: skip


def wants(*rows: dict[str, Any]) -> Wants:
    """One message per row; the first campaign recovers somebody, in both senses of first."""
    return Wants(
        person=np.array([row.get("person", 0) for row in rows]),
        campaign=np.array([row.get("campaign", 1) for row in rows]),
        goal=np.array([GOALS.index(row.get("goal", "recover")) for row in rows]),
        gain=np.array([float(row.get("gain", 1)) for row in rows]),
        commercial=np.array([row.get("commercial", True) for row in rows]),
        after_all=np.array([row.get("after_all", False) for row in rows]),
        level=np.array([int(row.get("level", TrustLevel.CONTENT)) for row in rows]),
        treated=np.array([row.get("treated", True) for row in rows]),
        due=moments([row.get("due") for row in rows]),
        over=moments([row.get("over", NOW + days(60)) for row in rows], missing=NEVER),
    )  # fmt: skip


def read(answers: Answers) -> list[tuple[str, str, datetime]]:
    """(goes, waits or over; the reason; the moment) of each."""
    states = ("goes", "waits", "over")
    return [
        (states[state], REASONS[reason].value, instant(at))
        for state, reason, at in zip(answers.state, answers.reason, answers.at.tolist(), strict=True)
    ]
