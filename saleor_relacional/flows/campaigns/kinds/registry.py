"""Which campaign kinds there are: whatever file of this package defines KIND."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind

_NO_KINDS = {"__init__", "days", "fragments", "kind", "registry", "selling"}


@cache
def kinds() -> Mapping[str, CampaignKind]:
    """All of them by name, in alphabetical order."""
    files = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    found = [import_module(f"{__package__}.{name}").KIND for name in files if name not in _NO_KINDS]
    return {kind.name: kind for kind in found}


def kind_of(name: str) -> CampaignKind:
    """The kind of this name. Raises BadInput when there is none."""
    if name not in kinds():
        raise BadInput(f"There is no such kind of campaign. There are: {', '.join(kinds())}.", field="kind")
    return kinds()[name]
