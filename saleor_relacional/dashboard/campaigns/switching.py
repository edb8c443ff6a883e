"""On, off, over: what switching it on would do is said first, and asked once more."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk
from saleor_relacional.dashboard.campaigns import changes, one, summary
from saleor_relacional.dashboard.campaigns.known import known
from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.flows.campaigns.owner.saving import EditedMeanwhile
from saleor_relacional.hosts.base import Caller


@desk.page
def asked(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """What will happen; to how many, at what cost, and when one will know comes after it."""
    return summary.page(known(campaign), caller)


@desk.page
def figures(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """To how many, at what cost, and when one will know."""
    return summary.figures(known(campaign))


@desk.change
def activate(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Switch it on."""
    found, confirm = known(campaign), request.POST.get("confirm") == "yes"
    try:
        found = saving.activate(
            found, basis=basis(request), now=conf.host().now(), confirm=confirm, by=caller.reference
        )
    except EditedMeanwhile as error:
        theirs = changes.told(error.changes)
        return summary.page(known(campaign), caller, status=409, refused=error, theirs=theirs)
    except Refused as error:
        return summary.page(known(campaign), caller, status=409, refused=error)
    said = _("It runs. The first mails leave with the next plan, within a quarter of an hour.")
    return one.page(found, caller, saved=said, place=f"campaigns/{found.public_id}")


def basis(request: HttpRequest) -> int:
    """The latest edit that whoever switches it on has read; 0 where none was sent."""
    said = request.POST.get("basis", "")
    return int(said) if said.isdecimal() and len(said) < 19 else 0


@desk.change
def pause(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """Switch it off."""
    try:
        found = campaigns.pause(known(campaign), now=conf.host().now(), by=caller.reference)
    except Refused as error:
        return one.page(known(campaign), caller, status=409, refused=error)
    return one.page(found, caller, saved=_("It is paused: nothing of it leaves."))


@desk.change
def finish(request: HttpRequest, campaign: UUID, *, caller: Caller) -> HttpResponse:
    """End it for good."""
    found = campaigns.finish(known(campaign), now=conf.host().now(), by=caller.reference)
    return one.page(found, caller, saved=_("It is finished. What it brought stays."))
