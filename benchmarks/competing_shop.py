"""A shop in which four campaigns want the same people, simulated day by day with the product's own arbitration.

What happens by itself (who would buy on which day, for how much, when parcels arrive, what is given back) is drawn once
per seed. The same shop lives again without one of its campaigns: every difference is then that campaign's doing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.inference import experiment
from saleor_relacional.rules.contact import arbitration
from saleor_relacional.rules.contact.columns import GOALS, GOES, NO_CAP, DayRoom, PeopleColumns, Wants
from saleor_relacional.rules.contact.moments import DAY, LONG_AGO, NEVER, moment
from saleor_relacional.rules.contact.policy import DEFAULT
from saleor_relacional.rules.contact.trust import TrustLevel

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

BEGAN = datetime(2026, 1, 1, 8, tzinfo=UTC)
"""The first morning. A plan is made every morning; people buy in the course of the day."""
WINDOW = 30
"""Days of an outcome window."""
WORKS = 14
"""Days for which a message with an effect makes somebody buy more often."""
NOT_YET = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTerms:
    """One of the four."""

    name: str
    goal: str
    boost: float
    """By how much a message raises the chance to buy on a day; 0: it changes nothing."""
    control_share: float
    prior: float
    """The lift that is believed of it before anything is known: who comes first."""
    late: float = 0.0
    """Opens when somebody has been away for so many of their own gaps; 0: on a day of their own."""
    steps: int = 1
    level: TrustLevel = TrustLevel.CONTENT


CAMPAIGNS = (
    CampaignTerms(
        name="win-back", goal="recover", boost=1.2, control_share=0.4, prior=0.2, late=1.5, steps=2,
        level=TrustLevel.OFFERS,
    ),
    CampaignTerms(name="replenishment", goal="retain", boost=0.0, control_share=0.4, prior=0.3, late=0.6),
    CampaignTerms(name="anniversary", goal="retain", boost=0.9, control_share=0.5, prior=0.1),
    CampaignTerms(name="segment", goal="acquire", boost=0.0, control_share=0.4, prior=0.2, steps=2),
)  # fmt: skip
"""Two have an effect, two have none and compete with them for the same people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What would happen by itself, and each campaign's arms."""

    gap: Floats
    """(people) Days between purchases, on average."""
    chance: Floats
    """(people, days) Uniform: they buy where it is under their chance of the day."""
    amount: Floats
    arrives: Days
    """Days from a purchase of that day until its parcel arrives."""
    given_back: npt.NDArray[np.bool_]
    """A purchase of that day is given back whole, five days later."""
    asks: npt.NDArray[np.bool_]
    """They ask or answer something on that day."""
    last: Days
    """Day of the last purchase before the first day."""
    own_day: Days
    """(campaigns, people) When a campaign opens that opens on a day of their own."""
    treated: npt.NDArray[np.bool_]
    """(campaigns, people) The arm."""

    @property
    def days(self) -> int:
        return self.chance.shape[1]


