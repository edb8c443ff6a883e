"""What was changed of a campaign, by whom and when: written with the change, read in its order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.models import Campaign, CampaignChange, CampaignEvent

Difference = tuple[str, str | None, str | None]
"""Name of a field as the API spells it, before, after."""


def record(
    campaign: Campaign, event: CampaignEvent, *, now: datetime, by: str, changed: Sequence[Difference] = (),
    reason: str = "",
) -> None:  # fmt: skip
    """Keep it. `by`: see Caller.reference. `reason`: why it paused itself."""
    CampaignChange.objects.create(
        campaign=campaign, at=now, who=by, event=event, fields=[list(one) for one in changed], reason=reason
    )


def of(campaigns: Sequence[int], *, using: str | None = None) -> Mapping[int, list[CampaignChange]]:
    """Campaign's key → its changes, the latest first."""
    found: dict[int, list[CampaignChange]] = {key: [] for key in campaigns}
    rows = CampaignChange.objects.using(using).filter(campaign__in=found).order_by("-at", "-pk")
    for change in rows:
        found[change.campaign_id].append(change)
    return found


def differences(before: object, after: object) -> list[Difference]:
    """Fields of two dataclasses of one kind that differ; a field of the second step is `steps[1].value`."""
    was, becomes = dict(_told("", before)), dict(_told("", after))
    names = [*becomes, *(name for name in was if name not in becomes)]
    return [(name, was.get(name), becomes.get(name)) for name in names if was.get(name) != becomes.get(name)]


def _told(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Every value in it that says something, with its name."""
    if is_dataclass(value):
        for each in fields(value):
            yield from _told(f"{name}.{_camel(each.name)}".lstrip("."), getattr(value, each.name))
    elif isinstance(value, tuple) and any(is_dataclass(each) for each in value):
        for place, each in enumerate(value):
            yield from _told(f"{name}[{place}]", each)
    elif isinstance(value, tuple):
        yield name, ", ".join(sorted(map(str, value)))
    elif value is not None:
        yield name, f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def changed(campaign: Campaign, becomes: Mapping[str, Any]) -> list[Difference]:
    """Which of its own fields become others."""
    return [
        (_camel(name), str(getattr(campaign, name)), str(value))
        for name, value in becomes.items()
        if getattr(campaign, name) != value
    ]
