"""Whose code is it, and which checkout may spend it. Everything here reads and writes the table of entitlements
alone, in the host's database, so that the last check before a sale depends on as little as possible.

A code of an account is bound to that account, or to its typed address in a checkout without an account.
A guest's code is bound to a typed address only: whoever knows both can spend it.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.utils.crypto import salted_hmac

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.flows import failures
from saleor_relacional.hosts.base import Holder
from saleor_relacional.hosts.facts import CheckoutFact
from saleor_relacional.models import Entitlement

LOCK_NOT_AVAILABLE = "55P03"
FREES = frozenset({Holder.GONE, Holder.DROPPED})
"""What must have become of the holding checkout before another one may take the code. Time alone is not enough."""
PAGE = 500
"""Rows read at once: no cursor that outlives its transaction, which PgBouncer would lose."""
HEARD_WITHIN = timedelta(hours=1)
"""How long a checkout that is gone may still turn out to have become an order. After so long we know of the order,
also of one that was cancelled at once, whose code the host keeps spent until we give it back."""


_ENTITLE = f"""
INSERT INTO {tables.ENTITLEMENT} (code, owner_account, owner_email_digest, expires_at, holder, "order", withdrawn)
SELECT code, account, digest, expires_at, '', '', false
FROM unnest(%s::varchar[], %s::varchar[], %s::bytea[], %s::timestamptz[]) AS owned (code, account, digest, expires_at)
ON CONFLICT DO NOTHING
"""


class CodeCheck(StrEnum):
    """Why a code may, or may not, be spent by this checkout."""

    TAKEN = "taken"
    """The code is this checkout's now."""
    UNKNOWN_CODE = "unknown_code"
    """Not a code of ours: the host decides."""
    UNCHECKED = "unchecked"
    """The check itself failed; a sale is sacred, so it passes. Counted."""
    OWNER = "owner"
    """Promised to somebody else."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SPENT = "spent"
    HELD = "held"
    """Another checkout holds it and still carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the host does with a code at completion, and why."""

    allowed: bool
    reason: CodeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCode:
    """A code and its owner, before there is an entitlement."""

    code: str
    account: str | None
    """Reference of the account at the host; None for a guest."""
    email: str
    expires_at: datetime


PASSES = frozenset({CodeCheck.TAKEN, CodeCheck.UNKNOWN_CODE, CodeCheck.UNCHECKED})
"""Reasons with which the order goes through."""


def verdict(reason: CodeCheck) -> Verdict:
    """The verdict that goes with a reason."""
    return Verdict(allowed=reason in PASSES, reason=reason)


def email_digest(email: str, secret: str | bytes | None = None) -> bytes:
    """Keyed hash of an address, 32 bytes, under `secret` or else the site's SECRET_KEY, so that the check needs no
    other table."""
    key = email.strip().lower()
    return salted_hmac("saleor_relacional.entitlement", key, secret=secret, algorithm="sha256").digest()


def entitle(codes: Iterable[OwnedCode]) -> None:
    """Make the entitlements of these codes, before the host knows them. Doing it twice changes nothing."""
    owned = list(codes)
    given = [
        [each.code for each in owned], [each.account or "" for each in owned],
        [email_digest(each.email) for each in owned], [each.expires_at for each in owned],
    ]  # fmt: skip
    if owned:
        sql.run(_ENTITLE, given, using=conf.HOST_DATABASE)


def check(code: str, *, checkout: str, account: str | None, email: str, now: datetime) -> Verdict:
    """Take the code for this checkout, or say why not. Asking again from the same checkout gives the same verdict.

    `account` is the reference of the account that asks, None for a guest. Raises what the database raises: hosts call
    flows/incentives/guard.py, which lets the sale pass then.
    """
    row = _look(code)
    if row is None:
        return verdict(CodeCheck.UNKNOWN_CODE)
    if not owns(row, account=account, email=email):
        return verdict(CodeCheck.OWNER)
    if not _alone(code):
        return verdict(CodeCheck.HELD)
    row = _look(code) or row
    if refusal := worthless(row, now):
        return verdict(refusal)
    if row.holder not in ("", checkout) and (held := conf.host().holder(row.holder, code)) not in FREES:
        return verdict(CodeCheck.SPENT if held is Holder.ORDERED else CodeCheck.HELD)
    return verdict(CodeCheck.TAKEN if _take(row, checkout=checkout, now=now) else CodeCheck.HELD)


def _look(code: str) -> Entitlement | None:
    return Entitlement.objects.filter(code=code).first()


def _alone(code: str) -> bool:
    """Lock the code until the host's transaction ends. False when a rival checkout completes at this moment and
    outlasts our lock_timeout: that is no error of ours, so it must not let a second sale pass."""
    try:
        with transaction.atomic(using=conf.HOST_DATABASE):
            locks.lock(Lock.ENTITLEMENT, code, using=conf.HOST_DATABASE)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def worthless(row: Entitlement, now: datetime) -> CodeCheck | None:
    """Why nobody may spend the code, whoever asks; None when the row has nothing against it."""
    if row.withdrawn:
        return CodeCheck.WITHDRAWN
    if row.order:
        return CodeCheck.SPENT
    return CodeCheck.EXPIRED if row.expires_at <= now else None


def owns(row: Entitlement, *, account: str | None, email: str) -> bool:
    """Whether the code is theirs: by account, or, where no other account asks, by address."""
    if row.owner_account and account:
        return row.owner_account == account
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    stored = bytes(row.owner_email_digest)
    return bool(email) and any(hmac.compare_digest(stored, email_digest(email, key)) for key in keys)


def _take(seen: Entitlement, *, checkout: str, now: datetime) -> bool:
    """Make the checkout its holder. False when the row has changed since `seen`: taken, spent or withdrawn."""
    return _update_row(
        f"UPDATE {tables.ENTITLEMENT} SET holder = %(checkout)s, held_since = %(now)s WHERE code = %(code)s"
        " AND holder = %(seen)s AND \"order\" = '' AND NOT withdrawn AND expires_at > %(now)s",
        {"checkout": checkout, "now": now, "code": seen.code, "seen": seen.holder},
    )


def settle(codes: Sequence[str], order: str) -> list[str]:
    """Note that this order spent these codes; those that are its own now. The first order that spends a code keeps it,
    and hearing it twice changes nothing."""
    rows = Entitlement.objects.filter(code__in=list(codes))
    rows.filter(order="").update(order=order)
    return list(rows.filter(order=order).values_list("code", flat=True))


def spent_by(codes: Iterable[str], *, order: str) -> list[Entitlement]:
    """Entitlements of these codes, found on an order that was taken back, that no other order has spent since. That we
    never heard of the order while it stood, or that another checkout holds the code by now, does not matter."""
    rows = Entitlement.objects.filter(code__in=list(codes), order__in=["", order])
    return [row for row in rows.order_by("code") if row.order or not _ordered(row)]


def _ordered(row: Entitlement) -> bool:
    return bool(row.holder) and conf.host().holder(row.holder, row.code) is Holder.ORDERED


def spending(codes: Iterable[str], now: datetime) -> frozenset[str]:
    """Those of these codes with which a checkout made an order that stands, heard of or not, or is making one: it took
    the code within the hour and carries it still. Whatever day it is, what they take off is spent."""
    held = Entitlement.objects.filter(code__in=list(codes), withdrawn=False).exclude(holder="")
    return frozenset(row.code for row in held.order_by("code") if row.order or _spends(row, now))


def _spends(row: Entitlement, now: datetime) -> bool:
    """What the host raises about one is counted: it may be spent, and is asked again by the next run."""
    with failures.apart("expire", now=now):
        held = conf.host().holder(row.holder, row.code)
        just = row.held_since is not None and now - row.held_since < HEARD_WITHIN
        return held is Holder.ORDERED or (held is Holder.CARRIES and just)
    return True


def free(code: str, *, checkout: str, order: str) -> None:
    """Let the owner spend the code again, because `order`, made from `checkout`, was taken back. Another checkout that
    holds it by now goes on holding it, and what another order has spent since stays spent."""
    with transaction.atomic(using=conf.HOST_DATABASE):
        unspent = Entitlement.objects.filter(code=code, order__in=["", order])
        unspent.filter(holder=checkout).update(holder="", held_since=None)
        unspent.update(order="")


def withdraw(codes: Iterable[str]) -> None:
    """End the entitlements that are not spent: no checkout may take these codes any more."""
    Entitlement.objects.filter(code__in=list(codes), order="").update(withdrawn=True)


def live(codes: Iterable[str]) -> list[str]:
    """Those of these codes that a checkout may still take, sorted: neither spent nor withdrawn."""
    rows = Entitlement.objects.filter(code__in=list(codes), order="", withdrawn=False)
    return list(rows.order_by("code").values_list("code", flat=True))


def forget(codes: Iterable[str]) -> None:
    """Withdraw these codes and strip what names their owner."""
    rows = Entitlement.objects.filter(code__in=list(codes))
    rows.update(withdrawn=True, owner_account="", owner_email_digest=bytes(32))


def release(now: datetime) -> int:
    """Free the codes whose checkout is gone or dropped them, here and at the host; how many. A sale never waits for
    this.

    Their owner may use them again: a host may have marked them as used before a payment failed. One that fails is
    counted and tried again next time.
    """
    held = Entitlement.objects.exclude(holder="").filter(order="", withdrawn=False)
    freed, beyond = 0, ""
    while rows := list(held.filter(code__gt=beyond).order_by("code")[:PAGE]):
        for row in rows:
            with failures.apart("release", now=now):
                freed += _let_go(row, now)
        beyond = rows[-1].code
    return freed


def usable(seen: Entitlement, now: datetime) -> bool:
    """Whether the host would take the code from its owner, judging by what became of the checkout that holds it."""
    if not seen.holder:
        return True
    held = conf.host().holder(seen.holder, seen.code)
    return held is not Holder.ORDERED and not _unheard(seen, held, now)


def _unheard(seen: Entitlement, held: Holder, now: datetime) -> bool:
    return held is Holder.GONE and seen.held_since is not None and now - seen.held_since < HEARD_WITHIN


def _let_go(seen: Entitlement, now: datetime) -> bool:
    held = conf.host().holder(seen.holder, seen.code)
    if held not in FREES or _unheard(seen, held, now):
        return False
    # Together, and not while a checkout asks: nobody takes and spends the code between the two.
    with transaction.atomic(using=conf.HOST_DATABASE):
        free = locks.try_lock(Lock.ENTITLEMENT, seen.code, using=conf.HOST_DATABASE)
        freed = free and _update_row(
            f"UPDATE {tables.ENTITLEMENT} SET holder = '', held_since = NULL"
            " WHERE code = %(code)s AND holder = %(seen)s AND held_since IS NOT DISTINCT FROM %(since)s"
            " AND \"order\" = ''",
            {"code": seen.code, "seen": seen.holder, "since": seen.held_since},
        )
        if freed:
            conf.host().give_back(seen.code)
    return freed


def watch(checkouts: Sequence[CheckoutFact], now: datetime) -> int:
    """Take codes of ours that are a stranger's, spent, withdrawn or expired off these open checkouts; how many were
    taken off.

    A checkout without account and address has said nothing of its owner, so it is no stranger's yet.
    """
    carrying = [fact for fact in checkouts if fact.code]
    ours = Entitlement.objects.in_bulk([fact.code for fact in carrying])
    bad = [fact for fact in carrying if (row := ours.get(fact.code)) and _out_of_place(row, fact, now)]
    taken_off = 0
    for fact in bad:
        with failures.apart("watch", now=now):
            taken_off += conf.host().take_off(fact.reference, fact.code)
    return taken_off


def _out_of_place(row: Entitlement, fact: CheckoutFact, now: datetime) -> bool:
    said_who = bool(fact.customer or fact.email)
    stranger = said_who and not owns(row, account=fact.customer, email=fact.email)
    return stranger or worthless(row, now) is not None


def _update_row(statement: str, parameters: dict[str, str | datetime | None]) -> bool:
    with connections[conf.HOST_DATABASE].cursor() as cursor:
        cursor.execute(statement, parameters)
        return bool(cursor.rowcount == 1)
