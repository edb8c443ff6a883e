"""One step of an enrolment that is about to be mailed."""

from dataclasses import dataclass
from typing import Self

from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.contact.booking import Key
from saleor_relacional.models import CampaignStep, CampaignVersion, Enrolment, Touch


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMail:
    """A touch with what it is a step of."""

    touch: Touch
    enrolment: Enrolment
    step: CampaignStep

    @classmethod
    def of(cls, touch: Touch) -> Self | None:
        """None: it is a service message."""
        if touch.enrolment is None or touch.step is None:
            return None
        return cls(touch=touch, enrolment=touch.enrolment, step=touch.step)

    @property
    def version(self) -> CampaignVersion:
        """Under which it was planned."""
        return self.enrolment.version

    @property
    def kind(self) -> CampaignKind:
        """Of its campaign."""
        return kind_of(self.version.campaign.kind)

    @property
    def booking(self) -> Key:
        """Its contact, as it was booked."""
        return self.enrolment.pk, self.step.pk

    @property
    def sells(self) -> bool:
        """Whether it is there to sell: of a kind that is, or with an offer."""
        return selling.sells(self.kind, self.step)
