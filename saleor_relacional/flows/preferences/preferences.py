"""What one customer asks of us, read and changed. Of their wish and the shop's decision the stricter holds, always.

A person who asks for nothing has no row. Whatever is changed holds at once: what is queued is judged again right before
it leaves, what a sender has judged already is taken away from it, and the campaigns consider the person anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.consent_texts import Words
from saleor_relacional.flows.incentives import stop
from saleor_relacional.flows.preferences import checks, time_zone
from saleor_relacional.flows.scoring import declarations, private, stale, unplanned
from saleor_relacional.models import Basis, Consent, ConsentPlace, Declaration, Preference, Profile, Purpose

CUSTOMER, STAFF = declarations.CUSTOMER, declarations.STAFF
"""Who says so (`source`)."""
ROW = (
    "per_week", "per_month", "paused_until", "unwanted_topics", "quiet_from", "quiet_to", "just_looking",
    "do_not_sell", "no_profiling",
)  # fmt: skip
"""What stands in the row of a Preference."""
DECLARED = ("every_days", "not_before")
"""What stands in their Declaration."""
ELSEWHERE = ("time_zone", "language")
"""What stands with the profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one person asks of us; as it stands here of somebody who never asked for anything."""

    per_week: int | None = None
    """Messages in any 7 days, at most; None: as the shop decided."""
    per_month: int | None = None
    """Messages in any 30 days, at most."""
    paused_until: datetime | None = None
    """Nothing but service before."""
    unwanted_topics: tuple[str, ...] = ()
    """Keys of topics that they do not want to hear about."""
    quiet_from: time | None = None
    quiet_to: time | None = None
    """Their quiet hours by their own clock, beside the shop's; None: the shop's alone."""
    just_looking: bool = False
    """Nothing but what they ask for: service alone."""
    do_not_sell: bool = False
    """Service and content, no offers."""
    no_profiling: bool = False
    """No beliefs about them."""
    time_zone: str = ""
    """As they declared it; empty: they did not."""
    language: str = ""
    """As they declared it; empty: they did not."""
    every_days: float | None = None
    """Rhythm that they declared."""
    not_before: date | None = None
    """No reminder before this day."""


def of(profile_id: int) -> Preferences:
    """What they ask of us now."""
    return of_ids([profile_id])[profile_id]


def of_ids(ids: Sequence[int]) -> dict[int, Preferences]:
    """The same of many, in three queries."""
    rows = Preference.objects.in_bulk(ids)
    said = Declaration.objects.in_bulk(ids)
    people = Profile.objects.in_bulk(ids)
    return {one: _read(rows.get(one), said.get(one), people.get(one)) for one in ids}


def holding(held: Preferences, now: datetime) -> Preferences:
    """What still holds: a pause and a "not before" that are over are no wish any more."""
    over = held.paused_until is not None and held.paused_until <= now
    past = held.not_before is not None and held.not_before <= now.astimezone(conf.time_zone()).date()
    return replace(
        held, paused_until=None if over else held.paused_until, not_before=None if past else held.not_before
    )


def _read(row: Preference | None, said: Declaration | None, person: Profile | None) -> Preferences:
    asked: dict[str, Any] = {name: getattr(row, name) for name in ROW} if row else {}
    if row:
        asked["unwanted_topics"] = tuple(row.unwanted_topics)
    return Preferences(
        **asked,
        time_zone=person.time_zone if person and person.time_zone_declared else "",
        language=person.language if person and person.language_declared else "",
        every_days=said.every_days if said else None,
        not_before=said.not_before if said else None,
    )


def quiet(ids: Iterable[int]) -> dict[int, tuple[time, time]]:
    """Person → their own quiet hours by their own clock; whoever has none is left out."""
    rows = Preference.objects.filter(profile__in=list(ids), quiet_from__isnull=False, quiet_to__isnull=False)
    return {
        row.profile_id: (row.quiet_from, row.quiet_to)
        for row in rows
        if row.quiet_from is not None and row.quiet_to is not None
    }


def change(
    profile: Profile, *, now: datetime, source: str, agreed: Words | None = None, **changes: Any
) -> Preferences:
    """Change what is given (by the names of Preferences) and keep the rest; what holds from now on. `source`: CUSTOMER
    or STAFF; `agreed`: the words with which they allow profiling again, of a customer the shop's own where nothing is
    given. None, or an empty text, takes a wish
    back. Raises BadInput with the field at fault, and for somebody who was forgotten meanwhile."""
    told = checks.checked(changes, now)
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE):
            raise BadInput(_("There is no relationship of this ID."), code="NOT_FOUND", field="id")
        unplanned.unforesee([profile.pk])
        _declare(profile.pk, told, source, now)
        profiled = not of(profile.pk).no_profiling
        _keep(profile.pk, told, now)
        if told.get("no_profiling", not profiled) == profiled:
            _profiling(profile, source, now, stops=profiled, agreed=agreed)
        if "time_zone" in told:
            time_zone.declare(profile.pk, told["time_zone"])
        if "language" in told:
            spoken = {"language": told["language"]} if told["language"] else {}
            Profile.objects.filter(pk=profile.pk).update(language_declared=bool(told["language"]), **spoken)
        stop.ask_again([profile.pk])
        unplanned.mark([profile.pk])
    return of(profile.pk)


def _keep(profile_id: int, told: Mapping[str, Any], now: datetime) -> None:
    row = {name: told[name] for name in ROW if name in told}
    if row:
        Preference.objects.update_or_create(profile_id=profile_id, defaults={**row, "changed_at": now})


def _profiling(profile: Profile, source: str, now: datetime, *, stops: bool, agreed: Words | None) -> None:
    """Their objection to profiling, or its end, is kept among the consents; beliefs go at once, and come anew."""
    words = Words(text="", language="", number=0)
    if agreed and agreed.text and not stops:
        words = agreed
    elif source == CUSTOMER and not stops:
        words = consent_texts.of(ConsentPlace.PROFILING, profile.language)
    Consent.objects.create(
        profile=profile, purpose=Purpose.PROFILING, basis=Basis.OPT_OUT if stops else Basis.OPT_IN,
        source="staff" if source == STAFF else "preferences", happened_at=now, learned_at=now,
        text=words.text, language=words.language,
    )  # fmt: skip
    if stops:
        private.forget_beliefs([profile.pk], now)
    else:
        stale.mark([profile.pk], now)


def _declare(profile_id: int, told: Mapping[str, Any], source: str, now: datetime) -> None:
    """Rhythm and "not before" are one word: whichever is not given stays as it was said."""
    if not any(name in told for name in DECLARED):
        return
    before = Declaration.objects.filter(profile=profile_id).values(*DECLARED).first() or {}
    today = now.astimezone(conf.time_zone()).date()
    word = {name: told[name] if name in told else before.get(name) for name in DECLARED}
    if "not_before" not in told and word["not_before"] and word["not_before"] <= today:
        word["not_before"] = None  # is over
    if word == dict.fromkeys(DECLARED):
        declarations.withdraw(profile_id, now=now)
    else:
        declarations.declare(profile_id, **word, by=source, today=today, now=now)
