"""What is left of the forgotten: keyed hashes of the names they had. Every door that lets people in checks
them.

A name is (kind, source, key): an account reference, an e-mail key, the reference of an order or of a
checkout. An account, an order and a checkout stay forgotten for ever. An address may come back with its
person: what was placed or joined *after* the forgetting is a new relationship, what is older stays forgotten
(docs/privacy.md).
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.models import IdentityKind, Installation, Tombstone

ORDER = "order"
CHECKOUT = "checkout"


class Name(NamedTuple):
    """Something by which a host, or a file, names a person or a deed of theirs."""

    kind: str
    source: str
    """Empty for an address, which is the same person whoever tells us."""
    key: str


def account(source: str, reference: str) -> Name:
    """An account at a host, or a customer number in an imported file."""
    return Name(IdentityKind.ACCOUNT.value, source, reference)


def email_key(address: str) -> str:
    """Trimmed and lower-cased, nothing else."""
    return address.strip().lower()


def email(address: str) -> Name:
    """An address."""
    return Name(IdentityKind.EMAIL.value, "", email_key(address))


def digest(kind: str, source: str, key: str) -> bytes:
    """Keyed hash of one name, 32 bytes."""
    return _hash(_secret(), Name(str(kind), source, key))


def digests(names: Iterable[Name]) -> dict[Name, bytes]:
    """Keyed hashes of many names, reading the key once."""
    secret = _secret()
    return {name: _hash(secret, name) for name in names}


def forgotten(names: Iterable[Name]) -> dict[Name, datetime]:
    """Which of these belonged to somebody forgotten, and when they were."""
    wanted = set(names)
    if not wanted:
        return {}
    secret = _secret()
    by_digest = {_hash(secret, name): name for name in wanted}
    found = sql.rows(
        f"SELECT digest, forgotten_at FROM {tables.TOMBSTONE} WHERE digest = ANY(%s)",
        [list(by_digest)],
    )
    return {by_digest[bytes(row[0])]: row[1] for row in found}


def bury(names: Iterable[Name], now: datetime) -> None:
    """Keep these names out from now on. Burying twice moves the date of an address that came back."""
    secret = _secret()
    Tombstone.objects.bulk_create(
        [Tombstone(digest=_hash(secret, name), forgotten_at=now) for name in sorted(set(names))],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["forgotten_at"],
    )


def installation() -> Installation:
    """This installation's row, drawn at its first use."""
    rows = Installation.objects
    found = rows.filter(id=1).first()
    if found is None:
        drawn = Installation(id=1, tombstone_key=secrets.token_bytes(32), created_at=sql.real_now())
        rows.bulk_create([drawn], ignore_conflicts=True)  # another worker may have drawn first: theirs holds
        found = rows.get(id=1)
    return found


def _secret() -> bytes:
    given = conf.setting("TOMBSTONE_KEY")
    return str(given).encode() if given else bytes(installation().tombstone_key)


def _hash(secret: bytes, name: Name) -> bytes:
    return hmac.digest(secret, "\0".join(name).encode(), sha256)
