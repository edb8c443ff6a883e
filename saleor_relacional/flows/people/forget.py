"""Forgetting a person: what is left are keyed hashes, and enrolments without a name, so that lift is not
biased.

Gone: the profile and those merged into it, with their names, purchases, lines, refunds, baskets, consents, contacts,
summary, prediction, windows of what runs out, history of stages and changes of habit. Kept: tombstones of accounts,
addresses, orders and checkouts; objections, which are keyed hashes themselves; enrolments, touches and entries into
the shop-wide comparison, stripped, with the outcomes of their window up to now and coarse numbers of what was believed
before it; their codes, withdrawn, on rows that name nobody.

Who comes back under the same address begins anew: see tombstones.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from saleor_relacional import conf
from saleor_relacional.db import locks, only_added, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.flows.evidence import margin, outcomes
from saleor_relacional.flows.incentives import entitlement, reserve
from saleor_relacional.flows.people import identify, tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import account_attributes, stale, unplanned
from saleor_relacional.flows.shop_control import people as shop_control
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import (
    Basket,
    Cursor,
    HabitShift,
    Identity,
    IdentityKind,
    Incentive,
    IncentiveState,
    Profile,
    Purchase,
    StaffTask,
    StageChange,
)

FORGOTTEN = "forgotten"
"""Reason of what was stopped by it, and the cycle of stripped enrolments."""

_SETTLE = f"""
UPDATE {tables.ENROLMENT} e
SET {outcomes.frozen("e", now="%(now)s")},
    settled_margin = (SELECT earned.margin FROM ({margin.margin("e", now="%(now)s")}) earned)
FROM {outcomes.TERMS}
WHERE e.profile_id = ANY(%(ids)s) AND e.state = 'started' AND e.settled_kept IS NULL
"""
"""Freezes what came of them within the window up to now: the facts are about to go."""

_ONCE = f"""
UPDATE {tables.ENROLMENT} e
SET state = 'expired', reason = %(forgotten)s, started_at = NULL, window_ends_at = NULL
WHERE e.profile_id = ANY(%(ids)s) AND e.state = 'started' AND EXISTS (
    SELECT 1 FROM {tables.ENROLMENT} first
    WHERE first.profile_id = ANY(%(ids)s) AND first.campaign_id = e.campaign_id AND first.state = 'started'
      AND (first.started_at, first.id) < (e.started_at, e.id))
"""
"""A person is one unit of a campaign's analysis, with the outcome of their first enrolment. Without their
name the later ones would look like people of their own."""

_STRIP = f"""
UPDATE {tables.ENROLMENT}
SET cycle = %(forgotten)s, next_try_at = NULL, over_at = NULL, next_step_at = NULL,
    state = CASE WHEN state IN ('waiting', 'suppressed') THEN 'expired' ELSE state END,
    reason = CASE WHEN state IN ('waiting', 'suppressed') THEN %(forgotten)s ELSE reason END,
    profile_id = NULL
WHERE profile_id = ANY(%(ids)s)
"""

_STOP = f"""
UPDATE {tables.TOUCH}
SET state = CASE WHEN state IN ('queued', 'waiting', 'claimed') THEN 'suppressed' ELSE state END,
    reason = CASE WHEN state IN ('queued', 'waiting', 'claimed') THEN %(forgotten)s ELSE reason END,
    ended_at = CASE WHEN state IN ('queued', 'waiting', 'claimed') THEN %(now)s ELSE ended_at END,
    claim_token = CASE WHEN state = 'claimed' THEN NULL ELSE claim_token END,
    data_hash = '', provider_id = '', because = '{{}}', credited_purchase_id = NULL, profile_id = NULL
WHERE profile_id = ANY(%(ids)s)
"""
"""What is being handed over at this moment cannot be called back; it ends by itself."""

_SERVICE = f"""
WITH heard AS (
    DELETE FROM {tables.DELIVERY_EVENT} d USING {tables.TOUCH} t
    WHERE t.id = d.touch_id AND t.profile_id = ANY(%(ids)s) AND t.service_id IS NOT NULL
), theirs AS (
    DELETE FROM {tables.TOUCH} WHERE profile_id = ANY(%(ids)s) AND service_id IS NOT NULL RETURNING service_id)
DELETE FROM {tables.SERVICE_MESSAGE} WHERE id IN (SELECT service_id FROM theirs)
"""
"""Nothing is measured by service messages, so nothing of them stays."""


_UNINVITED = f"""
DELETE FROM {tables.SIGNUP} WHERE profile_id IS NULL AND lower(trim(email)) = ANY(%(addresses)s)
"""
"""Addresses that signed up for the newsletter and are nobody's yet."""

