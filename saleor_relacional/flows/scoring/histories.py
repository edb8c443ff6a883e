"""Facts → sufficient statistics, set-based: orders are aggregated where they lie, in one pass over the index of their
days, and leave the database as columns of numbers, one row a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import binary, sql, tables
from saleor_relacional.flows import policy
from saleor_relacional.insight.timing.stages import STAGES

THESE = "= ANY(%(ids)s)"
RANGE = "BETWEEN %(first)s AND %(last)s"

_FACTS = f"""
WITH walked AS (
    SELECT *, CASE WHEN gap > 0 THEN ln(gap::float8) END AS log FROM (
        SELECT profile_id, day, placed_at, currency, sold,
               day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap
        FROM {tables.PURCHASE} WHERE state = 'counts' AND profile_id {{whose}}
    ) stepped OFFSET 0
), bought AS (
    SELECT profile_id, count(*)::int AS purchases, count(*) FILTER (WHERE gap IS DISTINCT FROM 0)::int AS days,
           min(day) AS first_day, max(day) AS last_day, max(placed_at) AS last_at,
           coalesce(sum(log), 0) AS logs, coalesce(sum(log * log), 0) AS squares,
           (max((day - DATE '0001-01-01')::bigint * 10000000 + gap) FILTER (WHERE gap > 0) %% 10000000)::int
               AS last_gap,
           min(currency COLLATE "C") AS currency, max(currency COLLATE "C") AS other_currency,
           {{sold}} AS sold, {{valued}}::int AS valued, {{sold_squares}} AS sold_squares
    FROM walked GROUP BY profile_id
), returned AS (
    SELECT profile_id, min(currency COLLATE "C") AS currency, max(currency COLLATE "C") AS other_currency,
           {{refunded}} AS refunded
    FROM {tables.REFUND} r WHERE profile_id {{whose}} AND {{not_withdrawn}} GROUP BY profile_id
), recent AS (
    SELECT profile_id, since, count(log)::int AS gaps, coalesce(sum(log), 0) AS logs,
           coalesce(sum(log * log), 0) AS squares
    FROM (
        SELECT profile_id, max(happened_on) AS since FROM {tables.HABIT_SHIFT}
        WHERE what = 'rhythm' AND profile_id {{whose}} GROUP BY profile_id
    ) shifted LEFT JOIN LATERAL (
        SELECT ln(gap::float8) AS log FROM (
            SELECT day - lag(day) OVER (ORDER BY day) AS gap FROM {tables.PURCHASE} p
            WHERE p.profile_id = shifted.profile_id AND p.state = 'counts' AND p.day >= since
          ) lately WHERE gap > 0
    ) logs ON true GROUP BY profile_id, since
)
SELECT p.id,
       coalesce(bought.purchases, 0), coalesce(bought.days, 0),
       coalesce(bought.first_day, '-infinity'), coalesce(bought.last_day, '-infinity'),
       coalesce(bought.last_at, '-infinity'), coalesce(recent.logs, bought.logs, 0),
       coalesce(recent.squares, bought.squares, 0), coalesce(bought.last_gap, 0),
       coalesce(recent.gaps, bought.days - 1, 0), coalesce(recent.since, '-infinity'),
       {{money}},
       own.valued, own.sold_squares,
       coalesce(said.every_days, 'NaN'), coalesce(said.not_before, '-infinity'),
       coalesce(said.declared_at, '-infinity'), {{mixed}}{{before}}
