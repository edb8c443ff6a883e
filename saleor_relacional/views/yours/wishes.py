"""What can be asked on the page: how each form is read, how it is filled in, and what is said when it was changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import QueryDict
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ledger import words
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.models import Topic

Changes = Mapping[str, Any]
Fields = Sequence[tuple[str, str]]
"""Names and values of a form, as they are posted."""

OFTEN: Mapping[str, tuple[int | None, int | None]] = {
    "shop": (None, None), "week": (1, None), "twice": (None, 2), "month": (None, 1),
}  # fmt: skip
"""Choice → (per week, per month)."""
UNITS = {"days": 1.0, "weeks": 7.0, "months": 30.44}
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
FLAGS = ("just_looking", "do_not_sell", "no_profiling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One form."""

    read: Callable[[QueryDict, datetime], Changes]
    """What it changes. Raises BadInput."""
    fields: Callable[[Preferences], Fields]
    """How it would be posted to say what holds now: the undo of whatever comes next."""


def _often(given: QueryDict, now: datetime) -> Changes:
    choice = given.get("often", "")
    if choice not in OFTEN:
        raise BadInput(_("Choose how often."), field="often")
    week, month = OFTEN[choice]
    return {"per_week": week, "per_month": month}


def often(held: Preferences) -> str:
    """Which choice holds; empty: another number, as the API may say it."""
    return next((name for name, caps in OFTEN.items() if caps == (held.per_week, held.per_month)), "")


def _pause(given: QueryDict, now: datetime) -> Changes:
    """To the beginning of a day of the shop."""
    zone = conf.time_zone()
    if given.get("days"):
        until = now.astimezone(zone).date() + timedelta(days=_number(given, "days", 1, 3660))
    elif given.get("until"):
        until = _day(given, "until")
    else:
        return {"paused_until": None}
    return {"paused_until": datetime.combine(until, time(), zone)}


def paused(held: Preferences, zone: ZoneInfo) -> str:
    """The day until which, as it is posted; empty: they are not."""
    return held.paused_until.astimezone(zone).date().isoformat() if held.paused_until else ""


def _topics(given: QueryDict, now: datetime) -> Changes:
    wanted = set(given.getlist("wanted"))
    return {"unwanted_topics": [key for key in _keys() if key not in wanted]}


def _keys() -> list[str]:
    return list(Topic.objects.order_by("pk").values_list("pk", flat=True))


def _when(given: QueryDict, now: datetime) -> Changes:
    return {
        "quiet_from": given.get("quiet_from") or None, "quiet_to": given.get("quiet_to") or None,
        "time_zone": given.get("time_zone", ""), "language": given.get("language", ""),
    }  # fmt: skip


def _clock(value: time | None) -> str:
    return value.strftime("%H:%M") if value else ""


def _rhythm(given: QueryDict, now: datetime) -> Changes:
    unit = UNITS.get(given.get("unit", "days"), 1.0)
    every = _number(given, "every", 1, 3660) * unit if given.get("every") else None
    return {"every_days": every, "not_before": _day(given, "not_before") if given.get("not_before") else None}


def _flag(name: str) -> Wish:
    return Wish(
        read=lambda given, now: {name: given.get("on") == "yes"},
        fields=lambda held: [("on", "yes" if getattr(held, name) else "no")],
    )


def _every(held: Preferences) -> Fields:
    every = [("every", str(round(held.every_days))), ("unit", "days")] if held.every_days else []
    return [*every, *([("not_before", held.not_before.isoformat())] if held.not_before else [])]


WISHES: Mapping[str, Wish] = {
    "often": Wish(read=_often, fields=lambda held: [("often", often(held) or "shop")]),
    "pause": Wish(
        read=_pause, fields=lambda held: [("until", paused(held, conf.time_zone()))]
    ),
    "topics": Wish(
        read=_topics,
        fields=lambda held: [("wanted", key) for key in _keys() if key not in held.unwanted_topics],
    ),
    "when": Wish(
        read=_when,
        fields=lambda held: [
            ("quiet_from", _clock(held.quiet_from)), ("quiet_to", _clock(held.quiet_to)),
            ("time_zone", held.time_zone), ("language", held.language),
        ],
    ),
    "rhythm": Wish(read=_rhythm, fields=_every),
    **{name: _flag(name) for name in FLAGS},
}  # fmt: skip
"""Name of a form → what it does."""


def said(name: str, held: Preferences, zone: ZoneInfo) -> str:
    """What holds now of this form, in one sentence."""
    if name == "often":
        return {
            "shop": _("As often as the shop decides, which is not often."), "week": _("At most one email per week."),
            "twice": _("At most two emails per month."), "month": _("At most one email per month."),
        }.get(often(held), _("As often as you said."))  # fmt: skip
    if name == "pause":
        until = words.day(held.paused_until, zone) if held.paused_until else ""
        return (
            _("Nothing about offers and news before %(day)s.") % {"day": until} if until else _("No pause.")
        )
    if name == "rhythm":
        return _rhythm_said(held)
    if name in FLAGS:
        return _flag_said(name, held)
    if name == "topics":
        return _("All topics.") if not held.unwanted_topics else _("Some topics only.")
    return _when_said(held)


def _when_said(held: Preferences) -> str:
    parts = [_("At the shop's hours.")]
    if held.quiet_from and held.quiet_to:
        hours = {"begin": _clock(held.quiet_from), "end": _clock(held.quiet_to)}
        parts = [_("Quiet from %(begin)s to %(end)s.") % hours]
    if held.time_zone:
        parts.append(_("You live in the zone %(zone)s.") % {"zone": held.time_zone})
    if held.language:
        name = words.locale().languages.get(held.language[:2], held.language)
        parts.append(_("In this language: %(language)s.") % {"language": name})
    return " ".join(parts)


def _rhythm_said(held: Preferences) -> str:
    parts = []
    if held.every_days:
        parts.append(_("About every %(span)s.") % {"span": words.span(held.every_days)})
    if held.not_before:
        day = words.day(held.not_before, conf.time_zone())
        parts.append(_("No reminder before %(day)s.") % {"day": day})
    return " ".join(parts) or _("As we learn it from your orders.")


def _flag_said(name: str, held: Preferences) -> str:
    on = getattr(held, name)
    return {
        "just_looking": _("Nothing but what you ask for.") if on else _("We may write of our own accord."),
        "do_not_sell": _("No offers: only content and service.") if on else _("Offers, too."),
        "no_profiling": _("We conclude nothing about you.")
        if on
        else _("We learn your rhythm from your orders."),
    }[name]


def zones() -> list[str]:
    """Zones that somebody may live in."""
    return sorted(name for name in available_timezones() if name.partition("/")[0] in REGIONS)


def _number(given: QueryDict, field: str, least: int, most: int) -> int:
    try:
        number = int(given.get(field, ""))
    except ValueError as error:
        raise BadInput(_("Give a whole number."), field=field) from error
    if not least <= number <= most:
        raise BadInput(
            _("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most}, field=field
        )
    return number


def _day(given: QueryDict, field: str) -> date:
    try:
        return date.fromisoformat(given.get(field, ""))
    except ValueError as error:
        raise BadInput(_("Give a day as YYYY-MM-DD."), field=field) from error
