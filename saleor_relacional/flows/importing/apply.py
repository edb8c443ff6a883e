"""Lines of a file → purchases, lines and refunds, set-based.

The rule. A row without customer and address is read and left out. An order is a purchase when it is not a
cancellation and has at least one row with a positive quantity and an amount of 0 or more; *sold* is the sum
of these rows. Every other row of a known customer is money given back: a cancellation (by its prefix) gives
back the absolute sum of its rows; a row with a negative quantity or amount in another order gives back that
amount. Identical rows are kept: they are two of the same thing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.people import purchase_states
from saleor_relacional.models import Purchase, Refund
from saleor_relacional.models.facts import PurchaseState

_ODD = """
WITH first AS (
    SELECT DISTINCT ON (ord) ord, who, currency, line FROM relacional_import_line ORDER BY ord, line
)
DELETE FROM relacional_import_line l USING first WHERE l.ord = first.ord AND (
    l.who <> first.who OR l.currency <> first.currency
    OR (%(of_orders)s AND l.line <> first.line AND l.amount >= 0 AND NOT l.cancelled))
RETURNING l.line, CASE WHEN l.who <> first.who THEN 'the order is of another customer on line ' || first.line
                       WHEN l.currency <> first.currency THEN 'the order is in another currency on line ' || first.line
                       ELSE 'the order stands on line ' || first.line || ' already' END
"""

_WITHDRAWN = """
CREATE TEMP TABLE relacional_import_withdrawn ON COMMIT DROP AS
WITH gone AS (DELETE FROM relacional_import_line WHERE withdrawn RETURNING ord) SELECT DISTINCT ord FROM gone
"""
"""Sets aside what is no purchase by its status; an earlier run may have told it as one."""

_HOSTS = f"""
DELETE FROM relacional_import_line l USING {tables.PURCHASE} u
WHERE u.number = CASE WHEN l.cancelled THEN substr(l.ord, 1 + length(%(prefix)s)) ELSE l.ord END
  AND u.number <> '' AND u.source NOT LIKE 'import:%%'
RETURNING l.ord, l.cancelled
"""
"""Drops orders that the host tells itself, their refunds included."""

_ORDERS = """
CREATE TEMP TABLE relacional_import_order ON COMMIT DROP AS
SELECT o.*, p.profile_id, CASE WHEN %(numbered)s THEN ord ELSE '' END AS number,
       sha256(convert_to(concat_ws('|', currency, sold, extract(epoch FROM placed_at), told, %(numbered)s::text),
                         'UTF8')) AS digest
FROM (
    SELECT ord, min(who) AS who, min(currency) AS currency, sum(amount) AS sold, min(placed_at) AS placed_at,
           string_agg(concat_ws('~', product, name, quantity, amount, item_total), '|' ORDER BY line) AS told
    FROM relacional_import_line WHERE NOT cancelled AND quantity > 0 AND amount >= 0 GROUP BY ord
) o JOIN relacional_import_person p USING (who)
"""

TOLD = "SELECT ord FROM relacional_import_line UNION SELECT ord FROM relacional_import_withdrawn"
"""Orders of a part, those that are no purchase by their status included."""

BOUGHT = f"""LATERAL (SELECT u.id, u.profile_id FROM {tables.PURCHASE} u
                 WHERE u.source = %(source)s AND u.reference = told.ord OFFSET 0) u"""
RETURNED = f"""LATERAL (SELECT r.id, r.profile_id, r.purchase_id, r.reference FROM {tables.REFUND} r
                   WHERE r.source = %(source)s AND r.reference IN (told.ord, told.ord || ':returned') OFFSET 0) r"""
"""What imports of this history have told of an order, by index: a history is most of its table, and a part of it is
little."""

_OWNERS = f"""
SELECT DISTINCT u.profile_id FROM relacional_import_order told CROSS JOIN {BOUGHT}
WHERE u.profile_id <> told.profile_id
"""

_OTHERWISE_BOUGHT = f"""
SELECT u.id, u.profile_id FROM ({TOLD}) told CROSS JOIN {BOUGHT}
WHERE told.ord NOT IN (SELECT ord FROM relacional_import_order)
"""
_OTHERWISE_RETURNED = f"""
SELECT r.id, r.profile_id, r.purchase_id FROM ({TOLD}) told CROSS JOIN {RETURNED}
WHERE r.reference NOT IN (SELECT reference FROM relacional_import_refund)
UNION ALL
SELECT NULL, r.profile_id, r.purchase_id FROM relacional_import_refund i CROSS JOIN LATERAL (
    SELECT r.profile_id, r.purchase_id FROM {tables.REFUND} r
    WHERE r.source = %(source)s AND r.reference = i.reference OFFSET 0) r
