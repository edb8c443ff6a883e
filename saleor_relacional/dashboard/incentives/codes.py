"""Live and redeemed codes, and who holds them."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns import rung_report
from saleor_relacional.flows.incentives import code_list, rungs
from saleor_relacional.flows.incentives.code_list import CodeState
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Incentive

PAGE = 25


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The latest promise first; by state, and of one campaign where that is asked for."""
    return desk.show("incentives/codes.html", _asked(request), caller=caller, section="incentives")


@desk.page
def rows(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The next ones."""
    return answer("incentives/code_rows.html", _asked(request))


def _asked(request: HttpRequest) -> dict[str, Any]:
    state, after = request.GET.get("state", CodeState.LIVE), request.GET.get("after", "0")
    if state not in list(CodeState) or not (after.isdecimal() and len(after) < 19):
        raise Http404
    campaign = _campaign(request.GET.get("campaign", ""))
    found = code_list.page(
        CodeState(state), first=PAGE, after=int(after), campaign=campaign.pk if campaign else None
    )
    people = profiles.of_ids([one.profile_id for one in found.codes if one.profile_id])
    return {
        "state": state, "campaign": campaign, "after": found.after,
        "codes": [_row(one, people.get(one.profile_id or 0)) for one in found.codes],
        "query": f"state={state}" + (f"&campaign={campaign.public_id}" if campaign else ""),
    }  # fmt: skip


def _campaign(given: str) -> Any:
    try:
        return known(UUID(given)) if given else None
    except ValueError as error:
        raise Http404 from error


def _row(one: Incentive, person: profiles.Relationship | None) -> dict[str, Any]:
    return {
        "incentive": one, "words": rung_report.words(rungs.of(one.rung)), "campaign": one.enrolment.campaign,
        "person": person,
    }  # fmt: skip
