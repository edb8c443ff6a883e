"""What one person is promised: planned, issued at the host, redeemed, and given back when its order is taken back.

Incentives and entitlements may live in two databases, which no transaction holds together (docs/sharding.md says what
each crash leaves). A code may work longer than we say, but never shorter: what makes a code work happens before we say
so, and what ends one after we have said so.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.flows.incentives import (
    accounts,
    codes,
    entitlement,
    month_money,
    reserve,
    staff_tasks,
)
from saleor_relacional.models import (
    Basket,
    BasketState,
    Enrolment,
    Incentive,
    IncentiveState,
    Purchase,
    Rung,
    Touch,
)

LIVE = [IncentiveState.PLANNED.value, IncentiveState.ISSUED.value]
"""States of which a person has at most one incentive."""

UNDER_WAY = timedelta(minutes=5)
"""How long whoever withdrew a code may still be about to end it at the host."""

_WITHDRAW = f"""
UPDATE {tables.INCENTIVE} SET state = 'withdrawn', ended_at = %(now)s WHERE id IN (
    SELECT i.id FROM {tables.INCENTIVE} i
    WHERE i.enrolment_id = ANY(%(enrolments)s) AND i.state = ANY(%(live)s) AND NOT EXISTS (
        SELECT 1 FROM {tables.TOUCH} t WHERE t.enrolment_id = i.enrolment_id AND t.step_id = i.step_id
          AND t.state IN ('handing_over', 'sent', 'unknown'))
    ORDER BY i.id FOR UPDATE)
