"""One step of an enrolment that is about to be mailed."""

from collections.abc import Iterable
from dataclasses import dataclass

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.contact.booking import Key
from saleor_relacional.models import CampaignStep, CampaignVersion, Rung, Touch

_OF = f"""
SELECT t.id, e.id, e.version_id FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
WHERE t.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMail:
    """A touch with what it is a step of."""

    touch: Touch
    enrolment_id: int
    version: CampaignVersion
    """Under which it was planned."""
    step: CampaignStep
    rung: Rung | None

    @property
    def kind(self) -> CampaignKind:
        """Of its campaign."""
        return kind_of(self.version.campaign.kind)

    @property
    def booking(self) -> Key:
        """Its contact, as it was booked."""
        return self.enrolment_id, self.step.pk

    @property
    def sells(self) -> bool:
        """Whether it is there to sell: of a kind that is, or with an offer."""
        return selling.sells(self.kind, self.step)


def of(touches: Iterable[Touch]) -> dict[int, StepMail]:
    """Touch's id → its step mail; service messages are left out. Versions, steps and rungs are shared, not loaded for
    each."""
    known = {touch.pk: touch for touch in touches if touch.enrolment_id is not None}
    found = sql.rows(_OF, [list(known)]) if known else []
    versions = CampaignVersion.objects.select_related("campaign").in_bulk({row[2] for row in found})
    steps = CampaignStep.objects.in_bulk({touch.step_id for touch in known.values()})
    rungs = Rung.objects.in_bulk({touch.rung_id for touch in known.values() if touch.rung_id})
    return {
        touch: StepMail(
            touch=known[touch], enrolment_id=enrolment, version=versions[version],
            step=steps[known[touch].step_id or 0], rung=rungs.get(known[touch].rung_id or 0),
        )
        for touch, enrolment, version in found
    }  # fmt: skip
