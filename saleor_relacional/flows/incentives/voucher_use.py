"""What a voucher of ours at the host is for, read from its key: campaign, version, step, rung; and who holds codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.models import Campaign, Incentive, Rung

_KEY = re.compile(r"(?P<campaign>[0-9a-f]{32}):(?P<version>\d{1,6}):(?P<step>\d{1,4})\.(?P<rung>\d{1,4}):.+")
"""As flows/incentives/codes.py writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherUse:
    """What one voucher is for."""

    key: str
    campaign: Campaign
    version: int
    step: int
    step_id: int
    rung: RungTerms


def of_key(key: str) -> VoucherUse | None:
    """The use of the voucher with this key; None where it is none of a campaign."""
    told = _KEY.fullmatch(key)
    if told is None:
        return None
    row = (
        Rung.objects.filter(
            step__version__campaign__public_id=UUID(told["campaign"]), step__version__number=int(told["version"]),
            step__number=int(told["step"]), number=int(told["rung"]),
        )
        .select_related("step__version__campaign")
        .first()
    )  # fmt: skip
    if row is None:
        return None
    return VoucherUse(
        key=key, campaign=row.step.version.campaign, version=row.step.version.number, step=row.step.number,
        step_id=row.step_id, rung=rungs.of(row),
    )  # fmt: skip


def states(use: VoucherUse) -> Mapping[str, int]:
    """State of an incentive → how many of its codes."""
    counted = _codes(use.step_id, use.key).values("state").annotate(codes=Count("pk"))
    return dict(counted.values_list("state", "codes"))


def holders(use: VoucherUse, *, after: int, first: int) -> tuple[list[Incentive], bool]:
    """At most `first` of its codes after one (our key), as they were promised, each with its person, and whether there
    are more. A forgotten person's has none."""
    rows = _codes(use.step_id, use.key).filter(pk__gt=after).select_related("profile").order_by("pk")
    found = list(rows[: first + 1])
    return found[:first], len(found) > first


def _codes(step_id: int, key: str) -> QuerySet[Incentive]:
    return Incentive.objects.filter(step_id=step_id, recipe_key=key)
