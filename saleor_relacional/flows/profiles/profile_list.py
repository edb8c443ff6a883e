"""Relationships in order, page by page: by index and keyset, never by offset."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.db.counts import Count
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.profiles.profiles import (
    Relationship,
    parameters,
    read,
    relationships,
)
from saleor_relacional.models import Stage
from saleor_relacional.rules import consent_basis

MOST = 100
"""Relationships on one page."""
BATCH = 1_000
"""Relationships that `everybody` reads at once."""


class Order(StrEnum):
    """What to order by. Whoever lacks the value comes last, whichever the direction."""

    YEAR_VALUE = "year_value"
    LAST_PURCHASE = "last_purchase"
    KEPT = "kept"
    SINCE = "since"


KEYS = {
    Order.YEAR_VALUE: ("prediction.year_value", "float8"),
    Order.LAST_PURCHASE: ("summary.last_at", "timestamptz"),
    Order.KEPT: ("(summary.sold - summary.refunded)", "numeric"),
    Order.SINCE: ("summary.since", "timestamptz"),
}
"""Order → (indexed expression, its type)."""


_CURRENCIES = f"""
WITH RECURSIVE found AS (
    (SELECT currency FROM {tables.CUSTOMER_SUMMARY} WHERE currency > '' ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT s.currency FROM {tables.CUSTOMER_SUMMARY} s WHERE s.currency > found.currency
            ORDER BY s.currency LIMIT 1)
    FROM found WHERE found.currency IS NOT NULL
)
SELECT currency FROM found WHERE currency IS NOT NULL
"""
"""From one currency to the next by index: nobody is read who buys in the same as another."""
_LANGUAGES = f"""
SELECT DISTINCT language FROM (
    SELECT language FROM {tables.PROFILE} ORDER BY id DESC LIMIT 5000
) latest WHERE language > '' ORDER BY language
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Some people, as a query for their ids (text of ours) and its parameters."""

    query: str
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which relationships. What is None (or empty) does not matter."""

    stages: tuple[str, ...] = ()
    search: str = ""
    """Beginning of an e-mail address."""
    address: str = ""
    """A whole one."""
    currency: str = ""
    last_purchase_from: datetime | None = None
    last_purchase_until: datetime | None = None
    has_consent: bool | None = None
    """Whether there is a basis to write to them, now."""
    year_value_from: float | None = None
    """What the coming year is expected to bring, at least."""
    among: Among | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPosition:
    """Where a page ended."""

    value: Any
    """What the last one has of the order's key; None among those who lack it."""
    profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One relationship of a page, and where a page after it begins."""

    relationship: Relationship
    place: ListPosition


_CONSENTED = consent_basis.may_write(
    profile="profile.id",
    buyer="summary.purchases > 0",
    soft="%(soft)s",
    now="%(now)s",
    purpose=consent_basis.OFFERS,
)


def currencies(*, using: str | None = None) -> list[str]:
    """Those that people's money is told in: one, where the owner reports in one."""
    return [row[0] for row in sql.rows(_CURRENCIES, using=using)]


def languages(*, using: str | None = None) -> list[str]:
    """Those that the customers whom we met last read."""
    return [row[0] for row in sql.rows(_LANGUAGES, using=using)]


def usual_order(wanted: Filter, *, using: str | None = None) -> Order:
    """The order where nobody asks for one: the most promising first, and where their money is in several currencies,
    which have no order, who bought last."""
    return Order.YEAR_VALUE if _alike(wanted, using) else Order.LAST_PURCHASE


def refuse_unlike(wanted: Filter, order: Order | None = None, *, using: str | None = None) -> None:
    """Raises BadInput where amounts of several currencies would be compared as if they were one."""
    if wanted.year_value_from is not None and not _alike(wanted, using):
        raise BadInput(
            "Amounts of several currencies cannot be compared: filter by currency.", field="filter"
        )
    unlike = order is Order.KEPT and not wanted.currency
    if unlike or (order is Order.YEAR_VALUE and not _alike(wanted, using)):
        raise BadInput("Amounts of several currencies have no order: filter by currency.", field="sort")


def _alike(wanted: Filter, using: str | None) -> bool:
    return bool(wanted.currency) or len(currencies(using=using)) < 2


def called(text: str, *, now: datetime, using: str | None = None) -> Relationship | None:
    """Whoever has this address; where nobody has, of those whose address begins like that the one who changed stage
    last. Raises BadInput."""
    if not text.strip():
        return None
    for wanted in (Filter(address=text), Filter(search=text)):
        found, _more = page(wanted, Order.SINCE, descending=True, after=None, first=1, now=now, using=using)
        if found:
            return found[0].relationship
    return None


