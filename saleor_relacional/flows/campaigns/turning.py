"""Whose moment time alone has brought since the last plan, kind by kind (CampaignKind.turns): they are marked, so that
the plan looks at them.

How far it came is kept on the campaign's cursor, moved in the transaction of the marks: a run that was missed, or
killed, loses nobody, and of two at once the second finds nothing left. A campaign that begins looks at
everybody anyway.
"""

from datetime import datetime

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import cursors
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import CampaignVersion, Cursor


def mark(version: CampaignVersion, now: datetime) -> None:
    """Mark those whose moment has come by now."""
    turns = cycles.kind(version).turns
    if turns is None:
        return
    name = f"turns:{version.campaign_id}"
    cursors.make(name)
    with sql.atomic():
        locks.lock(Lock.CONSIDER, str(version.campaign_id))
        after = Cursor.objects.get(name=name).position_at
        if after is not None and after >= now:
            return
        if after is not None:
            unplanned.mark(turns(after, now))
        Cursor.objects.filter(name=name).update(position_at=now)