def shop(seed: int, people: int, days: int) -> Shop:
    """Draw a shop. Arms by the product's own draw, with a salt of its own for each campaign."""
    random = np.random.default_rng([seed, 2026])
    gap = np.exp(random.normal(np.log(45), 0.5, people)).clip(8, 400)
    ids = [str(uuid.UUID(bytes=random.bytes(16))) for _ in range(people)]
    arms = []
    for terms in CAMPAIGNS:
        salt = random.bytes(16)
        arms.append(
            [experiment.draw_arm(salt, who, terms.control_share) is experiment.Arm.TREATED for who in ids]
        )
    size = (people, days)
    return Shop(
        gap=gap, chance=random.random(size),
        amount=np.exp(random.normal(3.5, 0.6, size) + random.normal(0, 0.4, (people, 1))),
        arrives=random.integers(2, 9, size), given_back=random.random(size) < 0.04,
        asks=random.random(size) < 1 / 150, last=-(random.exponential(gap).astype(np.int64) + 1),
        own_day=random.integers(-20, days - WINDOW, (len(CAMPAIGNS), people)), treated=np.array(arms),
    )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Life:
    """A shop while it is lived, and what has come of it."""

    shop: Shop
    silent: int | None = None
    """A campaign none of whose messages arrives: the world without it, the others unchanged."""
    book_both: bool = True
    """False: what is not sent is not booked either, as would seem natural. See docs/maths.md."""
    room: int = 30
    """Mails of the shop on a day, and of each campaign."""
    own: int = 12
    recent: npt.NDArray[np.int64] = field(init=False)
    since_act: Days = field(init=False)
    last: Days = field(init=False)
    gap_until: Days = field(init=False)
    silent_until: Days = field(init=False)
    started: Days = field(init=False)
    """(campaigns, people) Day on which an outcome window began; NOT_YET."""
    said: Days = field(init=False)
    """(campaigns, people) Steps so far."""
    heard: Days = field(init=False)
    """(campaigns, people) Day of the last message that reached them."""
    kept: Floats = field(init=False)
    """(people, days) Money of that day's purchase, nothing where it was given back."""

    def __post_init__(self) -> None:
        people, both = len(self.shop.gap), (len(CAMPAIGNS), len(self.shop.gap))
        self.recent = np.full((people, max(DEFAULT.per_week, DEFAULT.per_month)), LONG_AGO)
        self.since_act, self.last = np.zeros(people, dtype=np.int64), self.shop.last.copy()
        self.gap_until, self.silent_until = np.full(people, -NOT_YET), np.full(people, -NOT_YET)
        self.started, self.said = np.full(both, NOT_YET), np.zeros(both, dtype=np.int64)
        self.heard, self.kept = np.full(both, -NOT_YET), np.zeros(self.shop.chance.shape)

    def live(self) -> Life:
        """Every day: the morning's plan, then who buys."""
        for day in range(self.shop.days):
            if day < self.shop.days - WINDOW:
                self._plan(day)
            self._buy(day)
        return self

    def _plan(self, day: int) -> None:
        now = BEGAN + timedelta(days=day)
        wants = self._wants(day, moment(now))
        room = DayRoom(shop=self.room, campaigns=dict.fromkeys(range(len(CAMPAIGNS)), self.own))
        answers = arbitration.arbitrate(wants, self._people(now), room, now=now)
        goes = answers.state == GOES
        self._book(wants.person[goes], wants.campaign[goes], wants.treated[goes], day, moment(now))

    def _wants(self, day: int, now: int) -> Wants:
        """First steps of whoever a campaign is open for, and later ones twelve days after those before."""
        found = []
        for number, terms in enumerate(CAMPAIGNS):
            if terms.late:
                is_open = day - self.last > terms.late * self.shop.gap
            else:
                is_open = (self.shop.own_day[number] <= day) & (day < self.shop.own_day[number] + 21)
            first = is_open & (self.started[number] == NOT_YET)
            since = day - self.started[number]
            more = (self.said[number] < terms.steps) & (since >= 12) & (since < WINDOW)
            found.append(np.flatnonzero(first | (more & (self.last < self.started[number]))))
        person = np.concatenate(found)
        campaign = np.repeat(np.arange(len(CAMPAIGNS)), [len(some) for some in found])
        return Wants(
            person=person, campaign=campaign, policy=np.zeros(len(person), dtype=np.int64), goal=_GOAL[campaign],
            gain=_PRIOR[campaign] / self.shop.gap[person], level=_LEVEL[campaign],
            commercial=np.ones(len(person), dtype=np.bool_), after_all=np.zeros(len(person), dtype=np.bool_),
            treated=self.shop.treated[campaign, person], due=np.full(len(person), LONG_AGO),
            over=np.full(len(person), NEVER), topic=[""] * len(person),
        )  # fmt: skip

    def _people(self, now: datetime) -> PeopleColumns:
        people = len(self.shop.gap)
        return PeopleColumns(
            key=np.arange(people), recent=self.recent, since_act=self.since_act,
            level=np.full(people, int(TrustLevel.OFFERS)), silent_until=_mornings(self.silent_until),
            gap_until=_mornings(self.gap_until)[:, None], offer_until=np.full(people, LONG_AGO),
            opens=np.full((people, 1), LONG_AGO), closes=np.full((people, 1), NEVER),
            wants_at_most=np.full(people, int(TrustLevel.OFFERS)), unwanted=[frozenset()] * people,
            paused_until=np.full(people, LONG_AGO), not_before=np.full(people, LONG_AGO),
            own_week=np.full(people, NO_CAP), own_month=np.full(people, NO_CAP),
        )  # fmt: skip

    def _book(self, who: Days, campaign: Days, treated: npt.NDArray[np.bool_], day: int, now: int) -> None:
        """Both arms alike. One person is written to once in a morning, so no row stands twice."""
        self.started[campaign, who] = np.minimum(self.started[campaign, who], day)
        self.said[campaign, who] += 1
        booked = who if self.book_both else who[treated]
        self.recent[booked] = np.column_stack([np.full(len(booked), now), self.recent[booked, :-1]])
        self.since_act[booked] += 1
        reaches = treated & (campaign != -1 if self.silent is None else campaign != self.silent)
        self.heard[campaign[reaches], who[reaches]] = day

    def _buy(self, day: int) -> None:
        works = self.heard > day - WORKS
        chance = (1 + (_BOOST[:, None] * works).sum(axis=0)) / self.shop.gap
        buys = self.shop.chance[:, day] < chance
        returned = buys & self.shop.given_back[:, day]
        self.kept[:, day] = np.where(buys & ~returned, self.shop.amount[:, day], 0)
        self.last[buys & ~returned] = day
        self.since_act[buys | self.shop.asks[:, day]] = 0
        gap = np.minimum(self.shop.arrives[:, day] + DEFAULT.gap_days, DEFAULT.gap_most_days)
        self.gap_until[buys] = day + gap[buys]
        self.silent_until[returned] = day + 5 + DEFAULT.silence_days

    def outcome(self, campaign: int) -> tuple[Days, Floats]:
        """Who was started by a campaign, the first first, and what each kept us within their window."""
        who = np.flatnonzero(self.started[campaign] < NOT_YET)
        who = who[np.argsort(self.started[campaign, who], kind="stable")]
        totals = np.column_stack([np.zeros(len(self.kept)), self.kept.cumsum(axis=1)])
        began = self.started[campaign, who]
        return who, totals[who, began + WINDOW] - totals[who, began]


_GOAL = np.array([GOALS.index(terms.goal) for terms in CAMPAIGNS])
_PRIOR = np.array([terms.prior for terms in CAMPAIGNS])
_LEVEL = np.array([int(terms.level) for terms in CAMPAIGNS])
_BOOST = np.array([terms.boost for terms in CAMPAIGNS])


def _mornings(days: Days) -> npt.NDArray[np.int64]:
    """The morning of each day as a moment."""
    return moment(BEGAN) + days.clip(-10_000, 10_000) * DAY
