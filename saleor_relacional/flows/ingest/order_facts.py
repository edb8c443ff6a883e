"""Orders: purchases with their lines and refunds."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.importing import superseded
from saleor_relacional.flows.ingest import newsletter_ticks, order_parts, places, product_categories
from saleor_relacional.flows.ingest.write_result import WriteResult
from saleor_relacional.flows.people import identify, purchase_states
from saleor_relacional.flows.people.tombstones import Name, email_key
from saleor_relacional.hosts.facts import OrderFact, OrderState
from saleor_relacional.models import Purchase, PurchaseCorrection
from saleor_relacional.models.facts import PurchaseState
from saleor_relacional.rules.contact.zones import zone_of

STATE = {OrderState.COUNTS: PurchaseState.COUNTS, OrderState.WITHDRAWN: PurchaseState.WITHDRAWN}
"""What is stored. The others are no purchase: not stored, and withdrawn when they had been one."""

FIELDS = [
    "profile", "number", "state", "corrected", "channel", "currency", "sold", "discount", "net", "shipping_net",
    "shipping_list_net", "placed_at", "fulfilled_at", "day", "checkout", "place", "codes", "digest",
]  # fmt: skip


def digest(fact: OrderFact, place: str) -> bytes:
    """SHA-256 of the fact as told, whatever moment the host says it changed at. Equal amounts and moments
    are told in equal words, whatever scale or zone the host read them with.

    Of the address it holds the keyed hash: the rest is known to whoever has our tables, and postal codes are few
    enough to try them all. Of categories and of what things cost nothing: a product
    put on another shelf, or bought in dearer, changes no order."""
    told = [
        fact.source, fact.reference, fact.number, fact.state, _state(fact), fact.customer, fact.email, fact.language,
        fact.first_name, fact.channel, fact.currency, _amount(fact.total), _amount(fact.discount), _told(fact.net),
        _told(fact.shipping_net), _told(fact.shipping_list_net),
        _moment(fact.placed_at), fact.fulfilled_at and _moment(fact.fulfilled_at), fact.checkout,
        fact.codes, place, fact.newsletter,
        [
            (line.product_key, line.name, line.quantity, _amount(line.total), _told(line.net), _told(line.list_net),
             line.returned)
            for line in fact.lines
        ],
        [
            (back.source, back.reference, back.order, _amount(back.amount), back.currency, _moment(back.happened_at))
            for back in fact.refunds
        ],
    ]  # fmt: skip
    return sha256(json.dumps(told).encode()).digest()


def stored(source: str, references: Sequence[str]) -> dict[str, Purchase]:
    """The purchases that we have of these orders."""
    rows = Purchase.objects.filter(source=source, reference__in=references)
    return {row.reference: row for row in rows}


def _state(fact: OrderFact) -> PurchaseState:
    """As the host tells it, whatever staff have corrected."""
    state = STATE.get(fact.state, PurchaseState.WITHDRAWN)
    if state is not PurchaseState.COUNTS:
        return state
    back = sum(
        (one.amount for one in fact.refunds if (one.order, one.currency) == (fact.reference, fact.currency)),
        Decimal(0),
    )
    return purchase_states.told(fact.total, back)


def differs(fact: OrderFact, row: Purchase | None, place: str) -> bool:
    """Whether recording it would write anything; `place`: the hash of where it was sent."""
    if row is None:
        return fact.state in STATE and identify.owner(fact, {}) is not None
    return bytes(row.digest) != digest(fact, place)


def write(facts: Sequence[OrderFact], known: dict[Name, int], now: datetime) -> WriteResult:
    """Make or change purchases. The caller holds the references and the names."""
    product_categories.write(facts, now)
    rows, where = _rows(facts), places.of(facts)
    news = [fact for fact in facts if differs(fact, rows.get(fact.reference), where[fact.reference])]
    if not news:
        return WriteResult()
    people = _owners(news, rows, known)
    identify.ensure(people.values(), known, now)
    before = {row.profile_id for fact in news if (row := rows.get(fact.reference))}
    zone = ZoneInfo(conf.host().time_zone())
    owners = {reference: known[name] for reference, name in people.items()}
    purchases = [
        (
            fact,
            _fill(
                fact,
                rows.get(fact.reference) or Purchase(learned_at=now),
                owners.get(fact.reference),
                zone,
                where[fact.reference],
            ),
        )
        for fact in news
    ]
    numbers = [fact.number for fact in news if fact.state in STATE]
    told = [row for _, row in purchases]
    new = {row.reference for row in told if not row.pk}
    corrections = superseded.corrections(numbers)
    _keep_corrections(told, corrections)
    _save(told)
    purchase_states.end_of_others([row.pk for row in told], now)
    superseded.hand_on(corrections, told)
    replaced = superseded.replace(numbers)
    order_parts.write(purchases, new, now)
    _address(purchases)
    newsletter_ticks.keep(
        [(fact, row) for fact, row in purchases if row.state != PurchaseState.WITHDRAWN], now
    )
    touched = before | replaced | {row.profile_id for row in told}
    return WriteResult(written=len(news), touched=touched, purchases=told)


def _keep_corrections(rows: Sequence[Purchase], corrections: Mapping[str, PurchaseCorrection]) -> None:
    """What staff corrected of an imported order holds of the same one as the host tells it."""
    for row in rows:
        held = corrections.get(row.number)
        if held and not row.corrected and held.profile_id == row.profile_id:
            row.corrected = held.right
            row.state = purchase_states.corrected(PurchaseState(row.state), held.right)


def withdraw(source: str, references: Sequence[str], now: datetime) -> WriteResult:
    """These orders are gone at the host: what was a sale is one no longer."""
    rows = [row for row in stored(source, references).values() if row.state != PurchaseState.WITHDRAWN]
    for row in rows:
        row.state, row.digest = PurchaseState.WITHDRAWN, b""
    Purchase.objects.bulk_update(rows, ["state", "digest"])
    return WriteResult(written=len(rows), touched={row.profile_id for row in rows}, purchases=rows)


def _rows(facts: Sequence[OrderFact]) -> dict[str, Purchase]:
    """All facts of a call come from one host."""
    return stored(facts[0].source, [fact.reference for fact in facts]) if facts else {}


def _owners(facts: Sequence[OrderFact], rows: dict[str, Purchase], known: dict[Name, int]) -> dict[str, Name]:
    """Reference → whose the order is; without those that stay whose they are."""
    holders = {reference: row.profile_id for reference, row in rows.items()}
    accounts = identify.accounts(identify.movers(facts, known, holders), facts[0].source)
    since = identify.vouched_since(identify.doubtful(facts, known, holders))
    return {
        fact.reference: name
        for fact in facts
        if (name := identify.owner(fact, known, holders.get(fact.reference), accounts, since))
    }


def _fill(fact: OrderFact, row: Purchase, profile: int | None, zone: ZoneInfo, place: str) -> Purchase:
    if profile and row.profile_id not in (None, profile):
        row.corrected = ""  # somebody said it of themselves, and it is another's now
    row.profile_id = profile or row.profile_id
    row.source, row.reference, row.number = fact.source, fact.reference, fact.number
    row.state = purchase_states.corrected(_state(fact), row.corrected)
    row.channel, row.currency = fact.channel, fact.currency
    row.sold, row.discount = fact.total, fact.discount
    row.net, row.shipping_net, row.shipping_list_net = fact.net, fact.shipping_net, fact.shipping_list_net
    # An order that says it was placed after we heard of it was not: a clock is ahead, or a year mistyped.
    row.placed_at = min(fact.placed_at, row.learned_at)
    # The first that we heard of: what comes back may be told under the day on which it did.
    known = [at for at in (row.fulfilled_at, fact.fulfilled_at) if at]
    row.fulfilled_at = min(known) if fact.fulfilled_at else None
    row.day = row.placed_at.astimezone(zone).date()
    row.checkout, row.codes, row.place = fact.checkout or "", list(fact.codes), place
    row.digest = digest(fact, place)
    return row


def _save(rows: Sequence[Purchase]) -> None:
    Purchase.objects.bulk_update([row for row in rows if row.pk], FIELDS, batch_size=200)
    if new := [row for row in rows if not row.pk]:
        columns = zip(*(_stored_values(row) for row in new), strict=True)
        ids = dict(sql.rows(_CREATE, [list(column) for column in columns]))
        for row in new:
            row.pk = ids[row.reference]


def _stored_values(row: Purchase) -> tuple[object, ...]:
    """In the order of STORED."""
    values = {name: getattr(row, name) for name in STORED} | {"codes": json.dumps(row.codes)}
    return tuple(values.values())


STORED = {
    "profile_id": "bigint", "source": "text", "reference": "text", "number": "text", "state": "text",
    "corrected": "text", "channel": "text",
    "currency": "text", "sold": "numeric", "discount": "numeric", "net": "numeric", "shipping_net": "numeric",
    "shipping_list_net": "numeric", "placed_at": "timestamptz",
    "fulfilled_at": "timestamptz", "day": "date", "learned_at": "timestamptz",
    "checkout": "text", "place": "text", "codes": "jsonb", "digest": "bytea",
}  # fmt: skip
"""Columns of a new purchase, with their types at the server."""
_CREATE = f"""
INSERT INTO {tables.PURCHASE} ({", ".join(STORED)})
SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in STORED.values())})
RETURNING reference, id
"""
"""An array per column: values one by one would be most of what a sync costs."""


ADDRESS = ("channel", "time_zone", "email", "email_key", "first_name", "language")

_NEWEST = f"""
SELECT profile.id, newest.id, profile.joined_at IS NOT NULL, profile.time_zone_declared, profile.language_declared,
       {", ".join(f"profile.{name}" for name in ADDRESS)}