WHERE r.profile_id <> i.profile_id
"""
"""Finds what an earlier run made of orders that this one reads otherwise (another prefix, a corrected file), with the
profile that it belonged to."""

_PURCHASES = f"""
CREATE TEMP TABLE relacional_import_changed ON COMMIT DROP AS
WITH written AS (
    INSERT INTO {tables.PURCHASE} AS u (profile_id, source, reference, number, state, channel, currency, sold,
        placed_at, day, learned_at, checkout, codes, digest, batch_id)
    SELECT profile_id, %(source)s, ord, number, 'counts', %(channel)s, o.currency, o.sold, placed_at,
           (placed_at AT TIME ZONE %(zone)s)::date, greatest(%(now)s, s.scored_at), '', '[]', digest, %(batch)s
    FROM relacional_import_order o LEFT JOIN {tables.CUSTOMER_SUMMARY} s USING (profile_id) ORDER BY ord
    ON CONFLICT (source, reference) DO UPDATE
    SET profile_id = excluded.profile_id, number = excluded.number, state = 'counts', currency = excluded.currency,
        corrected = CASE WHEN u.profile_id = excluded.profile_id THEN u.corrected ELSE '' END,
        sold = excluded.sold, placed_at = excluded.placed_at, day = excluded.day, digest = excluded.digest,
        batch_id = excluded.batch_id
    WHERE u.digest <> excluded.digest OR u.profile_id <> excluded.profile_id
    RETURNING u.id, u.reference, u.profile_id
)
SELECT id, reference AS ord, profile_id FROM written
"""
"""Learnt no earlier than they were last scored: people go on being scored while a file is read."""

_CORRECTIONS = f"{purchase_states.END_OF_OTHERS} AND u.id IN (SELECT id FROM relacional_import_changed)"

_LINES = f"""
INSERT INTO {tables.PURCHASE_LINE} (purchase_id, profile_id, product_key, name, quantity, total)
SELECT c.id, c.profile_id, left(l.product, 255), left(l.name, 400), greatest(round(l.quantity), 1)::int, l.item_total
FROM relacional_import_changed c JOIN relacional_import_line l USING (ord)
WHERE NOT l.cancelled AND l.quantity > 0 AND l.amount >= 0 AND (l.product <> '' OR l.name <> '')
ORDER BY l.line
"""

_REFUNDS = f"""
CREATE TEMP TABLE relacional_import_refund ON COMMIT DROP AS
SELECT r.reference, p.profile_id, r.currency, r.amount, r.happened_at, u.id AS purchase_id
FROM (
    SELECT CASE WHEN cancelled THEN ord ELSE ord || ':returned' END AS reference, min(who) AS who,
           min(currency) AS currency, abs(sum(amount)) AS amount, min(placed_at) AS happened_at,
           CASE WHEN cancelled THEN substr(ord, 1 + length(%(prefix)s)) ELSE ord END AS number
    FROM relacional_import_line WHERE cancelled OR quantity < 0 OR amount < 0 GROUP BY ord, cancelled
) r JOIN relacional_import_person p USING (who)
LEFT JOIN LATERAL (SELECT id FROM {tables.PURCHASE} u
                   WHERE u.source = %(source)s AND u.reference = r.number AND u.profile_id = p.profile_id OFFSET 0) u
  ON true
