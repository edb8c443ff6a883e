"""A campaign as one form, that two people may have open at once: who comes second is told what the first changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Lock
from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.models import Campaign, CampaignChange, CampaignEvent


class EditedMeanwhile(Refused):
    """Somebody else has edited it since; nothing was done. `changes`: what they did, the latest first."""

    def __init__(self, message: str, changes: Sequence[CampaignChange]) -> None:
        super().__init__(message, code="CONFLICT")
        self.changes = changes


def seen(campaign: Campaign) -> int:
    """What has been edited of it until now, as a number that a form carries along."""
    latest = _edits(campaign).order_by("-pk").values_list("pk", flat=True).first()
    return latest or 0


def save(
    campaign: Campaign, *, basis: int, own: Mapping[str, Any], terms: Mapping[str, Any], now: datetime, by: str
) -> Campaign:  # fmt: skip
    """Keep its terms and what is its own beside them (see `campaigns.describe`), both or neither, where nobody has
    edited it since `basis` (see `seen`).

    Raises EditedMeanwhile, BadInput with the field at fault, Refused for a finished one.
    """
    with sql.atomic():
        locks.lock(Lock.SEGMENTS)  # before the campaign: `edit` takes it where the terms name one
        _hold(campaign, basis, _("Somebody else has changed this campaign meanwhile, so nothing was saved."))
        campaigns.edit(campaign, now=now, by=by, **terms)
        return campaigns.describe(campaign, now=now, by=by, **own)


def activate(
    campaign: Campaign, *, basis: int, now: datetime, by: str, confirm: bool = False
) -> Campaign:  # fmt: skip
    """Switch on what was read: only where nobody has edited it since `basis`. Raises EditedMeanwhile, and what
    `campaigns.activate` raises."""
    with sql.atomic():
        _hold(
            campaign, basis,
            _("Somebody else has changed this campaign meanwhile, so it was not switched on. What would happen now"
              " stands below."),
        )  # fmt: skip
        return campaigns.activate(campaign, now=now, confirm=confirm, by=by)


def _hold(campaign: Campaign, basis: int, message: str) -> None:
    """Hold it, as it was read: until the end nobody edits it. Raises EditedMeanwhile."""
    locks.note(Lock.CAMPAIGN)
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if newer := list(_edits(campaign).filter(pk__gt=basis).order_by("-pk")):
        raise EditedMeanwhile(message, newer)


def _edits(campaign: Campaign) -> Any:
    return CampaignChange.objects.filter(
        campaign=campaign, event__in=[CampaignEvent.CREATED, CampaignEvent.EDITED]
    )
