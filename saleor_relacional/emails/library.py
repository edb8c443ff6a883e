"""The messages that ship, found as files: a folder with a language in it is a message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from .languages import choose
from .look import PLAIN, Look
from .problems import TemplateProblem

HERE = Path(__file__).parent
LAYOUT = HERE / "_layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Everything a mail is made of, before data."""

    name: str
    """Its name in an error: win_back/es."""
    language: str
    subject: str
    preheader: str = ""
    """What a mail program shows beside the subject; empty: the first words of the mail."""
    mjml: str
    text: str
    reason: str
    """One sentence: why this person gets this message. Belongs to the kind of message, so an admin who
    rewrites the words cannot make it untrue."""
    basis: str
    """One sentence: on what ground we may write to them."""
    layout_mjml: str
    layout_text: str
    offer: str
    """How an offer is told: its words, how it is used, and as a subject."""
    offer_use: str
    offer_headline: str
    experience: str
    """How early access, priority service and a call are told; under the words of whatever mail it is."""
    frame: str = ""
    """Language of head, foot, reason and offers, where it is another than that of the words."""
    look: Look = PLAIN
    own: int = 0
    """Number of the owner's version that its words are of; 0: they are those that ship."""

    @property
    def version(self) -> str:
        """Changes when any template that had a part in the mail does."""
        return _version(self)


@lru_cache(maxsize=128)
def _version(source: Source) -> str:
    parts = [
        str(getattr(source, field.name))
        for field in fields(source)
        if field.name not in ("name", "own", "frame")
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def layouts() -> tuple[str, ...]:
    """Languages in which there is all that is not a message's own: a message can be written in these, and in regional
    forms of them."""
    return tuple(sorted(found.parent.name for found in LAYOUT.glob("*/layout.mjml")))


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(folder.name for folder in HERE.iterdir() if (folder / "sample.json").is_file()))


@cache
def languages(name: str) -> tuple[str, ...]:
    _known(name)
    return tuple(sorted(found.parent.name for found in (HERE / name).glob("*/body.mjml")))


def source(name: str, language: str) -> Source:
    """A message's source in the best language there is for it: es-mx, then es, then en."""
    return _read(name, choose(language, languages(name)))


def sample(name: str) -> dict[str, object]:
    """Data to preview a message with; the same keys as real data."""
    return {key: value for key, value in _sample(name).items() if key != "always"}


def always(name: str) -> frozenset[str]:
    """Names, such as `occasion.lines`, that are never empty in the message's data."""
    return frozenset(_sample(name).get("always", ()))


def _sample(name: str) -> dict[str, Any]:
    _known(name)
    found: dict[str, Any] = json.loads((HERE / name / "sample.json").read_text("utf-8"))
    return found


@cache
def occasion(name: str) -> frozenset[str]:
    """What the message says of its occasion: names that a kind of campaign has to know."""
    found = sample(name).get("occasion")
    return frozenset(map(str, found)) if isinstance(found, Mapping) else frozenset()


@cache
def tells_offer(name: str) -> bool:
    """Whether the message gives the code of an offer, in every language that it has."""
    return all("offer.code" in _read(name, language).text for language in languages(name))


@cache
def _read(name: str, language: str) -> Source:
    folder, layout = HERE / name / language, LAYOUT / language
    return Source(
        name=f"{name}/{language}",
        language=language,
        subject=(folder / "subject.liquid").read_text("utf-8"),
        preheader=_optional(folder / "preheader.liquid"),
        mjml=(folder / "body.mjml").read_text("utf-8"),
        text=(folder / "body.txt").read_text("utf-8"),
        reason=(folder / "reason.liquid").read_text("utf-8"),
        basis=(layout / "basis.liquid").read_text("utf-8"),
        layout_mjml=(layout / "layout.mjml").read_text("utf-8"),
        layout_text=(layout / "layout.txt").read_text("utf-8"),
        offer=(layout / "offer.liquid").read_text("utf-8"),
        offer_use=(layout / "offer_use.liquid").read_text("utf-8"),
        offer_headline=(layout / "offer_headline.liquid").read_text("utf-8"),
        experience=(layout / "experience.liquid").read_text("utf-8"),
    )


def _optional(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def _known(name: str) -> None:
    if name not in names():
        cure = f"There are: {', '.join(names())}."
        raise TemplateProblem("there is no such message", template=name[:60], cure=cure)