"""

_GIVE_BACK = f"""
WITH written AS (
    INSERT INTO {tables.REFUND} AS r (profile_id, source, reference, purchase_id, amount, currency,
        happened_at, learned_at, batch_id)
    SELECT profile_id, %(source)s, reference, purchase_id, amount, currency, happened_at, %(now)s, %(batch)s
    FROM relacional_import_refund ORDER BY reference
    ON CONFLICT (source, reference) DO UPDATE
    SET profile_id = excluded.profile_id, purchase_id = excluded.purchase_id, amount = excluded.amount,
        currency = excluded.currency, happened_at = excluded.happened_at, batch_id = excluded.batch_id
    WHERE (r.profile_id, r.purchase_id, r.amount, r.currency, r.happened_at) IS DISTINCT FROM
          (excluded.profile_id, excluded.purchase_id, excluded.amount, excluded.currency, excluded.happened_at)
    RETURNING r.profile_id
)
SELECT profile_id FROM written
"""

_FIND_PURCHASE = f"""
UPDATE {tables.REFUND} r SET purchase_id = c.id FROM relacional_import_changed c
WHERE r.source = %(source)s AND r.purchase_id IS NULL AND r.profile_id = c.profile_id
  AND r.reference IN (c.ord || ':returned', nullif(%(prefix)s, '') || c.ord)
"""
"""Ties refunds to their order when one file told the refund and a later one tells the order."""

_STATE = f"""
WITH concerned AS (
    SELECT id FROM unnest(%(former)s::bigint[]) AS id
    UNION SELECT purchase_id FROM relacional_import_refund WHERE purchase_id IS NOT NULL
    UNION SELECT u.id FROM relacional_import_order told CROSS JOIN {BOUGHT}
), stands AS (
    SELECT u.id, u.corrected,
           CASE WHEN u.sold = 0 THEN %(free)s
                WHEN u.sold > 0 AND coalesce(back.amount, 0) >= u.sold THEN 'empty' ELSE 'counts' END AS state
    FROM concerned JOIN {tables.PURCHASE} u USING (id)
    CROSS JOIN LATERAL (SELECT sum(r.amount) AS amount FROM {tables.REFUND} r
                        WHERE r.purchase_id = u.id AND r.currency = u.currency) back
), told AS (SELECT id, {purchase_states.corrected_sql("state", "corrected")} AS state FROM stands)
UPDATE {tables.PURCHASE} u SET state = told.state FROM told WHERE told.id = u.id AND u.state <> told.state
RETURNING u.profile_id
"""
"""As flows/people/purchase_states.py: what left nothing with the shop is no purchase, and a correction holds."""

_TOTALS = """
SELECT currency, sum(sold), sum(given_back) FROM (
    SELECT currency, sold, 0 AS given_back FROM relacional_import_order
    UNION ALL SELECT currency, 0, amount FROM relacional_import_refund
) money GROUP BY currency ORDER BY currency
"""

_PEOPLE = f"""
INSERT INTO {tables.IMPORT_PERSON} AS known (profile_id, batch_id, changed, told, bought)
SELECT profile_id, %(batch)s, bool_or(changed), bool_or(told), bool_or(bought) FROM (
    SELECT profile_id, false AS changed, true AS told, true AS bought FROM relacional_import_order
    UNION ALL SELECT profile_id, false, true, false FROM relacional_import_refund
    UNION ALL SELECT id, true, false, false FROM unnest(%(changed)s::bigint[]) AS id
) deeds GROUP BY profile_id ORDER BY profile_id
ON CONFLICT (profile_id) DO UPDATE
SET batch_id = excluded.batch_id, changed = known.changed OR excluded.changed, told = known.told OR excluded.told,
    bought = known.bought OR excluded.bought
