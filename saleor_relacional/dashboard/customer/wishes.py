"""What one customer asks of the shop, as a form for the staff whom they told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.fields import Field, Typed, day, whole
from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.models import Topic

_SHOWN = "topicsShown"
"""Keys of the topics that the form shows."""


def fields(holds: Preferences, typed: Typed | None, zone: ZoneInfo) -> list[Field]:
    """With what holds; with what was typed, where it was refused."""
    about = topics.declared()
    asked = _written(holds, about, zone)
    made = [
        Field(name="pausedUntil", kind="date", label=_("Pause until"),
              hint=_("Nothing but service until the end of that day. Empty: no pause.")),
        Field(name="perWeek", kind="number", label=_("Messages in a week, at most"), hint=_("Empty: as you decided.")),
        Field(name="perMonth", kind="number", label=_("Messages in a month, at most"),
              hint=_("Empty: as you decided.")),
        Field(name="quietFrom", kind="time", label=_("Quiet from"),
              hint=_("By their own clock, beside your own hours.")),
        Field(name="quietTo", kind="time", label=_("Quiet until")),
        Field(name="timeZone", kind="zone", label=_("Time zone"),
              hint=_("IANA name, such as Europe/Madrid. Empty: as the shop knows it.")),
        Field(name="language", label=_("Language"), hint=_("Its code, such as es. Empty: as the shop knows it.")),
        Field(name="justLooking", kind="tick", label=_("Just looking"), hint=_("Nothing but what they ask for.")),
        Field(name="doNotSell", kind="tick", label=_("No offers")),
        Field(name="noProfiling", kind="tick", label=_("Conclude nothing about them"),
              hint=_("What was believed is deleted.")),
    ]  # fmt: skip
    if about:
        options = [(one.key, topics.name(one, get_language() or "en")) for one in about]
        made.append(
            Field(name="topics", kind="ticks", label=_("Topics they want to hear about"), options=options)
        )
        made.append(Field(name=_SHOWN, kind="hidden", label=""))
    shown = asked if typed is None else typed
    return [replace(one, value=shown.get(one.name, "")) for one in made]


def read(typed: Typed, zone: ZoneInfo, holds: Preferences) -> dict[str, Any]:
    """The changes that `preferences.change` takes. A topic that the form did not show stays as it is: it may have been
    declared since. Raises BadInput with the field at fault."""
    until = day(typed["pausedUntil"], field="pausedUntil") if typed.get("pausedUntil") else None
    told: dict[str, Any] = {
        "paused_until": datetime.combine(until, time(), zone) + timedelta(days=1) if until else None,
        "per_week": _number(typed, "perWeek"),
        "per_month": _number(typed, "perMonth"),
        "quiet_from": typed.get("quietFrom", ""),
        "quiet_to": typed.get("quietTo", ""),
        "time_zone": typed.get("timeZone", "").strip(),
        "language": typed.get("language", "").strip(),
        "just_looking": typed.get("justLooking") == "on",
        "do_not_sell": typed.get("doNotSell") == "on",
        "no_profiling": typed.get("noProfiling") == "on",
    }
    if about := topics.declared():
        wanted = set(typed.get("topics", "").split(","))
        shown = set(typed[_SHOWN].split(",")) if typed.get(_SHOWN) else {one.key for one in about}
        told["unwanted_topics"] = [
            one.key
            for one in about
            if (one.key not in wanted if one.key in shown else one.key in holds.unwanted_topics)
        ]
    return told


def _written(holds: Preferences, about: Sequence[Topic], zone: ZoneInfo) -> Typed:
    """What holds, as it stands in the fields."""
    until = holds.paused_until and (holds.paused_until - timedelta(seconds=1)).astimezone(zone).date()
    return {
        "pausedUntil": until.isoformat() if until else "",
        "perWeek": "" if holds.per_week is None else str(holds.per_week),
        "perMonth": "" if holds.per_month is None else str(holds.per_month),
        "quietFrom": holds.quiet_from.strftime("%H:%M") if holds.quiet_from else "",
        "quietTo": holds.quiet_to.strftime("%H:%M") if holds.quiet_to else "",
        "timeZone": holds.time_zone,
        "language": holds.language,
        "justLooking": "on" if holds.just_looking else "",
        "doNotSell": "on" if holds.do_not_sell else "",
        "noProfiling": "on" if holds.no_profiling else "",
        "topics": ",".join(one.key for one in about if one.key not in holds.unwanted_topics),
        _SHOWN: ",".join(one.key for one in about),
    }


def _number(typed: Typed, field: str) -> int | None:
    text = typed.get(field, "").strip()
    return whole(text, field=field) if text else None
