"""Everything that people read exists in Spanish, and what is compiled is what was written."""

import re
from gettext import GNUTranslations
from io import BytesIO
from typing import Any

import pytest

from saleor_relacional.management import formal, messages

FOLDERS = (*messages.LANGUAGES, formal.FOLDER)
HOLES = re.compile(r"%\(\w+\)[.\d]*[sdf]|%[.\d]*[sdf]|%%")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    """Nobody reads half a page in another language; nothing is translated that nobody says."""
    assert messages.untranslated(language) == []
    assert messages.obsolete(language) == []


@pytest.mark.parametrize("language", FOLDERS)
def test_the_compiled_catalogue_is_fresh(language: str) -> None:
    """The .mo in the package says what the .po says."""
    kept = messages.po(language).with_suffix(".mo").read_bytes()
    assert _texts(kept) == _texts(messages.compiled(language))


@pytest.mark.parametrize("language", FOLDERS)
def test_translations_keep_the_holes(language: str) -> None:
    """A translation that loses %(day)s, or invents one, breaks the page that says it."""
    for message in messages.catalogue(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        for told, text in zip(ids, strings, strict=True):
            assert set(HOLES.findall(text)) == set(HOLES.findall(told)), message.id


def test_texts_are_found_where_they_are() -> None:
    """In Python and in templates, plural forms included: a collector that finds nothing would pass everything."""
    found = messages.used()
    assert "dashboard/words.py" in found["Loyal"]
    assert "dashboard/slipping/run.html" in found["Nobody is slipping at the moment."]
    assert ("%(orders)s order", "%(orders)s orders") in found


def _texts(compiled: bytes) -> dict[Any, str]:
    catalogue = GNUTranslations(BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in catalogue.items() if key}
