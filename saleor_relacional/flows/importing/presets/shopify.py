"""Shopify: orders export, one row an item; the order's own columns stand on its first row."""

from saleor_relacional.flows.importing.presets.preset import ORDER, Preset
from saleor_relacional.flows.importing.statuses import Meaning

PRESETS = (
    Preset(
        name="Shopify",
        signature=frozenset({"name", "financial status", "created at", "total", "lineitem name"}),
        columns={
            "order": ("name",), "email": ("email",), "placed_at": ("created at",), "quantity": ("lineitem quantity",),
            "price": ("lineitem price",), "total": ("total",), "product": ("lineitem sku",),
            "product_name": ("lineitem name",), "currency": ("currency",), "status": ("financial status",),
            "refunded": ("refunded amount",), "cancelled_at": ("cancelled at",),
        },
        words={"partially paid": Meaning.PENDING, "authorized": Meaning.PENDING, "expired": Meaning.CANCELLED},
        total_of=ORDER,
    ),
)  # fmt: skip
