"""The page of one campaign: its form, what it would do, the coming days beside it, and who changed what."""

from typing import Any

from django.http import HttpResponse

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, words
from saleor_relacional.dashboard.campaigns import changes, coming, draft, form
from saleor_relacional.dashboard.campaigns.draft import Draft
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import history, missing
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.owner import saving
from saleor_relacional.flows.evidence import harm_words
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Campaign, CampaignState

LATEST = 10
"""Changes that are shown unfolded."""


def page(
    campaign: Campaign, caller: Caller, *, typed: Draft | None = None, error: RelacionalError | None = None,
    status: int = 200, place: str = "", **more: Any,
) -> HttpResponse:  # fmt: skip
    """The whole page. `typed`: what stands in the form instead of what is kept; `error`: why it was refused."""
    now, version = conf.host().now(), campaigns.current(campaign)
    shown = typed or draft.of(campaign, version, saving.seen(campaign))
    held = hindrance(campaign, now) if campaign.state == CampaignState.ACTIVE else None
    lived = changes.told(history.of([campaign.pk])[campaign.pk])
    values = {
        "campaign": campaign, "kind": kind_of(campaign.kind), "version": version,
        "state": words.state(campaign.state), "because": harm_words.because(campaign.paused_for),
        "hindrance": words.hindrance(held) if held else "",
        "form": form.form(kind_of(campaign.kind), shown, error=error),
        "lacks": missing.missing(version, now) if campaign.state in (CampaignState.DRAFT, CampaignState.PAUSED) else (),
        "coming": coming.days(campaign, now) if campaign.state == CampaignState.ACTIVE else None,
        "lived": lived[:LATEST], "before": lived[LATEST:], **more,
    }  # fmt: skip
    return desk.show(
        "campaigns/editor.html", values, caller=caller, section="campaigns", status=status, place=place
    )
