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
    """A point in time: so many days from now, a day, or an instant. Exactly one is given."""

    days: int | None = None
    """Days from now; negative for the past."""
    on: date | None = None
    at: datetime | None = None

    def instant(self, clock: Clock) -> datetime:
        """The moment meant; of a day its beginning in the shop."""
        if self.days is not None:
            return _within_time(clock.now, self.days)
        if self.on is not None:
            return datetime(self.on.year, self.on.month, self.on.day, tzinfo=clock.zone)
        assert self.at is not None
        return self.at

    def day(self, clock: Clock) -> date:
        """The day meant, in the shop."""
        if self.days is not None:
            return _within_time(clock.now, self.days).astimezone(clock.zone).date()
        return self.on or self.instant(clock).astimezone(clock.zone).date()


def _within_time(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)


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
