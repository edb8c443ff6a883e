"""Every page of the desk by its place, for whoever looks at all of them. Needs neither Django nor a shop."""

from collections.abc import Mapping

SECTIONS = (
    "home", "customers", "segments", "campaigns", "messages", "incentives", "evidence", "policy", "inbox", "health",
)  # fmt: skip
INNER = (
    "customers/{person}", "segments/new", "segments/{segment}", "campaigns/{draft}", "campaigns/{draft}/activate",
    "campaigns/{campaign}", "campaigns/{campaign}/people", "messages/win_back/en", "incentives/codes",
    "incentives/{campaign}/decisions", "evidence/{campaign}", "calibration", "policy/budget", "policy/hours",
    "policy/sender/{channel}", "policy/look/{channel}", "policy/exclusions", "policy/topics", "inbox/{case}",
    "inbox/remarks/{remark}", "checklist", "slipping",
)  # fmt: skip
"""Places below the sections; what stands in braces is of the shop: the public id of somebody, of a segment, of a
campaign in draft and of one that runs, of a case and of what a customer said of their data; a channel's slug."""
NOTHING_TO_CHANGE = frozenset({"calibration"})
"""Places where whoever may only read lacks nothing."""


def places(known: Mapping[str, object]) -> list[str]:
    """All of them in a shop where these are known."""
    return [*SECTIONS, *(each.format_map(known) for each in INNER)]


def name(place: str, known: Mapping[str, object]) -> str:
    """A place as a file may be called: the same whatever the ids are."""
    for word, value in known.items():
        place = place.replace(str(value), word)
    return place.replace("/", "-")
