"""Who a cell names: an address, a number, or nobody."""

import re
from email.utils import getaddresses
from functools import lru_cache

from saleor_relacional.flows.importing.column_names import folded

_NOBODY = (
    "null|none|nil|nan|na|n a|undefined|unknown|anonymous|anonym|guest|guest customer|guest user|"
    "not logged in|walk in|walkin|walk in customer|no email|noemail|no mail|nobody|no reply|noreply|"
    "no customer|invitado|cliente invitado|desconocido|anonimo|sin correo|sin email|sincorreo|sin cliente|"
    "ninguno|nulo|gast|gastkunde|unbekannt|keine|kein|leer|invite|inconnu|aucun|ospite|sconosciuto|"
    "nessuno|convidado|desconhecido|false|void|missing|empty|blank|deleted"
)
NOBODY = frozenset(_NOBODY.split("|"))
"""What systems write where there is no customer, folded."""

_NO_NUMBER = frozenset({"", "null", "none", "nil", "nan", "n a", "undefined"})
_NOUGHT = re.compile(r"[0\s.,:/\\#?_*()\[\]'\"-]*|-1|\\N|00000000-0000-0000-0000-000000000000")
_PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ADDRESS = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\"]+")
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_DECIMAL = re.compile(r"(\d+)\.0+")

SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long number: the last digits are lost."""


@lru_cache(maxsize=100_000)
def address(text: str) -> str:
    """The first address in the text, without name, quotes and what cannot be seen; empty where there is none, or one
    that systems give to nobody."""
    found = text if _PLAIN.fullmatch(text) else _first(text)
    local = found.partition("@")[0]
    return "" if folded(local) in NOBODY else found


def _first(text: str) -> str:
    text = _UNSEEN.sub("", text).replace("\xa0", " ").strip().removeprefix("mailto:").strip("'`’‘ ")
    for _name, found in getaddresses([text.replace(";", ",")]) if "@" in text else ():
        found = found.strip("'`’‘ ")
        if _ADDRESS.fullmatch(found):
            return found
    parts = [part.strip("'\"<>()` ") for part in re.split(r"[\s,;|/]+", text)]
    return next((part for part in parts if _ADDRESS.fullmatch(part)), "")


@lru_cache(maxsize=100_000)
def number(text: str) -> str:
    """The customer's number as it was before a program wrote it as a fraction; empty for what systems write
    where there is none."""
    text = _UNSEEN.sub("", text).strip().removeprefix("'")
    if _NOUGHT.fullmatch(text) or folded(text) in NOBODY:
        return ""
    return _whole(text)


@lru_cache(maxsize=100_000)
def order_number(text: str) -> str:
    """The order's number, likewise; 0 is one, NULL and the like are none."""
    text = _UNSEEN.sub("", text).strip().removeprefix("'")
    return "" if folded(text) in _NO_NUMBER else _whole(text)


def _whole(text: str) -> str:
    whole = _DECIMAL.fullmatch(text)
    return whole.group(1) if whole else text


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing: empty, 0, 0.00, NULL, no."""
    return not number(text) or folded(text) in {"no", "n", "never"}