"""


def odd(*, of_orders: bool) -> list[tuple[int, str]]:
    """Delete lines that contradict an earlier one of their order; (line, reason) of each. `of_orders`: the file has one
    row per order."""
    found = dict(sql.rows(_ODD, {"of_orders": of_orders}))
    sql.run(
        "DELETE FROM relacional_import_line WHERE line = ANY(%s)", [list(found)]
    )  # what was given back of them
    return list(found.items())


def set_aside_withdrawn() -> int:
    """Take lines out that are no purchase by their status; how many orders they are of."""
    return max(sql.run(_WITHDRAWN), 0)


def leave_to_host(prefix: str) -> int:
    """Delete lines of orders that the host has under the same number; how many orders. `prefix` marks
    cancellations."""
    return len({row[0] for row in sql.rows(_HOSTS, {"prefix": prefix}) if not row[1]})


def gather(*, numbered: bool) -> None:
    """Gather lines of people who have a profile into orders. `numbered`: the numbers are the shop's own."""
    sql.run(_ORDERS, {"numbered": numbered})
    sql.run("ANALYZE relacional_import_order")


def write(
    source: str, *, prefix: str, channel: str, zone: str, batch: int, now: datetime
) -> tuple[int, int, set[int]]:
    """Write the gathered purchases with their lines, then refunds. Returns (purchases written, refunds written, ids of
    profiles whose facts changed); facts that are there already as told count as neither."""
    parameters: dict[str, Any] = {
        "source": source, "prefix": prefix, "channel": channel, "zone": zone, "batch": batch, "now": now,
    }  # fmt: skip
    changed = {row[0] for row in sql.rows(_OWNERS, parameters)}
    changed |= _take_back(Purchase, sql.rows(_OTHERWISE_BOUGHT, parameters))
    sql.run(_PURCHASES, parameters)
    sql.run(_CORRECTIONS, parameters)
    sql.run("ANALYZE relacional_import_changed")
    sql.run(
        f"DELETE FROM {tables.PURCHASE_LINE} l USING relacional_import_changed c WHERE l.purchase_id = c.id"
    )
    sql.run(_LINES)
    sql.run(_REFUNDS, parameters)
    otherwise = sql.rows(_OTHERWISE_RETURNED, parameters)
    changed |= _take_back(Refund, otherwise)
    sql.run(_FIND_PURCHASE, parameters)
    refunded = [row[0] for row in sql.rows(_GIVE_BACK, parameters)]
    bought = [row[0] for row in sql.rows("SELECT profile_id FROM relacional_import_changed")]
    free = PurchaseState.COUNTS if conf.count_free_orders() else PurchaseState.EMPTY
    former = [row[2] for row in otherwise if row[2]]
    counted = sql.rows(_STATE, {"source": source, "former": former, "free": free.value})
    return len(bought), len(refunded), {*bought, *refunded, *changed, *(row[0] for row in counted)}


def _take_back(model: Any, rows: Sequence[tuple[Any, ...]]) -> set[int]:
    """Delete the rows (id, profile id, …), with what hangs on them; ids of the profiles that they belonged to."""
    model.objects.filter(pk__in=[row[0] for row in rows if row[0]]).delete()
    return {row[1] for row in rows}


def totals() -> list[tuple[str, Any, Any]]:
    """(currency, sold, refunded) of a part, one per currency."""
    return [(currency, sold, refunded) for currency, sold, refunded in sql.rows(_TOTALS)]


def purchases() -> int:
    """How many purchases a part holds."""
    return int(sql.rows("SELECT count(*) FROM relacional_import_order")[0][0])


def wait(batch: int, changed: Iterable[int]) -> None:
    """Keep everybody of a part from being scored until the import is finished. `changed`: profiles whose facts did."""
    sql.run(_PEOPLE, {"batch": batch, "changed": sorted(changed)})