FROM {tables.PROFILE} p
LEFT JOIN bought ON bought.profile_id = p.id
LEFT JOIN returned ON returned.profile_id = p.id
LEFT JOIN recent ON recent.profile_id = p.id
LEFT JOIN {tables.DECLARATION} said ON said.profile_id = p.id AND said.profile_id {{whose}}
{{stood}}CROSS JOIN LATERAL ({{own}}) own
WHERE p.id {{whose}} AND p.merged_into_id IS NULL
"""
"""One row a person who is not merged away: the statistics as the facts stand now, what was declared, then what standing
and belief said before. Two purchases on one day leave no gap between them. A refund of a withdrawn purchase does not
count, as the purchase itself does not. OFFSET 0 keeps the logarithm from being taken anew for each sum."""

_BEFORE = """,
       coalesce(s.purchase_days, 0), coalesce(s.gap_log_sum, 0), coalesce(s.gap_log_squares, 0),
       coalesce(s.last_at, '-infinity'), coalesce(s.refunded, 0) <> own.refunded,
       CASE s.stage {stages} ELSE -1 END, coalesce(s.since, '-infinity'), CASE s.stage_cause {causes} ELSE -1 END,
       coalesce(s.slips_at, '-infinity'), coalesce(s.lapses_at, '-infinity'), coalesce(s.lost_at, '-infinity'),
       coalesce(s.rhythm_since, '-infinity'), coalesce(s.declared_at, '-infinity'), coalesce(s.scored_at, '-infinity'),
       coalesce(b.fit_id, 0)"""
_STOOD = f"""LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = p.id AND s.profile_id {{whose}}
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = p.id AND b.profile_id {{whose}}
"""
_ANYBODY = f"SELECT 1 FROM {tables.CUSTOMER_SUMMARY} WHERE profile_id {{whose}} LIMIT 1"

_PLAN = "SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
"""Compiling takes longer than running; a range's rows fit into memory."""

_NOT_WITHDRAWN = f"""NOT EXISTS (
        SELECT FROM {tables.PURCHASE} gone WHERE gone.id = r.purchase_id AND gone.state = 'withdrawn')"""

_QUICK = """
    SELECT coalesce(bought.currency, '') AS currency, coalesce(bought.sold, 0) AS sold,
           coalesce(returned.refunded, 0) AS refunded, coalesce(bought.valued, 0) AS valued,
           coalesce(bought.sold_squares, 0)::float8 AS sold_squares"""
_PURSES = f"""
WITH paid AS (
    SELECT profile_id, currency, max(placed_at) AS at, sum(sold) AS sold, count(*)::int AS purchases,
           sum(sold * sold)::float8 AS squares
    FROM {tables.PURCHASE} WHERE state = 'counts' AND profile_id {{whose}} GROUP BY profile_id, currency
), back AS (
    SELECT profile_id, currency, max(happened_at) AS at, sum(amount) AS refunded
    FROM {tables.REFUND} r WHERE profile_id {{whose}} AND {{not_withdrawn}} GROUP BY profile_id, currency
), own AS (
    SELECT DISTINCT ON (profile_id) profile_id, currency, coalesce(sold, 0) AS sold, coalesce(refunded, 0) AS refunded,
           coalesce(purchases, 0) AS purchases, coalesce(squares, 0) AS squares
    FROM paid FULL JOIN back USING (profile_id, currency)
    ORDER BY profile_id, paid.at DESC NULLS LAST, CASE WHEN paid.at IS NULL THEN back.at END DESC, currency
)
SELECT profile_id, {{money}}, own.purchases, squares, coalesce(s.refunded, 0) <> own.refunded
FROM own LEFT JOIN {tables.CUSTOMER_SUMMARY} s USING (profile_id)
"""
"""Money in the currency of the last purchase (of the last refund where there is no purchase)."""
_PURSE: dict[str, str] = {
    "profile": "i8", "currency": "S3", "sold": "i8", "refunded": "i8", "valued_purchases": "i4", "sold_squares": "f8",
    "refunds_moved": "i1",
}  # fmt: skip

