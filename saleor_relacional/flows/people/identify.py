"""Who is one person.

An account is a person. An address is a person of its own, a guest, until the host vouches that it belongs to
an account: then the guest's profile merges into the account's, and in no other way. An address that the host
vouched for stays with its account after a change of e-mail, until the host vouches for somebody else; an
account's relationship never goes to another account. Whose an order is, `owner` says: the table of all cases stands
in docs/architecture.md.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.people.tombstones import Name, account, email, mailbox
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


def buyer(fact: CheckoutFact) -> Name | None:
    """Whose a checkout is: the account's that the host names, else the typed address's; None when it names nobody. It
    gives nothing away: it is its account's, vouched for or not."""
    return account(fact.source, fact.customer) if fact.customer else mailbox(fact.email)


def owner(
    fact: OrderFact,
    known: Mapping[Name, int],
    holder: int | None = None,
    accounts: Collection[int] = (),
    since: Mapping[int, datetime] = MappingProxyType({}),
) -> Name | None:
    """Whose this order is. None when it names nobody, or stays with `holder`.

    `known`: the profiles behind names. `holder`: the profile that we have it under, None for a new order. `accounts`:
    those of `movers` that have an account at this host. `since`: since when the host vouches for those of `doubtful`.

    A new order is the account's that the host names and that was confirmed when it was placed, else the typed
    address's, however late we read it. An order that we have was decided when it was placed: it stays with the account
    that it was given to, and no account named later gets it for being named. It follows its address: to whom the host
    vouches for that, or to another that staff correct it to. It does not follow an address that has gone from one
    account to another."""
    named = account(fact.source, fact.customer) if fact.customer else None
    typed = mailbox(fact.email)
    if holder is None:
        return named if named and _theirs(fact, since.get(known.get(named, 0))) else typed
    if named and known.get(named) == holder:
        return named
    reader = known.get(typed) if typed else None
    if reader != holder and holder in accounts and reader in accounts:
        return typed if named and fact.vouched and known.get(named) == reader else None
    return typed


def _theirs(fact: OrderFact, since: datetime | None) -> bool:
    """Whether the account that a new order names was confirmed when it was placed; `since`: as we know it. Where no
    address was typed that could be anybody's, it is enough that it is confirmed now."""
    if fact.vouched_then is not None:
        return fact.vouched_then
    return fact.vouched and ((since is not None and since <= fact.placed_at) or mailbox(fact.email) is None)


def doubtful(facts: Iterable[OrderFact], known: Mapping[Name, int], holders: Mapping[str, int]) -> set[int]:
    """Profiles of accounts of which the host cannot tell whether they were confirmed when they placed one of these
    orders, new ones (not in `holders`) that would be somebody else's if they were not: few."""
    return {
        profile
        for fact in facts
        if fact.reference not in holders and fact.customer and fact.vouched and fact.vouched_then is None
        if (profile := known.get(account(fact.source, fact.customer)))
        and known.get(email(fact.email)) != profile
    }  # fmt: skip


def vouched_since(profiles: Collection[int]) -> dict[int, datetime]:
    """Since when at the latest the host vouches for the accounts of these profiles; without those that it does not."""
    rows = Profile.objects.filter(pk__in=profiles).values_list("pk", "vouched_since") if profiles else ()
    return {profile: since for profile, since in rows if since}


def movers(facts: Iterable[OrderFact], known: Mapping[Name, int], holders: Mapping[str, int]) -> set[int]:
    """Profiles between which one of these orders, held as `holders` (reference → profile) says, may move: few."""
    pairs = [(holders.get(fact.reference), known.get(email(fact.email))) for fact in facts]
    return {one for pair in pairs if None not in pair and pair[0] != pair[1] for one in pair if one}


def names_of(fact: CustomerFact | OrderFact | CheckoutFact) -> list[Name]:
    """Every name of a person that this fact holds."""
    reference = fact.reference if isinstance(fact, CustomerFact) else fact.customer
    names = [account(fact.source, reference)] if reference else []
    typed = mailbox(fact.email)
    return [*names, typed] if typed else names


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
    made = {name: profile.pk for name, profile in zip(new, profiles, strict=True)}
    known.update(made)
    take_baskets({name.key: profile for name, profile in made.items() if name.kind == IdentityKind.EMAIL})
    return [profile.pk for profile in profiles]


_TAKE_BASKETS = f"""
UPDATE {tables.BASKET} b SET profile_id = named.profile_id, email_key = ''
FROM unnest(%(keys)s::text[], %(profiles)s::bigint[]) AS named(key, profile_id)
WHERE b.profile_id IS NULL AND b.email_key = named.key
"""


def take_baskets(owners: Mapping[str, int]) -> None:
    """Baskets that waited under these addresses (e-mail key → profile) are somebody's now."""
    if owners:
        sql.run(_TAKE_BASKETS, {"keys": list(owners), "profiles": list(owners.values())})


def vouch(fact: CustomerFact, known: dict[Name, int], now: datetime) -> bool:
    """The host vouches for this account's address: the address becomes the account's. True when anything
    changed."""
    name, own = email(fact.email), known[account(fact.source, fact.reference)]
    former = known.get(name)
    if former == own:
        return False
    identities = Identity.objects
    if former is None:
        identities.create(profile_id=own, kind=name.kind, source="", key=name.key)
        take_baskets({name.key: own})
    elif accounts([former], fact.source):  # the address changed hands: the relationship does not
        identities.filter(kind=name.kind, key=name.key).update(profile_id=own)
    elif not join(former, own, known, "vouched", now):
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


def accounts(profiles: Collection[int], source: str) -> set[int]:
    """Those of these profiles that have an account at this source."""
    rows = Identity.objects.filter(profile_id__in=profiles, kind=IdentityKind.ACCOUNT, source=source)
    return set(rows.values_list("profile_id", flat=True)) if profiles else set()
