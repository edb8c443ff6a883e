"""The wallet: a customer's offers, exactly those that the checkout would grant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.flows.incentives import entitlement, listing
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.hosts.takes_off import TakesOff
from saleor_relacional.models import Entitlement, Identity, IdentityKind, Incentive, IncentiveState, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A live incentive as its customer sees it: a code that works."""

    code: str
    kind: str
    """gift, shipping, percentage or fixed."""
    terms: RungTerms
    """How much it is, from how much on, and for what: as its voucher says by now. Without a value or an amount where
    nobody can tell one that holds everywhere."""
    channels: Mapping[str, str]
    """Channel slug → currency; it works nowhere else."""
    expires_at: datetime
    """The last second of its day."""
    here: TakesOff | None = None
    """What it takes off the checkout that was asked about; None where none was, or none of theirs."""


def wallet(profile: Profile, now: datetime, *, using: str | None = None) -> tuple[Offer, ...]:
    """The customer's offers, by their end."""
    return wallets([profile.pk], now, using=using).get(profile.pk, ())


def wallets(
    profile_ids: Sequence[int], now: datetime, *, using: str | None = None
) -> dict[int, tuple[Offer, ...]]:
    """Profile's id → offers by their end, in four queries for any number of people, one of them to the host, which
    says what works now and where. Whoever has none is left out.

    A code that a checkout holds costs one more question to the host: it may have been spent a moment ago.
    """
    issued = Incentive.objects.at(using).filter(
        profile_id__in=list(profile_ids), state=IncentiveState.ISSUED, expires_at__gt=now
    )
    found = list(issued.select_related("profile", "rung").order_by("expires_at", "pk"))
    entitlements = Entitlement.objects.using(_entitlements_at(using)).in_bulk([each.code for each in found])
    accounts = accounts_of([each.profile_id for each in found if each.profile_id], using)
    working = conf.host().working([each.code for each in found], now=now) if found else {}
    offers: dict[int, tuple[Offer, ...]] = {}
    for each in found:
        held, owner = entitlements.get(each.code), each.profile
        said = working.get(each.code, {})
        listed = {slug: said[slug] for slug in each.channels if slug in said}
        if listed and held and owner and _grants(held, owner, accounts.get(owner.pk, {""}), now):
            offers[owner.pk] = (*offers.get(owner.pk, ()), _offer(each, listed))
    return offers


def _grants(held: Entitlement, owner: Profile, accounts: set[str], now: datetime) -> bool:
    """Whether the check at completion would grant the code to one of the person's own checkouts."""
    ours = any(entitlement.owns(held, account=account, email=owner.email_key) for account in accounts)
    if not ours or entitlement.worthless(held, now):
        return False
    return entitlement.usable(held, now)


def accounts_of(profile_ids: Sequence[int], using: str | None = None) -> dict[int, set[str]]:
    """Profile's id → references of its accounts at the host."""
    known = Identity.objects.at(using).filter(
        profile_id__in=profile_ids, kind=IdentityKind.ACCOUNT, source=conf.host().source
    )
    found: dict[int, set[str]] = {}
    for profile_id, key in known.values_list("profile_id", "key"):
        found.setdefault(profile_id, set()).add(key)
    return found


def _entitlements_at(using: str | None) -> str:
    """Alias to read entitlements at: `using`, the replica, where our tables lie in the host's database; else the host's
    own."""
    return using if using and conf.database() == conf.HOST_DATABASE else conf.HOST_DATABASE


def _offer(incentive: Incentive, listed: Mapping[str, Listed]) -> Offer:
    kind, terms = listing.terms(incentive, listed)
    return Offer(
        code=incentive.code,
        kind=kind,
        terms=terms,
        channels={slug: incentive.channels[slug] for slug in listed},
        expires_at=incentive.expires_at,
    )
