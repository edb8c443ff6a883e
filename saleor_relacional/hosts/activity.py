"""What people do at a shop, asked right before they are written to. Knows neither Django nor anything of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Activity(StrEnum):
    """Something that somebody did at the shop, as far as it bears on writing to them."""

    ORDERED = "ordered"
    """An order that stands or may come to stand: sold, unconfirmed, unpaid."""
    TAKEN_BACK = "taken_back"
    """An order that was cancelled, or expired."""
    SHOPPING = "shopping"
    """An open checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Somebody of whom the host is asked what they have done."""

    key: int
    """Names them in the answer."""
    accounts: frozenset[str]
    """References of their accounts at the host."""
    emails: frozenset[str]
    """Their addresses, trimmed and lower-cased."""
    since: datetime
    """Orders placed later than this are told."""
    opened_by: frozenset[str] = frozenset()
    """References of orders that are not told, whenever they were placed: those that we write about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that a buyer did."""

    activity: Activity
    at: datetime
    """When the order was placed, when the one taken back last changed, when the checkout last changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An order or checkout as a host has found it, before it is said whose it is."""

    activity: Activity
    reference: str
    account: str
    """Empty when it has none."""
    email: str
    """As typed."""
    placed_at: datetime
    """Of a checkout its last change."""
    changed_at: datetime


def sort_out(buyers: Sequence[Buyer], deeds: Iterable[Deed]) -> Mapping[int, Sequence[Seen]]:
    """Buyer's key → what they did, by the moment. Whoever did nothing is left out."""
    by_account: dict[str, list[Buyer]] = {}
    by_email: dict[str, list[Buyer]] = {}
    for buyer in buyers:
        for account in buyer.accounts:
            by_account.setdefault(account, []).append(buyer)
        for email in buyer.emails:
            by_email.setdefault(email, []).append(buyer)
    found: dict[int, list[Seen]] = {}
    for deed in deeds:
        theirs = [*by_account.get(deed.account, ()), *by_email.get(deed.email.strip().lower(), ())]
        for buyer in {buyer.key: buyer for buyer in theirs}.values():
            if deed.activity is Activity.SHOPPING or _tells(deed, buyer):
                at = deed.placed_at if deed.activity is Activity.ORDERED else deed.changed_at
                found.setdefault(buyer.key, []).append(Seen(activity=deed.activity, at=at))
    return {key: sorted(seen, key=lambda one: one.at) for key, seen in found.items()}


def _tells(order: Deed, buyer: Buyer) -> bool:
    return order.placed_at > buyer.since and order.reference not in buyer.opened_by
