"""Whom no campaign ever writes to: a person, the people of a segment, addresses of a pattern (staff, marketplaces,
tests). Service messages included; what the shop itself sends about an order is not ours."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import BadRule, Known
from saleor_relacional.models import Exclusion

MOST = 1_000
"""Exclusions that a shop keeps."""

Place = tuple[datetime, int]
"""Of an exclusion among all: (created, id)."""

_LIKE = r"replace(replace(replace(replace(x.address, '\', '\\'), '%%', '\%%'), '_', '\_'), '*', '%%')"
_EXCLUDED = f"""
SELECT p.id FROM {tables.PROFILE} p
WHERE p.id = ANY(%(ids)s) AND (
    EXISTS (SELECT FROM {tables.EXCLUSION} x WHERE x.profile_id = p.id)
    OR EXISTS (SELECT FROM {tables.EXCLUSION} x WHERE x.address <> '' AND lower(trim(p.email)) LIKE {_LIKE}))
"""


def all_of_them() -> list[Exclusion]:
    """All that a shop keeps, the oldest first, with the person of each that is one. See `page`."""
    return list(Exclusion.objects.select_related("profile").order_by("created_at", "pk"))


def page(*, after: Place | None, first: int) -> tuple[list[Exclusion], bool]:
    """At most `first` of them after one's place, the oldest first, and whether there are more."""
    rows = Exclusion.objects.select_related("profile").order_by("created_at", "pk")
    if after is not None:
        at, key = after
        rows = rows.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=key))
    found = list(rows[: first + 1])
    return found[:first], len(found) > first


def count() -> int:
    """How many there are: never more than MOST."""
    return Exclusion.objects.count()


def excluded(ids: Sequence[int], now: datetime) -> set[int]:
    """Those of these people who are excluded. One statement where there are no segments among the exclusions. Where an
    excluded segment cannot be read it is not known who is: then all of them are."""
    if not ids or not Exclusion.objects.exists():
        return set()
    found = {row[0] for row in sql.rows(_EXCLUDED, {"ids": sql.keys(ids)})}
    wanted = Exclusion.objects.filter(segment__isnull=False).values_list("segment", flat=True)
    known = [segments.of_public_id(public_id) for public_id in wanted if public_id]
    if not all(one and _readable(one) for one in known):
        return {*ids}
    if known:
        told = membership.segments_of([*ids], [one for one in known if one], now=now)
        found |= {person for person, of in told.items() if of}
    return found


def _readable(known: Known) -> bool:
    try:
        segments.parsed(known.rule)
    except BadRule:
        return False
    return True


def add(
    *, now: datetime, profile_id: int | None = None, segment: UUID | None = None, address: str = "",
    because: str = "",
) -> Exclusion:  # fmt: skip
    """Exclude exactly one of these; who is excluded already stays so. Raises BadInput with the field at fault."""
    if (profile_id is not None) + (segment is not None) + bool(address.strip()) != 1:
        raise BadInput(
            _("Give one of these: a relationship, a segment or a pattern of addresses."), field="input"
        )
    words = input_validation.line(because, field="because", most=400, required=False)
    pattern = _pattern(address) if address.strip() else ""
    if segment is not None and segments.of_public_id(segment) is None:
        raise BadInput(_("There is no such segment."), code="NOT_FOUND", field="segment")
    with sql.atomic():
        locks.lock(Lock.POLICY)
        if profile_id is not None and not locks.lock_people([profile_id], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="relationship")
        same = Exclusion.objects.filter(profile=profile_id, segment=segment, address=pattern).first()
        if same is not None:
            return same
        if Exclusion.objects.count() >= MOST:
            raise BadInput(_("A shop keeps %(most)s exclusions at most.") % {"most": MOST}, field="input")
        made = Exclusion.objects.create(
            profile_id=profile_id, segment=segment, address=pattern, because=words, created_at=now
        )
        if profile_id is not None:
            stop.ask_again([profile_id])
            unplanned.mark([profile_id])
        else:
            stop.ask_all_again()
    return made


def remove(public_id: UUID) -> Exclusion:
    """End an exclusion, and return what it was. Raises BadInput."""
    with sql.atomic():
        locks.lock(Lock.POLICY)
        kept = Exclusion.objects.select_related("profile").filter(public_id=public_id).first()
        if kept is None:
            raise BadInput(_("There is no such exclusion."), code="NOT_FOUND", field="id")
        Exclusion.objects.filter(pk=kept.pk).delete()
        unplanned.mark([kept.profile_id] if kept.profile_id is not None else [])
    return kept


def by_segment() -> bool:
    """Whether the people of some segment are excluded."""
    return Exclusion.objects.filter(segment__isnull=False).exists()


def digest() -> list[object]:
    """What everybody is to be judged anew by when it changes: excluded segments, as they are, and patterns. Of a person
    who is excluded there is news."""
    some = [one for one in all_of_them() if one.profile_id is None]
    changed = [
        str(one.updated_at) for each in some if each.segment and (one := segments.of_public_id(each.segment))
    ]
    return [[one.pk for one in some], changed]


def _pattern(address: str) -> str:
    pattern = address.strip().lower()
    if (
        len(pattern) > 254
        or not re.fullmatch(r"[^\s@]*@[^\s@]+", pattern)
        or not pattern.replace("*", "").strip("@.")
    ):
        raise BadInput(
            _(
                "Give a pattern of addresses with an @, such as *@marketplace.example or ana+test*@shop.example."
            ),
            field="addressPattern",
        )
    return pattern
