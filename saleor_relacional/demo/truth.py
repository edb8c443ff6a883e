"""What the win-back really changed: the same people, the same days, the same luck, with it and without it, the other
campaigns in both (simulator/worlds.py).

The world without it is never seen by the engine. Lift is measured from the two arms; this is what it should find: over
the treated people whose window has closed, the mean of what they kept with us less what they would have kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import sql, tables
from saleor_relacional.models import Campaign

Floats = npt.NDArray[np.float64]

STARTED = f"""
SELECT DISTINCT ON (e.profile_id) p.email_key, e.arm, e.started_at, e.window_ends_at
FROM {tables.ENROLMENT} e JOIN {tables.PROFILE} p ON p.id = e.profile_id
WHERE e.campaign_id = %s AND e.state = 'started' ORDER BY e.profile_id, e.started_at, e.id
"""
"""Each person with the first time that they started, as in flows/evidence/results.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Of the treated people whose window has closed. Money in the shop's currency."""

    people: int
    effect: float | None
    """Per person; None when there is nobody."""
    kept_with: float
    kept_without: float
    returned_with: int
    """How many of them bought within their window."""
    returned_without: int


def of(
    campaign: Campaign,
    with_us: Floats,
    without: Floats,
    addresses: list[str],
    *,
    opens: datetime,
    now: datetime,
) -> Truth:
    """From what everybody kept on each day (person × day) in both worlds."""
    index = {address: number for number, address in enumerate(addresses) if address}
    rows = [
        (index[address], (started - opens) // timedelta(days=1), (ends - opens) // timedelta(days=1))
        for address, arm, started, ends in sql.rows(STARTED, [campaign.pk])
        if arm == "treated" and ends <= now and address in index
    ]
    ours = np.array([with_us[who, first:last].sum() for who, first, last in rows])
    theirs = np.array([without[who, first:last].sum() for who, first, last in rows])
    return Truth(
        people=len(rows),
        effect=float((ours - theirs).mean()) if rows else None,
        kept_with=float(ours.sum()),
        kept_without=float(theirs.sum()),
        returned_with=int((ours > 0).sum()),
        returned_without=int((theirs > 0).sum()),
    )