_UNAPPLIED = f"""
WITH theirs AS (
    DELETE FROM {tables.IMPORT_LINE} l USING {tables.IMPORT_BATCH} b
    WHERE b.id = l.batch_id AND (
        (l.email <> '' AND lower(trim(l.email)) = ANY(%(addresses)s))
        OR (b.source, l.customer) IN (SELECT * FROM unnest(%(sources)s::text[], %(keys)s::text[]))
        OR (b.source, l.ord) IN (SELECT * FROM unnest(%(told_by)s::text[], %(orders)s::text[])))
    RETURNING l.batch_id, l.who
)
DELETE FROM {tables.IMPORT_LINE} l WHERE l.email = '' AND (l.batch_id, l.who) IN (SELECT batch_id, who FROM theirs)
"""
"""What a file that is being imported still holds of them, lines included that give their number alone."""

MASS = 20
"""So many accounts gone at once are not believed without a person's word."""

_OWNERS = f"""
SELECT DISTINCT i.key FROM {tables.PURCHASE} u
JOIN {tables.IDENTITY} i ON i.profile_id = u.profile_id AND i.kind = 'account' AND i.source = u.source
WHERE u.source = %s AND u.reference = ANY(%s)
"""


def forget_account(source: str, reference: str, *, now: datetime) -> bool:
    """The host deleted this account: forget its person. False when we did not know them."""
    with sql.atomic():
        locks.lock_family(Lock.CUSTOMERS, [reference])
        profile = Profile.objects.filter(
            identities__kind="account", identities__source=source, identities__key=reference
        ).first()  # fmt: skip
        return profile is not None and forget(profile, now=now)


def forget_deleted_owners(source: str, orders: Sequence[str], *, now: datetime) -> int:
    """An account was deleted without a word: its orders are the host's guest orders now, and would come back
    as a guest's. Whoever we have these orders from and the host no longer knows is forgotten first; how many."""
    accounts = [row[0] for row in sql.rows(_OWNERS, [source, list(orders)])]
    if not accounts:
        return 0
    gone = sorted(set(accounts) - conf.host().existing(FactKind.CUSTOMER, accounts))
    if len(gone) > MASS:
        return 0  # rather an ill host than so many deletions: the patrol says so
    return sum(forget_account(source, one, now=now) for one in gone)


def forget(profile: Profile, *, now: datetime) -> bool:
    """Forget this person, whoever was merged into them included. False when they were forgotten already."""
    with sql.atomic():
        ids = _hold(profile.pk)
        rows = list(Profile.objects.filter(pk__in=ids).order_by("pk"))
        if not rows:
            return False
        stale.mark(ids, now)  # waits for whoever scores them
        only_added.rewriting("erase")
        names = [*_names(ids), *_addresses(rows), *_deeds(ids)]
        tombstones.bury(names, now)
        sql.run(_SETTLE, {"ids": ids, "now": now})
        shop_control.forget(ids, now)
        _withdraw_codes(ids, now)
        account_attributes.clear(ids)
        for statement in (_SERVICE, _STOP, _ONCE, _STRIP):
            sql.run(statement, {"ids": ids, "now": now, "forgotten": FORGOTTEN})
        _leave_cursors(names)
        _leave_imports(names)
        StageChange.objects.filter(profile_id__in=ids).delete()
        HabitShift.objects.filter(profile_id__in=ids).delete()
        Purchase.objects.filter(profile_id__in=ids).delete()
        Profile.objects.filter(pk__in=ids).delete()
        claimed = list(_claimed(names).values_list("pk", flat=True))
        Profile.objects.filter(pk__in=claimed).update(email="", email_key="")
        forget_baskets(names, now)
        sql.run(_UNINVITED, {"addresses": _keys(names)})
        unplanned.mark(claimed)
    return True


def forget_baskets(names: Sequence[Name], now: datetime) -> int:
    """Forget the baskets that wait under one of these addresses and are nobody's; how many."""
    waiting = Basket.objects.filter(profile=None, email_key__in=_keys(names))
    with sql.atomic():
        deeds = [Name(tombstones.CHECKOUT, *row) for row in waiting.values_list("source", "reference")]
        tombstones.bury(deeds, now)
        return waiting.delete()[0]


def _keys(names: Iterable[Name]) -> list[str]:
    return [name.key for name in names if name.kind == IdentityKind.EMAIL]