FROM (
    SELECT DISTINCT ON (profile_id) profile_id, id FROM {tables.PURCHASE}
    WHERE profile_id = ANY(%s) AND state <> 'not_mine' ORDER BY profile_id, placed_at DESC, reference DESC
) newest JOIN {tables.PROFILE} profile ON profile.id = newest.profile_id
"""


def _address(purchases: Sequence[tuple[OrderFact, Purchase]]) -> None:
    """The channel, the time zone where it says one, and how to address a guest, are those of their latest order. What
    an account says of itself wins, and so do a zone and a language that somebody declared."""
    facts = {row.pk: fact for fact, row in purchases}
    told = []
    for profile, newest, is_account, zoned, spoken, *before in sql.rows(
        _NEWEST, [sorted({row.profile_id for _, row in purchases})]
    ):
        if (fact := facts.get(newest)) is None:
            continue
        now = _addressed(fact, before, is_account, zoned)
        if spoken:
            now[-1] = before[-1]
        if now != before:
            told.append((profile, *now))
    sql.update_rows(tables.PROFILE, dict.fromkeys(ADDRESS, "text"), told)


def _addressed(fact: OrderFact, before: Sequence[str], is_account: bool, declared: bool) -> list[str]:
    """In the order of ADDRESS; `before`: what we have of them."""
    zone = "" if declared else zone_of(fact.country, fact.region, fact.postal_code)
    where = [fact.channel, zone or before[1]]
    if is_account:
        return [*where, *before[2:]]
    return [
        *where,
        fact.email.strip(),
        email_key(fact.email),
        fact.first_name[:256],
        fact.language[:35],
    ]


def _amount(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")


def _told(value: Decimal | None) -> str | None:
    return None if value is None else _amount(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
