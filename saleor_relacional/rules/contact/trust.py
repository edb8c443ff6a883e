"""Trust before commerce: what people earn us by what they do themselves, and after what we do not sell.

The table of levels stands in docs/maths.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from saleor_relacional.rules.contact.policy import ContactPolicy


class TrustLevel(IntEnum):
    """How commercial a message may be, from the least trust to the most."""

    SERVICE = 0
    """Service alone: what an order or a question of theirs needs."""
    CONTENT = 1
    """Words that sell nothing off: what the shop is, what is new, that something runs out."""
    OFFERS = 2
    """Anything, offers included."""


class OwnAct(StrEnum):
    """What somebody does themselves. Opening a mail or following its link is none: machines do that too."""

    ACCOUNT = "account"
    OPT_IN = "opt_in"
    ORDER = "order"
    """That stands: neither withdrawn nor given back whole."""
    ANSWER = "answer"
    QUESTION = "question"


EARNS = {
    OwnAct.ACCOUNT: TrustLevel.CONTENT,
    OwnAct.OPT_IN: TrustLevel.CONTENT,
    OwnAct.ORDER: TrustLevel.OFFERS,
    OwnAct.ANSWER: TrustLevel.SERVICE,
    OwnAct.QUESTION: TrustLevel.SERVICE,
}
"""The level that an own act earns for good. Who answers or asks begins the count of messages anew, and earns nothing
else by it: a question is no invitation to sell."""


class Disappointment(StrEnum):
    """What the shop owes an apology for."""

    REFUND = "refund"
    """An order was given back whole."""
    COMPLAINT = "complaint"
    BAD_RATING = "bad_rating"
    LATE_PARCEL = "late_parcel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disappointed:
    """One disappointment of a person."""

    cause: Disappointment
    at: datetime


def level(acts: Iterable[OwnAct]) -> TrustLevel:
    """The highest level that somebody has earned."""
    return max((EARNS[act] for act in acts), default=TrustLevel.SERVICE)


def silent_until(
    disappointments: Iterable[Disappointed], apologised_at: datetime | None, policy: ContactPolicy
) -> datetime | None:
    """Until when nothing is sold to somebody: so many days after their last disappointment for which no apology was
    sent. None: there is none."""
    open_ = [one.at for one in disappointments if apologised_at is None or apologised_at < one.at]
    return max(open_) + timedelta(days=policy.silence_days) if open_ else None


def gap_until(placed_at: datetime, fulfilled_at: datetime | None, policy: ContactPolicy) -> datetime:
    """Until when an order holds selling back: some days after its fulfilment, and at most some days after it was
    placed, which alone counts while it is not fulfilled."""
    most = placed_at + timedelta(days=policy.gap_most_days)
    if fulfilled_at is None:
        return most
    return min(fulfilled_at + timedelta(days=policy.gap_days), most)
