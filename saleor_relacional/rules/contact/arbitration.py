"""Who may be written to now, and who comes first where two campaigns want the same person or the same mail of the day.

Service first; then the first of a greater goal (recover, retain, acquire), within a goal of the greater expected gain;
between equals the smaller key of the person, then of the campaign. One person gets at most one commercial message at a
time. All mails take room of the day.

Nothing here looks at the arm of the want that it decides on: whether it goes depends on what stands above it, and who
is written to and who is held out are booked alike (docs/maths.md, One contact budget).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from saleor_relacional.rules.contact.columns import (
    GOES,
    NO_CAP,
    NUMBER,
    OVER,
    WAITS,
    Answers,
    ContactReason,
    DayRoom,
    Numbers,
    PeopleColumns,
    Reasons,
    Truths,
    Wants,
)
from saleor_relacional.rules.contact.moments import DAY, LONG_AGO, NEVER, Moments, moment
from saleor_relacional.rules.contact.policy import DEFAULT, ContactPolicy
from saleor_relacional.rules.contact.trust import TrustLevel

__all__ = ["arbitrate", "cap_moments", "earliest"]

_FREE = NUMBER[ContactReason.FREE]
_OTHER_FIRST = NUMBER[ContactReason.OTHER_FIRST]
_CAMPAIGN_CAPACITY = NUMBER[ContactReason.CAMPAIGN_CAPACITY]
_SHOP_CAPACITY = NUMBER[ContactReason.SHOP_CAPACITY]


def arbitrate(
    wants: Wants, people: PeopleColumns, room: DayRoom, *, now: datetime, day_ends: datetime | None = None,
    policies: Sequence[ContactPolicy] = (DEFAULT,),
) -> Answers:  # fmt: skip
    """One answer for each want. `policies`: those that `wants.policy` and the columns of `people` number. `day_ends`:
    the end of the shop's day, to which the room belongs; what may go before it goes. A day from now where it is not
    given."""
    at_now = moment(now)
    ends = moment(day_ends or now + timedelta(days=1))
    at, reason = earliest(wants, people, policies, at_now)
    over = wants.over <= at_now
    closes = people.closes[wants.person, wants.policy]
    free = ~over & (at < np.minimum(np.minimum(closes, wants.over), ends))
    queue = _queue(np.flatnonzero(free), wants, people)
    fate, written = _give_out(queue, wants, room, at)
    reason[queue] = fate
    crowded = (fate == _CAMPAIGN_CAPACITY) | (fate == _SHOP_CAPACITY)
    at[queue[crowded]] = ends
    second = queue[fate == _OTHER_FIRST]
    at[second] = np.maximum(_after(second, wants, people, written, policies), ends)
    goes = free & (reason == _FREE)
    state = np.where(over, OVER, np.where(goes, GOES, WAITS)).astype(np.int8)
    return Answers(state=state, reason=reason, at=np.where(goes, at, np.minimum(at, wants.over)))


def cap_moments(
    recent: Moments,
    policy: Numbers,
    policies: Sequence[ContactPolicy],
    own: tuple[Numbers, Numbers] | None = None,
) -> tuple[Moments, Moments]:
    """From when on a commercial message keeps the cap of 7 days, and that of 30: the oldest of as many as are allowed
    must lie that far back. A row per message: `recent` are its person's commercial contacts, the latest first, `policy`
    is the number of the one that it keeps; `own` what its person asks for, in 7 days and in 30: the stricter holds."""
    unsaid = np.full(len(policy), NO_CAP, dtype=np.int64)
    week, month = (
        _capped(recent, caps[0][0], np.minimum(np.array([most for _, most in caps])[policy], asked))
        for caps, asked in zip(
            zip(*(one.caps for one in policies), strict=True), own or (unsaid, unsaid), strict=True
        )
    )
    return week, month


def _capped(recent: Moments, days: int, most: Numbers) -> Moments:
    last = recent.shape[1] - 1
    oldest = np.where(most <= last + 1, recent[np.arange(len(recent)), (most - 1).clip(0, last)], LONG_AGO)
    until = np.where(oldest > LONG_AGO, oldest + days * DAY, LONG_AGO)
    return np.where(most == 0, NEVER, until)


def earliest(
    wants: Wants, people: PeopleColumns, policies: Sequence[ContactPolicy], now: int
) -> tuple[Moments, Reasons]:
    """When each want may go at the earliest, were it alone, and what holds it back the longest: of several that hold it
    equally long the first of the list."""
    who, by, sells = wants.person, wants.policy, wants.commercial
    week, month = cap_moments(people.recent[who], by, policies)
    between_acts = np.array([one.between_acts for one in policies])[by]
    untrusted: Truths = people.level[who] < wants.level
    own = (people.own_week[who], people.own_month[who])
    unwanted = np.array(
        [topic in people.unwanted[row] for topic, row in zip(wants.topic, who.tolist(), strict=True)],
        dtype=np.bool_,
    )
    unasked: Truths = wants.level > people.wants_at_most[who]
    looking: Truths = people.wants_at_most[who] < TrustLevel.CONTENT
    unanswered: Truths = (people.since_act[who] >= between_acts) & ~wants.after_all
    holds = {
        ContactReason.JUST_LOOKING: np.where(unasked & looking, NEVER, LONG_AGO),
        ContactReason.NO_SELLING: np.where(unasked & ~looking, NEVER, LONG_AGO),
        ContactReason.TOPIC: np.where(unwanted, NEVER, LONG_AGO),
        ContactReason.TRUST: np.where(untrusted, NEVER, LONG_AGO),
        ContactReason.NO_OWN_ACT: np.where(unanswered, NEVER, LONG_AGO),
        ContactReason.SILENCE: people.silent_until[who],
        ContactReason.ORDER_GAP: people.gap_until[who, by],
        ContactReason.OTHER_OFFER: np.where(
            wants.level >= TrustLevel.OFFERS, people.offer_until[who], LONG_AGO
        ),
        ContactReason.WEEK_CAP: week,
        ContactReason.MONTH_CAP: month,
        ContactReason.PAUSED: people.paused_until[who],
        ContactReason.NOT_BEFORE: people.not_before[who],
        ContactReason.LESS_OFTEN: np.maximum(*cap_moments(people.recent[who], by, policies, own)),
    }
    at, reason = wants.due.copy(), np.full(len(who), NUMBER[ContactReason.NOT_DUE], dtype=np.int8)
    for why, until in holds.items():
        longer = sells & (until > at) & (until > now)
        at, reason = np.where(longer, until, at), np.where(longer, NUMBER[why], reason).astype(np.int8)
    opens = people.opens[who, by]
    closed = opens > np.maximum(at, now)
    at = np.maximum(np.where(closed, opens, at), now)
    reason[closed] = NUMBER[ContactReason.HOURS]
    reason[at <= now] = NUMBER[ContactReason.FREE]
    return at, reason


def _queue(some: Numbers, wants: Wants, people: PeopleColumns) -> Numbers:
    """These wants, the first to come first."""
    who, gain = wants.person[some], np.nan_to_num(wants.gain[some], nan=0.0)
    keys = (wants.campaign[some], people.key[who], -gain, wants.goal[some], wants.commercial[some])
    return some[np.lexsort(keys)]


def _give_out(
    queue: Numbers, wants: Wants, room: DayRoom, at: Moments
) -> tuple[Reasons, dict[int, int]]:  # fmt: skip
    """Give out people and room down the queue. The reason of each, and when each person is written to who is."""
    left, shop, written = dict(room.campaigns), room.shop, dict[int, int]()
    fate = np.full(len(queue), _FREE, dtype=np.int8)
    columns = (wants.person, wants.campaign, wants.commercial, wants.treated, at)
    rows = zip(*(column[queue].tolist() for column in columns), strict=True)
    for place, (person, campaign, sells, treated, moment_) in enumerate(rows):
        if sells and person in written:
            fate[place] = _OTHER_FIRST
        elif shop <= 0:
            fate[place] = _SHOP_CAPACITY
        elif left.get(campaign, 0) <= 0:
            fate[place] = _CAMPAIGN_CAPACITY
        else:
            if sells:
                written[person] = moment_
            if treated:
                shop, left[campaign] = shop - 1, left[campaign] - 1
    return fate, written


def _after(
    some: Numbers,
    wants: Wants,
    people: PeopleColumns,
    written: dict[int, int],
    policies: Sequence[ContactPolicy],
) -> Moments:
    """When the caps let these wants go, whose people are written to now."""
    if not len(some):
        return np.zeros(0, dtype=np.int64)
    who = wants.person[some]
    now = np.array([written[person] for person in who.tolist()], dtype=np.int64)
    own = (people.own_week[who], people.own_month[who])
    week, month = cap_moments(np.column_stack([now, people.recent[who]]), wants.policy[some], policies, own)
    return np.maximum(week, month)
