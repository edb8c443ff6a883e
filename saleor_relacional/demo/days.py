"""Day after day, lived twice: with all campaigns, through the real shop and the real worker; and without the win-back,
beside it."""

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.client import HTTPConnection
from uuid import UUID

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.demo import shelves
from saleor_relacional.demo.contests import Contests
from saleor_relacional.demo.furnish import pennyworth
from saleor_relacional.demo.history import OPENS
from saleor_relacional.demo.mailbox.mailbox import Mail, Mailbox
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.demo.shoppers import Bought, Shoppers, Visit
from saleor_relacional.demo.simulator import Day
from saleor_relacional.demo.simulator.history import first_name
from saleor_relacional.demo.simulator.worlds import Post, Worlds
from saleor_relacional.demo.truth import Lived
from saleor_relacional.demo.worker import Worker
from saleor_relacional.flows.ingest.sweep import MARGIN
from saleor_relacional.hosts.standalone import clock

MORNING = (
    ("sweep", "patrol"), ("forget_knocks", "invite_signups", "end_signups"),
    ("recompute_days",), ("refit",), ("rebuild",), ("pass_time",),
    ("detect_shifts", "learn_categories", "measure_paces", "learn_rungs"), ("score_stale",), ("expire",),
    ("stop_harm",), ("plan",), ("write_attributes",), ("send", "send"),
)  # fmt: skip
"""Every task of `tasks.BEAT`, run once each morning instead of all day long. Tasks of one group run concurrently."""
SENDS = (("send", "send"),)
"""What is due in the course of the day leaves then; who reads it shops from tomorrow on."""
PLANS = ("plan",)
LAST = (("pass_time",), ("score_stale",), ("expire",))
HOURS = (11, 17)
"""Hours that the shop's clock is set to: morning visits buy at 11, later ones at 17."""
EVENING = 21
RECORD_SECONDS = 300
"""How long the worker may take to record the day's orders; half a second is usual."""
SWEEP_SECONDS = 20
SWEPT = 2 * MARGIN
"""So much later everything of the evening is old enough for a sweep."""

RECORDED = f"""
SELECT (SELECT count(*) FROM {tables.PURCHASE} WHERE source = 'standalone'),
       (SELECT count(*) FROM {tables.REFUND} WHERE source = 'standalone'),
       (SELECT count(*) FROM {tables.PURCHASE} WHERE source = 'standalone' AND fulfilled_at IS NOT NULL)
"""
WIN_BACKS = f"""
SELECT t.public_id FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
WHERE t.public_id = ANY(%s) AND e.campaign_id = %s
"""
LANGUAGES = f"SELECT email_key, language FROM {tables.PROFILE} WHERE email_key <> '' AND language <> ''"


@dataclass(slots=True)
class Diary:
    """What has happened so far."""

    orders: int = 0
    refunds: int = 0
    sent_out: int = 0
    codes_typed: int = 0
    codes_refused: int = 0
    opt_outs: int = 0
    left: int = 0
    """Checkouts that were left."""
    found_back: int = 0
    """Of those, how many were ordered by the link of our mail."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Task, or what else takes time → how long all of it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who lives, and who serves them."""

    worlds: Worlds
    addresses: list[str]
    """By index of the person."""
    win_back: int
    """Its campaign, by primary key."""
    worker: Worker
    shoppers: Shoppers
    mailbox: Mailbox


