"""What the columns and the words of a list say of somebody: they agreed, they left, their address was given up.

Systems have as many names for it as there are systems. What we know is read; a column that sounds like it and that we
do not know is never passed over in silence: everybody in the file would count as having agreed.
"""

import re
from collections.abc import Iterable

from saleor_relacional.flows.importing import addresses
from saleor_relacional.flows.importing.column_names import folded

_STATUS = (
    "status|estado|statut|stato|member status|subscriber status|subscription status|contact status|list status|"
    "global status|email status|email marketing status|email marketing consent|marketing consent|consent|consents|"
    "email consent|accepts email marketing|accepts marketing|email opt in|opt in|optin|opted in|double opt in|"
    "marketing opt in|newsletter|newsletter subscription|subscribed|is subscribed|email subscribed|suscrito|"
    "suscripcion|consentimiento|acepta marketing|boletin"
)
STATUS = frozenset(_STATUS.split("|"))
"""Columns, folded, that say yes of those who agreed, or in a word where they stand."""
HOW = frozenset({"double opt in"})
"""Of these: columns that say how somebody agreed, where another one says whether."""
_GONE = (
    "email suppressions|unsubscribed|is unsubscribed|unsubscribed from all email|globally unsubscribed|unsubscribe|"
    "opt out|optout|opted out|email opt out|has opted out of email|do not contact|do not email|donotcontact|"
    "donotemail|dnc|blocklisted|blacklisted|blocklist|blacklist|email blacklist|email blacklisted|"
    "email blocklisted|suppressed|bounced|hard bounced|hard bounce|complained|baja|dado de baja|rebotado"
)
GONE = frozenset(_GONE.split("|"))
"""Columns, folded, that are filled in for those who are written to no more."""

_AGREED = (
    "subscribed|opt in|optin|opted in|double opt in|yes|y|true|1|email|si|suscrito|suscrita|verdadero|ja|wahr|oui|"
    "vrai|vero|sim|marketing consent|granted|accepted|agreed"
)
AGREED = frozenset(_AGREED.split("|"))
"""Words of a status, folded, that say that they agreed; any other is no consent."""
_GOES_ON = AGREED | {
    "active", "activo", "activa", "aktiv", "actif", "attivo", "enabled", "confirmed", "confirmado", "confirmada",
}  # fmt: skip
"""Words with which they did not leave: for an active customer they are no consent, and no reason to suppress them."""
_NO = "|no|n|false|0|falso|nein|falsch|non|faux|nao|never|null|none|nil|n a|not set"
_NOT = frozenset(_NO.split("|"))
"""What stands in such a column, folded, of those who did not leave."""
_NOTHING = frozenset({"", "null", "none", "nil", "n a", "not set"})
"""Words of a status, folded, that say neither."""
_REFUSES = _NOT - _NOTHING
"""Words of a status, folded, that say no."""

_SAYS_YES = re.compile(
    r"\b(opt ?in|optin|consent\w*|subscri\w*|newsletter\w*|marketing|permission\w*|agreed|accepts?|suscri\w*|"
    r"consentimiento|boletin|einwillig\w*|abonn\w*|gdpr|rgpd|dsgvo|status|estado)\b"
)
_SAYS_NO = re.compile(
    r"\b(unsub\w*|opt(ed)? ?out|optout|suppress\w*|block\w*|blacklist\w*|bounce\w*|complain\w*|"
    r"do ?not ?(contact|e ?mail)|dnc|cleaned|abgemeldet|desuscri\w*|baja|rebot\w*)\b"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(time|timestamp|date|at|on|ip|source|method|campaign|title|id|text|language|reason|region|confirm\w*|sms|phone|mobile|"
    r"whatsapp|push|order|payment|fulfil\w*|marital|tax|shipping|fecha)\b"
)
_OTHER_WAY = re.compile(r"\b(sms|phone|mobile|whatsapp|push|campaign|reason|ip|count)\b")

BOUNCES = ("bounce", "clean", "invalid", "rebot")
COMPLAINTS = ("spam", "complain", "abuse", "queja")


def may_tell(column: str) -> bool:
    """Whether a column's name sounds as if it told who agreed, or who left."""
    name = folded(column)
    if _SAYS_NO.search(name):
        return not _OTHER_WAY.search(name)
    return bool(_SAYS_YES.search(name)) and not _OF_SOMETHING_ELSE.search(name)


def agreed(statuses: Iterable[str]) -> bool:
    """Whether these words of one row say that they agreed: one at least, and none something else."""
    words = told(statuses)
    return bool(words) and all(_says(word, AGREED) for word in words)


def told(statuses: Iterable[str]) -> list[str]:
    """Those of one row that say something."""
    return [word for word in statuses if folded(word) not in _NOTHING]


def goes_on(statuses: Iterable[str], *, not_gone: bool) -> bool:
    """Whether one row says that they did not leave: one of these words, or, `not_gone`, a column of those who left; and
    none that they did."""
    words = told(statuses)
    if any(_refuses(word) for word in words):
        return False
    return not_gone or any(_says(word, _GOES_ON) for word in words)


def gone(cells: Iterable[str]) -> bool:
    """Whether one of the columns that are filled in for those who left is filled in."""
    return any(folded(cell) not in _NOT and not addresses.is_nothing(cell) for cell in cells)


def cause_of(said: Iterable[str], *, cleaned: bool) -> str:
    """Why an address is given up, as an objection keeps it. `cleaned`: the file is of such as bounced."""
    told = " ".join(said).lower()
    if cleaned or any(word in told for word in BOUNCES):
        return "bounce"
    return "complaint" if any(word in told for word in COMPLAINTS) else "opt_out"


def _refuses(word: str) -> bool:
    said = folded(word)
    ended = any(part in said for part in (*BOUNCES, *COMPLAINTS))
    return said in _REFUSES or ended or bool(_SAYS_NO.search(said))


def _says(words: str, known: frozenset[str]) -> bool:
    """Several with commas between them, as BigCommerce writes its consents: one that is known is enough."""
    told = [folded(word) for word in words.split(",")]
    return bool(known.intersection(told)) and not any(_SAYS_NO.search(word) for word in told)