_ONE_CURRENCY = {
    "sold": "sum(sold)", "valued": "count(*)", "sold_squares": "sum(sold * sold)", "refunded": "sum(amount)",
    "own": _QUICK,
    "mixed": "coalesce(bought.currency <> bought.other_currency, false) OR (returned.profile_id IS NOT NULL AND"
    " (returned.currency, returned.other_currency) IS DISTINCT FROM (bought.currency, bought.currency))",
}  # fmt: skip
"""Money of those whose money is all in one currency."""
_CONVERTED = {
    "sold": "round(sum(sold * {rate}), 3)", "valued": "count({rate})",
    "sold_squares": "sum((sold * {rate}) * (sold * {rate}))", "refunded": "round(sum(amount * {rate}), 3)",
    "own": _QUICK.replace(
        "coalesce(bought.currency, '')",
        "CASE WHEN coalesce(bought.currency, returned.currency) IS NULL THEN '' ELSE %(reporting)s END",
    ),
    "mixed": "false",
}  # fmt: skip
"""Money in the currency that the shop reports in; what has no rate is left out of it."""

COLUMNS: dict[str, str] = {
    "profile": "i8", "purchases": "i4", "purchase_days": "i4", "first_day": "i4", "last_day": "i4", "last_at": "i8",
    "gap_log_sum": "f8", "gap_log_squares": "f8", "last_gap": "i4", "gaps": "i4", "rhythm_since": "i4",
    "currency": "S3", "sold": "i8", "refunded": "i8",
    "valued_purchases": "i4", "sold_squares": "f8", "every_days": "f8", "not_before": "i4", "declared_at": "i8",
    "mixed": "i1",
}  # fmt: skip
BEFORE: dict[str, str] = {
    "old_purchase_days": "i4", "old_gap_log_sum": "f8", "old_gap_log_squares": "f8", "old_last_at": "i8",
    "refunds_moved": "i1", "old_stage": "i4", "old_since": "i8", "old_cause": "i4", "old_slips_at": "i8",
    "old_lapses_at": "i8", "old_lost_at": "i8", "old_rhythm_since": "i4", "old_declared_at": "i8",
    "old_scored_at": "i8", "old_fit": "i8",
}  # fmt: skip
"""What the statement answers, in order. Money in thousandths; stages and causes by their place in STAGES and CAUSES."""

_NOBODY = {"old_rhythm_since": binary.NO_DAY} | {
    f"old_{name}": binary.NO_MOMENT
    for name in ("last_at", "since", "slips_at", "lapses_at", "lost_at", "declared_at", "scored_at")
}
"""What stood where nobody stood; 0 elsewhere."""
CAUSES = ("history", "purchase", "refund", "correction", "habit", "declared", "refit", "time", "merge")
"""Why somebody is at a stage."""
_MOST = "9000000000000000"
"""Money beyond this is told as this much."""
_MONEY = f"""CASE WHEN octet_length(own.currency) = 3 THEN own.currency ELSE rpad(own.currency, 3) END,
       (greatest(least(own.sold, {_MOST}), -{_MOST}) * 1000)::bigint, (least(own.refunded, {_MOST}) * 1000)::bigint"""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_A_DAY = float(binary.DAY_MICROSECONDS)


