"""One campaign, read and edited."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, words
from saleor_relacional.dashboard.campaigns import changes, coming, draft, form, one, summary, terms
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.errors import BadInput, Misconfigured, Refused
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.owner import outlook as outlooks
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.flows.campaigns.owner.saving import EditedMeanwhile
from saleor_relacional.flows.evidence import power_words
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign


@desk.page
def content(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The campaign as it stands."""
    return one.page(known(campaign), caller)


@desk.page
def outlook(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """What it would do, as it was saved."""
    found = outlooks.of_campaign(known(campaign), conf.host().now())
    values = {
        "outlook": found, "knowing": power_words.foretold(found.power), "public_id": campaign,
        "suppressed": sum(found.summary.suppressed.values()),
    }  # fmt: skip
    return answer("campaigns/outlook.html", values)


@desk.page
def days(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The coming days as if it were switched on, as it was saved: after the page."""
    try:
        found = coming.as_if_on(known(campaign), conf.host().now())
    except Misconfigured as error:
        return answer("campaigns/coming.html", {"refused": error.message})
    return answer("campaigns/coming.html", {"coming": found, "too_many": found is None})


@desk.change
def redraw(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """The form with what was typed, and a field, a rung or a message more or less. Saves nothing."""
    found, typed = known(campaign), draft.typed(request.POST)
    focus = draft.redrawn(typed, request.POST.get("do", ""))
    drawn = form.form(kind_of(found.kind), typed, focus=focus)
    return answer("campaigns/form.html", {"campaign": found, "form": drawn, "may_change": True})


@desk.change
def save(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Save it, and go on to switching it on where that was pressed. What is refused stays as it was typed."""
    found, typed = known(campaign), draft.typed(request.POST)
    try:
        found = saving.save(
            found, basis=typed.basis, own=terms.own(typed), terms=terms.terms(typed), now=conf.host().now(),
            by=caller.reference,
        )  # fmt: skip
    except EditedMeanwhile as error:
        typed.basis = saving.seen(found)
        return _again(found, typed, caller, status=409, theirs=changes.told(error.changes), refused=error)
    except BadInput as error:
        return _again(found, typed, caller, status=422, error=error)
    except Refused as error:
        return _again(found, typed, caller, status=409, refused=error)
    if request.POST.get("then") == "activate":
        return summary.page(found, caller, place=f"campaigns/{found.public_id}/activate")
    return one.page(found, caller, saved=words.saved(), place=f"campaigns/{found.public_id}")


def _again(campaign: Campaign, typed: draft.Draft, caller: Caller, **more: Any) -> HttpResponse:
    """The page with what was typed, as the campaign is by now: what has been fixed meanwhile is typed no more."""
    stands = known(campaign.public_id)
    if stands.fixed_at is not None:
        typed.window = None
    return one.page(stands, caller, typed=typed, **more)
