"""What a kind foresees of everybody, where it keeps rows of that: written anew when what it rests on has changed.

In batches, each a transaction that says how far it came, under the lock of the campaign: a plan that is killed is gone
on with, and two at once share the work.

And for whom time alone has changed something since the last plan: they are marked, so that the plan looks at them.
Who is enrolled says when (what holds them is over, their cycle is); whose state time alone has opened the kind knows
(CampaignKind.turns), and whose order has become late concerns all campaigns. How far those came is kept on a cursor,
moved in the transaction of the marks: a run that was missed, or killed, loses nobody, and of two at once the second
finds nothing left. A campaign that begins looks at everybody anyway.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import cursors
from saleor_relacional.flows.campaigns import cycles
from saleor_relacional.flows.campaigns.kinds.kind import Foresight, Turns
from saleor_relacional.flows.contact import lateness
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.segments import audience
from saleor_relacional.models import Campaign, CampaignVersion, Cursor

BATCH = 1_000
"""People whose windows are written in one transaction, who are held meanwhile."""

_DUE = f"""SELECT DISTINCT e.profile_id FROM {tables.ENROLMENT} e
WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed')
  AND least(e.next_try_at, e.over_at) <= %(now)s AND e.profile_id IS NOT NULL"""
_NEXT = f"SELECT id FROM {tables.PROFILE} WHERE id > %s AND merged_into_id IS NULL ORDER BY id LIMIT %s"


def of(version: CampaignVersion) -> Mapping[str, Foresight]:
    """What is foreseen for a campaign: by its kind, and of who is in its segment. By the name of the cursor."""
    own, segment = _names(version.campaign)
    found = {own: cycles.kind(version).foresight}
    if version.segment is not None:
        mine = partial(audience.foresee, version), partial(audience.basis, version)
        found[segment] = Foresight(foresee=mine[0], basis=mine[1])
    return {name: foresight for name, foresight in found.items() if foresight}


def begin_anew(campaign: Campaign) -> None:
    """All is to be foreseen anew: the campaign was not told of what changed meanwhile."""
    Cursor.objects.filter(name__in=_names(campaign)).update(position_reference="")


def everybody(version: CampaignVersion, now: datetime) -> None:
    """Go on until everybody is foreseen as things stand; at once where they are."""
    for name, foresight in of(version).items():
        _everybody(version.campaign, name, foresight, now)


def _everybody(campaign: Campaign, name: str, foresight: Foresight, now: datetime) -> None:
    basis = foresight.basis()
    cursors.make(name)
    while True:
        with sql.atomic():
            locks.lock(Lock.CONSIDER, str(campaign.pk))
            stands = Cursor.objects.get(name=name)
            if stands.position_reference == basis and stands.done < 0:
                return
            beyond = stands.done if stands.position_reference == basis else 0
            people = [row[0] for row in sql.rows(_NEXT, [beyond, BATCH])]
            if people:
                foresight.foresee(people, now)
            done = people[-1] if people else -1
            Cursor.objects.filter(name=stands.name).update(position_reference=basis, done=done)


def due(campaign: Campaign, now: datetime) -> None:
    """Mark the people whose enrolment is to be judged again by now."""
    with sql.atomic():
        unplanned.mark(row[0] for row in sql.rows(_DUE, {"campaign": campaign.pk, "now": now}))


def turned(campaign: Campaign, turns: Turns, now: datetime) -> None:
    """Mark the people for whom time alone has opened the state of this campaign's kind."""
    _once(str(campaign.pk), turns, now)


def orders_late(now: datetime) -> None:
    """Mark the people who wait for an order that has become late: nothing is sold to them now."""
    _once("late_orders", lateness.turned, now)


def _once(whose: str, turns: Turns, now: datetime) -> None:
    name = f"turns:{whose}"
    if not Cursor.objects.filter(name=name).exists():
        cursors.make(name)
    with sql.atomic():
        locks.lock(Lock.CONSIDER, whose)
        after = Cursor.objects.get(name=name).position_at
        if after is not None and after >= now:
            return
        if after is not None:
            unplanned.mark(turns(after, now))
        Cursor.objects.filter(name=name).update(position_at=now)


def _names(campaign: Campaign) -> tuple[str, str]:
    """The cursors of what its kind foresees, and of who is in its segment."""
    return f"foresee:{campaign.pk}", f"audience:{campaign.pk}"
