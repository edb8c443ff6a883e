"""From when to when people are held out of everything commercial, and what they are drawn by.

The owner decides the share; the first time a period begins at once, with a random salt, and lasts until the shop's year
is over. Each year of the shop after it is a period of its own whose salt is made from the one before, so that everybody
is drawn anew and whoever only looks ahead (dry run, calendar) draws as the plan will. The plan writes it down
(`renew`). A share of 0 ends the period at once, and nothing is read of any of this.

Another share within a period changes the arm of nobody who has entered: see ShopControlEntry.drawn_share.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import past_spends
from saleor_relacional.models import ShopControlPeriod
from saleor_relacional.once import once

MOST = Decimal("0.2")
"""The greatest share: what is held out earns nothing, and the interval hardly narrows any more."""
PLACES = Decimal("0.001")
WINDOW_DAYS = 90
"""What somebody buys in so long after they entered is compared; less where the period ends before."""

_CUT = f"""
UPDATE {tables.SHOP_CONTROL_ENTRY} SET window_ends_at = %(now)s
WHERE period_id = %(period)s AND window_ends_at > %(now)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The period of a moment, and the share of that moment."""

    key: int | None
    """None until a plan has written it down: nobody has entered."""
    begins_at: datetime
    ends_at: datetime
    salt: bytes
    share: Decimal


@once
def current(now: datetime) -> Period | None:
    """The period in which `now` falls; None while nobody is held out. Writes nothing."""
    return _found(now)


def _found(now: datetime) -> Period | None:
    share = policy.current(now).shop_control_share
    last = ShopControlPeriod.objects.order_by("-begins_at").first() if share else None
    if last is None:
        return None
    if now < last.ends_at:
        return Period(
            key=last.pk, begins_at=last.begins_at, ends_at=last.ends_at, salt=bytes(last.salt), share=share
        )
    begins = max(last.ends_at, _year_began(now)).astimezone(UTC)
    salt = hmac.digest(bytes(last.salt), begins.isoformat().encode(), hashlib.sha256)[:16]
    return Period(key=None, begins_at=begins, ends_at=_year_ends(now), salt=salt, share=share)


def renew(now: datetime) -> None:
    """Write down the period of a new year of the shop, before a plan asks for it. Of two at once the second finds it
    written."""
    if (found := _found(now)) is not None and found.key is None:
        _write(found.begins_at, found.ends_at, found.salt)


def decide(share: Decimal, *, now: datetime, salt: bytes | None = None) -> Decimal:
    """Hold so many of those whom any campaign would first start out of everything commercial; what is saved. 0 ends the
    period: windows close, and whoever was held is a candidate like others. `salt`: of a first period; 16 random bytes
    unless given. Raises BadInput."""
    if not share.is_finite() or not 0 <= share <= MOST:
        raise BadInput(
            _("Give a share from 0 to %(most)s.") % {"most": MOST}, field="share"
        )  # fmt: skip
    share = share.quantize(PLACES)
    with sql.atomic():
        locks.lock(Lock.POLICY)
        decided = policy.current(now)
        before, decided.shop_control_share, decided.updated_at = decided.shop_control_share, share, now
        decided.save(using=conf.database())
        if share and not before:
            _write(now, _year_ends(now), salt or secrets.token_bytes(16))
        elif before and not share:
            _end(now)
    return share


def _end(now: datetime) -> None:
    last = ShopControlPeriod.objects.filter(ends_at__gt=now).order_by("-begins_at").first()
    if last is not None:
        ShopControlPeriod.objects.filter(pk=last.pk).update(ends_at=max(now, last.begins_at))
        sql.run(_CUT, {"period": last.pk, "now": now})


def _write(begins: datetime, ends: datetime, salt: bytes) -> None:
    if ShopControlPeriod.objects.filter(begins_at=begins).exists():
        return
    cap, currency = past_spends.cap(WINDOW_DAYS, begins)
    told: dict[str, Any] = {"ends_at": ends, "salt": salt, "cap": cap, "cap_currency": currency}
    ShopControlPeriod.objects.get_or_create(begins_at=begins, defaults=told)


def _year_began(now: datetime) -> datetime:
    """When the shop's year began."""
    local = now.astimezone(conf.time_zone())
    return local.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)


def _year_ends(now: datetime) -> datetime:
    """When its next one begins."""
    return _year_began(_year_began(now) + timedelta(days=370)).astimezone(UTC)
