"""What a staged file holds, for its owner to look at before any of it is applied."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from saleor_relacional.db import sql
from saleor_relacional.flows.importing.file_layout import Layout
from saleor_relacional.flows.importing.reading import Tally
from saleor_relacional.flows.importing.survey import Ways

_TEXT = re.compile(r"(?<!\w)'[^']*'")
"""What a reason quotes from its row."""

REASONS = 5
"""How many of the commonest reasons are told."""

_BOUGHT = "NOT cancelled AND NOT withdrawn AND quantity > 0 AND amount >= 0"

_MONEY = f"""
SELECT currency, word, withdrawn, count(DISTINCT ord) FILTER (WHERE withdrawn OR {_BOUGHT}),
       coalesce(sum(amount) FILTER (WHERE withdrawn OR {_BOUGHT}), 0),
       coalesce(sum(abs(amount)) FILTER (WHERE NOT withdrawn AND NOT ({_BOUGHT})), 0)
FROM relacional_import_line GROUP BY currency, word, withdrawn ORDER BY withdrawn, currency, word
"""

_WHOLE = f"""
SELECT count(DISTINCT ord), min((placed_at AT TIME ZONE %(zone)s)::date), max((placed_at AT TIME ZONE %(zone)s)::date)
FROM relacional_import_line WHERE {_BOUGHT}
"""

_PEOPLE = """
SELECT count(DISTINCT coalesce(address, who)) FROM (
    SELECT who, min(nullif(lower(email), '')) AS address FROM relacional_import_line WHERE NOT withdrawn GROUP BY who
) people
"""

_SAMPLE = f"""
SELECT ord, min(CASE WHEN email <> '' THEN email ELSE customer END),
       min((placed_at AT TIME ZONE %(zone)s)::timestamp(0)::text),
       min(currency), coalesce(sum(amount) FILTER (WHERE {_BOUGHT}), 0),
       coalesce(sum(abs(amount)) FILTER (WHERE NOT withdrawn AND NOT ({_BOUGHT})), 0), min(word), bool_and(withdrawn)
FROM relacional_import_line
WHERE ord IN (SELECT ord FROM relacional_import_line GROUP BY ord ORDER BY min(line) LIMIT 5)
GROUP BY ord ORDER BY min(line)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What orders of one currency and one word of the status come to."""

    currency: str
    word: str
    """As the file writes it; empty where it has no status."""
    withdrawn: bool
    """No purchases, as the word says: left out."""
    orders: int
    sold: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One order as it was understood."""

    order: str
    who: str
    """Address or customer number."""
    placed_at: str
    """In the shop's zone."""
    currency: str
    sold: Decimal
    refunded: Decimal
    word: str
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a file holds."""

    rows: int
    without_customer: int
    rejects: int
    reasons: tuple[tuple[str, int], ...]
    """The commonest reasons why rows cannot be used, with counts."""
    orders: int
    """Purchases."""
    people: int
    money: tuple[Money, ...]
    first: date | None
    last: date | None
    """Days of the first and the last purchase, in the shop's zone."""
    samples: tuple[Sample, ...]
    meanings: Mapping[str, str]
    """Word of the status → what it means."""
    assumed: tuple[str, ...]


def summary(layout: Layout, ways: Ways, tally: Tally, zone: str) -> Summary:
    """What is staged. `zone`: the shop's."""
    orders, first, last = sql.rows(_WHOLE, {"zone": zone})[0]
    money = [
        Money(currency=currency, word=word, withdrawn=gone, orders=count, sold=sold, refunded=back)
        for currency, word, gone, count, sold, back in sql.rows(_MONEY)
    ]
    samples = [
        Sample(
            order=order,
            who=who,
            placed_at=placed,
            currency=currency,
            sold=sold,
            refunded=back,
            word=word,
            withdrawn=gone,
        )
        for order, who, placed, currency, sold, back, word, gone in sql.rows(_SAMPLE, {"zone": zone})
    ]
    return Summary(
        rows=tally.lines,
        without_customer=tally.without_customer,
        rejects=len(tally.rejects),
        reasons=reasons(tally),
        orders=orders,
        people=sql.rows(_PEOPLE)[0][0],
        money=tuple(money),
        first=first,
        last=last,
        samples=tuple(samples),
        meanings=dict(ways.meanings),
        assumed=layout.assumed,
    )


def reasons(tally: Tally) -> tuple[tuple[str, int], ...]:
    """(reason, rows) of the commonest reasons; what differs from row to row stands there as it is in the first."""
    kinds: Counter[str] = Counter()
    first: dict[str, str] = {}
    for _line, reason, _row in tally.rejects:
        kind = _TEXT.sub("", reason)
        kinds[kind] += 1
        first.setdefault(kind, reason)
    return tuple((first[kind], count) for kind, count in kinds.most_common(REASONS))


def nothing_usable(name: str, tally: Tally) -> str:
    """What is said of a file in which no row can be used."""
    told = [f"{reason} ({count})" for reason, count in reasons(tally)]
    if tally.without_customer:
        told.append(f"no customer and no address ({tally.without_customer})")
    return f"{name}: no row can be used. {'; '.join(told)}. Nothing was imported."
