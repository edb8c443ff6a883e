"""MJML with places for values, so that what all mails of one shape share is compiled once: the markup with a mark
where each value will stand is what mrml is asked about, and its answer is kept for the next mail of that shape.

A value gets a place only where mrml passes it on as it is, whatever it says: in running text, and in `href`, `src`
and `alt`. Every other value (a width, a colour, half of a tag) is part of the shape, and so is one that mrml might
read: an empty one, one that begins or ends with a blank, one with markup in it, or, in attributes, a letter that it
rewrites there. So a template whose Liquid decides about elements has a shape per decision, and one that writes people
into its markup is compiled per mail: never another outcome, only less speed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import mjml
from .output import Output

SHAPES = 128
"""That are kept; each is as long as a mail."""
LONGEST_KEPT = 100_000
"""Characters of one: a longer mail than Gmail shows is refused when it is saved."""
_MARK = f"q{secrets.token_hex(8)}z"
"""Nobody who writes templates or data can know it; mrml takes it for a word."""
_PLACE = re.compile(rf"{_MARK}(\d+)q")
_TAG = re.compile(r"<(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*>")
_PASSED_ON = re.compile(r"\s(?:href|src|alt)=\"[^\"<>]*\"")
_PARSED = re.compile(r"<(mj-style|mj-raw|mj-attributes|style|script)\b.*?</\1\s*>", re.DOTALL)
_UNUSUAL = re.compile(r"<[!?]|\]\]>")
_IN_TEXT = re.compile(r"[^\s<>](?:[^<>\n\r]*[^\s<>])?")
_IN_ATTRIBUTES = re.compile(r"[!#-&(-;=?-\[\]-~À-ÖØ-öø-ÿ]+(?: +[!#-&(-;=?-\[\]-~À-ÖØ-öø-ÿ]+)*")
"""What mrml does not rewrite in an attribute: it writes a no-break space as \\u{a0} there."""
_TITLE = re.compile(r"<mj-title>.*?</mj-title>", re.DOTALL)
"""mrml says the title in an attribute, too."""


@dataclass(frozen=True, slots=True)
class Markup:
    """MJML with places."""

    skeleton: str
    values: tuple[str, ...]
    """By the number of their places."""


def of(said: Output, values: Sequence[str] = ()) -> Markup:
    """What a template said, once mjml.check_body has let it pass. `values`: those whose places stand in what it said
    already."""
    parts, known = list(said.parts), list(values)
    texts = [parts[at] for at in said.values]
    for number, at in enumerate(said.values, len(known)):
        if _IN_TEXT.fullmatch(parts[at]):
            parts[at] = f"{_MARK}{number}q"
    inside = _parsed_values("".join(parts))
    for number, (at, text) in enumerate(zip(said.values, texts, strict=True), len(known)):
        if number in inside.all or (number in inside.attributes and not _IN_ATTRIBUTES.fullmatch(text)):
            parts[at] = text
    return Markup("".join(parts), (*known, *texts))


def to_html(markup: Markup, name: str) -> str:
    """The mail. Raises TemplateProblem as mjml.to_html does."""
    compiled = _compiled if len(markup.skeleton) <= LONGEST_KEPT else _compiled.__wrapped__
    pieces = compiled(markup.skeleton, name)
    whole = list(pieces)
    for at in range(1, len(pieces), 2):
        whole[at] = markup.values[int(pieces[at])]
    return "".join(whole)


def in_attributes(markup: Markup) -> list[str]:
    """Values whose places stand in attributes."""
    return [markup.values[number] for number in _parsed_values(markup.skeleton).attributes]


def passed_on_in_attributes(text: str) -> bool:
    """Whether mrml writes it there as it is."""
    return bool(_IN_ATTRIBUTES.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Inside:
    all: frozenset[int]
    """Numbers of places that mrml reads."""
    attributes: frozenset[int]
    """Numbers of those in attributes that it passes on."""


@lru_cache(maxsize=SHAPES)
def _parsed_values(skeleton: str) -> _Inside:
    """Where the places of a skeleton are."""
    every = frozenset(_numbers(skeleton))
    outside = _PARSED.sub("", skeleton)
    text = _TAG.sub("", outside)
    if _UNUSUAL.search(skeleton) or "<" in text or ">" in text:
        return _Inside(all=every, attributes=frozenset())
    read = {number for found in _PARSED.finditer(skeleton) for number in _numbers(found[0])}
    passed = {number for found in _TITLE.finditer(skeleton) for number in _numbers(found[0])}
    for tag in _TAG.finditer(outside):
        rest = _PASSED_ON.sub("", tag[0])
        read |= set(_numbers(rest))
        passed |= set(_numbers(tag[0])) - set(_numbers(rest))
    return _Inside(all=frozenset(read), attributes=frozenset(passed))


def _numbers(text: str) -> list[int]:
    return [int(found[1]) for found in _PLACE.finditer(text)]


@lru_cache(maxsize=SHAPES)
def _compiled(skeleton: str, name: str) -> tuple[str, ...]:
    """Markup and numbers of places, in turn."""
    return tuple(_PLACE.split(mjml.to_html(skeleton, name)))
