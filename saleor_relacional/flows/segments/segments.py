"""Segments by name: those we ship and those the owner saved. Reading, saving, removing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.segments import native_segments, rule_words
from saleor_relacional.models import Campaign, CampaignVersion, Exclusion, Segment
from saleor_relacional.rules.read import Problem, read
from saleor_relacional.rules.tree import Node, conditions

MOST = 200
"""Segments that a shop saves."""
LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A segment as read."""

    public_id: UUID
    name: str
    rule: Any
    """The rule, just as it was written."""
    native: bool
    """Shipped by us: it cannot be changed, and its name is in the reader's language."""
    created_at: datetime | None
    """None for a native one."""
    updated_at: datetime | None


class BadRule(BadInput):
    """The rule cannot be used; `problems` name every place at fault."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.messages = [rule_words.problem(each) for each in problems]
        self.problems = tuple(problems)
        super().__init__(" ".join(self.messages), field="rule")


def parsed(rule: Any) -> Node:
    """The tree of a rule. Raises BadRule."""
    node, problems = read(rule)
    if node is None:
        raise BadRule(problems)
    return node


def check_audience(rule: Any) -> None:
    """Raises BadInput where campaigns could not be for the people of a rule: whoever was written to would stand in it
    otherwise than their control group. Raises BadRule."""
    for condition in conditions(parsed(rule)):
        if condition.field.sent:
            raise BadInput(
                _(
                    "A campaign cannot be for this segment: “%(field)s” tells who was written to from who was held"
                    " out. Leave it to the contact policy how often anybody hears from you."
                )
                % {"field": condition.field.name},
                field="segment",
            )  # fmt: skip


def all_known(*, using: str | None = None) -> list[Known]:
    """Native ones first, then the owner's by name."""
    rows = Segment.objects.at(using).order_by("name", "pk")
    return [*_native(), *(_saved(row) for row in rows)]


def of_public_id(public_id: UUID, *, using: str | None = None) -> Known | None:
    """The segment, or None."""
    for native in _native():
        if native.public_id == public_id:
            return native
    row = Segment.objects.at(using).filter(public_id=public_id).first()
    return _saved(row) if row else None


def create(*, name: str, rule: Any, now: datetime) -> Known:
    """Save a segment. Raises BadInput, BadRule for its rule."""
    parsed(rule)
    with sql.atomic():
        locks.lock(Lock.SEGMENTS)
        rows = Segment.objects
        if rows.count() >= MOST:
            raise BadInput(f"A shop saves {MOST} segments at most: delete one first.", field="name")
        row = Segment(public_id=uuid4(), name=_name(name, None), rule=rule, created_at=now, updated_at=now)
        row.save(using=conf.database(), force_insert=True)
    return _saved(row)


def update(
    public_id: UUID, *, now: datetime, name: str | None = None, rule: Any = None, as_of: datetime | None = None
) -> Known:  # fmt: skip
    """Change what is given, keep the rest. Raises BadInput, BadRule, Refused for a native one, and for one that was
    changed since `as_of`."""
    if rule is not None:
        parsed(rule)
    with sql.atomic():
        locks.lock(Lock.SEGMENTS)
        row = _own(public_id)
        if as_of is not None and row.updated_at != as_of:
            told = _(
                "Somebody else has saved this segment meanwhile: look at what it is now, and save yours again."
            )
            raise Refused(told, code="CONFLICT")
        if rule is not None and campaigns_of().get(public_id):
            check_audience(rule)
        if name is not None:
            row.name = _name(name, row.pk)
        if rule is not None:
            row.rule = rule
        row.updated_at = now
        row.save(using=conf.database())
    return _saved(row)


def remove(public_id: UUID, *, as_of: datetime | None = None) -> Known:
    """Remove a segment; nobody is changed by it. Raises BadInput, Refused for a native one, and for one that was
    changed since `as_of`."""
    with sql.atomic():
        locks.lock(Lock.SEGMENTS)
        row = _own(public_id)
        if as_of is not None and row.updated_at != as_of:
            told = _(
                "Somebody else has saved this segment meanwhile: look at what it is now before you delete it."
            )
            raise Refused(told, code="CONFLICT")
        if Exclusion.objects.filter(segment=public_id).exists():
            raise Refused(
                _("Its people are excluded from campaigns: end that exclusion first."),
                code="IN_USE",
                field="id",
            )
        if used := campaigns_of().get(public_id):
            raise Refused(
                _("The campaign “%(name)s” is for its people: give it another segment first.")
                % {"name": used[0].name},
                code="IN_USE",
                field="id",
            )
        gone = _saved(row)
        row.delete(using=conf.database())
    return gone


def campaigns_of() -> dict[UUID, list[Campaign]]:
    """Segment → the campaigns that are for its people, or give them a rung of their own, as their versions that hold
    say; without those that are finished. Two queries, however many there are."""
    later = CampaignVersion.objects.filter(campaign=OuterRef("campaign"), number__gt=OuterRef("number"))
    rows = CampaignVersion.objects.filter(~Exists(later)).exclude(campaign__state="finished")
    found: dict[UUID, list[Campaign]] = {}
    for version in rows.select_related("campaign").prefetch_related("steps").order_by("campaign__name", "pk"):
        ruled = {UUID(segment) for step in version.steps.all() for segment, _rung in step.rules}
        for public_id in ruled | ({version.segment} if version.segment else set()):
            found.setdefault(public_id, []).append(version.campaign)
    return found


def _own(public_id: UUID) -> Segment:
    if any(native.public_id == public_id for native in _native()):
        raise Refused("This segment comes with us and stays as it is: save one of your own.", field="id")
    row = Segment.objects.filter(public_id=public_id).first()
    if row is None:
        raise BadInput("There is no such segment.", code="NOT_FOUND", field="id")
    return row


def _name(given: str, own: int | None) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise BadInput(_("Give a name of 1 to %(most)s characters.") % {"most": LONGEST}, field="name")
    others = Segment.objects.filter(name__iexact=name)
    if (others if own is None else others.exclude(pk=own)).exists():
        raise BadInput(_("Another segment has this name."), field="name")
    return name


def _native() -> list[Known]:
    return [
        Known(
            public_id=native.public_id, name=rule_words.native(native.key), rule=native.rule, native=True,
            created_at=None, updated_at=None,
        )
        for native in native_segments.NATIVE
    ]  # fmt: skip


def _saved(row: Segment) -> Known:
    return Known(
        public_id=row.public_id, name=row.name, rule=row.rule, native=False, created_at=row.created_at,
        updated_at=row.updated_at,
    )  # fmt: skip
