"""What the words of a status mean for money: whether an order counts, and what was given back."""

from collections.abc import Mapping
from enum import StrEnum

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.column_names import folded


class Meaning(StrEnum):
    """What an order with a word is."""

    COUNTS = "counts"
    """Bought."""
    PENDING = "pending"
    """Not bought yet: left out."""
    CANCELLED = "cancelled"
    """Never bought: left out."""
    RETURNED = "returned"
    """Bought, and given back whole."""
    REFUNDED = "refunded"
    """Bought, and as much given back as the refunded column says; all of it where there is no such column."""


WORDS = {
    Meaning.COUNTS: (
        "paid|complete|completed|processing|shipped|partially shipped|delivered|fulfilled|invoiced|"
        "in transit|dispatched|picked up|success|succeeded|sold|pagado|pagada|pago aceptado|"
        "pago remoto aceptado|completado|completada|enviado|enviada|entregado|entregada|procesando|"
        "en proceso|preparacion en curso|facturado|bezahlt|abgeschlossen|versandt|versendet|geliefert|"
        "in bearbeitung|paye|payee|paiement accepte|expedie|expediee|livre|livree|terminee|en cours|"
        "en cours de preparation|pagato|spedito|consegnato|completato|entregue|pago"
    ),
    Meaning.PENDING: (
        "pending|pending payment|payment pending|pending paypal|payment review|on hold|holded|unpaid|"
        "authorized|awaiting payment|draft|checkout draft|partially paid|pendiente|pendiente de pago|"
        "en espera|en espera de pago|borrador|en espera de pago por transferencia bancaria|offen|wartend|"
        "ausstehend|zahlung ausstehend|en attente|en attente de paiement|in attesa|in attesa di pagamento|"
        "em espera|pendente"
    ),
    Meaning.CANCELLED: (
        "cancelled|canceled|void|voided|failed|expired|denied|declined|rejected|payment error|error|"
        "abandoned|fraud|suspected fraud|trash|deleted|test|cancelado|cancelada|anulado|anulada|fallido|"
        "fallida|denegado|rechazado|caducado|error de pago|error en pago|storniert|abgebrochen|"
        "fehlgeschlagen|abgelehnt|annule|annulee|echoue|echouee|refuse|erreur de paiement|annullato|fallito|"
        "rimosso|recusado"
    ),
    Meaning.RETURNED: (
        "returned|charged back|chargeback|devuelto|devuelta|retourniert|retourne|retournee|reso|devolvido"
    ),
    Meaning.REFUNDED: (
        "refunded|reembolsado|reembolsada|erstattet|rueckerstattet|ruckerstattet|rembourse|remboursee|"
        "rimborsato"
    ),
}
"""Words that mean one thing wherever they stand, folded. What differs between platforms (closed, open, new) is asked
for."""

BUILT_IN = {word: meaning for meaning, words in WORDS.items() for word in words.split("|")}

_PARTIAL = (
    "partially refunded|partial refund|partiallyrefunded|reembolsado parcialmente|"
    "parcialmente reembolsado|reembolso parcial|teilweise erstattet|partiellement rembourse|"
    "remboursement partiel|parzialmente rimborsato"
)
PARTIAL = frozenset(_PARTIAL.split("|"))
"""Words that count where a refunded column says how much went back."""


def said(text: str) -> dict[str, Meaning]:
    """Folded word → meaning, of "word=meaning, word=meaning". Raises BadInput."""
    words = {}
    for part in filter(None, map(str.strip, text.split(","))):
        word, found, meaning = part.rpartition("=")
        if not found or meaning.strip().lower() not in set(Meaning):
            raise BadInput(
                f"{part!r} says of no word what it means: write word=meaning, and a comma between two. Meanings are"
                f" {', '.join(Meaning)}.",
                field="status_words",
            )
        words[folded(word)] = Meaning(meaning.strip().lower())
    return words


def meanings(
    counts: Mapping[str, int], known: Mapping[str, Meaning], *, refunds_told: bool, column: str
) -> dict[str, Meaning]:
    """Word as the file writes it → meaning, of all words with their counts. `known`: folded words of the owner and the
    platform. Raises BadInput, with the words and how often each stands there, where one is unknown."""
    found = {}
    for word in counts:
        plain = folded(word)
        meaning = (
            known.get(plain)
            or known.get(plain.removeprefix("wc "))
            or BUILT_IN.get(plain.removeprefix("wc "))
        )
        if plain in PARTIAL and refunds_told and meaning is None:
            meaning = Meaning.COUNTS
        if not plain and meaning is None:
            meaning = Meaning.COUNTS if len(counts) == 1 else None
        if meaning is not None:
            found[word] = meaning
    unknown = {word: count for word, count in counts.items() if word not in found}
    if unknown:
        told = ", ".join(
            f"{word!r} ({count})" for word, count in sorted(unknown.items(), key=lambda pair: -pair[1])[:20]
        )
        partial = " Where part of an order was refunded, name the column with the amount (--refunded)." if any(
            folded(word) in PARTIAL for word in unknown
        ) else ""  # fmt: skip
        example = next(iter(unknown))
        raise BadInput(
            f"What do these words in the column {column!r} mean? {told}. Say --status-words"
            f' "{example}=counts" (meanings: {", ".join(Meaning)}; a comma between two words), or --status none if the'
            f" column says nothing about money.{partial} Nothing was imported.",
            field="status_words",
        )
    return found
