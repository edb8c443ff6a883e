"""Customer attributes: values of accounts that the host's own list of customers filters by. Not every host has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAttribute:
    """One attribute that we want at the host, a choice among values."""

    key: str
    """Our stable name of it: letters, digits and hyphens."""
    name: str
    """What staff read. Once it is made, its name is theirs to change."""
    values: Mapping[str, str]
    """Key of a value → what staff read. Keys as above."""
    several: bool = False
    """Whether an account can have several of the values at once."""


AccountValues = Mapping[str, Set[str]]
"""Key of an attribute → keys of the values of one account. What is not named it does not have."""


class AttributeStore(Protocol):
    """What a host that has customer attributes does for us. Only what we made is ever touched; customers do not see
    it; no account counts as changed by it, and nobody is told."""

    def define(self, wanted: Sequence[CustomerAttribute], *, made: Set[str]) -> Set[str]:
        """Make the attributes and values that are missing, for customers of every type, and name values as wanted.
        `made`: keys of attributes that were made before; where staff have deleted one since, it stays deleted. Keys
        that are there now."""

    def standing(self, wanted: Sequence[CustomerAttribute]) -> list[str]:
        """The host's ids of the wanted values, sorted. A value that staff deleted and we made again has another."""

    def write(self, accounts: Mapping[str, AccountValues]) -> int:
        """These accounts have exactly these of our values from now on; those that are gone are left out. How many
        values were added or taken away. A constant number of statements."""

    def tidy(self, wanted: Sequence[CustomerAttribute], *, limit: int) -> bool:
        """Take away what is not wanted any more: first from at most `limit` accounts, and once nobody has it, the
        values and attributes themselves. An attribute to which staff added values of their own stays, as theirs. True
        when nothing is left to take away."""
