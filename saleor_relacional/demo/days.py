"""Day after day, lived twice: with our mails, through the real shop and the real worker; and without, beside it."""

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.demo.history import OPENS
from saleor_relacional.demo.mailbox.mailbox import Mail, Mailbox
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.demo.shoppers import Bought, Shoppers, Visit
from saleor_relacional.demo.simulator import Day, Life
from saleor_relacional.demo.worker import Worker
from saleor_relacional.hosts.standalone import clock

MORNING = (
    ("sweep", "patrol"), ("recompute_days",), ("refit",), ("rebuild",), ("pass_time",),
    ("detect_shifts", "learn_categories", "measure_paces"), ("score_stale",), ("expire",), ("plan",), ("send", "send"),
)  # fmt: skip
"""Every task of `tasks.BEAT`, run once each morning instead of all day long. Tasks of one group run concurrently."""
LAST = (("pass_time",), ("score_stale",), ("expire",))
HOURS = (11, 17)
"""Hours that the shop's clock is set to: morning visits buy at 11, later ones at 17."""
EVENING = 21
RECORD_SECONDS = 300
"""How long the worker may take to record the day's orders; half a second is usual."""

RECORDED = f"""
SELECT (SELECT count(*) FROM {tables.PURCHASE} WHERE source = 'standalone'),
       (SELECT count(*) FROM {tables.REFUND} WHERE source = 'standalone')
"""
LANGUAGES = f"SELECT email_key, language FROM {tables.PROFILE} WHERE email_key <> '' AND language <> ''"


@dataclass(slots=True)
class Diary:
    """What has happened so far."""

    orders: int = 0
    refunds: int = 0
    codes_typed: int = 0
    codes_refused: int = 0
    opt_outs: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """Task, or what else takes time → how long all of it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who lives, and who serves them."""

    with_us: Life
    without: Life
    addresses: list[str]
    """By index of the person; empty for one who has never bought."""
    worker: Worker
    shoppers: Shoppers
    mailbox: Mailbox


class Days:
    """Lives forward. Iterate: one step per day."""

    def __init__(self, cast: Cast, *, opens: datetime, days: int) -> None:
        self._cast, self._opens, self._days = cast, opens, days
        self._index = {address: index for index, address in enumerate(cast.addresses) if address}
        self._languages = dict(sql.rows(LANGUAGES))
        self._codes: dict[int, str] = {}
        self._read = len(cast.mailbox)
        self.diary = Diary()
        self.kept_with = np.zeros((len(cast.addresses), days))
        """Person × day: money that stayed with the shop, after discounts and refunds."""
        self.kept_without = np.zeros((len(cast.addresses), days))

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

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.diary.seconds[name] = self.diary.seconds.get(name, 0.0) + time.perf_counter() - began

    def _live(self, number: int) -> None:
        mails = self._cast.mailbox.since(self._read)
        self._read += len(mails)
        mailed = {index: mail for mail in mails if (index := self._index.get(mail.recipient)) is not None}
        self._codes.update({index: mail.code for index, mail in mailed.items()})
        ours, theirs = self._cast.with_us.live(sorted(mailed)), self._cast.without.live()
        self.kept_without[theirs.who, number] = np.where(theirs.refunded, 0.0, theirs.value)
        for index in ours.opted_out:
            self._leave(mailed[int(index)])
        self._shop(ours, number)

    def _shop(self, day: Day, number: int) -> None:
        """Run the day's visits at `HOURS`, then its refunds in the evening."""
        midnight = self._opens - timedelta(hours=OPENS.hour) + timedelta(days=number)
        visits = [self._visit(day, place) for place in range(len(day.who))]
        hour = np.digitize(day.second / 3600, [14])
        bought: list[Bought] = []
        for part, at in enumerate(HOURS):
            clock.freeze(midnight + timedelta(hours=at))
            bought += self._cast.shoppers.buy([visits[place] for place in np.flatnonzero(hour == part)])
        clock.freeze(midnight + timedelta(hours=EVENING))
        self.diary.refunds += self._cast.shoppers.send_back([each for each in bought if each.visit.returns])
        for each in bought:
            self.kept_with[each.visit.who, number] = 0.0 if each.visit.returns else float(each.total)
        self.diary.orders += len(bought)
        self.diary.codes_typed += sum(bool(each.visit.code) for each in bought)
        self.diary.codes_refused += sum(each.refused for each in bought)

    def _visit(self, day: Day, place: int) -> Visit:
        who = int(day.who[place])
        address = self._cast.addresses[who]
        return Visit(
            who=who, address=address, language=self._languages.get(address, "en"),
            cents=round(float(day.value[place]) * 100), returns=bool(day.refunded[place]),
            code=self._codes.get(who, "") if day.uses_code[place] else "",
        )  # fmt: skip

    def _leave(self, mail: Mail) -> None:
        """Unsubscribe as a mail program's button does (RFC 8058)."""
        said = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
        with urllib.request.urlopen(mail.way_out, data=said, timeout=10):
            self.diary.opt_outs += 1

    def _wait_until_recorded(self) -> None:
        """Raises DemoProblem when the worker has not recorded every order and refund in time."""
        wanted = (self.diary.orders, self.diary.refunds)
        until = time.monotonic() + RECORD_SECONDS
        while sql.rows(RECORDED)[0] != wanted:
            self._cast.worker.must_live()
            if time.monotonic() > until:
                raise DemoProblem(
                    f"The worker has not recorded all orders within {RECORD_SECONDS} s: is the machine busy?"
                )
            time.sleep(0.02)
