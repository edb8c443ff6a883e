"""Whom mails leave through: how fast, over all workers, and whether at all.

The provider is Django's mail backend. Its rate is kept in the database: a worker that claims mails takes as many places
in time for them, and hands each over when its place has come. It stops when the mail server says that we are not wanted
(5.7.x), or after ten refusals in a row over all workers; staff are told, and start it again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.models import MailProvider

MOST_IN_A_ROW = 10
TEN_REFUSALS = "ten_refusals"
AHEAD = 30.0
"""Seconds for which a worker takes places ahead."""
FASTEST = 10_000.0
MOST_PER_DAY = 100_000_000

_SENT_TODAY = f"""
SELECT (SELECT count(*) FROM {tables.TOUCH} WHERE state IN ('sent', 'unknown') AND ended_at >= %(today)s)
     + (SELECT count(*) FROM {tables.TOUCH} WHERE state IN ('claimed', 'handing_over'))
"""
_FREE_AT = "greatest(coalesce(next_at, clock_timestamp()), clock_timestamp())"
_PLACES = f"""
SELECT stopped_at IS NOT NULL, extract(epoch FROM {_FREE_AT} - clock_timestamp())::float8
FROM {tables.MAIL_PROVIDER} WHERE name = %(name)s
"""
_TAKE = f"""
UPDATE {tables.MAIL_PROVIDER}
SET next_at = {_FREE_AT} + %(count)s / per_second * interval '1 second'
WHERE name = %(name)s AND per_second IS NOT NULL
"""
_REFUSED = f"""
UPDATE {tables.MAIL_PROVIDER} SET refusals = refusals + 1,
    stopped_at = CASE WHEN stopped_at IS NULL AND (%(reason)s <> '' OR refusals + 1 >= {MOST_IN_A_ROW})
                      THEN %(now)s ELSE stopped_at END,
    stop_reason = CASE WHEN stopped_at IS NULL AND %(reason)s <> '' THEN %(reason)s
                       WHEN stopped_at IS NULL AND refusals + 1 >= {MOST_IN_A_ROW} THEN '{TEN_REFUSALS}'
                       ELSE stop_reason END
WHERE name = %(name)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What may leave now."""

    mails: int
    stopped: bool = False
    begins_in: float = 0.0
    """Seconds until the first may."""
    per_second: float | None = None


def name() -> str:
    """Of the provider in use: the dotted name of Django's backend."""
    return str(settings.EMAIL_BACKEND)[:200]


def current(now: datetime, *, using: str | None = None) -> MailProvider:
    """The provider in use; before anything was decided or sent an unsaved row without limits."""
    found = MailProvider.objects.at(using).filter(name=name()).first()
    return found or MailProvider(name=name(), updated_at=now)


def ensure(now: datetime) -> MailProvider:
    """As `current`, and there is a row."""
    return MailProvider.objects.get_or_create(name=name(), defaults={"updated_at": now})[0]


def decide(
    *, now: datetime, per_second: float | None, per_day: int | None, warm_up_from: int | None
) -> MailProvider:
    """Save how fast the provider in use may be used; None: no limit. A warm-up begins today, or goes on when it has
    begun from the same number. Raises BadInput."""
    if per_second is not None and not 0.001 <= per_second <= FASTEST:
        raise BadInput(_("Mails per second are a number from 0.001 to 10,000."), field="perSecond")
    if per_day is not None and not 1 <= per_day <= MOST_PER_DAY:
        raise BadInput(_("Mails per day are a number from 1 to 100,000,000."), field="perDay")
    if warm_up_from is not None and not 1 <= warm_up_from <= MOST_PER_DAY:
        raise BadInput(_("A warm-up begins with 1 to 100,000,000 mails per day."), field="warmUpFrom")
    with sql.atomic():
        locks.lock(Lock.SENDING)
        known = ensure(now)
        begun = known.warm_up_on if known.warm_up_from == warm_up_from else None
        MailProvider.objects.filter(pk=known.pk).update(
            per_second=per_second, per_day=per_day, warm_up_from=warm_up_from, updated_at=now, next_at=None,
            warm_up_on=None if warm_up_from is None else begun or today(now),
        )  # fmt: skip
    return current(now)


def day_limit(provider: MailProvider, day: date) -> int | None:
    """Mails that may leave on this day of the shop; None: no limit."""
    if provider.warm_up_from is None or provider.warm_up_on is None:
        return provider.per_day
    doublings = min(max((day - provider.warm_up_on).days, 0), 40)
    warm = provider.warm_up_from << doublings
    return warm if provider.per_day is None else min(warm, provider.per_day)


def sent_today(now: datetime, *, using: str | None = None) -> int:
    """Mails that have left today, or are being handed over."""
    return int(sql.rows(_SENT_TODAY, {"today": capacity.day_began(now)}, using=using)[0][0])


def room(now: datetime, limit: int) -> Room:
    """How many of so many mails may leave now, within the rate and the day's limit. The caller holds Lock.SENDING."""
    provider = ensure(now)
    stopped, begins_in = sql.rows(_PLACES, {"name": provider.name})[0]
    if stopped:
        return Room(mails=0, stopped=True)
    mails = limit
    if (most := day_limit(provider, today(now))) is not None:
        mails = min(mails, max(0, most - sent_today(now)))
    if provider.per_second is not None:
        ahead = AHEAD - begins_in
        mails = min(mails, int(ahead * provider.per_second) + 1 if ahead > 0 else 0)
    return Room(mails=mails, begins_in=max(0.0, begins_in), per_second=provider.per_second)


def take(count: int) -> None:
    """Take the places of so many mails in time, in the transaction that claims them."""
    if count:
        sql.run(_TAKE, {"name": name(), "count": count})


def refused(now: datetime, *, stops_by: str = "") -> None:
    """A mail was refused for good. `stops_by`: the answer, where it means that nothing else will be taken either."""
    sql.run(_REFUSED, {"name": name(), "now": now, "reason": stops_by[:32]})


def restart(now: datetime) -> MailProvider:
    """Go on, from no refusal. What waits leaves at its next try."""
    provider = ensure(now)
    MailProvider.objects.filter(pk=provider.pk).update(
        stopped_at=None, stop_reason="", refusals=0, updated_at=now
    )
    return current(now)


PAUSE = timedelta(minutes=5)
"""After which a mail that stopped the provider is tried again, once it goes on."""
