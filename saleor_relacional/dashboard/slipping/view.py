"""Who is slipping and what we would do: the same dry run as the API's, with the switch beside it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.campaigns import changes, in_person, switching
from saleor_relacional.dashboard.pages import (
    MANAGE_RELATIONSHIPS,
    answer,
    for_staff,
    needs_permission,
)
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.campaigns import campaigns, proposals
from saleor_relacional.flows.campaigns.kinds import win_back
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.flows.campaigns.owner.saving import EditedMeanwhile
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState

MOST = 5
"""Campaigns with their dry run on the page: each asks who would be written to, and what it has brought."""
_PLACES = {
    CampaignState.ACTIVE: 0,
    CampaignState.PAUSED: 1,
    CampaignState.DRAFT: 1,
    CampaignState.FINISHED: 2,
}


@desk.page
def content(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Every win-back campaign with its dry run; an invitation to make one when there is none."""
    return _content(caller)


@desk.page
def more(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The next proposals down the queue, as rows."""
    try:
        place = proposals.QueuePosition(
            place=float(request.GET["place"]), profile_id=int(request.GET["profile_id"]),
            room=int(request.GET["room"]), treated_above=int(request.GET["treated_above"]),
            **{name: Decimal(request.GET[name]) for name in proposals.MONEY if name in request.GET},
        )  # fmt: skip
    except (KeyError, ValueError, ArithmeticError, BadInput) as error:
        raise Http404 from error
    with conf.host().writing():
        return answer(
            "slipping/proposals.html", in_person.proposed(_known(campaign), conf.host().now(), place)
        )


@desk.page
def run(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """What one campaign would do, where the page did not wait for it: in a large shop."""
    return answer("slipping/run.html", {"each": in_person.values(_known(campaign), conf.host().now())})


@require_POST
@for_staff
@desk.there
def make(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The win-back campaign that ships, as a draft."""
    return _changed(
        request, caller, lambda now: campaigns.ensure(win_back.KIND.name, now, by=caller.reference)
    )


@require_POST
@for_staff
@desk.there
def activate(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Switch it on."""
    confirm = request.POST.get("confirm") == "yes"
    return _changed(
        request, caller,
        lambda now: saving.activate(
            _known(campaign), basis=switching.basis(request), now=now, confirm=confirm, by=caller.reference
        ),
    )  # fmt: skip


@require_POST
@for_staff
@desk.there
def pause(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Switch it off."""
    return _changed(
        request, caller, lambda now: campaigns.pause(_known(campaign), now=now, by=caller.reference)
    )


def _changed(request: HttpRequest, caller: Caller, change: Any) -> HttpResponse:
    """Makes the change, for callers who may, and shows the page; a refusal is shown above it."""
    if not caller.may(MANAGE_RELATIONSHIPS):
        return needs_permission(request, caller, MANAGE_RELATIONSHIPS)
    host = conf.host()
    try:
        with host.writing():
            change(host.now())
    except RelacionalError as error:
        return _content(caller, refused=error)
    return _content(caller)


def _content(caller: Caller, *, refused: RelacionalError | None = None) -> HttpResponse:
    host = conf.host()
    now = host.now()
    with host.writing():
        known = sorted(Campaign.objects.filter(kind=win_back.KIND.name), key=_foremost)
        values = {
            "campaigns": [in_person.at_once(campaign, now) for campaign in known[:MOST]],
            "others": len(known[MOST:]),
            "open": any(campaign.state != CampaignState.FINISHED for campaign in known),
            "may_switch": caller.may(MANAGE_RELATIONSHIPS),
            "refused": refused,
            "theirs": changes.told(refused.changes) if isinstance(refused, EditedMeanwhile) else [],
            "elsewhere": refused is not None and refused.code == "ELSEWHERE",
            "harms": refused is not None and refused.code == "HARMS",
        }
        return desk.show(
            "slipping/slipping.html",
            values,
            caller=caller,
            section="campaigns",
            status=409 if refused else 200,
        )


def _foremost(campaign: Campaign) -> tuple[int, int]:
    """What runs comes first, then what may run; of those the newest."""
    return _PLACES[CampaignState(campaign.state)], -campaign.pk


def _known(public_id: UUID) -> Campaign:
    found = Campaign.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
