"""The shop's contact policy: how often, when and after what nobody is written to; how a campaign is stricter."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import BadInput
from saleor_relacional.models import CampaignVersion
from saleor_relacional.models import ContactPolicy as Row
from saleor_relacional.once import once
from saleor_relacional.rules.contact import hours
from saleor_relacional.rules.contact.policy import DEFAULT, CampaignContactPolicy, ContactPolicy

MOST = {
    "per_week": 7, "per_month": 30, "between_acts": 30, "gap_days": 60, "gap_most_days": 90, "silence_days": 365,
    "partial_return_days": 90,
}  # fmt: skip
"""The greatest number that each may be."""
HOURS = ("quiet_from", "quiet_to", "preferred_from", "preferred_to")
MOST_HOLIDAYS = 400


@once
def current() -> ContactPolicy:
    """What the owner decided, else the default. One query."""
    row = Row.objects.filter(pk=1).first()
    if row is None:
        return DEFAULT
    told = {each.name: getattr(row, each.name) for each in fields(ContactPolicy)}
    return ContactPolicy(**{**told, "holidays": frozenset(map(date.fromisoformat, row.holidays))})


def of(version: CampaignVersion) -> ContactPolicy:
    """What holds for the messages of this version: of the shop's decision now and its own the stricter."""
    return current().stricter(own(version))


def own(version: CampaignVersion) -> CampaignContactPolicy:
    """In what this version is stricter than the shop."""
    return CampaignContactPolicy(
        per_week=version.per_week,
        per_month=version.per_month,
        gap_days=version.gap_days,
        weekends=version.weekends,
    )


def check_stricter(asked: CampaignContactPolicy) -> None:
    """Raises BadInput where a campaign would be looser than the shop is now; names the field and the cure."""
    shop = current()
    for name, value, most in (
        ("perWeek", asked.per_week, shop.per_week), ("perMonth", asked.per_month, shop.per_month),
    ):  # fmt: skip
        if value is not None and not 1 <= value <= most:
            raise BadInput(
                _(
                    "The shop allows %(most)s: a campaign may allow fewer, 1 at least. Leave it out for what the shop"
                    " allows, or raise that first (relationshipContactPolicyUpdate)."
                )
                % {"most": most},
                field=f"contactPolicy.{name}",
            )
    if asked.gap_days is not None and not shop.gap_days <= asked.gap_days <= shop.gap_most_days:
        raise BadInput(
            _(
                "The shop's gap is %(least)s days, and lasts %(most)s days after a purchase at most: give a number from"
                " the one to the other, or leave it out for the shop's."
            )
            % {"least": shop.gap_days, "most": shop.gap_most_days},
            field="contactPolicy.gapDays",
        )
    if asked.weekends and not shop.weekends:
        raise BadInput(
            _(
                "Nothing of the shop leaves at weekends: leave it out, or let the shop write at weekends first."
            ),
            field="contactPolicy.weekends",
        )


def decide(
    *, now: datetime, holidays: Sequence[str] | None = None, weekends: bool | None = None, **changes: int | str | None
) -> ContactPolicy:  # fmt: skip
    """Change what is given, keep the rest, and return what holds from now on. Raises BadInput with the field at fault.

    `changes`: numbers by the names in MOST, times of day (HH:MM, of the person's own clock) by those in HOURS.
    `holidays`: all days on which nothing leaves, YYYY-MM-DD. Where both ends of the quiet, or of the preferred, hours
    are equal there are none.
    """
    told: dict[str, Any] = {name: _read(name, value) for name, value in changes.items() if value is not None}
    if weekends is not None:
        told["weekends"] = weekends
    if holidays is not None:
        told["holidays"] = _days(holidays)
    with sql.atomic():
        locks.lock(Lock.POLICY)
        policy = replace(current(), **told)
        _check(policy)
        kept = {**asdict(policy), "holidays": sorted(day.isoformat() for day in policy.holidays)}
        Row.objects.update_or_create(pk=1, defaults={**kept, "updated_at": now})
    return policy


def _read(name: str, value: int | str) -> int | time:
    return _clock(str(value), name) if name in HOURS else _number(int(value), name)


def _number(value: int, name: str) -> int:
    if not 0 <= value <= MOST[name]:
        raise BadInput(
            _("Give a number from 0 to %(most)s.") % {"most": MOST[name]}, field=name
        )  # fmt: skip
    return value


def _clock(text: str, name: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise BadInput(_("Give a time of day as HH:MM, such as 21:00."), field=name)
    return time.fromisoformat(text)


def _days(told: Iterable[str]) -> frozenset[date]:
    days = set()
    for text in told:
        try:
            days.add(date.fromisoformat(text))
        except ValueError as error:
            wrong = _("%(day)s is no day: give days as YYYY-MM-DD, such as 2027-12-25.") % {"day": text[:40]}
            raise BadInput(wrong, field="holidays") from error
    if len(days) > MOST_HOLIDAYS:
        raise BadInput(_("Give at most %(most)s holidays.") % {"most": MOST_HOLIDAYS}, field="holidays")
    return frozenset(days)


def _check(policy: ContactPolicy) -> None:
    """Raises BadInput where the parts do not fit each other."""
    if policy.per_week > policy.per_month:
        raise BadInput(
            _("More messages in 7 days than in 30 is no cap: raise perMonth or lower perWeek."),
            field="perWeek",
        )
    if policy.gap_days > policy.gap_most_days:
        raise BadInput(
            _("The gap after an order lasts at most gapMostDays: raise those, or lower gapDays."),
            field="gapDays",
        )
    # An ordinary week without holidays: is there any hour left?
    monday = datetime(2024, 1, 1, tzinfo=UTC)
    if (
        hours.next_open(monday, ZoneInfo(conf.host().time_zone()), replace(policy, holidays=frozenset()))
        is None
    ):
        raise BadInput(
            _("No hour is left to write at: the preferred hours must not all be quiet ones."),
            field="preferredFrom",
        )