@dataclass(frozen=True, kw_only=True)
class Histories:
    """What the facts say of some people, as columns of one length, and what their standings said before."""

    column: Mapping[str, npt.NDArray[Any]]
    """By the names of COLUMNS. Moments and days as in db/binary."""

    @classmethod
    def of(cls, profile_ids: Sequence[int], now: datetime) -> Self:
        """Of these people; who is gone or merged away is left out."""
        return cls._read(THESE, {"ids": list(profile_ids)}, now)

    @classmethod
    def between(cls, first: int, last: int, now: datetime) -> Self:
        """Of a range of keys, both ends inside."""
        return cls._read(RANGE, {"first": first, "last": last}, now)

    @classmethod
    def _read(cls, whose: str, parameters: dict[str, Any], now: datetime) -> Self:
        sql.run(_PLAN)
        parts, rates = _money(now)
        anybody = bool(sql.rows(_ANYBODY.format(whose=whose), parameters))
        columns = _columns(_answer(whose, parts, parameters | rates, before=anybody))
        mixed = np.flatnonzero(columns["mixed"])
        if len(mixed):
            ids = columns["profile"][mixed]
            purses = _purses(ids.tolist())
            rows = mixed[np.searchsorted(ids, purses["profile"])]
            for name in purses.keys() & columns.keys():
                columns[name][rows] = purses[name]
        if not anybody:
            columns |= {
                name: np.full(len(columns["profile"]), _NOBODY.get(name, 0), kind)
                for name, kind in BEFORE.items()
            }
        return cls(column=columns)

    def __len__(self) -> int:
        return len(self.column["profile"])

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.column[name]

    @cached_property
    def bought(self) -> Bools:
        """Whether there is a purchase that counts."""
        return np.asarray(self["purchase_days"] > 0)

    @cached_property
    def rhythm_moved(self) -> Bools:
        """Whether the gaps between the purchase days are other ones than before: a day in between was corrected."""
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

    def tenure(self, now: datetime) -> tuple[Floats, Floats]:
        """(recency, tenure) in whole days, as the literature counts them; nan where there is no purchase."""
        first, last = self["first_day"].astype(np.float64), self["last_day"].astype(np.float64)
        recency = np.where(self.bought, last - first, np.nan)
        return recency, np.where(self.bought, np.maximum(binary.day(now.date()) - first, recency), np.nan)

    def amount(self, name: str) -> Floats:
        """`sold` or `refunded`, for computing."""
        return np.asarray(self[name] / 1000.0)


def _answer(
    whose: str, parts: Mapping[str, str], parameters: dict[str, Any], *, before: bool
) -> npt.NDArray[Any]:
    """`before`: whether somebody stood somewhere already; what is not there is not asked for."""
    query = _FACTS.format(
        whose=whose, money=_MONEY, not_withdrawn=_NOT_WITHDRAWN,
        before=_BEFORE.format(stages=_cases(STAGES), causes=_cases(CAUSES)) if before else "",
        stood=_STOOD.format(whose=whose) if before else "", **parts,
    )  # fmt: skip
    found = binary.read(
        sql.copy_out(binary.packed(query), parameters), COLUMNS | BEFORE if before else COLUMNS
    )
    profile = found["profile"]
    return found if (profile[1:] > profile[:-1]).all() else found[np.argsort(profile)]


def _purses(ids: Sequence[int]) -> dict[str, npt.NDArray[Any]]:
    query = _PURSES.format(whose=THESE, money=_MONEY, not_withdrawn=_NOT_WITHDRAWN)
    return _columns(binary.read(sql.copy_out(binary.packed(query), {"ids": ids}), _PURSE))


def _columns(found: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    kinds = {name: kind for name, kind in (COLUMNS | BEFORE).items() if name in (found.dtype.names or ())}
    columns = {name: np.ascontiguousarray(found[name]).astype(kind) for name, kind in kinds.items()}
    names, places = np.unique(columns["currency"], return_inverse=True)
    columns["currency"] = np.char.rstrip(names)[places]
    return columns


def _cases(words: Sequence[str]) -> str:
    return " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words))


def _money(now: datetime) -> tuple[dict[str, str], dict[str, Any]]:
    """What the statement says of money, and its parameters."""
    owner = policy.current(now)
    if not owner.reporting_currency:
        return _ONE_CURRENCY, {}
    rates = {code: Decimal(rate) for code, rate in owner.rates.items()} | {
        owner.reporting_currency: Decimal(1)
    }
    cases = " ".join(f"WHEN %(code{i})s THEN %(rate{i})s" for i in range(len(rates)))
    parts = {
        name: part.replace("{rate}", f"(CASE currency {cases} END)") for name, part in _CONVERTED.items()
    }
    named: dict[str, Any] = {"reporting": owner.reporting_currency}
    for i, (code, rate) in enumerate(rates.items()):
        named |= {f"code{i}": code, f"rate{i}": rate}
    return parts, named
