"""What keeps a campaign as a whole from sending. Why one person may not be written to: suppression.py."""

from datetime import datetime
from enum import StrEnum

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.models import Campaign, CampaignState


class Hindrance(StrEnum):
    """One code each. While one holds nobody is considered; a touch that is queued already waits."""

    PAUSED = "paused"
    """The campaign is not switched on."""
    FINISHED = "finished"
    """It has come to its end, and stays there."""
    ELSEWHERE = "elsewhere"
    """The database was copied: PUBLIC_URL is not the one that the campaign was activated at."""
    PLUGIN_OFF = "plugin_off"
    CAPACITY_UNDECIDED = "capacity_undecided"
    """The owner has not said how many mails may leave per day."""
    NO_MAIL_SERVER = "no_mail_server"
    """None is configured."""
    PROVIDER_STOPPED = "provider_stopped"
    """Sending stopped: the mail server does not want our mails, until staff start it again."""
    SWEEP_LATE = "sweep_late"
    """The host's orders have not been read lately: somebody may have bought whom we would miss."""
    MAIL_SERVER = "mail_server"
    """Nobody listens there."""


def hindrance(campaign: Campaign, now: datetime) -> Hindrance | None:
    """The first that holds for this campaign before the mail server is asked; None: nothing does."""
    host = conf.host()
    if campaign.state == CampaignState.FINISHED:
        return Hindrance.FINISHED
    if campaign.state != CampaignState.ACTIVE:
        return Hindrance.PAUSED
    if not host.active():
        return Hindrance.PLUGIN_OFF
    if campaign.activated_url != host.public_url():
        return Hindrance.ELSEWHERE
    return Hindrance.CAPACITY_UNDECIDED if policy.current(now).daily_capacity is None else None
