"""Labels: words of the shop's on people, set and removed by staff. A rule of a segment can ask about them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import Label

LONGEST = 40
MOST = 20
"""Labels on one person at once."""
MOST_KNOWN = 200
"""Labels that a shop uses at once."""
_NAMES = f"""
WITH RECURSIVE found AS (
    (SELECT name FROM {tables.LABEL} WHERE removed_at IS NULL ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (SELECT l.name FROM {tables.LABEL} l WHERE l.removed_at IS NULL AND l.name > found.name
            ORDER BY l.name LIMIT 1)
    FROM found WHERE found.name IS NOT NULL
)
SELECT name FROM found WHERE name IS NOT NULL
"""


def known(*, using: str | None = None) -> list[tuple[str, int]]:
    """(label, how many people have it) of all that somebody has, by name."""
    rows = Label.objects.at(using).filter(removed_at=None).values("name").annotate(people=Count("pk"))
    return list(rows.order_by("name").values_list("name", "people"))


def names(*, using: str | None = None) -> list[str]:
    """All that somebody has, by name: from one to the next by index, however many have the same."""
    return [row[0] for row in sql.rows(_NAMES, using=using)]


def of(profile_ids: Sequence[int], *, using: str | None = None) -> dict[int, list[Label]]:
    """Our id → the labels that they have now, by name. One statement."""
    found: dict[int, list[Label]] = defaultdict(list)
    rows = Label.objects.at(using).filter(profile_id__in=profile_ids, removed_at=None)
    for row in rows.order_by("name", "pk"):
        found[row.profile_id].append(row)
    return found


def change(
    profile_ids: Sequence[int], *, by: str, now: datetime, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> set[int]:  # fmt: skip
    """Set and remove labels on these people; whom it changed. What somebody has already, or has not, stays as it is.
    Campaigns consider whoever it changed anew. Raises BadInput with the field at fault."""
    adding, removing = _names(add, "add"), _names(remove, "remove")
    if both := {one.casefold() for one in adding} & {one.casefold() for one in removing}:
        raise BadInput(
            _("Either set a label or remove it: %(name)s.") % {"name": sorted(both)[0]}, field="remove"
        )
    with sql.atomic():
        locks.lock(Lock.POLICY)
        adding = _as_written(adding)
        people = locks.lock_people(profile_ids, Hold.WRITE)
        gone = _take(people, removing, by, now)
        new = _set(people, adding, by, now)
        stop.ask_again(gone | new)
        unplanned.mark(gone | new)
    return gone | new


def _take(people: Sequence[int], names: Sequence[str], by: str, now: datetime) -> set[int]:
    if not names:
        return set()
    meant = Q()
    for name in names:
        meant |= Q(name__iexact=name)
    rows = Label.objects.filter(meant, profile_id__in=people, removed_at=None)
    changed = set(rows.values_list("profile_id", flat=True))
    rows.update(removed_by=by, removed_at=now)
    return changed


def _set(people: Sequence[int], names: Sequence[str], by: str, now: datetime) -> set[int]:
    has = {person: {row.name for row in rows} for person, rows in of(people).items()}
    new = [
        Label(profile_id=person, name=name, set_by=by, set_at=now)
        for person in people
        for name in names
        if name not in has.get(person, set())
    ]
    counted = {person: len(has.get(person, ())) for person in people}
    for row in new:
        counted[row.profile_id] += 1
    if any(number > MOST for number in counted.values()):
        raise BadInput(_("A person has at most %(most)s labels.") % {"most": MOST}, field="add")
    Label.objects.bulk_create(new)
    return {row.profile_id for row in new}


def _as_written(names: Sequence[str]) -> list[str]:
    """The labels as the shop writes them: as it first did. The caller holds the owner's lock."""
    if not names:
        return []
    written = {name.casefold(): name for name, _people in known()}
    new = {name.casefold() for name in names} - written.keys()
    if len(written) + len(new) > MOST_KNOWN:
        raise BadInput(_("A shop uses at most %(most)s labels.") % {"most": MOST_KNOWN}, field="add")
    return list(dict.fromkeys(written.get(name.casefold(), name) for name in names))


def _names(given: Iterable[str], field: str) -> list[str]:
    lines = [input_validation.line(" ".join(name.split()), field=field, most=LONGEST) for name in given]
    if len(lines) > MOST:
        raise BadInput(_("Give at most %(most)s labels.") % {"most": MOST}, field=field)
    return list({name.casefold(): name for name in lines}.values())
