"""UCI Online Retail, the history that everybody knows, as it is passed around."""

from saleor_relacional.flows.importing.presets.preset import Preset

FIRST = Preset(
    name="UCI Online Retail",
    signature=frozenset({"invoiceno", "stockcode", "quantity", "invoicedate", "unitprice", "customerid"}),
    columns={
        "order": ("invoiceno",), "customer": ("customerid",), "placed_at": ("invoicedate",), "quantity": ("quantity",),
        "price": ("unitprice",), "product": ("stockcode",), "product_name": ("description",),
    },
    date_order="mdy",
    currency="GBP",
    time_zone="Europe/London",
    cancellation_prefix="C",
)  # fmt: skip

SECOND = Preset(
    name="UCI Online Retail II",
    signature=frozenset({"invoice", "stockcode", "quantity", "invoicedate", "price", "customer id"}),
    columns={
        "order": ("invoice",), "customer": ("customer id",), "placed_at": ("invoicedate",), "quantity": ("quantity",),
        "price": ("price",), "product": ("stockcode",), "product_name": ("description",),
    },
    date_order="mdy",
    currency="GBP",
    time_zone="Europe/London",
    cancellation_prefix="C",
)  # fmt: skip

PRESETS = (FIRST, SECOND)
