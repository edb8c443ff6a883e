"""The statements of histories, and the columns that they answer in. `whose` is a condition on a key: THESE or RANGE."""

from collections.abc import Sequence

from saleor_relacional.db import tables
from saleor_relacional.flows import cursors
from saleor_relacional.flows.learning import sittings
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.scoring.history_money import MoneyTerms
from saleor_relacional.insight.timing.stages import STAGES

THESE = "= ANY(%(ids)s)"
RANGE = "BETWEEN %(first)s AND %(last)s"

CAUSES = ("history", "purchase", "refund", "correction", "habit", "declared", "refit", "time", "merge")
"""Why somebody is at a stage."""

COLUMNS: dict[str, str] = {
    "profile": "i8", "purchases": "i4", "purchase_days": "i4", "first_day": "i4", "last_day": "i4", "last_at": "i8",
    "gap_log_sum": "f8", "gap_log_squares": "f8", "last_gap": "i4", "gaps": "i4", "rhythm_since": "i4",
    "currency": "S3", "sold": "i8", "refunded": "i8",
    "valued_purchases": "i4", "sold_squares": "f8", "every_days": "f8", "not_before": "i4", "declared_at": "i8",
    "mixed": "i1", "late": "i1", "private": "i1",
}  # fmt: skip
"""What `facts` answers, in order: name → numpy type. Money in thousandths."""
BEFORE: dict[str, str] = {
    "old_purchase_days": "i4", "old_gap_log_sum": "f8", "old_gap_log_squares": "f8", "old_last_at": "i8",
    "refunds_moved": "i1", "old_stage": "i4", "old_since": "i8", "old_cause": "i4", "old_slips_at": "i8",
    "old_lapses_at": "i8", "old_lost_at": "i8", "old_rhythm_since": "i4", "old_declared_at": "i8",
    "old_scored_at": "i8", "old_fit": "i8", "as_history": "i1",
}  # fmt: skip
"""What comes after them where there are summaries: what these and the predictions said before. Stages and causes by
their place in STAGES and CAUSES."""
SEASON: dict[str, str] = {"own_log_sum": "f8", "own_log_squares": "f8"}
"""What comes last in a shop with a season: the sums of log gaps in its own time."""
LATEST: dict[str, str] = {
    "profile": "i8", "currency": "S3", "sold": "i8", "refunded": "i8", "valued_purchases": "i4", "sold_squares": "f8",
    "refunds_moved": "i1",
}  # fmt: skip
"""What `latest_currency` answers, in order."""

PLAN = "SET LOCAL jit = off; SET LOCAL work_mem = '32MB'"
"""Compiling takes longer than running; a range's rows fit into memory."""

_MOST = "9000000000000000"
"""Money beyond this is told as this much."""
_MONEY = f"""CASE WHEN octet_length(own.currency) = 3 THEN own.currency ELSE rpad(own.currency, 3) END,
       (greatest(least(own.sold, {_MOST}), -{_MOST}) * 1000)::bigint, (least(own.refunded, {_MOST}) * 1000)::bigint"""
_NOT_WITHDRAWN = f"""(
        SELECT true FROM {tables.PURCHASE} gone WHERE gone.id = r.purchase_id
          AND gone.state IN ('withdrawn', 'not_mine')) IS NULL"""
"""A refund of a withdrawn purchase does not count, as the purchase itself does not, nor does that of one which is not
the person's own. Asked refund by refund: as a join all withdrawn purchases of the shop would be read for a few
refunds."""


_AS_HISTORY = f"""CASE WHEN (s.purchase_days, s.last_at) IS DISTINCT FROM (bought.days, bought.last_at) THEN EXISTS (
        SELECT FROM {tables.PURCHASE} file WHERE file.profile_id = p.id AND file.batch_id IS NOT NULL
          AND file.learned_at >= s.scored_at)
    OR (coalesce(s.scored_at <= {cursors.HISTORY_READ_AT}, false) AND EXISTS (
        SELECT FROM {tables.PURCHASE} first WHERE first.profile_id = p.id
          AND first.learned_at BETWEEN s.scored_at AND {cursors.HISTORY_READ_AT})) ELSE false END"""
"""Whether an import, or the first reading of the shop, has told something of them since: asked only of those whose
purchases are others than before, by an index of what imports told; and of whoever was scored before that reading."""


def anybody(whose: str) -> str:
    """Answers a row when one of them has a summary."""
    return f"SELECT 1 FROM {tables.CUSTOMER_SUMMARY} WHERE profile_id {whose} LIMIT 1"


