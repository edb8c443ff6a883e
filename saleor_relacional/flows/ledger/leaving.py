"""Why somebody left: asked in one tap, once in their life with us, and never again."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.errors import BadInput
from saleor_relacional.models import LeaveReason, Profile


class Reason(StrEnum):
    """What can be tapped: a leave reason."""

    TOO_MANY = "too_many"
    NOT_INTERESTING = "not_interesting"
    NEVER_ASKED = "never_asked"
    NOT_MINE = "not_mine"
    """The emails are for somebody else."""
    OTHER = "other"


def ask(profile: Profile, now: datetime) -> bool:
    """Whether to ask them now. Who is asked is asked for the last time, whatever they do with the question."""
    with sql.atomic():
        if not locks.lock_people([profile.pk], Hold.WRITE):
            return False
        _row, first = LeaveReason.objects.get_or_create(profile=profile, defaults={"given_at": now})
    return first


def say(profile: Profile, reason: str, now: datetime) -> bool:
    """Keep the reason of somebody who was asked. False when they had said one, or were not asked. Raises BadInput."""
    if reason not in set(Reason):
        raise BadInput("There is no such reason.", field="reason")
    waiting = LeaveReason.objects.filter(profile=profile, reason="")
    return bool(waiting.update(reason=reason, given_at=now))


def reasons(*, using: str | None = None) -> Mapping[str, int]:
    """Reason → how many people gave it, for the owner."""
    said = LeaveReason.objects.at(using).exclude(reason="").values("reason")
    return dict(said.annotate(people=Count("pk")).values_list("reason", "people"))
