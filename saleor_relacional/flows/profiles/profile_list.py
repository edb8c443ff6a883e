"""Relationships in order, page by page: by index and keyset, never by offset."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import input_validation, policy
from saleor_relacional.flows.profiles.profiles import (
    READ,
    Relationship,
    parameters,
    relationships,
)
from saleor_relacional.models import Stage

MOST = 100
"""Relationships on one page."""
COUNTED = 10_000
"""Up to here a count is exact; above it, it is the database's estimate."""


class Order(StrEnum):
    """What to order by. Whoever lacks the value comes last, whichever the direction."""

    YEAR_VALUE = "year_value"
    LAST_PURCHASE = "last_purchase"
    KEPT = "kept"
    SINCE = "since"


KEYS = {
    Order.YEAR_VALUE: ("belief.year_value", "float8"),
    Order.LAST_PURCHASE: ("standing.last_at", "timestamptz"),
    Order.KEPT: ("(standing.sold - standing.refunded)", "numeric"),
    Order.SINCE: ("standing.since", "timestamptz"),
}
"""Order → (indexed expression, its type)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which relationships. What is None (or empty) does not matter."""

    stages: tuple[str, ...] = ()
    search: str = ""
    """Beginning of an e-mail address."""
    currency: str = ""
    last_purchase_from: datetime | None = None
    last_purchase_until: datetime | None = None
    has_consent: bool | None = None
    """Whether there is a basis to write to them, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPosition:
    """Where a page ended."""

    value: Any
    """Of the order's key; None among those who lack it."""
    profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One of a page, and where a page after it begins."""

    relationship: Relationship
    place: ListPosition


CONSENTED = f"""EXISTS (
    SELECT 1 FROM (
        SELECT (SELECT said.basis FROM {tables.CONSENT} said
                WHERE said.profile_id = profile.id AND said.purpose = 'marketing_mail' AND said.happened_at <= %(now)s
                ORDER BY said.basis = 'stated' AND EXISTS (
                    SELECT 1 FROM {tables.CONSENT} own WHERE own.profile_id = profile.id
                    AND own.purpose = said.purpose AND own.basis = 'opt_out' AND own.happened_at <= %(now)s),
                    said.happened_at DESC, said.id DESC LIMIT 1) AS basis
    ) latest WHERE latest.basis IN ('opt_in', 'stated')
    OR (%(soft)s AND coalesce(latest.basis, 'soft_opt_in') = 'soft_opt_in' AND standing.purchases > 0)
)"""
"""What flows/consent decides, for many. One thing it cannot see: an objection that outlived a forgotten person is a
keyed hash of the address, which SQL cannot compute; whoever comes back under it is found here when the shop states a
consent of theirs, and is not written to all the same."""


def page(
    wanted: Filter, order: Order, *, descending: bool, after: ListPosition | None, first: int, now: datetime,
    using: str | None = None,
) -> tuple[list[Listed], bool]:  # fmt: skip
    """At most `first` relationships after a place, and whether there are more. Raises BadInput."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    if order is Order.KEPT and not wanted.currency:
        raise BadInput("Amounts of several currencies have no order: filter by currency.", field="sort")
    found: list[Listed] = []
    if after is None or after.value is not None:
        found = _rows(wanted, order, descending, after, first + 1, now, using, lacking=False)
    if len(found) <= first:
        rest = after if after is not None and after.value is None else None
        found += _rows(wanted, order, descending, rest, first + 1 - len(found), now, using, lacking=True)
    return found[:first], len(found) > first


def count(wanted: Filter, *, now: datetime, using: str | None = None) -> tuple[int, bool]:
    """How many there are, and whether that is an estimate (above 10,000)."""
    where, values = _where(wanted, now)
    source = f"""FROM {tables.PROFILE} profile
        JOIN {tables.CUSTOMER_SUMMARY} standing ON standing.profile_id = profile.id WHERE {where}"""
    limited = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT %(most)s) few"
    few = sql.rows(limited, {**values, "most": COUNTED + 1}, using=using)[0][0]
    if few <= COUNTED:
        return few, False
    plan = sql.rows(f"EXPLAIN (FORMAT JSON) SELECT 1 {source}", values, using=using)[0][0]
    return max(few, int(_json(plan)[0]["Plan"]["Plan Rows"])), True


def _rows(
    wanted: Filter, order: Order, descending: bool, after: ListPosition | None, limit: int, now: datetime,
    using: str | None, *, lacking: bool,
) -> list[Listed]:  # fmt: skip
    """Those who have the key, in its order; or those who lack it, by age."""
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
    statement = _KEYED.format(key=key) + f"WHERE {where} ORDER BY {order_by} LIMIT %(limit)s"
    found = sql.rows(statement, {**values, "limit": limit}, using=using)
    people = relationships([row[1:] for row in found])
    return [
        Listed(relationship=person, place=ListPosition(value=row[0], profile=person.id))
        for row, person in zip(found, people, strict=True)
    ]


_KEYED = READ.replace("SELECT profile.id,", "SELECT {key}, profile.id,", 1)


def _where(wanted: Filter, now: datetime) -> tuple[str, dict[str, Any]]:
    """Conditions with parameters; every text in it is ours."""
    unknown = set(wanted.stages) - set(Stage.values)
    if unknown:
        raise BadInput("There is no such stage.", field="filter")
    for text in (wanted.search, wanted.currency):
        input_validation.line(text, field="filter", most=254, required=False)
    conditions: Sequence[tuple[bool, str]] = (
        (True, "profile.merged_into_id IS NULL AND standing.profile_id IS NOT NULL"),
        (bool(wanted.stages), "standing.stage = ANY(%(stages)s)"),
        (bool(wanted.search.strip()), "profile.email_key LIKE %(search)s"),
        (bool(wanted.currency), "standing.currency = %(currency)s"),
        (wanted.last_purchase_from is not None, "standing.last_at >= %(bought_from)s"),
        (wanted.last_purchase_until is not None, "standing.last_at <= %(bought_until)s"),
        (wanted.has_consent is True, CONSENTED),
        (wanted.has_consent is False, f"NOT {CONSENTED}"),
    )
    values = parameters(
        stages=list(wanted.stages), search=_prefix(wanted.search), currency=wanted.currency,
        bought_from=wanted.last_purchase_from, bought_until=wanted.last_purchase_until, now=now,
        soft=wanted.has_consent is not None and policy.current(now).soft_opt_in,
    )  # fmt: skip
    return " AND ".join(text for applies, text in conditions if applies), values


def _prefix(search: str) -> str:
    plain = search.strip().lower()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, "\\" + special)
    return plain + "%"


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
