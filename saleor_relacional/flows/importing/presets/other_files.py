"""Files that look like histories and are none: refused with what to export instead."""

_PAYPAL = (
    "This is PayPal's activity: payments, withdrawals and refunds in which the shop itself is the sender. Export the"
    " orders from the shop."
)
_PROFILES = "This file holds people, not orders: export the orders, with one row an order or an item."

FILES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"fecha", "hora", "bruto", "neto", "tipo", "estado"}), _PAYPAL),
    (frozenset({"date", "time", "gross", "net", "type", "status"}), _PAYPAL),
    (frozenset({"datum", "uhrzeit", "brutto", "netto", "typ", "status"}), _PAYPAL),
    (frozenset({"klaviyo id", "email"}), _PROFILES),
    (frozenset({"email address", "member rating", "optin time"}), _PROFILES),
    (
        frozenset({"household key", "basket id", "day"}),
        "Days are counted from one that the file does not name: replace DAY by dates.",
    ),
)
"""(columns by which it is known, why it is refused)."""
