"""What an arbitration is told, and what it answers, as columns: many people and campaigns at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from saleor_relacional.rules.contact.moments import Moments

Numbers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Reasons = npt.NDArray[np.int8]

GOALS = ("recover", "retain", "acquire", "")
"""In the order in which they come first; last what has no goal, such as asking once and leaving in peace."""


class ContactReason(StrEnum):
    """Why a message goes, waits or is over: exactly one."""

    FREE = "free"
    """Nothing holds it back: it goes."""
    NOT_DUE = "not_due"
    """The step's day has not come."""
    TRUST = "trust"
    """The person has not done yet what a message of this kind asks for."""
    NO_OWN_ACT = "no_own_act"
    """As many commercial messages as the shop allows have come since the person did anything themselves."""
    SILENCE = "silence"
    """They were disappointed, and nobody has apologised yet."""
    ORDER_GAP = "order_gap"
    """Their order has not reached them long enough ago."""
    OTHER_OFFER = "other_offer"
    """An offer of before may still be spent: one at a time."""
    JUST_LOOKING = "just_looking"
    """They want nothing but what they ask for."""
    NO_SELLING = "no_selling"
    """They want no offers."""
    TOPIC = "topic"
    """They do not want to hear about what the message is about."""
    PAUSED = "paused"
    """They asked for silence until a moment."""
    NOT_BEFORE = "not_before"
    """They asked for no reminder before a day."""
    WEEK_CAP = "week_cap"
    MONTH_CAP = "month_cap"
    LESS_OFTEN = "less_often"
    """They asked to hear less often than the shop would write."""
    HOURS = "hours"
    """Quiet hours, a weekend or a holiday where the person lives."""
    OTHER_FIRST = "other_first"
    """Another campaign comes first for this person."""
    CAMPAIGN_CAPACITY = "campaign_capacity"
    SHOP_CAPACITY = "shop_capacity"
    """The day's mails go to others first."""


REASONS = tuple(ContactReason)
"""By the number that stands in a column."""
NUMBER = {reason: number for number, reason in enumerate(REASONS)}

NO_CAP = 32_767
"""Of somebody who does not say how often they want to hear from us."""

GOES, WAITS, OVER = 0, 1, 2
"""What becomes of a want now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleColumns:
    """Where people stand with the contact policies that hold for somebody who wants to write to them, a row each. What
    depends on a policy has a column each: (people, policies)."""

    key: Numbers
    """Of the profile: breaks ties."""
    recent: Moments
    """(people, most) Commercial contacts as booked, the latest first; LONG_AGO where there are fewer. At least as many
    as the greatest cap."""
    since_act: Numbers
    """Commercial contacts booked since their last own act."""
    level: Numbers
    """TrustLevel."""
    silent_until: Moments
    gap_until: Moments
    """(people, policies)"""
    offer_until: Moments
    """Until when an offer that was booked for them may be spent."""
    opens: Moments
    """(people, policies) When the open hours in their zone begin that run now or come next."""
    closes: Moments
    """(people, policies)"""
    wants_at_most: Numbers
    """TrustLevel: SERVICE of who is just looking, CONTENT of who wants no offers, else OFFERS."""
    unwanted: Sequence[frozenset[str]]
    """Topics that they do not want to hear about."""
    paused_until: Moments
    not_before: Moments
    own_week: Numbers
    own_month: Numbers
    """Commercial messages that they want in 7 and 30 days at most; NO_CAP where they do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What campaigns want to say now, a row for each message."""

    person: Numbers
    """Row of the person."""
    campaign: Numbers
    policy: Numbers
    """Number of the contact policy that the message keeps."""
    goal: Numbers
    """Place in GOALS."""
    gain: npt.NDArray[np.float64]
    """Expected gain: year value × the lift that the kind is believed to have, in one money for all."""
    commercial: Truths
    """False of service, which asks for no trust, counts in no cap and comes first."""
    after_all: Truths
    """May go although the person has not done anything for as many messages as are allowed: sunset."""
    level: Numbers
    """TrustLevel that the message asks for."""
    treated: Truths
    """A mail leaves. In the control group the contact is booked all the same and takes no room of the day."""
    due: Moments
    over: Moments
    """From when on it is no longer worth saying."""
    topic: Sequence[str]
    """What it is about; empty: no topic of the shop's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRoom:
    """Mails that may still leave today."""

    shop: int
    campaigns: Mapping[int, int]
    """Campaign → its own; one that is not named has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What becomes of each want, in their order."""

    state: npt.NDArray[np.int8]
    """GOES, WAITS or OVER."""
    reason: Reasons
    """Number of the one reason: of what is over, what it waited for last."""
    at: Moments
    """When it goes, when it is tried next, or when it was over. What waits for something else than time is tried
    when it is over, and sooner when there is news of the person."""
