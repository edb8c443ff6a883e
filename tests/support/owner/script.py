"""The script of a new owner's first quarter of an hour, as docs/owner.md and docs/owner.es.md tell it."""

import re
from pathlib import Path

DOCS = {
    language: Path(__file__).resolve().parents[3] / "docs" / name
    for language, name in (("en", "owner.md"), ("es", "owner.es.md"))
}
MOST = 25
"""Clicks from installing to an active win-back."""
_STEP = re.compile(r"^(\d+)\. (.+?)(?=^\d+\. |^\s*$)", re.M | re.S)
_CLICKS = re.compile(r"\((\d+) (?:clicks?|clics?)\)\s*$")
_TOTAL = re.compile(r"\*\*(\d+) (?:clicks|clics)\*\*")


def clicks(language: str) -> dict[int, int]:
    """Step → how many clicks it says that it takes."""
    found = {}
    for number, text in _STEP.findall(_chapter(language)):
        told = _CLICKS.search(text)
        assert told, f"step {number} of {DOCS[language].name} says no number of clicks"
        found[int(number)] = int(told[1])
    return found


def total(language: str) -> int:
    """How many clicks it says that all of it takes, until the campaign runs."""
    [told] = _TOTAL.findall(_chapter(language))
    return int(told)


def _chapter(language: str) -> str:
    """The first chapter: what stands between its title and the next."""
    return DOCS[language].read_text("utf-8").split("\n## ")[1]
