"""An offer to somebody, made as a campaign makes it: planned and issued."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from saleor_relacional.flows.incentives import incentive
from saleor_relacional.models import (
    Arm,
    Campaign,
    CampaignVersion,
    Enrolment,
    EnrolmentState,
    Incentive,
    Profile,
)


def offered(profile: Profile, campaign: Campaign, now: datetime, *, version: Any = None) -> Incentive:
    """What the campaign's first step offers, promised to this person and issued at the shop."""
    terms = version or CampaignVersion.objects.filter(campaign=campaign).latest("number")
    enrolment = Enrolment.objects.create(
        campaign=campaign, version=terms, profile=profile, cycle=uuid.uuid4().hex, arm=Arm.TREATED,
        state=EnrolmentState.STARTED, stage="lapsed", considered_at=now, started_at=now,
        window_ends_at=now + timedelta(days=30),
    )  # fmt: skip
    incentive.plan([enrolment], rung=terms.steps.get().rungs.get(), now=now)
    made = Incentive.objects.get(enrolment=enrolment)
    assert incentive.issue(made, now)
    return made
