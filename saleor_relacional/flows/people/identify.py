"""Who is one person.

An account is a person. An address is a person of its own, a guest, until the host vouches that it belongs to
an account: then the guest's profile merges into the account's. An address that the host vouched for stays
with its account after a change of e-mail, until the host vouches for somebody else; an account's relationship
never goes to another account.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.people.tombstones import Name, account, email
from saleor_relacional.hosts.facts import CheckoutFact, CustomerFact, FactKind, OrderFact
from saleor_relacional.models import Identity, IdentityKind, Profile

REFERENCES = {
    FactKind.CUSTOMER: Lock.CUSTOMERS,
    FactKind.ORDER: Lock.ORDERS,
    FactKind.CHECKOUT: Lock.CHECKOUTS,
}
"""Locks of the host's references."""

RESOLVE = f"""
SELECT i.kind, i.source, i.key, i.profile_id FROM {tables.IDENTITY} i
JOIN unnest(%(kinds)s::text[], %(sources)s::text[], %(keys)s::text[]) AS wanted(kind, source, key)
    USING (kind, source, key)
"""
"""The profiles behind `columns` of names."""


def person_of(fact: OrderFact | CheckoutFact) -> Name | None:
    """The account that the host itself joined it to, else the typed address; None when it names nobody."""
    if fact.customer:
        return account(fact.source, fact.customer)
    return email(fact.email) if fact.email.strip() else None


def names_of(fact: CustomerFact | OrderFact | CheckoutFact) -> list[Name]:
    """Every name of a person that this fact holds."""
    reference = fact.reference if isinstance(fact, CustomerFact) else fact.customer
    names = [account(fact.source, reference)] if reference else []
    return [*names, email(fact.email)] if fact.email.strip() else names


def lock(names: Iterable[Name]) -> None:
    """Lock these names until the transaction ends: nobody else decides whose they are."""
    locks.lock_family(Lock.NAMES, ["\x1f".join(name) for name in names])


def resolve(names: Iterable[Name]) -> dict[Name, int]:
    """Name → profile, for those that are known."""
    wanted = set(names)
    if not wanted:
        return {}
    return {Name(*row[:3]): row[3] for row in sql.rows(RESOLVE, columns(wanted))}


def columns(names: Iterable[Name]) -> dict[str, object]:
    """Parameters of RESOLVE."""
    wanted = sorted(set(names))
    return {
        "kinds": [name.kind for name in wanted], "sources": [name.source for name in wanted],
        "keys": [name.key for name in wanted],
    }  # fmt: skip


def ensure(names: Iterable[Name], known: dict[Name, int], now: datetime) -> list[int]:
    """Make a profile for each name that has none; `known` learns them. The caller holds the names. New
    profiles' ids."""
    new = sorted(set(names) - known.keys())
    profiles = Profile.objects.bulk_create([Profile(created_at=now) for _ in new])
    for row in (Lock.PROFILE, Lock.STALE):
        locks.made(row, [profile.pk for profile in profiles])
    Identity.objects.bulk_create(
        [
            Identity(profile=profile, kind=name.kind, source=name.source, key=name.key)
            for name, profile in zip(new, profiles, strict=True)
        ]
    )
    known.update({name: profile.pk for name, profile in zip(new, profiles, strict=True)})
    return [profile.pk for profile in profiles]


def vouch(fact: CustomerFact, known: dict[Name, int], now: datetime) -> bool:
    """The host vouches for this account's address: the address becomes the account's. True when anything
    changed."""
    name, own = email(fact.email), known[account(fact.source, fact.reference)]
    owner = known.get(name)
    if owner == own:
        return False
    identities = Identity.objects
    if owner is None:
        identities.create(profile_id=own, kind=name.kind, source="", key=name.key)
    elif _is_account(owner, fact.source):  # the address changed hands: the relationship does not
        identities.filter(kind=name.kind, key=name.key).update(profile_id=own)
    elif not join(owner, own, known, "vouched", now):
        return False
    known[name] = own
    return True


def join(guest: int, into: int, known: dict[Name, int], cause: str, now: datetime) -> bool:
    """Merge a guest into an account, unless somebody undid exactly that before. `known` learns it."""
    if merge.was_undone(guest, into):
        return False
    merge.merge(guest, into, cause=cause, now=now)
    known.update({name: into for name, profile in known.items() if profile == guest})
    return True


def guests(profiles: Mapping[int, str], source: str) -> set[int]:
    """Of these profiles (→ the address a fact gave), the ones that are guests under exactly that address."""
    if not profiles:
        return set()
    found = sql.rows(
        f"SELECT i.profile_id, i.key FROM {tables.IDENTITY} i WHERE i.kind = 'email'"
        f" AND i.profile_id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM {tables.IDENTITY} a"
        " WHERE a.profile_id = i.profile_id AND a.kind = 'account' AND a.source = %s)",
        [list(profiles), source],
    )
    return {profile for profile, key in found if profiles[profile] == key}


def _is_account(profile: int, source: str) -> bool:
    return Identity.objects.filter(profile_id=profile, kind=IdentityKind.ACCOUNT, source=source).exists()
