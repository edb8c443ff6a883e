"""Whether a message is there to sell, and what trust it asks for."""

from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.consent import purposes
from saleor_relacional.models import CampaignStep, CampaignVersion, Purpose
from saleor_relacional.once import once
from saleor_relacional.rules.contact.trust import TrustLevel


def sells(kind: CampaignKind, step: CampaignStep) -> bool:
    """Whether it is of a kind that is there to sell, or offers something."""
    return kind.commercial or step.offers


def trust(step: CampaignStep) -> TrustLevel:
    """What somebody must have earned us before a message that sells may go to them."""
    return TrustLevel.OFFERS if step.offers else TrustLevel.CONTENT


def purpose(kind: CampaignKind, step: CampaignStep) -> Purpose:
    """What it is for, and so which consent it needs."""
    return purposes.of(sells=sells(kind, step), offers=step.offers)


@once
def first_step(version: CampaignVersion) -> CampaignStep:
    """The step with which a version begins."""
    return CampaignStep.objects.get(version=version, number=1)
