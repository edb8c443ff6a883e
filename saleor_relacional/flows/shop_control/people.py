"""What becomes of entries when two people turn out to be one, and when one is forgotten.

Of two entries in one period the earlier stands for the person: what was kept from them, or said to them, since then is
theirs. The later one goes to the profile that was merged away, where it counts as nobody; undoing gives both back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import margin, outcomes
from saleor_relacional.models import ShopControlEntry

MOVED, LEFT = "shop_control", "shop_control_left"
"""Among the rows that a merge has moved: entries that went along, and entries of the survivor that stand no more."""

_SETTLE = f"""
UPDATE {tables.SHOP_CONTROL_ENTRY} entry
SET {outcomes.frozen("entry", now="%(now)s")},
    settled_margin = (SELECT earned.margin FROM ({margin.margin("entry", now="%(now)s")}) earned)
FROM {outcomes.TERMS}
WHERE entry.profile_id = ANY(%(ids)s) AND entry.settled_kept IS NULL
"""
_ONCE = f"""
DELETE FROM {tables.SHOP_CONTROL_ENTRY} entry USING {tables.PROFILE} p
WHERE p.id = entry.profile_id AND p.id = ANY(%(ids)s) AND p.merged_into_id IS NOT NULL
"""
_STRIP = f"UPDATE {tables.SHOP_CONTROL_ENTRY} SET profile_id = NULL WHERE profile_id = ANY(%(ids)s)"


def forget(ids: Sequence[int], now: datetime) -> None:
    """Freeze what came of these people, who are one and are being forgotten, and take their name off it."""
    for statement in (_ONCE, _SETTLE, _STRIP):
        sql.run(statement, {"ids": sql.keys(ids), "now": now})


def merge(source: int, target: int) -> dict[str, list[int]]:
    """The entries of a guest go along, but for those that came later than the survivor's own. What was moved."""
    theirs = {row.period_id: row for row in ShopControlEntry.objects.filter(profile_id=source)}
    own = {row.period_id: row for row in ShopControlEntry.objects.filter(profile_id=target)}
    moved, left = [], []
    for period, row in sorted(theirs.items()):
        if (other := own.get(period)) is None:
            moved.append(row.pk)
        elif (row.started_at, row.pk) < (other.started_at, other.pk):
            moved.append(row.pk)
            left.append(other.pk)
    _put({None: left, target: moved, source: left})
    return {name: ids for name, ids in ((MOVED, moved), (LEFT, left)) if ids}


def undo(source: int, target: int, rows: Mapping[str, Sequence[int]]) -> None:
    """Give back what `merge` has moved."""
    back, left = (
        list(ShopControlEntry.objects.filter(pk__in=rows.get(name, ()), profile_id=at).values_list("pk", flat=True))
        for name, at in ((MOVED, target), (LEFT, source))
    )  # fmt: skip
    _put({None: left, source: back, target: left})


def _put(places: Mapping[int | None, Sequence[int]]) -> None:
    """In this order: a person has one entry per period at any moment."""
    for profile, ids in places.items():
        if ids:
            ShopControlEntry.objects.filter(pk__in=ids).update(profile_id=profile)
