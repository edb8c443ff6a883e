"""What switching a campaign on would do: said before it is done. The page says what happens in words at once; the
figures of this shop come after it, since in a large one they take a while."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, filters
from saleor_relacional.dashboard.campaigns import choices
from saleor_relacional.dashboard.pages import answer
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import missing
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.owner import outlook, saving
from saleor_relacional.flows.evidence import power_words
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignStep

CONFIRMED = ("ELSEWHERE", "HARMS")
"""What a person may know better: it is asked, and done when they say so."""


def page(
    campaign: Campaign, caller: Caller, *, status: int = 200, place: str = "", **more: Any
) -> HttpResponse:
    """The summary; where something is missing, that instead of the button."""
    now, basis = conf.host().now(), saving.seen(campaign)  # first: what is read after it is not older
    version = campaigns.current(campaign)
    lacks = missing.missing(version, now)
    values = {
        "campaign": campaign, "basis": basis, "kind": kind_of(campaign.kind), "version": version,
        "steps": [_said(step) for step in version.steps.order_by("number").prefetch_related("rungs")],
        "lacks": [one for one in lacks if one.code not in CONFIRMED],
        "asks": [one for one in lacks if one.code in CONFIRMED],
        "codes": {one.code for one in lacks}, **more,
    }  # fmt: skip
    return desk.show(
        "campaigns/activate.html", values, caller=caller, section="campaigns", status=status, place=place
    )


def figures(campaign: Campaign) -> HttpResponse:
    """To how many, at what cost, and when one will know: the part of the page that comes after it."""
    found = outlook.of_campaign(campaign, conf.host().now())
    values = {
        "outlook": found, "knowing": power_words.foretold(found.power),
        "suppressed": sum(found.summary.suppressed.values()),
    }  # fmt: skip
    return answer("campaigns/figures.html", values)


def _said(step: CampaignStep) -> str:
    """One message in a sentence: when, which, with what."""
    values = {"mail": choices.message(step.message), "when": _when(step), "offer": filters.gets(step)}
    if values["offer"]:
        return _("%(when)s the mail “%(mail)s”, with %(offer)s.") % values
    return _("%(when)s the mail “%(mail)s”.") % values


def _when(step: CampaignStep) -> str:
    if step.wait_rhythms:
        wait = filters.number(step.wait_rhythms)
        after = _("%(wait)s times as long as they usually take, after the occasion,")
        later = _("%(wait)s times as long as they usually take, after the message before,")
        return (after if step.number == 1 else later) % {"wait": wait}
    if not step.wait_days:
        return _("At once") if step.number == 1 else _("Right after the message before")
    after = ngettext("%(wait)s day after the occasion", "%(wait)s days after the occasion", step.wait_days)
    later = ngettext(
        "%(wait)s day after the message before", "%(wait)s days after the message before", step.wait_days
    )
    return (after if step.number == 1 else later) % {"wait": step.wait_days}
