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
from saleor_relacional.errors import Misconfigured
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


def spellings(name: Name) -> frozenset[Name]:
    """An address in all its spellings: of an international domain people write the letters, and programs the xn--
    form. Any other name has one."""
    local, _, domain = name.key.rpartition("@")
    if name.kind != IdentityKind.EMAIL.value or (domain.isascii() and "xn--" not in domain):
        return frozenset([name])
    try:
        plain = domain.encode("idna")
        letters = plain.decode("idna")
    except UnicodeError:
        return frozenset([name])
    # What does not come back the same is another domain today: of ß the codec (IDNA 2003) makes ss.
    same = domain in (letters, plain.decode("ascii"))
    spelt = {domain, plain.decode("ascii"), letters} if same else {domain}
    return frozenset(email(f"{local}@{each}") for each in spelt)


def mailbox(typed: str) -> Name | None:
    """The address that was typed, or None: "n/a", "-", "none" and what ends in .invalid are what people and programs
    put where there is none, and no two who have it are one person."""
    name, at, domain = email_key(typed).rpartition("@")
    nobody = not (name and at and domain) or any(sign.isspace() for sign in name + domain)
    return None if nobody or domain.split(".")[-1] == "invalid" else email(typed)


def digest(kind: str, source: str, key: str) -> bytes:
    """Keyed hash of one name, 32 bytes."""
    return _hash(keys(), Name(str(kind), source, key))


def digests(names: Iterable[Name]) -> dict[Name, bytes]:
    """Keyed hashes of many names, reading the key once."""
    under = keys()
    return {name: _hash(under, name) for name in names}


def first_digests(names: Iterable[Name]) -> dict[Name, bytes]:
    """As `digests`, under the first key that this installation had: these hashes outlive a change of the key."""
    under = keys()[:1]
    return {name: _hash(under, name) for name in names}


def forgotten(names: Iterable[Name]) -> dict[Name, datetime]:
    """Which of these belonged to somebody forgotten, and when they were."""
    wanted = set(names)
    if not wanted:
        return {}
    under = keys()
    by_digest = {_hash(under, name): name for name in wanted}
    found = sql.rows(
        f"SELECT digest, forgotten_at FROM {tables.TOMBSTONE} WHERE digest = ANY(%s)",
        [list(by_digest)],
    )
    return {by_digest[bytes(row[0])]: row[1] for row in found}


def bury(names: Iterable[Name], now: datetime) -> None:
    """Keep these names out from now on, in all their spellings. Burying twice moves the date of an address that came
    back."""
    under, spelt = keys(), sorted({each for name in names for each in spellings(name)})
    Tombstone.objects.bulk_create(
        [Tombstone(digest=_hash(under, name), forgotten_at=now) for name in spelt],
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
        drawn.key_check = fingerprint(current_key(drawn))
        rows.bulk_create([drawn], ignore_conflicts=True)  # another worker may have drawn first: theirs holds
        found = rows.get(id=1)
    return found


def keys() -> tuple[bytes, ...]:
    """The keys of this installation, oldest first: a name is hashed under the first, the hash under the next, and so
    on. Raises Misconfigured when the key is another than the one that the hashes were made with."""
    row = installation()
    if not is_kept(row):
        raise Misconfigured(f"{CHANGED} {CURE}", code="TOMBSTONE_KEY", field="TOMBSTONE_KEY")
    return (*map(bytes.fromhex, row.former_keys), current_key(row))


CHANGED = (
    "RELACIONAL['TOMBSTONE_KEY'] is not the key that this installation hashes the names of forgotten people with: under"
    " another key they would come back, and objections would be forgotten. Nothing is read and nothing leaves."
)
CURE = (
    "Set it back (or take it out again), or run manage.py relacional_rekey --old-key KEY with the key that held until"
    " now; without --old-key where there was none in the settings."
)


def is_kept(row: Installation) -> bool:
    """Whether the key is the one that this installation's hashes were made with."""
    return hmac.compare_digest(fingerprint(current_key(row)), bytes(row.key_check))


def current_key(row: Installation) -> bytes:
    """The owner's, or else the drawn one."""
    given = conf.setting("TOMBSTONE_KEY")
    return str(given).encode() if given else bytes(row.tombstone_key)


def fingerprint(key: bytes) -> bytes:
    """Tells keys apart and tells nothing else of them, 32 bytes."""
    return hmac.digest(key, b"saleor_relacional.tombstone_key", sha256)


def _hash(under: Iterable[bytes], name: Name) -> bytes:
    told = "\0".join(name).encode()
    for key in under:
        told = hmac.digest(key, told, sha256)
    return told
