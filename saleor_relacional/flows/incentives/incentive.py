"""One promise to one person: planned, issued at the host, redeemed, and given back when its order is
taken back.

Promises and claims may live in two databases, which no transaction holds together (docs/sharding.md says what each
crash leaves). A promise may outlive its end, but nobody is promised what does not work: what makes a code work
happens before we say so, and what ends one after we have said so.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import DateTimeField, Q, prefetch_related_objects
from django.db.models.functions import Coalesce

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows.incentives import codes, entitlement
from saleor_relacional.models import (
    Basket,
    BasketState,
    CampaignVersion,
    Enrolment,
    Identity,
    IdentityKind,
    Incentive,
    IncentiveState,
    Purchase,
)

LIVE = [IncentiveState.PLANNED.value, IncentiveState.ISSUED.value]

UNDER_WAY = timedelta(minutes=5)
"""Somebody may still be about to say so at the host."""
FINISHED_WITHIN = timedelta(days=7)
"""The beat asks every few minutes; what is older was finished long ago."""

_WITHDRAW = f"""
UPDATE {tables.INCENTIVE} SET state = 'withdrawn', ended_at = %(now)s WHERE id IN (
    SELECT i.id FROM {tables.INCENTIVE} i
    WHERE i.enrolment_id = ANY(%(enrolments)s) AND i.state = ANY(%(live)s) AND NOT EXISTS (
        SELECT 1 FROM {tables.TOUCH} t WHERE t.enrolment_id = i.enrolment_id
          AND t.state IN ('handing_over', 'sent', 'unknown'))
    ORDER BY i.id FOR UPDATE)
