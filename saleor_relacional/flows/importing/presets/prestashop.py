"""PrestaShop: the orders list of the back office, in the languages of ours that it speaks."""

from saleor_relacional.flows.importing.presets.preset import ORDER, Preset
from saleor_relacional.flows.importing.statuses import Meaning

WORDS = {
    "pago aceptado": Meaning.COUNTS, "preparacion en curso": Meaning.COUNTS,
    "en espera de validacion por contra reembolso": Meaning.PENDING,
    "pedido pendiente por falta de stock pagado": Meaning.COUNTS,
    "pedido pendiente por falta de stock no pagado": Meaning.PENDING, "payment accepted": Meaning.COUNTS,
    "remote payment accepted": Meaning.COUNTS, "processing in progress": Meaning.COUNTS,
    "awaiting bank wire payment": Meaning.PENDING, "awaiting check payment": Meaning.PENDING,
    "on backorder paid": Meaning.COUNTS, "on backorder not paid": Meaning.PENDING,
}  # fmt: skip

SPANISH = Preset(
    name="PrestaShop (Spanish)",
    signature=frozenset({"id", "referencia", "cliente", "total", "pago", "estado", "fecha"}),
    columns={
        "order": ("referencia",), "email": ("correo electronico", "email"), "customer": ("cliente",),
        "placed_at": ("fecha",), "total": ("total",), "status": ("estado",),
    },
    words=WORDS,
    total_of=ORDER,
    date_order="dmy",
    by_name=True,
)  # fmt: skip

ENGLISH = Preset(
    name="PrestaShop",
    signature=frozenset({"id", "reference", "customer", "total", "payment", "status", "date"}),
    columns={
        "order": ("reference",), "email": ("email",), "customer": ("customer",), "placed_at": ("date",),
        "total": ("total",), "status": ("status",),
    },
    words=WORDS,
    total_of=ORDER,
    by_name=True,
)  # fmt: skip

PRESETS = (SPANISH, ENGLISH)
