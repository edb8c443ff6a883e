"""Day after day, lived twice: with our mails, through the real shop and the real worker; and without, beside it."""

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.demo.furnish import CHANNEL, PENNYWORTH
from saleor_relacional.hosts.standalone.demo.history import OPENS
from saleor_relacional.hosts.standalone.demo.problem import DemoProblem
from saleor_relacional.hosts.standalone.demo.worker import Worker
from saleor_relacional.hosts.standalone.mailbox import Mail, Mailbox
from saleor_relacional.hosts.standalone.models import Order
from saleor_relacional.hosts.standalone.shop import baskets, completion, orders
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from saleor_relacional.hosts.standalone.simulator import Day, Life
from saleor_relacional.models import sql

MORNING = ("refit", "pass_time", "score_stale", "expire", "plan_all", "send")
"""What the timetable runs all day long runs once a morning here: sixty days pass in a minute."""
REFUND_AFTER = 1800
"""Seconds from an order to its refund."""
RECORD_SECONDS = 60
"""How long the day's orders may take to be heard of; a second is usual."""

SINCE_MIDNIGHT = timedelta(hours=OPENS.hour)

LANGUAGES = "SELECT email_key, language FROM saleor_relacional_profile WHERE email_key <> '' AND language <> ''"
HEARD = """
SELECT (SELECT count(*) FROM saleor_relacional_purchase WHERE source = 'standalone'),
       (SELECT count(*) FROM saleor_relacional_refund WHERE source = 'standalone')
"""


@dataclass(slots=True)
class Diary:
    """What has happened so far."""

    orders: int = 0
    refunds: int = 0
    codes_typed: int = 0
    codes_refused: int = 0
    opt_outs: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """Task → how long all its runs took."""


class Days:
    """Lives forward. Iterate: one step a day."""

    def __init__(
        self, *, with_us: Life, without: Life, addresses: list[str], worker: Worker, mailbox: Mailbox, opens: datetime,
        days: int,
    ) -> None:  # fmt: skip
        self._ours, self._theirs, self._addresses = with_us, without, addresses
        self._index = {address: index for index, address in enumerate(addresses) if address}
        self._worker, self._mailbox, self._opens, self._days = worker, mailbox, opens, days
        self._languages = dict(sql.rows(LANGUAGES))
        self._codes: dict[int, str] = {}
        self._read = 0
        self.diary = Diary()
        self.kept_with = np.zeros((len(addresses), days))
        """Person × day: money that stayed with the shop, after discounts and refunds."""
        self.kept_without = np.zeros((len(addresses), days))

    def __iter__(self) -> Iterator[int]:
        for day in range(self._days):
            clock.freeze(self._opens + timedelta(days=day))
            self._work(MORNING)
            mails = self._mailbox.since(self._read)
            self._read += len(mails)
            self._live(day, mails)
            self._hear()
            yield day + 1
        clock.freeze(self._opens + timedelta(days=self._days))
        self._work(("pass_time", "score_stale", "expire"))

    def _work(self, tasks: tuple[str, ...]) -> None:
        for task in tasks:
            began = time.perf_counter()
            self._worker.run(task)
            spent = time.perf_counter() - began
            self.diary.seconds[task] = self.diary.seconds.get(task, 0.0) + spent

    def _live(self, day: int, mails: list[Mail]) -> None:
        mailed = {index: mail for mail in mails if (index := self._index.get(mail.recipient)) is not None}
        self._codes.update({index: mail.code for index, mail in mailed.items()})
        ours, theirs = self._ours.live(sorted(mailed)), self._theirs.live()
        self.kept_without[theirs.who, day] = np.where(theirs.refunded, 0.0, theirs.value)
        for index in ours.opted_out:
            self._leave(mailed[int(index)])
        self._shop(ours, day, self._opens - SINCE_MIDNIGHT + timedelta(days=day))

    def _shop(self, day: Day, number: int, midnight: datetime) -> None:
        """The day's orders and refunds in the order of their seconds."""
        placed: dict[int, Order] = {}
        events = [(int(second), False, place) for place, second in enumerate(day.second)]
        events += [(second + REFUND_AFTER, True, place) for second, _, place in events if day.refunded[place]]
        for second, is_refund, place in sorted(events):
            clock.freeze(midnight + timedelta(seconds=second))
            who = int(day.who[place])
            if is_refund:
                self._refund(placed[place])
                self.kept_with[who, number] = 0.0
                continue
            code = self._codes.get(who, "") if day.uses_code[place] else ""
            placed[place] = self._order(self._addresses[who], float(day.value[place]), code)
            self.kept_with[who, number] = float(placed[place].total)

    def _order(self, address: str, value: float, code: str) -> Order:
        """As a guest: address, basket, code typed in, completed."""
        basket = {PENNYWORTH: round(value * 100)}
        checkout = baskets.open_checkout(CHANNEL, basket, email=address, language=self._languages.get(address, "en"))
        self.diary.orders += 1
        if not code:
            return completion.complete(checkout)
        self.diary.codes_typed += 1
        try:
            baskets.put_code(checkout, code)
            return completion.complete(checkout)
        except Refusal:  # they buy all the same, and pay the whole price
            self.diary.codes_refused += 1
            baskets.remove_code(checkout)
            return completion.complete(checkout)

    def _refund(self, order: Order) -> None:
        if order.total > 0:
            orders.refund(order, order.total)
            self.diary.refunds += 1

    def _leave(self, mail: Mail) -> None:
        """Press the mail program's unsubscribe button (RFC 8058)."""
        said = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
        with urllib.request.urlopen(mail.way_out, data=said, timeout=10):  # noqa: S310 - our own link
            self.diary.opt_outs += 1

    def _hear(self) -> None:
        """Until the worker has heard of everything: nudges are told within a quarter of a second."""
        wanted = (self.diary.orders, self.diary.refunds)
        until = time.monotonic() + RECORD_SECONDS
        while sql.rows(HEARD)[0] != wanted:
            self._worker.must_live()
            if time.monotonic() > until:
                raise DemoProblem(f"The worker has not heard of all orders within {RECORD_SECONDS} s: is the machine busy?")
            time.sleep(0.02)