RETURNING code
"""

_WITHDRAWN = f"""
SELECT code FROM {tables.INCENTIVE}
WHERE state = 'withdrawn' AND expires_at > %(now)s AND ended_at > %(since)s AND ended_at <= %(until)s
"""

_EXPIRE = f"""
UPDATE {tables.INCENTIVE} SET state = 'expired', ended_at = %(now)s WHERE id IN (
    SELECT id FROM {tables.INCENTIVE} WHERE state = ANY(%(live)s) AND expires_at <= %(now)s
    ORDER BY expires_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING code
"""


def plan(enrolments: Iterable[Enrolment], *, now: datetime, chance: codes.Chance = secrets.randbits) -> int:
    """Promise these people what their version offers; how many got a promise. Planning again adds nothing.

    Just a word remains for those whose version offers nothing, whom no channel can honour, or who have a
    live incentive already: one a person.
    """
    wanted = [each for each in enrolments if each.profile_id is not None]
    prefetch_related_objects(wanted, "version__campaign")
    offers = {each.version_id: each.version for each in wanted}
    shared = {key: found for key, version in offers.items() if (found := _shared(version, now))}
    planned = [
        Incentive(
            profile_id=each.profile_id, enrolment=each, created_at=now, code=codes.draw(chance),
            **shared[each.version_id],
        )
        for each in wanted
        if each.version_id in shared
    ]  # fmt: skip
    with sql.atomic():
        incentives = Incentive.objects
        incentives.bulk_create(planned, ignore_conflicts=True)
        return incentives.filter(code__in=[each.code for each in planned]).count()


def _shared(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    """What everybody who is promised this today has in common; empty when nothing is offered."""
    channels = codes.promised_channels(version)
    if not channels:
        return {}
    expires_at = codes.last_moment(now, version.offer_days)
    return {
        "version": version, "discount": version.discount, "value": version.value, "channels": channels,
        "expires_at": expires_at, "recipe_key": codes.recipe_key(version, channels, expires_at),
    }  # fmt: skip


def issue(incentive: Incentive, now: datetime) -> bool:
    """Make the code work at the host; again is the same. False when it is no longer live, and then it
    does not work."""
    if not _entitle(incentive, now):
        return False
    conf.host().issue(codes.recipe(incentive), [incentive.code])
    live = Incentive.objects.filter(pk=incentive.pk, state__in=LIVE)
    if live.update(
        state=IncentiveState.ISSUED, issued_at=Coalesce("issued_at", now, output_field=DateTimeField())
    ):
        return True
    _end_at_host([incentive.code])  # withdrawn while we were issuing it
    return False


def _entitle(incentive: Incentive, now: datetime) -> bool:
    """Whose code this is, in the claims table, before the host knows the code. False when it is no longer live.

    Whoever ends it, or forgets its owner, waits meanwhile: nothing names an owner after they are forgotten.
    """
    with sql.atomic():
        rows = Incentive.objects.filter(pk=incentive.pk, state__in=LIVE, expires_at__gt=now)
        held = rows.select_related("profile").select_for_update(of=("self",)).first()
        if held is None or held.profile is None:
            return False
        accounts = Identity.objects.filter(
            profile=held.profile, kind=IdentityKind.ACCOUNT, source=conf.host().source
        )
        account = accounts.order_by("pk").values_list("key", flat=True).first()
        owned = entitlement.OwnedCode(
            code=held.code, account=account, email=held.profile.email_key, expires_at=held.expires_at
        )
        entitlement.entitle([owned])
    return True


def withdraw(enrolments: Sequence[int], now: datetime) -> int:
    """Take back what these enrolments promised, unless a mail may have told the person. How many."""
    parameters = {"enrolments": list(enrolments), "live": LIVE, "now": now}
    with sql.atomic():
        withdrawn = [code for (code,) in sql.rows(_WITHDRAW, parameters)]
        _end_at_host(withdrawn)
    return len(withdrawn)


def finish_withdrawals(now: datetime) -> int:
    """End at the host what was withdrawn by somebody who died before saying so there; how many. Nothing to do
    where both live in one database."""
    if conf.database() == conf.HOST_DATABASE:
        return 0
    moments = {"now": now, "since": now - FINISHED_WITHIN, "until": now - UNDER_WAY}
    left = entitlement.standing([code for (code,) in sql.rows(_WITHDRAWN, moments)])
    _end_at_host(left)
    return len(left)


def expire(now: datetime, *, limit: int = 1000) -> int:
    """End the incentives whose day is over, and take their codes off the checkouts that are still open.
    How many."""
    ended = [code for (code,) in sql.rows(_EXPIRE, {"now": now, "live": LIVE, "limit": limit})]
    host = conf.host()
    open_baskets = Basket.objects.filter(state=BasketState.OPEN, code__in=ended)
    for basket in open_baskets.filter(source=host.source):
        host.take_off(basket.reference, basket.code)
    return len(ended)


def redeem(purchase: Purchase, now: datetime) -> None:
    """The order used these codes: whatever we thought of them, the shop granted them."""
    if not purchase.codes or purchase.source != conf.host().source:
        return
    _hold(purchase.codes)
    settled = entitlement.settle(purchase.codes, purchase.reference)
    unheard = Q(redeemed_by="") | Q(code__in=settled) & ~Q(redeemed_by=purchase.reference)
    Incentive.objects.filter(unheard, code__in=purchase.codes).update(
        state=IncentiveState.REDEEMED, redeemed_by=purchase.reference, ended_at=now
    )


def give_back(purchase: Purchase, now: datetime) -> None:
    """The order was taken back: what it spent works again until its day is over."""
    if not purchase.codes or purchase.source != conf.host().source:
        return
    _hold(purchase.codes)
    spent = {row.code: row for row in entitlement.spent_by(purchase.codes, order=purchase.reference)}
    for incentive in Incentive.objects.filter(code__in=spent):
        named = incentive.profile_id is not None and not spent[incentive.code].withdrawn
        works = named and incentive.expires_at > now and conf.host().give_back(incentive.code)
        if works and _revive(incentive):
            entitlement.free(incentive.code, checkout=purchase.checkout)
            continue
        _set(incentive, IncentiveState.EXPIRED, now)
        if works:
            _end_at_host([incentive.code])


def _hold(codes: Sequence[str]) -> None:
    """Lock these incentives, whoever's they are, before what the host has of them: the order of db/locks.py."""
    locks.note(Lock.INCENTIVE, codes)
    list(Incentive.objects.filter(code__in=codes).order_by("pk").values_list("pk").select_for_update())


def _revive(incentive: Incentive) -> bool:
    """False when the person has been promised something newer: one live incentive a person."""
    try:
        with sql.atomic():
            _set(incentive, IncentiveState.ISSUED, None)
    except IntegrityError:
        return False
    return True


def _set(incentive: Incentive, state: IncentiveState, ended_at: datetime | None) -> None:
    Incentive.objects.filter(pk=incentive.pk).update(state=state, redeemed_by="", ended_at=ended_at)


def _end_at_host(ended: Sequence[str]) -> None:
    """With our own word in one database; after it in two, because one that is not kept must end nothing."""
    if not ended:
        return

    def end() -> None:
        entitlement.withdraw(ended)
        conf.host().withdraw(ended)

    if conf.database() == conf.HOST_DATABASE:
        end()
    else:
        sql.on_commit(end)