class Days:
    """Lives forward. Iterate: one step per day."""

    def __init__(self, cast: Cast, *, opens: datetime, days: int) -> None:
        self._cast, self._opens, self._days = cast, opens, days
        self._index = {address: index for index, address in enumerate(cast.addresses)}
        self._languages = dict(sql.rows(LANGUAGES))
        self._favourites, self._shelves = shelves.favourites(), shelves.known()
        self._codes: dict[int, str] = {}
        self._read = len(cast.mailbox)
        self.diary, self.contests = Diary(), Contests()
        self.with_us, self.without = (
            Lived(
                kept=np.zeros((len(cast.addresses), days)),
                listed=np.zeros((len(cast.addresses), days)),
                ordered=np.zeros((len(cast.addresses), days), dtype=np.bool_),
            )
            for _ in range(2)
        )
        """Both worlds: without the win-back, and with it."""

    def __iter__(self) -> Iterator[int]:
        for day in range(self._days):
            clock.freeze(self._opens + timedelta(days=day))
            self._work(MORNING)
            with self._timed("the shop's day"):
                self._live(day)
            with self._timed("until all is recorded"):
                self._wait_until_recorded()
            yield day + 1
        clock.freeze(self._opens + timedelta(days=self._days))
        self._work(LAST)

    def _work(self, rounds: Sequence[tuple[str, ...]]) -> None:
        for tasks in rounds:
            with self._timed(tasks[0]):
                self._cast.worker.run(*tasks)
            if tasks == PLANS:
                self.contests.look(clock.now())

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.diary.seconds[name] = self.diary.seconds.get(name, 0.0) + time.perf_counter() - began

    def _live(self, number: int) -> None:
        arrived = self._cast.mailbox.since(self._read)
        self._read += len(arrived)
        mails = [(index, mail) for mail in arrived if (index := self._index.get(mail.recipient)) is not None]
        self._codes.update({index: mail.code for index, mail in mails if mail.code})
        links = {index: mail.way_back for index, mail in mails if mail.way_back}
        ours = self._win_backs([mail for _index, mail in mails])
        bare = {(index, mail.touch in ours) for index, mail in mails if not mail.code and not mail.way_back}
        post = Post(
            win_back=sorted({index for index, mail in mails if mail.code}), reminded=sorted(links),
            plain=sorted(index for index, its in bare if its), words=sorted(index for index, its in bare if not its),
        )  # fmt: skip
        lived, theirs = self._cast.worlds.live(post)
        self.without.kept[theirs.who, number] = np.where(theirs.refunded, 0.0, theirs.value)
        self.without.listed[theirs.who, number] = self.without.kept[theirs.who, number]
        self.without.ordered[theirs.who, number] = True
        latest = dict(mails)
        for index in lived.opted_out:
            self._leave(latest[int(index)])
        self._shop(lived, number, links)

    def _win_backs(self, mails: Sequence[Mail]) -> set[UUID]:
        """Touches of the win-back among these mails."""
        touches = [mail.touch for mail in mails if mail.touch]
        return {touch for (touch,) in sql.rows(WIN_BACKS, [touches, self._cast.win_back])}

    def _shop(self, day: Day, number: int, links: Mapping[int, str]) -> None:
        """Run the day's visits at `HOURS`; in the evening what was ordered is sent, or comes back."""
        midnight = self._opens - timedelta(hours=OPENS.hour) + timedelta(days=number)
        hour = np.digitize(day.second / 3600, [14])
        bought: list[Bought] = []
        for part, at in enumerate(HOURS):
            clock.freeze(midnight + timedelta(hours=at))
            self._work(SENDS)
            visits = [self._visit(day, int(place), links) for place in np.flatnonzero(hour == part)]
            bought += self._cast.shoppers.buy([visit for visit in visits if visit])
        left = [self._filled(int(who), value) for who, value in zip(day.left, day.left_value, strict=True)]
        self.diary.left += self._cast.shoppers.leave(left)
        clock.freeze(midnight + timedelta(hours=EVENING))
        self.diary.sent_out += self._cast.shoppers.send_out([one for one in bought if not one.visit.returns])
        self.diary.refunds += self._cast.shoppers.send_back([one for one in bought if one.visit.returns])
        for one in bought:
            self.with_us.kept[one.visit.who, number] = 0.0 if one.visit.returns else float(one.total)
            self.with_us.listed[one.visit.who, number] = 0.0 if one.visit.returns else one.visit.cents / 100
            self.with_us.ordered[one.visit.who, number] = True
        self.diary.orders += len(bought)
        self.diary.codes_typed += sum(bool(one.visit.code) for one in bought)
        self.diary.codes_refused += sum(one.refused for one in bought)
        self.diary.found_back += sum(bool(one.visit.checkout) for one in bought)

    def _visit(self, day: Day, place: int, links: Mapping[int, str]) -> Visit | None:
        """None where the link of a mail leads nowhere any more."""
        who = int(day.who[place])
        checkout = way_back(links[who]) if day.by_link[place] else ""
        if day.by_link[place] and not checkout:
            return None
        code = self._codes.get(who, "") if day.uses_code[place] else ""
        filled = self._filled(who, float(day.value[place]))
        return replace(filled, returns=bool(day.refunded[place]), code=code, checkout=checkout)

    def _filled(self, who: int, value: float) -> Visit:
        address = self._cast.addresses[who]
        anything = self._shelves[who % len(self._shelves)] if self._shelves else ""
        return Visit(
            who=who, address=address, language=self._languages.get(address, "en"), cents=round(value * 100),
            goods=pennyworth(self._favourites.get(address, anything)), first_name=first_name(who),
        )  # fmt: skip

    def _leave(self, mail: Mail) -> None:
        """Unsubscribe as a mail program's button does (RFC 8058)."""
        said = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
        with urllib.request.urlopen(mail.way_out, data=said, timeout=10):
            self.diary.opt_outs += 1

    def _wait_until_recorded(self) -> None:
        """What no nudge told is found as in every shop: by a sweep. Raises DemoProblem when the worker has not recorded
        every order, refund and dispatch in time."""
        wanted = (self.diary.orders, self.diary.refunds, self.diary.sent_out)
        began = time.monotonic()
        sweeps = 0
        while (found := sql.rows(RECORDED)[0]) != wanted:
            self._cast.worker.must_live()
            waited = time.monotonic() - began
            if waited > RECORD_SECONDS:
                raise DemoProblem(
                    f"The worker has not recorded all orders, refunds and dispatches within {RECORD_SECONDS} s"
                    f" ({found} instead of {wanted}): is the machine busy?"
                )
            if waited > (sweeps + 1) * SWEEP_SECONDS:
                if not sweeps:
                    clock.freeze(clock.now() + SWEPT)
                sweeps += 1
                self._work((("sweep", "patrol"),))
            time.sleep(0.2)


def way_back(page: str) -> str:
    """Press the button of the page that leads back to a checkout; the checkout, or nothing where it is not open."""
    parts = urllib.parse.urlsplit(page)
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request("POST", parts.path)
        answer = connection.getresponse()
    asked = urllib.parse.urlsplit(answer.getheader("Location", "")).query
    return urllib.parse.parse_qs(asked).get("checkout", [""])[0]
