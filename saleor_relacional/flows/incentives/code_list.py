"""Codes as staff read them, page by page: the latest promise first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from saleor_relacional.errors import BadInput
from saleor_relacional.models import Incentive, IncentiveState

MOST = 100


class CodeState(StrEnum):
    """Which codes are asked for."""

    LIVE = "live"
    REDEEMED = "redeemed"
    ENDED = "ended"
    """Unused: they expired, or were taken back."""


STATES: Mapping[CodeState, Sequence[str]] = {
    CodeState.LIVE: (IncentiveState.PLANNED, IncentiveState.ISSUED),
    CodeState.REDEEMED: (IncentiveState.REDEEMED,),
    CodeState.ENDED: (IncentiveState.EXPIRED, IncentiveState.WITHDRAWN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """Some codes."""

    codes: Sequence[Incentive]
    """Each with its rung, its campaign, and its holder; of whoever was forgotten there is none."""
    after: int
    """Key after which the next page begins; 0: there is none."""


def page(state: CodeState, *, first: int, after: int = 0, campaign: int | None = None) -> CodePage:
    """At most `first` codes, those after the one of this key. Raises BadInput for a size that cannot be."""
    if not 1 <= first <= MOST:
        raise BadInput(f"Ask for 1 to {MOST} at once.", field="first")
    rows = Incentive.objects.filter(state__in=STATES[state])
    if after:
        rows = rows.filter(pk__lt=after)
    if campaign is not None:
        rows = rows.filter(enrolment__campaign=campaign)
    told = rows.select_related("rung__step__version", "enrolment__campaign", "profile").order_by("-pk")
    found = list(told[: first + 1])
    return CodePage(codes=found[:first], after=found[first - 1].pk if len(found) > first else 0)
