"""One small table a platform: how its export names columns and words. Recognised by the header, and said."""

from collections.abc import Sequence

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.column_names import folded
from saleor_relacional.flows.importing.presets import (
    amazon,
    magento,
    online_retail,
    other_files,
    prestashop,
    shopify,
    square,
    woocommerce,
)
from saleor_relacional.flows.importing.presets.preset import Preset

PRESETS: tuple[Preset, ...] = (
    *shopify.PRESETS, *woocommerce.PRESETS, *magento.PRESETS, *prestashop.PRESETS, *amazon.PRESETS, *square.PRESETS,
    *online_retail.PRESETS,
)  # fmt: skip

NONE = "none"


def recognised(header: Sequence[str], said: str) -> Preset | None:
    """The platform that this header is of, or that the owner names; None where it is none. Raises BadInput for a name
    that does not exist, and for files that are known to hold no orders."""
    if said.lower() == NONE:
        return None
    names = {preset.name.lower(): preset for preset in PRESETS}
    if said:
        if said.lower() not in names:
            raise BadInput(
                f"There is no preset {said!r}. There are: {', '.join(preset.name for preset in PRESETS)}; none takes no"
                " preset.",
                field="preset",
            )
        return names[said.lower()]
    columns = {folded(name) for name in header}
    for signature, why in other_files.FILES:
        if signature <= columns:
            raise BadInput(
                f"{why} (--preset none reads it all the same.) Nothing was imported.", field="preset"
            )
    return next((preset for preset in PRESETS if preset.signature <= columns), None)