def _hold(profile: int) -> list[int]:
    """Lock everybody that goes, by name and by row. A merge may add names and people while we wait."""

    def find() -> list[Name | int]:
        ids = family(profile)
        names = [*_names(ids), *_addresses(list(Profile.objects.filter(pk__in=ids)))]
        return [*names, *ids, *_claimed(names).values_list("pk", flat=True)]

    def take(found: set[Name | int]) -> None:
        identify.lock(one for one in found if isinstance(one, Name))
        locks.lock_people((one for one in found if isinstance(one, int)), Hold.ALONE)

    locks.lock_settled(find, take)
    return family(profile)


def family(profile: int) -> list[int]:
    """Keys of this profile's survivor and of everybody merged into it; empty when they are forgotten."""
    found = sql.rows(
        f"WITH RECURSIVE up AS (SELECT id, merged_into_id FROM {tables.PROFILE} WHERE id = %s"
        f" UNION SELECT p.id, p.merged_into_id FROM {tables.PROFILE} p"
        " JOIN up ON p.id = up.merged_into_id"
        "), tree AS (SELECT id FROM up"
        f" UNION SELECT p.id FROM {tables.PROFILE} p JOIN tree ON p.merged_into_id = tree.id)"
        " SELECT id FROM tree ORDER BY id",
        [profile],
    )
    return [row[0] for row in found]


def _names(ids: list[int]) -> list[Name]:
    rows = Identity.objects.filter(profile_id__in=ids)
    return [Name(*row) for row in rows.values_list("kind", "source", "key")]


def _addresses(rows: list[Profile]) -> list[Name]:
    """An address that nobody vouched for is theirs no less when it comes to forgetting it, unless somebody
    else bought under it: a stranger who registers and leaves with another's address does not forget them."""
    named = [tombstones.email(row.email) for row in rows if row.email_key]
    owners = identify.resolve(named)
    return [name for name in named if owners.get(name) in (None, *(row.pk for row in rows))]


def _claimed(names: list[Name]) -> Any:
    """Whoever else gave one of these addresses as theirs, without proof: they keep all but the address."""
    return Profile.objects.filter(email_key__in=_keys(names), vouched=False)


def _deeds(ids: list[int]) -> list[Name]:
    orders = Purchase.objects.filter(profile_id__in=ids).values_list("source", "reference")
    baskets = Basket.objects.filter(profile_id__in=ids).values_list("source", "reference")
    return [
        *(Name(tombstones.ORDER, *order) for order in orders),
        *(Name(tombstones.CHECKOUT, *basket) for basket in baskets),
    ]


def _withdraw_codes(ids: list[int], now: datetime) -> None:
    incentives = Incentive.objects.filter(profile_id__in=ids)
    held = dict(incentives.order_by("pk").select_for_update().values_list("pk", "code"))
    codes = list(held.values())
    live = incentives.filter(state__in=[IncentiveState.PLANNED, IncentiveState.ISSUED])
    unspent = list(live.values_list("code", flat=True))
    spent = entitlement.spending(
        unspent, now
    )  # by an order that nobody may ever tell us: it took what was reserved
    live.filter(code__in=spent).update(
        state=IncentiveState.REDEEMED,
        ended_at=now,
        settled=F("reserve"),
        settled_currency=F("reserve_currency"),
    )
    live.update(state=IncentiveState.WITHDRAWN, ended_at=now)
    incentives.update(redeemed_by="", profile=None)
    StaffTask.objects.filter(profile_id__in=ids).delete()  # before the entitlements, as whoever withdraws one
    reserve.book([*held], now)
    if codes:
        entitlement.forget(codes)
    if unspent:
        conf.host().withdraw(unspent)


def _leave_imports(names: Sequence[Name]) -> None:
    numbers = [name for name in names if name.kind == IdentityKind.ACCOUNT]
    orders = [name for name in names if name.kind == tombstones.ORDER]
    sql.run(_UNAPPLIED, {
        "addresses": _keys(names),
        "sources": [name.source for name in numbers], "keys": [name.key for name in numbers],
        "told_by": [name.source for name in orders], "orders": [name.key for name in orders],
    })  # fmt: skip


def _leave_cursors(names: list[Name]) -> None:
    """A cursor that stands at this very account or order stands a little before it now."""
    cursors = Cursor.objects.filter(position_reference__in=[name.key for name in names])
    held = list(cursors.order_by("name").select_for_update().values_list("name", flat=True))
    Cursor.objects.filter(name__in=held).update(position_reference="")
