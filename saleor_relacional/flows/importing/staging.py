"""Lines of a file that is being imported: kept until the part of the import that they belong to is applied.

The statements of this package name relacional_import_line. That is a view of all lines of one import while it is looked
at as a whole, and a temporary table of one part's lines while that part is applied.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import Refused
from saleor_relacional.flows.importing.superseded import number
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.people.tombstones import Name

STAGED = (
    "line", "ord", "cancelled", "who", "customer", "email", "first_name", "placed_at", "quantity", "amount", "product",
    "name", "currency", "item_total", "word", "withdrawn",
)  # fmt: skip
"""Columns of a line. who: c:<customer number>, or e:<e-mail key>; amount: what counts as sold, or negative as given
back; item_total: the money of the row's goods; word: its status as written; withdrawn: it is no purchase."""

LINES = 1_000
"""Lines in a part at most, more or less: parts.Pace says how many."""

_COLUMNS = ", ".join(STAGED)

_TEMPORARY = ("line", "withdrawn", "name", "pair", "person", "made", "order", "changed", "refund")

_READING = f"SELECT 1 FROM {tables.IMPORT_BATCH} WHERE id = %s AND agreed_at IS NULL FOR KEY SHARE"

_NEXT = f"""
SELECT who, ord FROM {tables.IMPORT_LINE}
WHERE batch_id = %(batch)s AND (who, ord) > (%(who)s, %(ord)s) ORDER BY who, ord LIMIT %(limit)s
"""
_PART = (
    "batch_id = %(batch)s AND (who, ord) > (%(who)s, %(ord)s) AND (who, ord) <= (%(last_who)s, %(last_ord)s)"
)
_NAMES = f"SELECT DISTINCT customer, email, ord FROM {tables.IMPORT_LINE} WHERE {_PART}"
_TAKE = f"""
CREATE TEMP TABLE relacional_import_line (
    line bigint, ord text, cancelled boolean, who text, customer text, email text, first_name text,
    placed_at timestamptz, quantity numeric, amount numeric, product text, name text, currency text,
    item_total numeric, word text, withdrawn boolean
) ON COMMIT DROP;
WITH taken AS (DELETE FROM {tables.IMPORT_LINE} WHERE {_PART} RETURNING {_COLUMNS}, id)
INSERT INTO relacional_import_line ({_COLUMNS}) SELECT {_COLUMNS} FROM taken ORDER BY id;
ANALYZE relacional_import_line
"""

Key = tuple[str, str]
"""Person and order of a line: where an import stands."""

BEGINNING: Key = ("", "")


def keep(batch: int, blocks: Iterable[list[str]]) -> None:
    """Keep the lines of a file, in COPY's text format and in the order of (batch_id, *STAGED), each block in a
    transaction of its own. Raises Refused when another import has begun meanwhile."""
    for lines in blocks:
        with sql.atomic():
            _hold(batch)
            sql.copy_text(tables.IMPORT_LINE, ["batch_id", *STAGED], lines)
    sql.run(f"ANALYZE {tables.IMPORT_LINE}")


def drop(batch: int) -> None:
    """Forget what is kept of an import."""
    sql.run(f"DELETE FROM {tables.IMPORT_LINE} WHERE batch_id = %s", [batch])


def told(batch: int, orders: Iterable[str]) -> set[str]:
    """Those of these orders of which a line is kept."""
    statement = f"SELECT DISTINCT ord FROM {tables.IMPORT_LINE} WHERE batch_id = %s AND ord = ANY(%s)"
    return {row[0] for row in sql.rows(statement, [batch, list(orders)])}


@contextmanager
def whole(batch: int) -> Iterator[None]:
    """One transaction in which relacional_import_line is all lines of this import, which is being read. Raises Refused
    when another import has begun meanwhile."""
    with sql.atomic():
        _hold(batch)
        _drop_temporary()
        sql.run(
            f"CREATE TEMP VIEW relacional_import_line AS SELECT {_COLUMNS} FROM {tables.IMPORT_LINE}"
            f" WHERE batch_id = {int(batch)}"
        )
        yield
        sql.run("DROP VIEW relacional_import_line")


def _hold(batch: int) -> None:
    if not sql.rows(_READING, [batch]):
        raise Refused("Another import began meanwhile: nothing was imported.")


def next_part(batch: int, after: Key, lines: int) -> Key | None:
    """Where the next part of so many lines ends: whole people, or whole orders of somebody who has too many for one
    part. None when nothing is left."""
    who, order = after
    asked = {"batch": batch, "who": who, "ord": order, "limit": lines + 1}
    keys: list[Key] = sql.rows(_NEXT, asked)
    if len(keys) <= lines:
        return keys[-1] if keys else None
    last = keys[-1]
    whole_people = [key for key in keys if key[0] != last[0]]
    whole_orders = [key for key in keys if key != last]
    return (whole_people or whole_orders or keys)[-1]


def names(batch: int, after: Key, last: Key, *, source: str, prefix: str) -> set[Name]:
    """Every name that the lines of a part hold: of people, and of orders that the host may tell too."""
    found: set[Name] = set()
    for customer, email, order in sql.rows(_NAMES, _between(batch, after, last)):
        found |= {*names_of(source, customer, email), number(order)}
        if prefix and order.startswith(prefix):
            found.add(number(order.removeprefix(prefix)))
    return found


def names_of(source: str, customer: str, email: str) -> list[Name]:
    """The names in a line: of the customer number, of the address."""
    told_of = [tombstones.account(source, customer)] if customer else []
    return [*told_of, tombstones.email(email)] if email else told_of


def take(batch: int, after: Key, last: Key) -> None:
    """Move the lines of a part into a temporary table that ends with the transaction."""
    _drop_temporary()
    sql.run(_TAKE, _between(batch, after, last))


def _between(batch: int, after: Key, last: Key) -> dict[str, object]:
    return {"batch": batch, "who": after[0], "ord": after[1], "last_who": last[0], "last_ord": last[1]}


def _drop_temporary() -> None:
    """One transaction may hold several parts."""
    sql.run(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.relacional_import_{name}' for name in _TEMPORARY)}")


def left(batch: int) -> Sequence[tuple[object, ...]]:
    """A row when there are lines still to apply."""
    return sql.rows(f"SELECT 1 FROM {tables.IMPORT_LINE} WHERE batch_id = %s LIMIT 1", [batch])