def facts(whose: str, money: MoneyTerms, *, before: bool, exact: bool, clock: Clock) -> str:
    """One row per person who is not merged away: COLUMNS, BEFORE where that is asked for, SEASON where there is one.

    `exact`: orders of one sitting are one occasion. Else a purchase day is one, which is quicker, and `late` says of
    whom that may not hold: few order late at night, and again after midnight.

    What is there are the statistics of the facts as they stand, and what was declared.
    """
    return f"""
WITH {_bought(whose, money, exact, clock)}, {_emptied(whose, money)}, {_returned(whose, money)}, {
        _recent(whose, clock)
    }
SELECT p.id,
       coalesce(bought.purchases, 0), coalesce(bought.days, 0),
       coalesce(bought.first_day, '-infinity'), coalesce(bought.last_day, '-infinity'),
       coalesce(bought.last_at, '-infinity'), coalesce(recent.logs, bought.logs, 0),
       coalesce(recent.squares, bought.squares, 0), coalesce(bought.last_gap, 0),
       coalesce(recent.gaps, bought.days - 1, 0), coalesce(recent.since, '-infinity'),
       {_MONEY},
       own.valued, own.sold_squares,
       coalesce(said.every_days, 'NaN'), coalesce(said.not_before, '-infinity'),
       coalesce(said.declared_at, '-infinity'), {money.mixed},
       {"false" if exact else "coalesce(bought.late, false)"}, asks.profile_id IS NOT NULL{
        _said_before() if before else ""
    }{_in_own_time(clock)}
FROM {tables.PROFILE} p
LEFT JOIN bought ON bought.profile_id = p.id
LEFT JOIN emptied ON emptied.profile_id = p.id
LEFT JOIN returned ON returned.profile_id = p.id
LEFT JOIN recent ON recent.profile_id = p.id
LEFT JOIN {tables.DECLARATION} said ON said.profile_id = p.id AND said.profile_id {whose}
LEFT JOIN {tables.PREFERENCE} asks ON asks.profile_id = p.id AND asks.profile_id {whose} AND asks.no_profiling
{_summaries(whose) if before else ""}CROSS JOIN LATERAL ({_own(money)}) own
WHERE p.id {whose} AND p.merged_into_id IS NULL
"""


def _bought(whose: str, money: MoneyTerms, exact: bool, clock: Clock) -> str:
    """Two purchases on one day, or of one sitting, leave no gap between them. OFFSET 0 keeps the logarithm from being
    taken anew for each sum."""
    purchases = f"FROM {tables.PURCHASE} WHERE state = 'counts' AND profile_id {whose}"
    stepped = "day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap"
    own, sums = _own_logs(clock)
    if exact:
        occasions = f"SELECT profile_id, {sittings.OCCASION} AS day, placed_at, currency, sold {purchases}"
        source = f"SELECT *, {stepped} FROM ({occasions} WINDOW {sittings.PREVIOUS}) sat"
    else:
        source = f"SELECT profile_id, day, placed_at, currency, sold, {stepped} {purchases}"
    late = "" if exact else f", bool_or({sittings.LATE}) AS late"
    return f"""walked AS (
    SELECT *, CASE WHEN gap > 0 THEN ln(gap::float8) END AS log{own} FROM ({source}) stepped OFFSET 0
), bought AS (
    SELECT profile_id, count(*)::int AS purchases, count(*) FILTER (WHERE gap IS DISTINCT FROM 0)::int AS days,
           min(day) AS first_day, max(day) AS last_day, max(placed_at) AS last_at,
           coalesce(sum(log), 0) AS logs, coalesce(sum(log * log), 0) AS squares{sums},
           (max((day - DATE '0001-01-01')::bigint * 10000000 + gap) FILTER (WHERE gap > 0) %% 10000000)::int
               AS last_gap,
           min(currency COLLATE "C") AS currency, max(currency COLLATE "C") AS other_currency,
           {money.sold} AS sold, {money.valued}::int AS valued, {money.sold_squares} AS sold_squares{late}
    FROM walked GROUP BY profile_id
)"""


def _emptied(whose: str, money: MoneyTerms) -> str:
    """What orders sold that left nothing with the shop, or were gifts: these count in money, and in nothing else. They
    are few."""
    gift = "FILTER (WHERE state = 'gift')"
    return f"""emptied AS (
    SELECT profile_id, min(currency COLLATE "C") AS currency, {money.sold} AS sold,
           {money.valued} {gift} AS valued, {money.sold_squares} {gift} AS sold_squares
    FROM {tables.PURCHASE} WHERE state IN ('empty', 'gift') AND profile_id {whose} GROUP BY profile_id
)"""


def _returned(whose: str, money: MoneyTerms) -> str:
    return f"""returned AS (
    SELECT profile_id, min(currency COLLATE "C") AS currency, max(currency COLLATE "C") AS other_currency,
           {money.refunded} AS refunded
    FROM {tables.REFUND} r WHERE profile_id {whose} AND {_NOT_WITHDRAWN} GROUP BY profile_id
)"""


def _own_logs(clock: Clock) -> tuple[str, str]:
    """What a walk over purchase days answers more in a shop with a season: the log gap in own time, and its sums."""
    if clock.season.flat:
        return "", ""
    return (
        f", CASE WHEN gap > 0 THEN ln({clock.gap('day', 'day - gap')}) END AS own",
        ", coalesce(sum(own), 0) AS own_logs, coalesce(sum(own * own), 0) AS own_squares",
    )


