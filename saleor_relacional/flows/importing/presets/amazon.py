"""Amazon: the order report, a file of tabs with one row an item."""

from saleor_relacional.flows.importing.presets.preset import LINE, Preset
from saleor_relacional.flows.importing.statuses import Meaning

PRESETS = (
    Preset(
        name="Amazon",
        signature=frozenset({"order id", "purchase date", "buyer email", "item price"}),
        columns={
            "order": ("order id",), "email": ("buyer email",), "placed_at": ("purchase date",),
            "quantity": ("quantity purchased", "quantity"), "total": ("item price",), "product": ("sku",),
            "product_name": ("product name",), "currency": ("currency",), "status": ("order status", "item status"),
        },
        words={"unshipped": Meaning.COUNTS, "shipping": Meaning.COUNTS},
        total_of=LINE,
    ),
)  # fmt: skip
