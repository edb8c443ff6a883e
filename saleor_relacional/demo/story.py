"""The demo from its first line to its last number."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.demo import (
    afterwards,
    furnish,
    history,
    shopkeeping,
    truth,
)
from saleor_relacional.demo.days import Cast, Days
from saleor_relacional.demo.history import History
from saleor_relacional.demo.mailbox.mailbox import Mailbox
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.demo.shoppers import Shoppers
from saleor_relacional.demo.simulator import Mail
from saleor_relacional.demo.simulator.worlds import Worlds
from saleor_relacional.demo.telling import before, month, outcome, together
from saleor_relacional.demo.terminal import Terminal
from saleor_relacional.demo.worker import Worker
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.importing import import_file
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.models import Campaign

EFFECT = 0.2
"""The documented large one (docs/simulator.md), which two hundred simulated shops were tested with."""

ABANDONED = "abandoned_checkout"
STAGES = f"SELECT stage, count(*) FROM {tables.CUSTOMER_SUMMARY} GROUP BY stage"


@dataclass(slots=True, kw_only=True)
class Story:
    """What is running, and what was found out on the way."""

    terminal: Terminal
    worker: Worker
    shoppers: Shoppers
    mailbox: Mailbox
    url: str
    days: int
    began: float
    """By time.perf_counter."""
    seconds: dict[str, float] = field(default_factory=dict)

    def tell(self, past: History) -> dict[str, Any]:
        """Live it; the closing numbers."""
        imported = self._import(past)
        stages = self._score(past)
        running, decided = self._prepare(imported.buyers, past)
        found = self._live(past, running, decided)
        numbers = {"imported": before.imported_numbers(imported, past.currency), "stages": stages}
        return {**numbers, **found, "seconds": self._times()}

    @contextlib.contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 2)

    def _import(self, past: History) -> import_file.Imported:
        self.terminal.heading(_("Reading %s") % past.name)
        furnish.before_import(past, f"{self.url}/graphql/")
        with self._timed("import"):
            try:
                done = import_file.import_file(past.path, past.options, now=past.opens)
            except RelacionalError as error:
                raise DemoProblem(f"{past.name} could not be imported: {error.message}") from error
            furnish.speak_spanish()
        before.imported(self.terminal, done, past.currency, self.seconds["import"])
        return done

    def _score(self, past: History) -> dict[str, int]:
        self.terminal.heading(_("Understanding each customer by their own rhythm"))
        self.worker.wait_until_it_answers()  # it started while we were reading
        with self._timed("score"):
            self.worker.run("refit")
            self.worker.run("score_stale")
        before.stages(self.terminal, past.opens, past.currency, self.seconds["score"])
        return dict(sorted(sql.rows(STAGES)))

    def _prepare(self, buyers: int, past: History) -> tuple[list[Campaign], shopkeeping.Decisions]:
        """The campaigns, the win-back first."""
        now, currency = conf.host().now(), past.currency
        products = furnish.after_import(now)
        shopkeeping.name_sender(now)
        decided = shopkeeping.decide(buyers=buyers, days=self.days, monthly=before.monthly(now, currency))
        shopkeeping.say_costs(decided, currency, now)
        self.terminal.heading(_("The owner decides, and switches five campaigns on"))
        running = [shopkeeping.switch_on(decided, currency, now), *shopkeeping.switch_on_others(decided, now)]
        before.decided(self.terminal, decided, products, currency)
        before.ladder(self.terminal, running[0], now)
        together.switched_on(self.terminal, running[1:])
        afterwards.tell_links(self.terminal, self.url)
        self.seconds["open"] = round(time.perf_counter() - self.began, 2)
        return running, decided

    def _live(
        self, past: History, running: Sequence[Campaign], decided: shopkeeping.Decisions
    ) -> dict[str, Any]:
        mail = Mail(effect=EFFECT, discount=float(decided.percent) / 100, valid_days=decided.offer_days)
        with_us, without, addresses = history.lives(past, mail)
        [reminds] = [campaign for campaign in running if campaign.kind == ABANDONED]
        worlds = Worlds(
            with_us=with_us, without=without, reminded_share=1 - float(campaigns.current(reminds).control_share)
        )  # fmt: skip
        cast = Cast(
            worlds=worlds, addresses=addresses, win_back=running[0].pk, worker=self.worker,
            shoppers=self.shoppers, mailbox=self.mailbox,
        )  # fmt: skip
        days = Days(cast, opens=past.opens, days=self.days)
        self.terminal.heading(
            _("Living %(days)d days from %(day)s on") % {"days": self.days, "day": past.opens.date()}
        )
        with self.terminal.progress(_("day"), self.days) as step:
            for day in days:
                step(day, before.so_far(days.diary, len(self.mailbox)))
        self.seconds.update(
            plan=round(days.diary.seconds["plan"], 2), send=round(days.diary.seconds["send"], 2)
        )
        now: datetime = clock.now()
        all_found = {campaign.kind: results.results(campaign, now) for campaign in running}
        found = all_found[running[0].kind]
        worlds_lived = days.with_us, days.without
        true = truth.of(running[0], *worlds_lived, addresses, opens=past.opens, now=now)
        outcome.tell(self.terminal, found, true, days.diary, past.currency)
        outcome.rungs(self.terminal, running[0])
        outcome.offers(self.terminal, accounts.of_campaign(running[0].pk, now, months=3))
        together.tell(self.terminal, all_found, days.contests, days.diary)
        with self._timed("calendar"):
            coming = month.tell(self.terminal, running, now)
        return {**outcome.numbers(found, true), **together.numbers(all_found, days.contests), **coming}

    def _times(self) -> dict[str, float]:
        return {**self.seconds, "total": round(time.perf_counter() - self.began, 2)}


def history_of(orders: str, folder: Path) -> History:
    """The history that was asked for, else the one beside the project, else a simulated one."""
    if orders:
        path = Path(orders).expanduser()
        if not path.is_file():
            raise DemoProblem(
                f"There is no file {orders}: give the path of a CSV or CSV.gz, make demo ORDERS=file."
            )
        return history.of_file(path)
    beside = Path("../shared/data/online_retail.csv.gz")
    return history.of_file(beside) if beside.is_file() else history.simulated(folder)
