"""What the win-back really changed: the same people, the same days, the same luck, with it and without it, the other
campaigns in both (simulator/worlds.py).

The world without it is never seen by the engine. Lift is measured from the two arms; this is what it should find: over
the treated people whose window has closed, the mean of what they kept with us less what they would have kept, each up
to the cap that the campaign has; and how many of them came back, and would have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import sql, tables
from saleor_relacional.insight.inference import cap
from saleor_relacional.models import Campaign

Floats = npt.NDArray[np.float64]

STARTED = f"""
SELECT DISTINCT ON (e.profile_id) p.email_key, e.arm, e.started_at, e.window_ends_at
FROM {tables.ENROLMENT} e JOIN {tables.PROFILE} p ON p.id = e.profile_id
WHERE e.campaign_id = %s AND e.state = 'started' ORDER BY e.profile_id, e.started_at, e.id
"""
"""Each person with the first time that they started, as in flows/evidence/results.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One world: person × day."""

    kept: Floats
    """Money that stayed with the shop, after discounts and refunds."""
    listed: Floats
    """The same before discounts: what the money cap looks at."""
    ordered: npt.NDArray[np.bool_]
    """Whether they ordered, also where it came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Of the treated people whose window has closed. Money in the shop's currency."""

    people: int
    effect: float | None
    """Money kept per person, up to the campaign's cap; None when there is nobody."""
    uncapped: float | None
    """All of it."""
    kept_with: float
    kept_without: float
    returned_with: int
    """How many of them bought within their window."""
    returned_without: int

    @property
    def came_back(self) -> float | None:
        """By how much the share of those who came back is greater; None when there is nobody."""
        return (self.returned_with - self.returned_without) / self.people if self.people else None


def of(
    campaign: Campaign,
    with_us: Lived,
    without: Lived,
    addresses: list[str],
    *,
    opens: datetime,
    now: datetime,
) -> Truth:
    """From what everybody did on each day in both worlds."""
    index = {address: number for number, address in enumerate(addresses) if address}
    rows = [
        (index[address], (started - opens) // timedelta(days=1), (ends - opens) // timedelta(days=1))
        for address, arm, started, ends in sql.rows(STARTED, [campaign.pk])
        if arm == "treated" and ends <= now and address in index
    ]
    ours, theirs = (
        np.array([world.kept[who, first:last].sum() for who, first, last in rows])
        for world in (with_us, without)
    )
    parts = [_counted(campaign, world, rows) for world in (with_us, without)]
    returned, would = (
        sum(bool(world.ordered[who, first:last].any()) for who, first, last in rows)
        for world in (with_us, without)
    )
    capped = ours * parts[0] - theirs * parts[1]
    return Truth(
        people=len(rows),
        effect=float(capped.mean()) if rows else None,
        uncapped=float((ours - theirs).mean()) if rows else None,
        kept_with=float(ours.sum()),
        kept_without=float(theirs.sum()),
        returned_with=returned,
        returned_without=would,
    )


def _counted(campaign: Campaign, world: Lived, rows: Sequence[tuple[int, int, int]]) -> Floats:
    """Which part of each person's money counts."""
    listed = np.array([world.listed[who, first:last].sum() for who, first, last in rows])
    return cap.counted(listed, None if campaign.cap is None else float(campaign.cap))
