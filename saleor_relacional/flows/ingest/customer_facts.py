"""Accounts: whose address it is, and how to address them."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.ingest.write_result import WriteResult
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name, account, email_key, mailbox
from saleor_relacional.hosts.facts import CustomerFact
from saleor_relacional.models import Profile

FIELDS = {
    "email": "text", "email_key": "text", "vouched": "boolean", "first_name": "text", "language": "text",
    "joined_at": "timestamptz", "vouched_since": "timestamptz",
}  # fmt: skip


def write(facts: Sequence[CustomerFact], known: dict[Name, int], now: datetime) -> WriteResult:
    """Make or change the profiles of these accounts. The caller holds their names."""
    facts = [fact for fact in facts if fact.customer or account(fact.source, fact.reference) in known]
    if not facts:
        return WriteResult()
    new = set(identify.ensure([account(fact.source, fact.reference) for fact in facts], known, now))
    claims = [fact for fact in facts if fact.vouched and mailbox(fact.email)]
    moved = {fact.reference for fact in claims if identify.vouch(fact, known, now)}
    ids = {fact: known[account(fact.source, fact.reference)] for fact in facts}
    rows = Profile.objects.in_bulk(ids.values())
    undated = any(fact.vouched and not fact.vouched_since for fact in facts)
    seen_at = conf.host().now() if undated else None  # not `now`: a long sync has read this a moment ago
    told = {ids[fact]: _values(fact, rows[ids[fact]], seen_at) for fact in facts}
    changed = {key: values for key, values in told.items() if values != _current(rows[key])}
    sql.update_rows(tables.PROFILE, FIELDS, [(key, *values) for key, values in changed.items()])
    touched = changed.keys() | {ids[fact] for fact in facts if fact.reference in moved} | new
    return WriteResult(written=len(touched), touched=touched)


def differs(fact: CustomerFact, row: Profile | None, owner: int | None) -> bool:
    """Whether recording it would write anything; `owner`: the profile that its address belongs to."""
    if row is None:
        return fact.customer
    vouches = fact.vouched and mailbox(fact.email) is not None
    return _values(fact, row, None) != _current(row) or (vouches and owner != row.pk)


def _values(fact: CustomerFact, row: Profile, seen_at: datetime | None) -> tuple[object, ...]:
    """In the order of FIELDS; `seen_at`: when this was read."""
    email, name = fact.email.strip(), fact.first_name[:256]
    since = _since(fact, row, seen_at) if fact.vouched else None
    language = row.language if row.language_declared else fact.language[:35]
    return email, email_key(email), fact.vouched, name, language, fact.joined_at, since


def _since(fact: CustomerFact, row: Profile, seen_at: datetime | None) -> datetime | None:
    """The earliest moment from which the host is known to have vouched for it ever since."""
    known = [row.vouched_since if row.vouched else None, fact.vouched_since]
    return min((moment for moment in known if moment), default=seen_at)


def _current(row: Profile) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in FIELDS)
