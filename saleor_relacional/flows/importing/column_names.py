"""The names that people give to the columns of an order history, in several languages."""

import re
import unicodedata
from functools import cache

_SPLIT = re.compile(r"[^a-z0-9]+")

NAMES = {
    "order": "order|order number|order no|order nr|order id|orderid|ordernumber|order ref|order reference|"
    "order name|invoice|"
    "invoice no|invoiceno|invoice number|transaction id|pedido|numero de pedido|numero pedido|n pedido|n"
    " de pedido|no pedido|"
    "num pedido|id pedido|id de pedido|pedido id|referencia|referencia del pedido|bestellung|bestellnummer|bestellnr|"
    "auftragsnummer|commande|numero de commande|n commande|ordine|numero ordine|encomenda|number|reference",
    "customer": "customer|customer id|customerid|customer number|customer no|client id|client|user id|userid|buyer id|"
    "buyer username|account id|cliente|id cliente|id de cliente|cliente id|numero de cliente|codigo de cliente|kunde|"
    "kundennummer|kundennr|kunden id|numero client|id client|codice cliente",
    "email": "email|e mail|mail|customer email|email address|e mail address|mail address|billing email|buyer email|"
    "contact email|client email|user email|correo|correo electronico|correo del cliente|email del cliente|"
    "email cliente|"
    "direccion de correo electronico|e mail adresse|emailadresse|adresse e mail|adresse email|courriel|indirizzo email",
    "first_name": "first name|firstname|billing first name|customer first name|given name|nombre|vorname|prenom|nome",
    "placed_at": "placed at|date|order date|orderdate|created at|created|date created|created on|date added|ordered at|"
    "ordered on|placed on|purchase date|purchased on|purchased at|invoice date|invoicedate|sale date|sales date|"
    "transaction date|timestamp|fecha|fecha de pedido|fecha del pedido|fecha pedido|fecha de compra|fecha"
    " de creacion|creado|"
    "fecha y hora|datum|bestelldatum|auftragsdatum|kaufdatum|date de commande|date commande|data|data"
    " ordine|data do pedido",
    "time": "time|order time|hora|uhrzeit|heure|ora",
    "zone": "time zone|timezone|zona horaria|zeitzone|fuseau horaire",
    "quantity": "quantity|qty|item quantity|lineitem quantity|quantity purchased|units|pieces|cantidad|"
    "unidades|menge|anzahl|"
    "quantite|quantita|quantidade",
    "price": "price|unit price|unitprice|item price|lineitem price|price each|precio|precio unitario|preis|stueckpreis|"
    "stuckpreis|einzelpreis|prix|prix unitaire|prezzo|preco",
    "total": "total|order total|ordertotal|grand total|total price|total amount|order amount|total paid|"
    "total order|amount|"
    "order value|line total|sales|net sales|revenue|total del pedido|total pedido|importe|importe total|total pagado|"
    "gesamt|gesamtbetrag|gesamtsumme|betrag|summe|summe brutto|montant|montant total|total ttc|totale|"
    "importo|valor total",
    "product": "product|sku|product id|productid|product code|item id|item sku|stockcode|stock code|"
    "lineitem sku|product sku|"
    "producto|referencia del producto|codigo de producto|artikel|artikelnummer|artikelnr|produit|prodotto",
    "product_name": "product name|item name|item title|lineitem name|nombre del producto|articulo|"
    "artikelname|produktname|nom du produit|nome prodotto",
    "currency": "currency|order currency|currency code|moneda|divisa|wahrung|waehrung|devise|valuta|moeda",
    "status": "status|order status|financial status|payment status|order state|state of order|estado|estado del pedido|"
    "estado de pedido|estado del pago|bestellstatus|statut|statut de la commande|stato|stato ordine",
    "refunded": "refunded|refunded amount|amount refunded|total refunded|refund amount|refund|refunds|reembolsado|"
    "importe reembolsado|total reembolsado|reembolso|devuelto|erstattet|erstattungsbetrag|rembourse|"
    "montant rembourse|rimborsato",
    "cancelled_at": "cancelled at|canceled at|cancelled on|canceled on|date cancelled|date canceled|cancelled|canceled|"
    "cancellation date|anulado|anulado el|cancelado|cancelado el|fecha de cancelacion|fecha de anulacion|storniert|"
    "storniert am|stornodatum|annule|annule le|annullato",
}  # fmt: skip
"""Meaning → names, the likeliest first, as `folded` writes them."""

_OF_ORDER = (
    "order total|ordertotal|grand total|total price|order amount|total order|order value|total del pedido|"
    "total pedido|total paid|total pagado"
)
OF_ORDER = frozenset(_OF_ORDER.split("|"))
"""Names of a total that is the order's."""

OF_LINE = frozenset(["line total", "sales", "net sales", "item price", "item total"])
"""Names of a total that is the row's own."""


@cache
def folded(name: str) -> str:
    """The name in lower case, without accents, and with one blank for whatever else stands between its words."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _SPLIT.sub(" ", letters).strip()


MEANINGS = {name: meaning for meaning, names in NAMES.items() for name in names.split("|")}
"""Folded name → meaning."""

RANK = {name: rank for names in NAMES.values() for rank, name in enumerate(names.split("|"))}
"""Folded name → how likely it is, 0 the likeliest."""
