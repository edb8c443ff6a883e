"""Collecting the texts that people read, and compiling their translations: with Babel, no GNU gettext is needed.

Texts come from `gettext`/`ngettext` in our Python and from `translate`/`blocktranslate` in our templates.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HERE = Path(__file__).parents[1]
LANGUAGES = ("es",)
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}

HEADER = "# Edited by hand; `relacional_messages` brings in new texts, takes out obsolete ones and compiles."
BORN = datetime(2026, 1, 1, tzinfo=UTC)
"""The file's history is in git: a date in it would only make every merge a conflict."""

Id = str | tuple[str, ...]


def used() -> dict[Id, list[str]]:
    """Every text of ours → the files that say it."""
    found: dict[Id, list[str]] = {}
    for path in sorted([*HERE.rglob("*.py"), *HERE.rglob("*.html"), *HERE.rglob("*.txt")]):
        for text in _texts(path):
            found.setdefault(text, []).append(str(path.relative_to(HERE)))
    return found


def _texts(path: Path) -> Iterator[Id]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "{% translate" not in source and "{% blocktranslate" not in source and "{% trans" not in source:
            return
        source = templatize(source)
    for _line, text, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
        if text:
            yield text


def po(language: str) -> Path:
    """The translations as people edit them."""
    return HERE / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    """The translations as they stand."""
    path, locale = po(language), language.partition("_")[0]
    if not path.exists():
        return Catalog(locale=locale, project="saleor-relacional", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def untranslated(language: str) -> list[Id]:
    """Texts in use without a whole translation."""
    known = catalogue(language)
    return [text for text in used() if not whole(known.get(key(text)))]


def obsolete(language: str) -> list[Id]:
    """Translated texts that are no longer in use."""
    said = {key(text) for text in used()}
    known = [message.id for message in catalogue(language) if message.id]
    return [text if isinstance(text, str) else tuple(text) for text in known if key(text) not in said]


def key(text: Id | list[str]) -> str:
    """What a text is found by in a catalogue."""
    return text if isinstance(text, str) else text[0]


def whole(message: Message | None) -> bool:
    """Whether it is said in all its forms."""
    if message is None or message.fuzzy:
        return False
    if isinstance(message.string, tuple | list):
        return all(message.string)
    return bool(message.string)


def collect(language: str) -> None:
    """Bring the .po up to date: new texts come in untranslated, obsolete ones go."""
    write(language, used(), catalogue(language))


def write(folder: str, texts: Mapping[Id, Sequence[str]], known: Catalog) -> None:
    """Write the .po of a folder in locale/: these texts (and the files that say them), as they are known."""
    fresh = Catalog(
        locale=known.locale,
        project="saleor-relacional",
        version=" ",
        fuzzy=False,
        header_comment=HEADER,
        msgid_bugs_address=" ",
        last_translator=" ",
        language_team=" ",
        creation_date=BORN,
        revision_date=BORN,
    )
    # The file's own rule, not that of whichever Babel is installed: newer ones give Spanish a third form.
    fresh.mime_headers = [("Plural-Forms", known.plural_forms)]
    for text, paths in texts.items():
        before = known.get(key(text))
        plain = {"python-format"} if before is None else before.flags - {"fuzzy"}
        flags = plain if "%(" in key(text) else ()
        fresh.add(
            text, before.string if before else None, flags=flags, locations=[(path, 0) for path in paths]
        )
    path = po(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=110, include_lineno=False, sort_output=True)


def compiled(language: str) -> bytes:
    """The bytes of the .mo file."""
    buffer = BytesIO()
    write_mo(buffer, catalogue(language))
    return buffer.getvalue()