def _in_own_time(clock: Clock) -> str:
    if clock.season.flat:
        return ""
    return (
        ", coalesce(recent.own_logs, bought.own_logs, 0), coalesce(recent.own_squares, bought.own_squares, 0)"
    )


def _recent(whose: str, clock: Clock) -> str:
    """The gaps since the last change of rhythm, of those whose rhythm changed."""
    own, sums = _own_logs(clock)
    return f"""recent AS (
    SELECT profile_id, since, count(log)::int AS gaps, coalesce(sum(log), 0) AS logs,
           coalesce(sum(log * log), 0) AS squares{sums}
    FROM (
        SELECT profile_id, max(happened_on) AS since FROM {tables.HABIT_SHIFT}
        WHERE what = 'rhythm' AND profile_id {whose} GROUP BY profile_id
    ) shifted LEFT JOIN LATERAL (
        SELECT ln(gap::float8) AS log{own} FROM (
            SELECT day, day - lag(day) OVER (ORDER BY day) AS gap FROM (
                SELECT {sittings.OCCASION} AS day FROM {tables.PURCHASE} p
                WHERE p.profile_id = shifted.profile_id AND p.state = 'counts' AND p.day >= since
                WINDOW {sittings.PREVIOUS}
            ) sat
          ) lately WHERE gap > 0
    ) logs ON true GROUP BY profile_id, since
)"""


def _own(money: MoneyTerms) -> str:
    return f"""
    SELECT {money.currency} AS currency, coalesce(bought.sold, 0) + coalesce(emptied.sold, 0) AS sold,
           coalesce(returned.refunded, 0) AS refunded,
           (coalesce(bought.valued, 0) + coalesce(emptied.valued, 0))::int AS valued,
           (coalesce(bought.sold_squares, 0) + coalesce(emptied.sold_squares, 0))::float8 AS sold_squares"""


def _said_before() -> str:
    return f""",
       coalesce(s.purchase_days, 0), coalesce(s.gap_log_sum, 0), coalesce(s.gap_log_squares, 0),
       coalesce(s.last_at, '-infinity'), coalesce(s.refunded, 0) <> own.refunded,
       CASE s.stage {_places(STAGES)} ELSE -1 END, coalesce(s.since, '-infinity'),
       CASE s.stage_cause {_places(CAUSES)} ELSE -1 END,
       coalesce(s.slips_at, '-infinity'), coalesce(s.lapses_at, '-infinity'), coalesce(s.lost_at, '-infinity'),
       coalesce(s.rhythm_since, '-infinity'), coalesce(s.declared_at, '-infinity'), coalesce(s.scored_at, '-infinity'),
       coalesce(b.fit_id, 0), {_AS_HISTORY}"""


def _summaries(whose: str) -> str:
    return f"""LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = p.id AND s.profile_id {whose}
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = p.id AND b.profile_id {whose}
"""


def _places(words: Sequence[str]) -> str:
    return " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words))


def latest_currency(whose: str) -> str:
    """One row per person, LATEST: money in the currency of the last purchase, or of the last refund without one.

    What counts and what left nothing, or was a gift, is read apart: each has an index that holds all of it, and of one
    statement for both the rows themselves would be read, which lie far apart."""
    return f"""
WITH paid AS (
    SELECT profile_id, currency, max(placed_at) AS at, sum(sold) AS sold, sum(counts)::int AS purchases,
           coalesce(sum(sold * sold) FILTER (WHERE counts = 1), 0)::float8 AS squares
    FROM (
        SELECT profile_id, currency, placed_at, sold, 1 AS counts
        FROM {tables.PURCHASE} WHERE state = 'counts' AND profile_id {whose}
        UNION ALL
        SELECT profile_id, currency, NULL, sold, CASE state WHEN 'gift' THEN 1 ELSE 0 END
        FROM {tables.PURCHASE} WHERE state IN ('empty', 'gift') AND profile_id {whose}
    ) bought GROUP BY profile_id, currency
), back AS (
    SELECT profile_id, currency, max(happened_at) AS at, sum(amount) AS refunded
    FROM {tables.REFUND} r WHERE profile_id {whose} AND {_NOT_WITHDRAWN} GROUP BY profile_id, currency
), own AS (
    SELECT DISTINCT ON (profile_id) profile_id, currency, coalesce(sold, 0) AS sold, coalesce(refunded, 0) AS refunded,
           coalesce(purchases, 0) AS purchases, coalesce(squares, 0) AS squares
    FROM paid FULL JOIN back USING (profile_id, currency)
    ORDER BY profile_id, paid.at DESC NULLS LAST, CASE WHEN paid.at IS NULL THEN back.at END DESC NULLS LAST, currency
)
SELECT own.profile_id, {_MONEY}, own.purchases, squares, coalesce(s.refunded, 0) <> own.refunded
FROM own LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = own.profile_id AND s.profile_id {whose}
"""
