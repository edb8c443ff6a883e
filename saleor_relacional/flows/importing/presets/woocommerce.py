"""WooCommerce: its own orders export, WebToffee's, and the orders report of Analytics."""

from saleor_relacional.flows.importing.presets.preset import LINE, ORDER, Preset

CORE = Preset(
    name="WooCommerce",
    signature=frozenset({"number", "status", "date created", "total", "billing email", "customer id"}),
    columns={
        "order": ("number",), "customer": ("customer id",), "email": ("billing email",), "placed_at": ("date created",),
        "first_name": ("billing first name",), "total": ("total",), "currency": ("currency",), "status": ("status",),
        "refunded": ("refunded amount", "total refunded"),
    },
    total_of=ORDER,
)  # fmt: skip

WEBTOFFEE = Preset(
    name="WooCommerce (WebToffee)",
    signature=frozenset({"order number", "order date", "status", "order total", "customer email"}),
    columns={
        "order": ("order number",), "customer": ("customer id", "customer user"), "email": ("customer email",),
        "placed_at": ("order date",), "first_name": ("billing first name",), "total": ("order total",),
        "currency": ("order currency",), "status": ("status",), "refunded": ("refunded amount", "total refunded"),
    },
    total_of=ORDER,
)  # fmt: skip

ANALYTICS = Preset(
    name="WooCommerce (Analytics)",
    signature=frozenset({"date", "order", "status", "customer", "customer type", "net sales"}),
    columns={
        "order": ("order",), "customer": ("customer",), "placed_at": ("date",), "total": ("n revenue"
        " formatted", "net sales"),
        "status": ("status",),
    },
    total_of=LINE,
    by_name=True,
)  # fmt: skip

PRESETS = (CORE, WEBTOFFEE, ANALYTICS)