RETURNING id, code
"""

_WITHDRAWN = f"""
SELECT code FROM {tables.INCENTIVE}
WHERE state = 'withdrawn' AND expires_at > %(now)s AND ended_at <= %(until)s
"""

_DUE = f"""
SELECT expires_at, id, code FROM {tables.INCENTIVE}
WHERE state = ANY(%(live)s) AND expires_at <= %(now)s AND (expires_at, id) > (%(day)s, %(after)s)
ORDER BY expires_at, id LIMIT %(limit)s
"""

_EXPIRE = f"""
UPDATE {tables.INCENTIVE} SET state = 'expired', ended_at = %(now)s WHERE id IN (
    SELECT id FROM {tables.INCENTIVE} WHERE id = ANY(%(ids)s) AND state = ANY(%(live)s) AND expires_at <= %(now)s
    ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def plan(
    enrolments: Iterable[Enrolment],
    *,
    rung: Rung,
    now: datetime,
    reserves: Mapping[int, month_money.Held] | None = None,
    chance: codes.Chance = secrets.randbelow,
) -> int:
    """Make an incentive of what their rung gives for each of these people; how many were made. Planning again adds
    nothing.

    Those whose rung gives no code, whom no channel can honour, whom the month's money does not reach, or who have a
    live incentive already get none: one per person. Their message carries no offer. `reserves`: enrolment → what it
    holds of the month's money; None: what was believed when they were judged (Enrolment.reserve).
    """
    channels = codes.promised_channels(rung)
    people = [each for each in enrolments if channels and each.profile_id is not None]
    held = reserve.held_by(rung, reserves, set(channels.values()), now)
    lasts, month = _lasting(rung, channels, people, now), accounts.month_of(now)
    planned = [
        Incentive(
            profile_id=each.profile_id, enrolment=each, step=rung.step, rung=rung, channels=channels, created_at=now,
            month=month, code=codes.draw(chance), **held(each), **lasts(each),
        )
        for each in people
    ]  # fmt: skip
    with sql.atomic():
        planned = reserve.affordable(planned, now)
        Incentive.objects.bulk_create(planned, ignore_conflicts=True)
        made = Incentive.objects.filter(code__in=[each.code for each in planned])
        ids = list(made.values_list("pk", flat=True))
        reserve.book(ids, now)
        return len(ids)


_ISSUED = f"""
UPDATE {tables.INCENTIVE} SET state = 'issued', issued_at = coalesce(issued_at, %(now)s) WHERE id IN (
    SELECT id FROM {tables.INCENTIVE} WHERE id = ANY(%(ids)s) AND state = ANY(%(live)s) ORDER BY id FOR UPDATE)
RETURNING id
"""


_HELD = f"""
SELECT id, code, profile_id, expires_at FROM {tables.INCENTIVE}
WHERE id = ANY(%(ids)s) AND state = ANY(%(live)s) AND expires_at > %(now)s AND profile_id IS NOT NULL
ORDER BY id FOR UPDATE
"""
_OWNERS = f"""
SELECT p.id, p.email_key, (
    SELECT i.key FROM {tables.IDENTITY} i
    WHERE i.profile_id = p.id AND i.kind = 'account' AND i.source = %(source)s ORDER BY i.id LIMIT 1)
FROM {tables.PROFILE} p WHERE p.id = ANY(%(ids)s)
"""
"""A person with several accounts is known by the earliest."""


def _lasting(
    rung: Rung, channels: Mapping[str, str], people: Sequence[Enrolment], now: datetime
) -> Callable[[Enrolment], dict[str, Any]]:
    """Fields of an incentive that say how long it lasts: its days count from when the message that tells of it is due,
    up to a week after somebody's turn has come (campaigns/arbitration/queue.AHEAD)."""
    told = Touch.objects.filter(step=rung.step_id, enrolment__in=[each.pk for each in people])
    due = dict(told.values_list("enrolment_id", "due_at"))
    keys: dict[datetime, str] = {}
    zone = conf.time_zone()

    def fields(enrolment: Enrolment) -> dict[str, Any]:
        expires_at = codes.last_moment(max(now, due.get(enrolment.pk, now)), rung.step.offer_days, zone)
        if expires_at not in keys:  # many end alike
            keys[expires_at] = codes.recipe_key(rung, channels, expires_at)
        return {"expires_at": expires_at, "recipe_key": keys[expires_at]}

    return fields


def issue(incentive: Incentive, now: datetime) -> bool:
    """As `issue_all`, of one: whether its code works."""
    return incentive.pk in issue_all([incentive], now)


def issue_all(incentives: Sequence[Incentive], now: datetime) -> set[int]:
    """Make the codes of these incentives work at the host; doing it twice changes nothing. Ids of those whose code
    works: the others are no longer live, or the shop's staff deleted their voucher or code.

    A constant number of statements, and one of the host's per voucher. What the host raises about one stops all."""
    entitled = _entitle(incentives, now)
    made = _made([each for each in incentives if each.pk in entitled], now)
    if not made:
        return set()
    asked = {"ids": [each.pk for each in made], "live": LIVE, "now": now}
    issued = {pk for (pk,) in sql.rows(_ISSUED, asked)}
    _end_at_host([each.code for each in made if each.pk not in issued])  # withdrawn while we were issuing it
    return issued


def _made(incentives: Sequence[Incentive], now: datetime) -> list[Incentive]:
    """Tell the host the codes; those that it has. What it was told before and no longer has, somebody deleted: it is
    not made again."""
    host = conf.host()
    before = [each for each in incentives if each.issued_at is not None]
    working = host.working([each.code for each in before], now=now) if before else {}
    found = [each for each in before if each.code in working]
    new: dict[str, list[Incentive]] = {}
    for each in incentives:
        if each.issued_at is None:
            new.setdefault(each.recipe_key, []).append(each)
    for key, alike in new.items():
        told = Incentive.objects.filter(step_id=alike[0].step_id, recipe_key=key, issued_at__isnull=False)
        if told.exists() and not host.has_voucher(key):
            continue
        host.issue(codes.recipe(alike[0]), [each.code for each in alike])
        found += alike
    return found


def _entitle(incentives: Sequence[Incentive], now: datetime) -> set[int]:
    """Make the entitlements before the host knows the codes; ids of the incentives that are still live.

    Locks the incentives, so that whoever ends one or forgets its owner waits: no entitlement names a forgotten owner.
    """
    with sql.atomic():
        asked = {"ids": sql.keys([each.pk for each in incentives]), "live": LIVE, "now": now}
        held = sql.rows(_HELD, asked)
        of = {"ids": sql.keys({owner for _, _, owner, _ in held}), "source": conf.host().source}
        owners = {owner: (email, account) for owner, email, account in sql.rows(_OWNERS, of)}
        entitled = [row for row in held if row[2] in owners]
        entitlement.entitle(
            entitlement.OwnedCode(
                code=code, account=owners[owner][1], email=owners[owner][0], expires_at=expires_at
            )
            for _, code, owner, expires_at in entitled
        )
    return {pk for pk, *_ in entitled}


def withdraw(enrolments: Sequence[int], now: datetime) -> int:
    """End the live incentives of these enrolments, and the tasks of staff, unless a message may have told the person;
    how many incentives."""
    parameters = {"enrolments": list(enrolments), "live": LIVE, "now": now}
    with sql.atomic():
        found = sql.rows(_WITHDRAW, parameters)
        reserve.book([pk for pk, _ in found], now)
        withdrawn = [code for _, code in found]
        staff_tasks.withdraw(enrolments, now)
        _end_at_host(withdrawn)
    return len(withdrawn)


def finish_withdrawals(now: datetime) -> int:
    """End at the host the codes whose withdrawal was cut short by a crash; how many. 0 where incentives and
    entitlements live in one database, where that cannot happen.

    One whose host fails is counted as an error and tried again by the next run, and the others end."""
    if conf.database() == conf.HOST_DATABASE:
        return 0
    moments = {"now": now, "until": now - UNDER_WAY}
    left = entitlement.live([code for (code,) in sql.rows(_WITHDRAWN, moments)])
    return sum(_ended(code, now) for code in left)


def _ended(code: str, now: datetime) -> bool:
    """Whether this code is ended, its entitlement and what the host has of it together. What the host raises is
    counted."""
    with failures.apart("finish_withdrawals", now=now):
        entitlement.withdraw([code])
        conf.host().withdraw([code])
        return True
    return False


def expire(now: datetime, *, limit: int = 1000) -> int:
    """End all incentives whose day is over and take their codes off the checkouts that are still open, `limit` at a
    time; how many ended.

    An incentive ends once its code is off: one whose host fails stays as it is, is counted as an error and tried again
    by the next run, and the others end. So does one whose code an order spent that we have not heard of: it holds its
    money until we hear of the order, or the order is taken back.
    """
    ended, day, after = 0, datetime.min.replace(tzinfo=UTC), 0
    asked = {"now": now, "live": LIVE, "limit": limit}
    while due := sql.rows(_DUE, {**asked, "day": day, "after": after}):
        day, after, _ = due[-1]
        spending = entitlement.spending([code for _, _, code in due], now)
        due = [one for one in due if one[2] not in spending]
        carried = _carried([code for _, _, code in due])
        off = [pk for _, pk, code in due if all(_take_off(one, code, now) for one in carried.get(code, ()))]
        ended += _expired({**asked, "ids": off}, now)
    return ended


def _expired(asked: dict[str, Any], now: datetime) -> int:
    """End these, and return what they held; how many ended."""
    with sql.atomic():
        over = [pk for (pk,) in sql.rows(_EXPIRE, asked)]
        reserve.book(over, now)
    return len(over)


def _carried(ended: Sequence[str]) -> dict[str, list[str]]:
    """Code → references of the host's open checkouts that carry it, as we know them."""
    found: dict[str, list[str]] = {}
    open_baskets = Basket.objects.filter(state=BasketState.OPEN, code__in=ended, source=conf.host().source)
    for code, reference in open_baskets.order_by("pk").values_list("code", "reference"):
        found.setdefault(code, []).append(reference)
    return found


def _take_off(checkout: str, code: str, now: datetime) -> bool:
    """Whether the host has been told. What it raises is counted."""
    with failures.apart("expire", now=now):
        conf.host().take_off(checkout, code)
        return True
    return False


def redeem(purchase: Purchase, now: datetime) -> None:
    """Note that the order used its codes. Whatever their state was here, the shop granted them."""
    if not purchase.codes or purchase.source != conf.host().source:
        return
    _hold(purchase.codes)
    settled = entitlement.settle(purchase.codes, purchase.reference)
    unheard = Q(redeemed_by="") | Q(code__in=settled) & ~Q(redeemed_by=purchase.reference)
    Incentive.objects.filter(unheard, code__in=purchase.codes).update(
        state=IncentiveState.REDEEMED, redeemed_by=purchase.reference, ended_at=now
    )
    reserve.settle(purchase, now)


def give_back(purchase: Purchase, now: datetime) -> None:
    """Make the codes of an order that was taken back work again, until their day is over."""
    if not purchase.codes or purchase.source != conf.host().source:
        return
    _hold(purchase.codes)
    spent = {row.code: row for row in entitlement.spent_by(purchase.codes, order=purchase.reference)}
    taken_back = list(Incentive.objects.filter(code__in=spent))
    for incentive in taken_back:
        named = incentive.profile_id is not None and not spent[incentive.code].withdrawn
        works = named and incentive.expires_at > now and conf.host().give_back(incentive.code)
        if works and _revive(incentive):
            entitlement.free(incentive.code, checkout=purchase.checkout, order=purchase.reference)
            continue
        _set(incentive, IncentiveState.EXPIRED, now)
        if works:
            _end_at_host([incentive.code])
    reserve.book([each.pk for each in taken_back], now)


def _hold(codes: Sequence[str]) -> None:
    """Lock these incentives, whoever's they are, before what the host has of them: the order of db/locks.py."""
    locks.note(Lock.INCENTIVE, codes)
    list(Incentive.objects.filter(code__in=codes).order_by("pk").values_list("pk").select_for_update())


def _revive(incentive: Incentive) -> bool:
    """Make it issued again. False when the person has a newer live incentive: one per person."""
    try:
        with sql.atomic():
            _set(incentive, IncentiveState.ISSUED, None)
    except IntegrityError:
        return False
    return True


def _set(incentive: Incentive, state: IncentiveState, ended_at: datetime | None) -> None:
    Incentive.objects.filter(pk=incentive.pk).update(
        state=state, redeemed_by="", ended_at=ended_at, settled=0, settled_currency=""
    )


def _end_at_host(ended: Sequence[str]) -> None:
    """End these codes in the table of entitlements and at the host: at once where all lives in one database; else once
    our transaction has committed, because one that is rolled back must end nothing. A rehearsal ends nothing."""
    if not ended or locks.alone():
        return

    def end() -> None:
        entitlement.withdraw(ended)
        conf.host().withdraw(ended)

    if conf.database() == conf.HOST_DATABASE:
        end()
    else:
        sql.on_commit(end)
