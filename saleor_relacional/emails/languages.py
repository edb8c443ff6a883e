"""Which language a mail is written in, and how that language writes numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from babel import Locale, UnknownLocaleError

FALLBACK = "en"
LONGEST = 20
"""Letters of a tag."""
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def known(text: str) -> str:
    """The language tag as it is kept, such as es-mx; empty: nobody writes such a language."""
    tag = text.strip().lower().replace("_", "-")
    if len(tag) > LONGEST or not _TAG.fullmatch(tag):
        return ""
    try:
        found = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    _language, *parts = tag.split("-")
    regions = [part for part in parts if len(part) == 2]
    return (
        tag if not regions or regions == [(found.territory or "").lower()] else ""
    )  # of es-zz it makes es-es


def wanted(language: str) -> list[str]:
    """Language tags from the most to the least fitting: es-mx, es, en."""
    tag = language.strip().lower().replace("_", "-")
    parts = tag.split("-") if _TAG.fullmatch(tag) else []
    own = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return [*own, FALLBACK] if FALLBACK not in own else own


def choose(language: str, available: Collection[str]) -> str:
    """The best of `available`; the fallback language always is."""
    return next((tag for tag in wanted(language) if tag in available), FALLBACK)


@lru_cache(maxsize=128)
def locale_of(language: str, written_in: str) -> Locale:
    """The reader's region counts (es-mx writes $1,234.50) unless the words had to fall back to
    another language: a mail does not mix French numbers into English words."""
    same = language.strip().lower()[:2] == written_in[:2]
    for tag in wanted(language) if same else [written_in]:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(FALLBACK)
