"""Square: the transactions export, one row a payment or a refund."""

from saleor_relacional.flows.importing.presets.preset import ORDER, Preset

PRESETS = (
    Preset(
        name="Square",
        signature=frozenset({"transaction id", "net sales", "event type", "customer id", "date", "time"}),
        columns={
            "order": ("transaction id",), "customer": ("customer id",), "placed_at": ("date",), "time": ("time",),
            "zone": ("time zone",), "total": ("net sales",),
        },
        total_of=ORDER,
    ),
)  # fmt: skip
