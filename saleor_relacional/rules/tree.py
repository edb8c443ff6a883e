"""A rule as a tree: groups of conditions. What is in it has been checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from saleor_relacional.rules.fields import Field


class Operator(StrEnum):
    """How a condition compares. A condition about a value that is not known does not hold, except UNKNOWN."""

    IS = "is"
    IS_NOT = "is_not"
    UNDER = "under"
    AT_MOST = "at_most"
    OVER = "over"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    """Both ends included."""
    BEFORE = "before"
    AFTER = "after"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    BEGINS = "begins"
    ANY_OF = "any_of"
    ALL_OF = "all_of"
    KNOWN = "known"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What relative dates are counted from."""

    now: datetime
    zone: ZoneInfo
    """The shop's: a day begins at midnight there."""

    @property
    def today(self) -> date:
        """The day it is in the shop."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day, said as so many calendar days from today or by its date, or an instant. Exactly one is given."""

    days: int | None = None
    """Days from today; negative for the past."""
    on: date | None = None
    at: datetime | None = None

    @property
    def whole_day(self) -> bool:
        """Whether it is a day; else an instant."""
        return self.at is None

    def begins(self, clock: Clock) -> datetime:
        """The instant; of a day its beginning in the shop."""
        return self.at if self.at is not None else _midnight(self.day(clock), clock.zone)

    def ends(self, clock: Clock) -> datetime:
        """The instant; of a day the beginning of the next, which is no part of it."""
        return self.at if self.at is not None else _midnight(self.day(clock) + timedelta(days=1), clock.zone)

    def day(self, clock: Clock) -> date:
        """The day meant, in the shop; calendar days, whatever the clocks do."""
        if self.days is not None:
            return clock.today + timedelta(days=self.days)
        if self.on is not None:
            return self.on
        assert self.at is not None
        return self.at.astimezone(clock.zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


Value = bool | Decimal | When | str | tuple[str, ...] | tuple[Decimal, Decimal] | tuple[When, When] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison of one field."""

    place: str
    """Where it stands in the rule: rule.all[1]."""
    field: Field
    operator: Operator
    value: Value
    currency: str = ""
    """Where the field is money: only people whose money is in it can meet the condition."""
    since: When | None = None
    until: When | None = None
    """Window of a field over facts, both ends included."""

    @property
    def windowed(self) -> bool:
        """Whether only some of the facts count."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All of its children hold, or any of them."""

    place: str
    every: bool
    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Its child does not hold."""

    place: str
    child: "Node"


Node = Condition | Group | Not


def conditions(node: Node) -> Iterator[Condition]:
    """Yields the conditions in the order in which they were written."""
    if isinstance(node, Condition):
        yield node
        return
    for child in node.children if isinstance(node, Group) else (node.child,):
        yield from conditions(child)
