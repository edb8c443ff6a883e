"""Day after day: who orders, for how much, and because of what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.demo.simulator.chance import Floats, Purpose, uniform
from saleor_relacional.demo.simulator.people import People

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ANSWER_DAYS = 7
"""Who answers a mail orders on one of so many days after it."""
PULL = 2.5
"""How much a discount helps a mail: its effect times 1 + PULL x discount."""
WORD_EFFECT = 0.03
"""Mean probability that a word of another campaign (something runs out, thanks for coming back) brings its reader
back."""
LINK_EFFECT = 0.35
"""Mean probability that a mail about a checkout that was left brings its reader back to it by its link, that day."""
NEVER = -1
EVERYBODY = slice(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail does to people."""

    effect: float = 0.0
    """Mean probability that a mail without an offer makes a person order who would not have ordered by then."""
    discount: float = 0.0
    """Share of an order that its code takes off; 0 for just a word."""
    valid_days: int = 14
    """The code works from the day of the mail for so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened on one day. Arrays over its orders; at most one order per person and day."""

    day: int
    who: Ints
    """Index of the person."""
    value: Floats
    """Before a discount, in cents' precision."""
    uses_code: Bools
    """They hold a code that still works, and use it: whoever has one does."""
    answered: Bools
    """Ordered because of a mail."""
    refunded: Bools
    """Given back whole the same day."""
    second: Ints
    """Second of the day at which it was placed: between 8 and 20 o'clock."""
    by_link: Bools
    """It is the checkout that they had left, found back to by the link of today's mail."""
    opted_out: Ints
    """Index of people whom today's mail made opt out."""
    left: Ints
    """Index of people who filled a checkout and left it, instead of ordering."""
    left_value: Floats
    """What was in it."""


class Life:
    """A shop's people in one world. Give `live` each day in turn, with who got a mail that day."""

    def __init__(
        self, seed: int, people: People, mail: Mail | None = None, *, day: int = 0, leaves: float = 0.0
    ) -> None:
        self.seed = seed
        self.people = people
        self.mail = mail or Mail()
        self.day = day
        self.leaves = leaves
        """Share of those who would order of their own accord and leave their checkout instead."""
        self.there: Bools = people.there.copy()
        self.returns_on: Ints = np.full(len(people), NEVER, dtype=np.int64)
        self.code_until: Ints = np.full(len(people), NEVER, dtype=np.int64)
        self.left_value: Floats = np.zeros(len(people))
        """What is in the checkout that they have left; 0 without one."""
        self._index = {name: index for index, name in enumerate(people.names)}

    def index(self, names: Iterable[str]) -> Ints:
        """Indices of these people; KeyError for a stranger."""
        return np.array([self._index[name] for name in names], dtype=np.int64)

    def live(
        self, mailed: Sequence[int] | Ints = (), *, plain: Sequence[int] | Ints = (),
        words: Sequence[int] | Ints = (), reminded: Sequence[int] | Ints = (),
    ) -> Day:  # fmt: skip
        """Live the next day, in which these people (indices) get a mail in the morning: the one that is measured, the
        same without its offer, a word of another campaign, a reminder of the checkout that they left."""
        opted_out = [
            self._read(np.asarray(mailed, dtype=np.int64), self.mail.discount),
            self._read(np.asarray(plain, dtype=np.int64), 0.0),
            self._read_words(np.asarray(words, dtype=np.int64)),
        ]
        linked = self._back_by_link(np.asarray(reminded, dtype=np.int64))
        joins = self.people.joins_on == self.day
        wants = self.there & (self._draw(Purpose.ORDER) < -np.expm1(-self.people.rate))
        brought = self.returns_on == self.day
        left = self._leave(wants & ~joins & ~brought & ~linked)
        answers = brought & ~wants & ~joins
        who = np.flatnonzero((joins | wants | answers | linked) & ~left)
        day = self._orders(
            who, answers[who], linked[who], np.flatnonzero(left), np.unique(np.concatenate(opted_out))
        )
        self.there[who] = self._draw(Purpose.LEAVE, who) >= self.people.leaving[who]
        self.returns_on[who] = NEVER  # they are back: the mail has nothing left to do
        self.code_until[who] = NEVER
        self.left_value[who] = 0.0
        self.left_value[day.left] = day.left_value
        self.day += 1
        return day

    def _read(self, mailed: Ints, discount: float) -> Ints:
        """The mails arrive. Who is not going to answer does not think of it again."""
        self._answer(mailed, self.mail.effect * (1 + PULL * discount), Purpose.ANSWER, Purpose.DELAY)
        if discount:
            self.code_until[mailed] = self.day + self.mail.valid_days
        return mailed[self._draw(Purpose.OPT_OUT, mailed) < self.people.opt_out_share]

    def _read_words(self, words: Ints) -> Ints:
        self._answer(words, WORD_EFFECT, Purpose.WORD, Purpose.WORD_DELAY)
        return words[self._draw(Purpose.WORD_OPT_OUT, words) < self.people.opt_out_share]

    def _answer(self, readers: Ints, effect: float, purpose: Purpose, delays: Purpose) -> None:
        would = self._draw(purpose, readers) < effect * self.people.willingness[readers]
        answering = readers[would]
        delay = 1 + (self._draw(delays, answering) * ANSWER_DAYS).astype(np.int64)
        self.returns_on[answering] = self.day + delay

    def _back_by_link(self, reminded: Ints) -> Bools:
        """Who of these goes on with the checkout that they had left."""
        back = np.zeros(len(self.people), dtype=np.bool_)
        would = self._draw(Purpose.BACK, reminded) < LINK_EFFECT * self.people.willingness[reminded]
        back[reminded[would & (self.left_value[reminded] > 0)]] = True
        return back

    def _leave(self, able: Bools) -> Bools:
        """Who of these leaves their checkout."""
        if not self.leaves:
            return np.zeros(len(able), dtype=np.bool_)
        return able & (self._draw(Purpose.LEFT) < self.leaves)

    def _orders(self, who: Ints, answered: Bools, linked: Bools, left: Ints, opted_out: Ints) -> Day:
        return Day(
            day=self.day,
            who=who,
            value=np.where(linked, self.left_value[who], self._values(who)),
            uses_code=(self.code_until[who] >= self.day) & ~linked,
            answered=answered,
            refunded=self._draw(Purpose.REFUND, who) < self.people.refund_share,
            second=(8 * 3600 + self._draw(Purpose.HOUR, who) * 12 * 3600).astype(np.int64),
            by_link=linked,
            opted_out=opted_out,
            left=left,
            left_value=self._values(left),
        )

    def _values(self, who: Ints) -> Floats:
        noise = special.ndtri(self._draw(Purpose.VALUE, who)) * self.people.value_log_within
        value = np.exp(self.people.value_log_mean[who] + noise)
        return np.asarray(np.maximum(np.round(value, 2), 0.01))

    def _draw(self, purpose: Purpose, who: Ints | slice = EVERYBODY) -> Floats:
        return uniform(self.seed, self.people.keys[who], self.day, purpose)
