"""What every campaign kind says of itself.

Conditions and expressions are SQL over the alias `s`, a row of the customer summary, with the parameters %(stages)s
(of the version), %(now)s, %(today)s (the day of the shop), %(zone)s (its time zone) and those that the kind names
itself (`parameters`). They are parts of larger statements: see cycles.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise as LazyText

from saleor_relacional.flows.incentives.rungs import OFFERS, RungRule, RungTerms


class Goal(StrEnum):
    """What a campaign is after, in the order in which goals come first."""

    RECOVER = "recover"
    RETAIN = "retain"
    ACQUIRE = "acquire"
    LET_GO = "let_go"
    """After nothing: somebody is left in peace."""


class CampaignPurpose(StrEnum):
    """What the messages of a kind are for."""

    SERVICE = "service"
    """To help with what was bought or went wrong: nothing is sold, and the contact budget holds none of it back."""
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message of a campaign, and what it offers."""

    message: str
    """Name of the mail, a folder of saleor_relacional/emails."""
    wait_days: int = 0
    """Days between what the step waits for and its message: the first step waits for the cycle's beginning, a later
    one for the message before it."""
    wait_rhythms: Decimal = Decimal(0)
    """Instead of days: how many of the person's own rhythms it waits."""
    discount: str = ""
    """Instead of a ladder of one rung: percentage or fixed. Empty: the ladder says it, or it is just a word."""
    value: Decimal | None = None
    """Of that: per cent, or an amount in the one currency of the campaign's channels."""
    offer_days: int = 14
    """Days from issue to expiry."""
    rungs: tuple[RungTerms, ...] = ()
    """Its ladder, the cheapest first; empty: just a word, until it is checked."""
    default_rung: int = 1
    """Number of the rung that people get for whom no rule holds."""
    rules: tuple[RungRule, ...] = ()
    """The first whose segment somebody is in says their rung."""

    @property
    def offers(self) -> bool:
        """Whether somebody may get a code, or early access, by it."""
        return bool(self.discount) or any(one.kind in OFFERS for one in self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What a kind keeps rows of, because its conditions could not find by index whose time has come."""

    foresee: Callable[[Sequence[int], datetime], None]
    """Write anew what is foreseen of these people."""
    basis: Callable[[], str]
    """What everybody's rows rest on, in at most 64 letters."""


RECURRING_WINDOW = 90
"""Days. Kinds that may come to one person again within them are measured from the first time on, the later ones
included. The others come once, or the next time lies beyond that: an anniversary a year, an apology 90 days."""

Turns = Callable[[datetime, datetime], Iterable[int]]
"""Turns: people (ids of profiles) whose moment has come after the first moment and until the second one."""


def _none(now: datetime, today: date) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignKind:
    """A kind of campaign: everything that differs from one kind to another."""

    name: str
    """As it is stored and as the API says it in capitals; 40 characters at most."""
    goal: Goal
    title: LazyText
    aim: LazyText
    """What it is for, in a sentence: the goal of a new campaign until its owner says another."""
    hypothesis: LazyText
    steps: tuple[Step, ...]
    """What a new campaign says until its owner edits it."""
    stages: tuple[str, ...]
    """Stages whose people a new campaign considers."""
    control_share: Decimal
    """Share of people who get nothing, to measure against, of a new campaign."""
    window_days: int
    """Length of the outcome window of a new campaign."""

    prior_lift: float
    """What it is believed to add, as a share of the year value of those who start, until evidence says more: who comes
    first where two campaigns of one goal want the same person. An assumption, and shown as one."""
    open: str
    """Condition: the person is in the state that the campaign is for. False: the cycle is over."""
    opens: str
    """Condition: with no enrolment yet, this state opens one."""
    cycle: str
    """Text: the key of the cycle. A person is enrolled once per campaign and cycle."""
    begun_at: str
    """Moment: an enrolment considered after it belongs to the present cycle, whatever its key."""
    waits_from: str
    """Moment from which the first step waits."""
    ended: str
    """Condition on facts that the last scoring may not have seen, without %(stages)s: they end the cycle at once, and
    stop what is queued."""
    ended_reason: str
    """Why a message was stopped by it, as a code: purchased, refunded."""
    comes: str = "false"
    """Condition on what happened: the person has come for it between %(since)s and %(now)s, or by what is known already
    will come until %(until)s, months of the same length. How many start per month is foretold from it before the
    campaign is switched on (planning/foretold.py), beside whoever is there already. It knows `parameters` too."""
    opened_at: str = "s.last_at"
    """Moment of the purchase that the campaign writes about: orders placed later than it are asked of the host, and
    keep the message from leaving. With the parameter %(now)s alone; %(now)s itself: no order does."""
    commercial: bool = True
    """Whether its messages are there to sell: none leaves to somebody who has ordered meanwhile or is shopping."""
    parameters: Callable[[datetime, date], Mapping[str, Any]] = _none
    """Name → value of the parameters that its conditions ask for beside those of every kind, at a moment and on a day
    of the shop. `ended` and `opened_at` know none of them."""
    occasion: Mapping[str, str] = field(default_factory=dict)
    """What its mails know of the occasion beside what all mails know: name → SQL expression of a number, a text, a day,
    a moment or an array of them. It may ask for the enrolment, the alias `e`."""
    offers_after: Decimal | None = Decimal(0)
    """How many own rhythms a step waits, with the steps before it, until it may offer something. None: it offers
    nothing, ever."""
    leaves_in_peace: bool = False
    """Whether nothing commercial reaches whoever it has started, in either arm, until an own act of theirs."""
    believes: bool = True
    """Whether it lives by what we believe of people (rhythm, stage, what runs out): whoever objects to profiling is
    passed by. False: facts alone open it."""
    apologises: bool = False
    """Whether its message ends the silence after a disappointment. Nobody is held out of an apology."""
    message_lasts: timedelta = timedelta(days=7)
    """For how long after it was due a message is still worth sending; then it ends as too late."""
    goods: str = ""
    """Name in `occasion` of an array of variants: mails know of each that can be bought its `name` and `price`. Empty:
    none."""
    checkout: str = ""
    """Id of the basket that its mails lead back to (SQL): they know `lines` (what can be bought of it) and `more`,
    and have the link `links.checkout`. Empty: of none."""
    rates: str = ""
    """Id of the purchase that its mails ask about (SQL, of the enrolment `e` too): they have the links `links.rate_1`
    to `links.rate_5`. Empty: of none."""
    turns: Turns | None = None
    """For whom time alone has opened the state: a plan looks at them as at those of whom there is news. Nothing else
    finds them, so it leaves nobody out; of others it may name a few."""
    over_at: str = "NULL::timestamptz"
    """Moment at which time alone ends the state at the earliest, while it is open; NULL: only news does. Whom a stage's
    end moves on is news."""
    for_audience: bool = False
    """Whether it is for whoever is in the segment of its version, and for nobody else: it needs one, and its owner says
    what it is after. Other kinds may be narrowed by a segment."""
    foresight: Foresight | None = None
    """What is written of people before they are looked at: of whom there is news, and of all when its basis changes."""

    @property
    def purpose(self) -> CampaignPurpose:
        """Of its messages as it ships; a step that offers something sells in any kind (selling.sells)."""
        return CampaignPurpose.MARKETING if self.commercial else CampaignPurpose.SERVICE
