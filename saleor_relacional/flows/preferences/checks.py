"""What may be asked of us: every field checked before anything is kept."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput
from saleor_relacional.models import Topic

LONGEST_PAUSE = timedelta(days=3_660)
FLAGS = ("just_looking", "do_not_sell", "no_profiling")
CAPS = {"per_week": 7, "per_month": 30}
"""The greatest number that each may be: the shop's own is what holds beyond."""


def checked(changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The changes as they are kept. Raises BadInput with the field at fault; TypeError for a name that is none."""
    if unknown := changes.keys() - CHECKS.keys():
        raise TypeError(f"no preferences: {', '.join(sorted(unknown))}")
    told = {name: CHECKS[name](name, value, now) for name, value in changes.items()}
    if ("quiet_from" in told or "quiet_to" in told) and (
        (told.get("quiet_from") is None) != (told.get("quiet_to") is None)
    ):
        raise BadInput(_("Quiet hours have a beginning and an end: give both."), field="quietFrom")
    return told


def _cap(name: str, value: Any, now: datetime) -> int | None:
    if value is None:
        return None
    if not 0 <= int(value) <= CAPS[name]:
        raise BadInput(_("Give a number from 0 to %(most)s.") % {"most": CAPS[name]}, field=_field(name))
    return int(value)


def _pause(name: str, value: Any, now: datetime) -> datetime | None:
    if value is None:
        return None
    if not now < value <= now + LONGEST_PAUSE:
        raise BadInput(_("Give a moment to come, within ten years."), field=_field(name))
    moment: datetime = value
    return moment


def _topics(name: str, value: Any, now: datetime) -> list[str]:
    wanted = sorted(set(value or ()))
    known = set(Topic.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if missing := [key for key in wanted if key not in known]:
        wrong = _("There is no topic %(topic)s: see relationshipTopics.") % {"topic": missing[0][:40]}
        raise BadInput(wrong, field=_field(name))
    return wanted


def _clock(name: str, value: Any, now: datetime) -> time | None:
    if value is None or value == "":
        return None
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(_("Give a time of day as HH:MM, such as 21:00."), field=_field(name)) from error


def _flag(name: str, value: Any, now: datetime) -> bool:
    return bool(value)


def _language(name: str, value: Any, now: datetime) -> str:
    told = str(value or "").strip()
    try:
        if told:
            Locale.parse(told, sep="-" if "-" in told else "_")
    except (UnknownLocaleError, ValueError) as error:
        raise BadInput(_("There is no such language: give a code such as es."), field=_field(name)) from error
    return told[:35]


def _as_it_is(name: str, value: Any, now: datetime) -> Any:
    """Whoever keeps it checks it."""
    return value


CHECKS: Mapping[str, Callable[[str, Any, datetime], Any]] = {
    **dict.fromkeys(CAPS, _cap), "paused_until": _pause, "unwanted_topics": _topics, "quiet_from": _clock,
    "quiet_to": _clock, **dict.fromkeys(FLAGS, _flag), "language": _language, "time_zone": _as_it_is,
    "every_days": _as_it_is, "not_before": _as_it_is,
}  # fmt: skip
"""Name → what is kept of a value."""


def _field(name: str) -> str:
    """As the API calls it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
