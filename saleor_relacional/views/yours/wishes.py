"""What can be asked on the page: how each form is read, how it is filled in, and what is said when it was changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
CAPS = ("per_week", "per_month")
UNITS = {"days": 1.0, "weeks": 7.0, "months": 30.44}
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""Languages that the form names, each in itself."""
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
FLAGS = ("just_looking", "do_not_sell", "no_profiling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One form."""

    read: Callable[[QueryDict, datetime, Preferences], Changes]
    """What it changes of what holds. Raises BadInput."""
    fields: Callable[[Preferences], Fields]
    """How it would be posted to say exactly what holds now, whoever said it: the undo of whatever comes next."""


def _often(given: QueryDict, now: datetime, held: Preferences) -> Changes:
    choice = given.get("often", "")
    if choice == "exactly":
        return {name: _number(given, name, 0, 30) if given.get(name) else None for name in CAPS}
    if choice == "fewer":
        return _fewer(held)
    if choice not in OFTEN:
        raise BadInput(_("Choose how often."), field="often")
    week, month = OFTEN[choice]
    return {"per_week": week, "per_month": month}


def _fewer(held: Preferences) -> Changes:
    """One per month, unless they want still less."""
    if 0 in (held.per_week, held.per_month):
        return {"per_week": held.per_week, "per_month": held.per_month}
    return {"per_week": None, "per_month": 1}


def often(held: Preferences) -> str:
    """Which choice holds; "exactly": another number, as staff or the API may say it."""
    return next((name for name, caps in OFTEN.items() if caps == (held.per_week, held.per_month)), "exactly")


def caps(held: Preferences) -> Fields:
    """Their own numbers, as they are posted."""
    return [(name, str(value)) for name in CAPS if (value := getattr(held, name)) is not None]


def _often_fields(held: Preferences) -> Fields:
    choice = often(held)
    return [("often", choice), *(caps(held) if choice == "exactly" else [])]


def _pause(given: QueryDict, now: datetime, held: Preferences) -> Changes:
    """To the beginning of a day of the shop; the day that holds already, to the moment that holds."""
    zone = conf.time_zone()
    if given.get("moment"):
        at = _moment(given, "moment")
        return {"paused_until": at if at > now else None}
    if given.get("days"):
        until = now.astimezone(zone).date() + timedelta(days=_number(given, "days", 1, 3660))
    elif given.get("until"):
        until = _day(given, "until")
        if until.isoformat() == paused(held, zone):
            return {"paused_until": held.paused_until}
    else:
        return {"paused_until": None}
    return {"paused_until": datetime.combine(until, time(), zone)}


def paused(held: Preferences, zone: ZoneInfo) -> str:
    """The day until which, as it is posted; empty: they are not."""
    return held.paused_until.astimezone(zone).date().isoformat() if held.paused_until else ""


def _topics(given: QueryDict, now: datetime, held: Preferences) -> Changes:
    """A topic that the form did not show stays as it is: it may have been declared since."""
    wanted, keys = set(given.getlist("wanted")), _keys()
    shown = set(given.getlist("shown")) or set(keys)
    return {
        "unwanted_topics": [
            key for key in keys if (key not in wanted if key in shown else key in held.unwanted_topics)
        ]
    }


def _keys() -> list[str]:
    return list(Topic.objects.order_by("pk").values_list("pk", flat=True))


def _when(given: QueryDict, now: datetime, held: Preferences) -> Changes:
    return {
        "quiet_from": _hour(given, "quiet_from", held.quiet_from),
        "quiet_to": _hour(given, "quiet_to", held.quiet_to),
        "time_zone": given.get("time_zone", ""), "language": given.get("language", ""),
    }  # fmt: skip


def _clock(value: time | None) -> str:
    return value.strftime("%H:%M") if value else ""


def _hour(given: QueryDict, field: str, held: time | None) -> time | str | None:
    """What is typed; what holds already is kept to the second."""
    said = given.get(field) or None
    return held if said == _clock(held) else said


def _exact(value: time | None) -> str:
    return value.isoformat() if value else ""


def _rhythm(given: QueryDict, now: datetime, held: Preferences) -> Changes:
    return {
        "every_days": _every_days(given, held),
        "not_before": _day(given, "not_before") if given.get("not_before") else None,
    }


def _every_days(given: QueryDict, held: Preferences) -> float | None:
    """What is typed is whole; what holds already is kept to the part of a day."""
    if given.get("exactly"):
        try:
            return float(given.get("exactly", ""))
        except ValueError as error:
            raise BadInput(_("Give a whole number."), field="every") from error
    if not given.get("every"):
        return None
    number = _number(given, "every", 1, 3660)
    days = UNITS.get(given.get("unit", "days"), 1.0)
    if held.every_days and days == 1.0 and number == round(held.every_days):
        return held.every_days
    return number * days


def _flag(name: str) -> Wish:
    return Wish(
        read=lambda given, now, held: {name: given.get("on") == "yes"},
        fields=lambda held: [("on", "yes" if getattr(held, name) else "no")],
    )


def _every(held: Preferences) -> Fields:
    every = [("exactly", repr(held.every_days))] if held.every_days else []
    return [*every, *([("not_before", held.not_before.isoformat())] if held.not_before else [])]


WISHES: Mapping[str, Wish] = {
    "often": Wish(read=_often, fields=_often_fields),
    "pause": Wish(
        read=_pause,
        fields=lambda held: [("moment", held.paused_until.isoformat())] if held.paused_until else [("until", "")],
    ),
    "topics": Wish(
        read=_topics,
        fields=lambda held: [
            *(("shown", key) for key in _keys()),
            *(("wanted", key) for key in _keys() if key not in held.unwanted_topics),
        ],
    ),
    "when": Wish(
        read=_when,
        fields=lambda held: [
            ("quiet_from", _exact(held.quiet_from)), ("quiet_to", _exact(held.quiet_to)),
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
        }.get(often(held)) or _caps_said(held)  # fmt: skip
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


def _caps_said(held: Preferences) -> str:
    """Numbers that are none of the choices."""
    if 0 in (held.per_week, held.per_month):
        return _("No emails about offers and news.")
    parts = []
    if held.per_week is not None:
        said = ngettext(
            "At most %(number)d email per week.", "At most %(number)d emails per week.", held.per_week
        )
        parts.append(said % {"number": held.per_week})
    if held.per_month is not None:
        said = ngettext(
            "At most %(number)d email per month.", "At most %(number)d emails per month.", held.per_month
        )
        parts.append(said % {"number": held.per_month})
    return " ".join(parts)


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


def zones(held: Preferences) -> list[str]:
    """Zones that somebody may live in, and the one that they said."""
    named = {name for name in available_timezones() if name.partition("/")[0] in REGIONS}
    return sorted(named | ({held.time_zone} if held.time_zone else set()))


def languages(held: Preferences) -> list[tuple[str, str]]:
    """Code and name of the languages to choose among, and of the one that they said, each in itself."""
    found = dict(LANGUAGES)
    if held.language and held.language not in found:
        found[held.language] = _own_name(held.language)
    return list(found.items())


def _own_name(code: str) -> str:
    own = Locale.parse(code, sep="-" if "-" in code else "_").get_display_name()
    return own[:1].upper() + own[1:] if own else code


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


def _moment(given: QueryDict, field: str) -> datetime:
    try:
        at = datetime.fromisoformat(given.get(field, ""))
    except ValueError as error:
        raise BadInput(_("Give a day as YYYY-MM-DD."), field=field) from error
    return at if at.tzinfo else at.replace(tzinfo=conf.time_zone())