def page(
    wanted: Filter, order: Order, *, descending: bool, after: ListPosition | None, first: int, now: datetime,
    using: str | None = None,
) -> tuple[list[Listed], bool]:  # fmt: skip
    """At most `first` relationships after a place, and whether there are more. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    refuse_unlike(wanted, order, using=using)
    found: list[Listed] = []
    if after is None or after.value is not None:
        found = _rows(wanted, order, descending, after, first + 1, now, using, lacking=False)
    if len(found) <= first:
        rest = after if after is not None and after.value is None else None
        found += _rows(wanted, order, descending, rest, first + 1 - len(found), now, using, lacking=True)
    return found[:first], len(found) > first


def everybody(
    wanted: Filter, order: Order, *, descending: bool, now: datetime, batch: int = BATCH
) -> Iterator[list[Relationship]]:  # fmt: skip
    """All of them in order, batch by batch: each is read when it is asked for. Raises BadInput."""
    refuse_unlike(wanted, order)
    after, lacking = None, False
    while True:
        found = _rows(wanted, order, descending, after, batch, now, None, lacking=lacking)
        if found:
            yield [one.relationship for one in found]
            after = found[-1].place
        if len(found) < batch:
            if lacking:
                return
            after, lacking = None, True


def count(wanted: Filter, *, now: datetime, using: str | None = None) -> Count:
    """How many there are; above 10,000 the planner's estimate. Raises BadInput."""
    refuse_unlike(wanted, using=using)
    where, values = _where(wanted, now)
    worth = wanted.year_value_from is not None
    valued = f"JOIN {tables.PREDICTION} prediction ON prediction.profile_id = profile.id" if worth else ""
    source = f"""FROM {tables.PROFILE} profile
        JOIN {tables.CUSTOMER_SUMMARY} summary ON summary.profile_id = profile.id {valued} WHERE {where}"""
    return counts.bounded(source, values, using=using)


def _rows(
    wanted: Filter, order: Order, descending: bool, after: ListPosition | None, limit: int, now: datetime,
    using: str | None, *, lacking: bool,
) -> list[Listed]:  # fmt: skip
    """Those who have the key, in its order; or, where `lacking`, those without it, first met first."""
    key, kind = KEYS[order]
    where, values = _where(wanted, now)
    forward = "<" if descending else ">"
    if lacking:
        where, order_by, past = f"{where} AND {key} IS NULL", "profile.id", "profile.id > %(profile)s"
    else:
        direction = "DESC" if descending else "ASC"
        where = f"{where} AND {key} IS NOT NULL"
        order_by = f"{key} {direction}, profile.id {direction}"
        past = f"({key}, profile.id) {forward} (%(value)s::{kind}, %(profile)s)"
    if after is not None:
        where, values = f"{where} AND {past}", {**values, "value": after.value, "profile": after.profile}
    statement = read(f"WHERE {where} ORDER BY {order_by} LIMIT %(limit)s", key=key)
    found = sql.rows(statement, {**values, "limit": limit}, using=using)
    people = relationships([row[1:] for row in found])
    return [
        Listed(relationship=person, place=ListPosition(value=row[0], profile=person.id))
        for row, person in zip(found, people, strict=True)
    ]


def _where(wanted: Filter, now: datetime) -> tuple[str, dict[str, Any]]:
    """Conditions with parameters; every text in it is ours."""
    unknown = set(wanted.stages) - set(Stage.values)
    if unknown:
        raise BadInput("There is no such stage.", field="filter")
    for text in (wanted.search, wanted.address, wanted.currency):
        input_validation.line(text, field="filter", most=254, required=False)
    conditions: Sequence[tuple[bool, str]] = (
        (True, "profile.merged_into_id IS NULL AND summary.profile_id IS NOT NULL"),
        (bool(wanted.stages), "summary.stage = ANY(%(stages)s)"),
        (bool(wanted.search.strip()), "profile.email_key LIKE %(search)s"),
        (bool(wanted.address.strip()), "profile.email_key = %(address)s"),
        (bool(wanted.currency), "summary.currency = %(currency)s"),
        (wanted.last_purchase_from is not None, "summary.last_at >= %(bought_from)s"),
        (wanted.last_purchase_until is not None, "summary.last_at <= %(bought_until)s"),
        (wanted.has_consent is True, _CONSENTED),
        (wanted.has_consent is False, f"NOT {_CONSENTED}"),
        (wanted.year_value_from is not None, "prediction.year_value >= %(worth)s"),
        (wanted.among is not None, f"profile.id IN ({wanted.among.query})" if wanted.among else ""),
    )
    values = parameters(
        stages=list(wanted.stages), search=_prefix(wanted.search), currency=wanted.currency,
        address=wanted.address.strip().lower(), bought_from=wanted.last_purchase_from,
        bought_until=wanted.last_purchase_until, now=now,
        soft=wanted.has_consent is not None and policy.current(now).soft_opt_in, worth=wanted.year_value_from,
        **(wanted.among.values if wanted.among else {}),
    )  # fmt: skip
    return " AND ".join(text for applies, text in conditions if applies), values


def _prefix(search: str) -> str:
    plain = search.strip().lower()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, "\\" + special)
    return plain + "%"
