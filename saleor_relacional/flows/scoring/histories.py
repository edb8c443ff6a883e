"""Facts → sufficient statistics, set-based: orders are aggregated where they lie, in one pass over the index of their
days, and leave the database as columns of numbers, one row per person. The statements are in history_sql.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from saleor_relacional import conf
from saleor_relacional.db import binary, sql
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.scoring import history_money, history_sql
from saleor_relacional.flows.scoring.history_sql import BEFORE, COLUMNS, SEASON
from saleor_relacional.insight.timing.season import FLAT, Season

Columns = dict[str, npt.NDArray[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_A_DAY = float(binary.DAY_MICROSECONDS)
FEW = 50
"""Of so many people it is quicker to ask exactly at once than to find out whom to ask about again."""


@dataclass(frozen=True, kw_only=True)
class Histories:
    """What the facts say of some people, as columns of one length, and what their summaries said before."""

    column: Mapping[str, npt.NDArray[Any]]
    """Name in COLUMNS or BEFORE (history_sql.py) → values. Moments and days as in db/binary."""
    today: date
    """The shop's day on which they were read."""

    @classmethod
    def of(
        cls, profile_ids: Sequence[int], now: datetime, *, season: Season = FLAT, anybody: bool | None = None
    ) -> Self:
        """The histories of these people, as of `now`; who is gone or merged away is left out. `season`: gaps are
        counted in the own time of a shop with it too. `anybody`: whether one of them has a summary, where the caller
        knows."""
        return cls._read(history_sql.THESE, {"ids": list(profile_ids)}, now, season, anybody=anybody)

    @classmethod
    def between(cls, first: int, last: int, now: datetime, *, season: Season = FLAT) -> Self:
        """The histories of everybody in a range of keys, both ends inside."""
        return cls._read(history_sql.RANGE, {"first": first, "last": last}, now, season)

    @classmethod
    def _read(
        cls,
        whose: str,
        parameters: dict[str, Any],
        now: datetime,
        season: Season,
        *,
        anybody: bool | None = None,
    ) -> Self:
        sql.run(history_sql.PLAN)
        if anybody is None:
            anybody = bool(sql.rows(history_sql.anybody(whose), parameters))
        zone = conf.host().time_zone()
        few = 0 < len(parameters.get("ids", ())) <= FEW
        today = now.astimezone(ZoneInfo(zone)).date()
        clock = Clock.of(season, today)
        columns = _facts(whose, parameters | {"zone": zone}, now, clock, before=anybody, exact=few)
        _late_evenings(columns, now, clock, before=anybody)
        _several_currencies(columns)
        return cls(column=columns if anybody else columns | _nobody(len(columns["profile"])), today=today)

    def update(self, anew: Self) -> None:
        """Put what was read anew of some of them in its place."""
        rows = np.searchsorted(self["profile"], anew["profile"])
        for name, values in anew.column.items():
            self[name][rows] = values

    def __len__(self) -> int:
        return len(self.column["profile"])

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.column[name]

    @cached_property
    def bought(self) -> Bools:
        """Whether there is a purchase that counts."""
        return np.asarray(self["purchase_days"] > 0)

    @cached_property
    def believed(self) -> Bools:
        """Whether something may be concluded of them: they do not object to profiling."""
        return np.asarray(self["private"] == 0)

    @cached_property
    def rhythm_moved(self) -> Bools:
        """Whether the gaps between the purchase days are others than before: a day in between was corrected."""
        same = [
            np.isclose(self[name], self[f"old_{name}"], rtol=1e-9, atol=1e-9)
            for name in ("gap_log_sum", "gap_log_squares")
        ]
        return np.asarray(~(same[0] & same[1]))

    @property
    def frequency(self) -> Floats:
        """Purchase days after the first."""
        return np.maximum(self["purchase_days"] - 1.0, 0.0)

    def idle(self, now: datetime) -> Floats:
        """Days since the last purchase; nan where there is none, never negative."""
        waited = np.maximum(binary.moment(now) - self["last_at"], 0) / _A_DAY
        return np.where(self.bought, waited, np.nan)

    @property
    def tenure(self) -> tuple[Floats, Floats]:
        """(recency, tenure) in whole days of the shop, as the literature counts them; nan where there is no
        purchase."""
        first, last = self["first_day"].astype(np.float64), self["last_day"].astype(np.float64)
        recency = np.where(self.bought, last - first, np.nan)
        return recency, np.where(self.bought, np.maximum(binary.day(self.today) - first, recency), np.nan)

    def amount(self, name: str) -> Floats:
        """`sold` or `refunded`, for computing."""
        return np.asarray(self[name] / 1000.0)


def _facts(
    whose: str, parameters: dict[str, Any], now: datetime, clock: Clock, *, before: bool, exact: bool
) -> Columns:
    """The columns of `history_sql.facts`, by rising key. `before`: whether anybody has a summary already; what is not
    there is not asked for."""
    money = history_money.terms(now)
    query = history_sql.facts(whose, money, before=before, exact=exact, clock=clock)
    found = binary.read(
        sql.copy_out(binary.packed(query), parameters | money.parameters | clock.parameters),
        COLUMNS | (BEFORE if before else {}) | ({} if clock.season.flat else SEASON),
    )
    profile = found["profile"]
    return _columns(found if (profile[1:] > profile[:-1]).all() else found[np.argsort(profile)])


def _late_evenings(columns: Columns, now: datetime, clock: Clock, *, before: bool) -> None:
    """Read those again who ordered after midnight, with orders of one sitting as one occasion."""
    rows = np.flatnonzero(columns["late"])
    if len(rows):
        ids = columns["profile"][rows].tolist()
        anew = _facts(history_sql.THESE, {"ids": ids}, now, clock, before=before, exact=True)
        rows = np.searchsorted(columns["profile"], anew["profile"])
        for name in anew.keys() & columns.keys():
            columns[name][rows] = anew[name]


def _several_currencies(columns: Columns) -> None:
    """Put the money of those who use several currencies into the one that they used last."""
    mixed = np.flatnonzero(columns["mixed"])
    if len(mixed):
        ids = columns["profile"][mixed]
        query = binary.packed(history_sql.latest_currency(history_sql.THESE))
        latest = _columns(binary.read(sql.copy_out(query, {"ids": ids.tolist()}), history_sql.LATEST))
        rows = mixed[np.searchsorted(ids, latest["profile"])]
        for name in latest.keys() & columns.keys():
            columns[name][rows] = latest[name]


_NOTHING = {"old_rhythm_since": binary.NO_DAY} | {
    f"old_{name}": binary.NO_MOMENT
    for name in ("last_at", "since", "slips_at", "lapses_at", "lost_at", "declared_at", "scored_at")
}
"""What BEFORE says of somebody without a summary; 0 elsewhere."""


def _nobody(count: int) -> Columns:
    """BEFORE of so many people without a summary."""
    return {name: np.full(count, _NOTHING.get(name, 0), kind) for name, kind in BEFORE.items()}


def _columns(found: npt.NDArray[Any]) -> Columns:
    kinds = {
        name: kind for name, kind in (COLUMNS | BEFORE | SEASON).items() if name in (found.dtype.names or ())
    }
    columns = {name: np.ascontiguousarray(found[name]).astype(kind) for name, kind in kinds.items()}
    names, places = np.unique(columns["currency"], return_inverse=True)
    columns["currency"] = np.char.rstrip(names)[places]
    return columns
