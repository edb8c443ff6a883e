"""What the shop decided about contact: how often, at which hours, after what not; and how a campaign is stricter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignContactPolicy:
    """In what one campaign is stricter than the shop. None: as the shop decided."""

    per_week: int | None = None
    """It writes to nobody who has had so many commercial messages, of all campaigns and staff, in 7 days."""
    per_month: int | None = None
    """The same in 30 days."""
    gap_days: int | None = None
    """Days without selling after an order's fulfilment."""
    weekends: bool | None = None
    """False: nothing of it leaves on Saturdays and Sundays."""


AS_THE_SHOP = CampaignContactPolicy()
"""In nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPolicy:
    """The contact policy of a shop. Its caps count all campaigns and the contacts that staff note."""

    per_week: int = 1
    """Commercial messages to one person in any 7 days."""
    per_month: int = 3
    """Commercial messages to one person in any 30 days."""
    between_acts: int = 3
    """Commercial messages between two own acts of a person; then only service and sunset."""
    gap_days: int = 3
    """Days without selling after an order's fulfilment."""
    gap_most_days: int = 21
    """Days after a purchase for which an order that is not fulfilled yet holds selling back, at most."""
    silence_days: int = 30
    """Days without selling after a disappointment, where no apology is sent before."""
    partial_return_days: int = 7
    """Days without selling after a part of an order was given back."""
    quiet_from: time = time(21)
    quiet_to: time = time(8)
    """Quiet hours in the person's zone; none where both are equal."""
    preferred_from: time = time(0)
    preferred_to: time = time(0)
    """Preferred hours in the person's zone; all that are not quiet where both are equal."""
    weekends: bool = True
    """Whether anything leaves on Saturdays and Sundays."""
    holidays: frozenset[date] = frozenset()
    """Days on which nothing leaves, as the person's calendar counts them."""

    @property
    def at_any_hour(self) -> ContactPolicy:
        """The same without quiet or preferred hours, weekends and holidays: those say when on its day a message leaves,
        not whether its turn comes."""
        midnight = time(0)
        return replace(
            self, quiet_from=midnight, quiet_to=midnight, preferred_from=midnight, preferred_to=midnight,
            weekends=True, holidays=frozenset(),
        )  # fmt: skip

    def stricter(self, own: CampaignContactPolicy) -> ContactPolicy:
        """What holds for a campaign that asks for this: of each the stricter, whatever was decided first."""
        return replace(
            self,
            per_week=self.per_week if own.per_week is None else min(self.per_week, own.per_week),
            per_month=self.per_month if own.per_month is None else min(self.per_month, own.per_month),
            gap_days=self.gap_days if own.gap_days is None else max(self.gap_days, own.gap_days),
            weekends=self.weekends and own.weekends is not False,
        )

    @property
    def caps(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(days, commercial messages within them)."""
        return (7, self.per_week), (30, self.per_month)


DEFAULT = ContactPolicy()
"""What holds until the owner decides."""
