"""What customers read in a shop that says usted: the catalogue beside the Spanish one that holds what differs.

Texts of customers are told by the files that say them. The Spanish of each is looked at for words that only somebody
says who says tú: those below, and those that the texts which stand in both voices have in one and never in the other.
A word that is no tú after all (vuelve: come back, or comes back) is let through by giving its text the same form again.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from babel.messages.catalog import Catalog

from saleor_relacional.emails.lint import words
from saleor_relacional.management import messages
from saleor_relacional.management.messages import Id, key, whole

LANGUAGE, FOLDER = "es", "es_Usted"
"""Of the texts, and in locale/ of their formal sisters: Django's name for es-usted (flows/messages/voices.py)."""

TO_CUSTOMERS = (
    "templates/", "views/", "graphql/mutations/answer.py", "graphql/mutations/speaker.py", "hosts/saleor/completion.py",
    "flows/campaigns/kinds/", "flows/consent/", "flows/consent_texts.py", "flows/feedback/tell.py", "flows/incentives/",
    "flows/input_validation.py", "flows/ledger/", "flows/limits/", "flows/preferences/", "flows/signups/",
)  # fmt: skip
"""Files whose texts customers read. Staff who read them, too, are still told tú."""

_OF_TU_ALONE = re.compile(
    r"(?<!\w)(?!existe|triste|además|atrás|detrás|jamás)\w+(?:[ai]ste|[aei]rás)(?!\w)", re.I
)
"""Forms of verbs that nobody else has: compraste, dijiste, podrás."""
_HOLE = re.compile(r"%\(\w+\)[sd]")
_WORD = re.compile(r"\w+")


def learnt() -> set[str]:
    """Words that the texts which stand in both voices have in the one that says tú, and nowhere in the other."""
    plain, formal = messages.catalogue(LANGUAGE), messages.catalogue(FOLDER)
    both = [one.id for one in formal if one.id and whole(one)]
    tu = _words(said for text in both for said in forms(plain, text))
    return tu - _words(said for text in both for said in forms(formal, text))


def gives_away(text: str, tu: Collection[str]) -> str:
    """A word of the text that only somebody says who says tú; empty: there is none. `tu`: what was `learnt`."""
    sure = words.TU.search(text) or _OF_TU_ALONE.search(text)
    return sure[0] if sure else next((word for word in sorted(_words([text])) if word in tu), "")


def texts() -> Mapping[Id, list[str]]:
    """Text → the files that say it, of everything that customers read."""
    return {
        text: files for text, files in messages.used().items() if any(one.startswith(TO_CUSTOMERS) for one in files)
    }  # fmt: skip


def lacking() -> Mapping[Id, str]:
    """Text of customers that says tú and has no other form → the word that gives it away."""
    plain, formal, tu = messages.catalogue(LANGUAGE), messages.catalogue(FOLDER), learnt()
    unsaid = [text for text in texts() if not whole(formal.get(key(text)))]
    found = {text: gives_away(" ".join(forms(plain, text)), tu) for text in unsaid}
    return {text: word for text, word in found.items() if word}


def obsolete() -> list[str]:
    """Forms of texts that no customer reads any more."""
    said = {key(text) for text in texts()}
    return [key(one.id) for one in messages.catalogue(FOLDER) if one.id and key(one.id) not in said]


def collect() -> Mapping[Id, str]:
    """Bring the .po up to date: texts that lack their form come in, obsolete ones go. Returns what lacks."""
    known, lacks = messages.catalogue(FOLDER), lacking()
    kept = {text: files for text, files in texts().items() if key(text) in known or text in lacks}
    messages.write(FOLDER, kept, known)
    return lacks


def forms(catalogue: Catalog, text: Id | list[str]) -> list[str]:
    """What a catalogue says for a text: of one that counts, for one and for many."""
    message = catalogue.get(key(text))
    told = message.string if message else ""
    return [told] if isinstance(told, str) else list(told or ())


def _words(texts: Iterable[str]) -> set[str]:
    return {word.lower() for text in texts for word in _WORD.findall(_HOLE.sub(" ", text))}
