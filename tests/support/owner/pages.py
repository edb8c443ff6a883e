"""Every page of the desk by its place, for whoever looks at all of them. Needs neither Django nor a shop."""

from collections.abc import Mapping, Sequence

SECTIONS = (
    "home", "customers", "segments", "campaigns", "messages", "incentives", "evidence", "policy", "inbox", "health",
)  # fmt: skip
INNER = (
    "customers/{person}", "segments/new", "segments/{segment}", "campaigns/{draft}", "campaigns/{draft}/activate",
    "campaigns/{campaign}", "campaigns/{campaign}/people", "messages/win_back/en", "incentives/codes",
    "incentives/{campaign}/decisions", "evidence/{campaign}", "calibration", "policy/budget", "policy/hours",
    "policy/capacity", "policy/answering", "policy/sender/{channel}", "policy/look/{channel}", "policy/mail_server",
    "policy/storefront_url", "policy/basis", "policy/agreed_newsletter", "policy/agreed_checkout",
    "policy/agreed_stay", "policy/agreed_profiling", "policy/agreed_soft_opt_in", "policy/shop_control",
    "policy/month_budget", "policy/reporting_currency", "policy/time_zone", "policy/exclusions", "policy/topics",
    "inbox/{case}", "inbox/remarks/{remark}", "checklist", "slipping",
)  # fmt: skip
"""Places below the sections; what stands in braces is of the shop: the public id of somebody, of a segment, of a
campaign in draft and of one that runs, of a case and of what a customer said of their data; a channel's slug."""
NOTHING_TO_CHANGE = frozenset({"calibration"})
"""Places where whoever may only read lacks nothing."""

OF_SALEOR = ("policy/attributes",)
"""Those that there are only where the shop's own customer list can be filtered."""


def places(known: Mapping[str, object], *, more: Sequence[str] = ()) -> list[str]:
    """All of them in a shop where these are known, and `more`."""
    return [*SECTIONS, *(each.format_map(known) for each in INNER), *more]


def name(place: str, known: Mapping[str, object]) -> str:
    """A place as a file may be called: the same whatever the ids are."""
    for word, value in known.items():
        place = place.replace(str(value), word)
    return place.replace("/", "-")
