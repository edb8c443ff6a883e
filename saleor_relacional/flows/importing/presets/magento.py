"""Magento 1 and 2 (Adobe Commerce): the orders grid of the admin."""

from saleor_relacional.flows.importing.presets.preset import ORDER, Preset
from saleor_relacional.flows.importing.statuses import Meaning

WORDS = {
    "closed": Meaning.RETURNED, "new": Meaning.PENDING, "pending paypal": Meaning.PENDING, "fraud": Meaning.CANCELLED,
    "paypal canceled reversal": Meaning.COUNTS, "paypal reversed": Meaning.CANCELLED,
}  # fmt: skip
"""Closed: a credit memo over the whole order was made."""

PRESETS = (
    Preset(
        name="Magento 2",
        signature=frozenset({"id", "purchase date", "grand total purchased", "status", "customer email"}),
        columns={
            "order": ("id",), "email": ("customer email",), "placed_at": ("purchase date",),
            "total": ("grand total purchased",), "status": ("status",), "refunded": ("total refunded",),
        },
        words=WORDS | {"closed": Meaning.REFUNDED},
        total_of=ORDER,
    ),
    Preset(
        name="Magento 1",
        signature=frozenset({"order", "purchased on", "bill to name", "g t purchased", "status"}),
        columns={
            "order": ("order",), "email": ("customer email", "email"), "customer": ("bill to name",),
            "placed_at": ("purchased on",), "total": ("g t purchased",), "status": ("status",),
        },
        words=WORDS,
        total_of=ORDER,
        by_name=True,
    ),
)  # fmt: skip
