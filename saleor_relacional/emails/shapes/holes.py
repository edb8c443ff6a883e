"""A message with marks where it only prints a value: its templates, rewritten once, and what of the data they still
read."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache

from liquid import BoundTemplate
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode

from saleor_relacional.emails import filters
from saleor_relacional.emails.library import Source
from saleor_relacional.emails.liquid_source import compile_source

from . import uses
from .uses import Name, UseKind

KEPT = 256
"""Rewritten messages that are kept. A campaign's need a handful: with and without a first name, a rhythm, an offer."""
_MARK = f"q{secrets.token_hex(8)}x"
"""Nobody who writes templates or data can know it; Liquid and mrml take it for a word."""
MARKS = re.compile(rf"{_MARK}(\d+)q")
_PRINT = re.compile(r"\{\{(-?)[\w\s.|]+(-?)\}\}")
_ASSIGN = re.compile(r"(assign\s+\w+\s*=)[\w\s.|]+(?=-?%\})")


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that is only printed."""

    name: Name
    filters: tuple[str, ...]
    """Of filters.LOCAL: what they make of a value depends on nothing but the value, the locale and the zone."""
    ours: bool
    """It stands in a sentence of ours, in its locale."""


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """A message whose values have marks."""

    source: Source
    holes: tuple[Hole, ...]
    """By number; also those that have no mark here."""
    used: frozenset[int]
    """Numbers of the marks that it has."""
    read: tuple[Name, ...]
    """What else it reads: whoever has the same gets the same words around the marks."""
    tested: tuple[Name, ...]
    """Of these only whether there is something."""


@dataclass(frozen=True, slots=True)
class _Part:
    field: str
    name: str
    """In errors, as in render.py."""
    says: Name = ()
    """What other parts print of it."""
    html: bool = False
    ours: bool = False


_PARTS = (
    _Part("offer", "offer.liquid", ("offer", "words"), ours=True),
    _Part("offer_use", "offer.liquid", ("offer", "use"), ours=True),
    _Part("offer_headline", "offer.liquid", ("offer", "headline"), ours=True),
    _Part("experience", "experience.liquid", ("experience", "words"), ours=True),
    _Part("reason", "reason.liquid", ("reason",), ours=True),
    _Part("basis", "basis.liquid", ("reason",), ours=True),
    _Part("subject", "subject.liquid", ("subject",)),
    _Part("preheader", "preheader.liquid", ("preheader",)),
    _Part("mjml", "body.mjml", ("content",), html=True),
    _Part("text", "body.txt", ("content",)),
    _Part("layout_mjml", "layout.mjml", html=True),
    _Part("layout_text", "layout.txt"),
)
SAID = frozenset(part.says for part in _PARTS if part.says)
"""Names that are no data: one part's words in another."""
FRAME = frozenset(["look", "voice", "signature", *(name[0] for name in SAID if len(name) == 1)])
"""What render.py puts around the data, from the message's source and the shop's name alone."""
_ALWAYS = (("shop", "name"), ("timezone",))
"""What render.py and the filters read themselves."""
_GIVEN = (("offer",), ("experience",))
"""What has words of its own where there is one."""


@lru_cache(maxsize=KEPT)
def holes(source: Source) -> tuple[Hole, ...]:
    """Every value that the message only prints somewhere."""
    found: dict[Hole, None] = {}
    for part in _PARTS:
        for hole, _, _ in _places(source, part):
            found.setdefault(hole)
    return tuple(found)


@lru_cache(maxsize=KEPT)
def marked(source: Source, without: frozenset[Name]) -> Marked:
    """The message with a mark for each of these values, but for those of the names in `without`."""
    known = holes(source)
    numbers = {hole: number for number, hole in enumerate(known)}
    without = frozenset(without)
    while True:
        rewritten, used = _rewritten(source, numbers, without)
        found = {part: list(uses.of(_compiled(rewritten, part))) for part in _PARTS}
        more = _looked_at(found, source) - without
        if not more:
            break
        without |= more
    every = [use for several in found.values() for use in several if not _is_frame(use.name)]
    read = {use.name for use in every if use.kind is not UseKind.TESTED}
    tested = {use.name for use in every} | set(_GIVEN)
    return Marked(
        source=rewritten, holes=known, used=frozenset(used),
        read=tuple(sorted(read | set(_ALWAYS), key=str)), tested=tuple(sorted(tested - read, key=str)),
    )  # fmt: skip


def _compiled(source: Source, part: _Part) -> BoundTemplate:
    return compile_source(getattr(source, part.field), f"{source.name}/{part.name}", html=part.html)


def _looked_at(found: dict[_Part, list[uses.Use]], source: Source) -> frozenset[Name]:
    """Names whose marks would stand in words that some part does more with than print them: of all that those words
    are made of."""
    looked = {says for several in found.values() for use in several for says in SAID if _looks_at(use, says)}
    names: set[Name] = set()
    waiting = list(looked)
    while waiting:
        says = waiting.pop()
        for part in _PARTS:
            if part.says == says:
                names |= {hole.name for hole, _, _ in _places(source, part)}
                inner = {use.name for use in found[part]} & SAID - looked
                looked |= inner
                waiting += inner
    return frozenset(names)


def _looks_at(use: uses.Use, says: Name) -> bool:
    if use.name == says:
        return use.kind is UseKind.READ
    around = use.name == says[: len(use.name)] and use.kind is not UseKind.TESTED
    return around or use.name[: len(says)] == says


def _rewritten(
    source: Source, numbers: dict[Hole, int], without: frozenset[Name]
) -> tuple[Source, set[int]]:  # fmt: skip
    parts, used = {}, set()
    for part in _PARTS:
        text = getattr(source, part.field)
        for hole, place, form in sorted(_places(source, part), key=lambda found: -found[1]):
            if hole.name in without:
                continue
            number = numbers[hole]
            used.add(number)
            words = form.match(text, place)
            assert words is not None
            said = f'"{_MARK}{number}q"'
            instead = f"{{{{{words[1]} {said} {words[2]}}}}}" if form is _PRINT else f"{words[1]} {said} "
            text = text[:place] + instead + text[words.end() :]
        parts[part.field] = text
    return replace(source, **parts), used


@lru_cache(maxsize=KEPT * len(_PARTS))
def _places(source: Source, part: _Part) -> tuple[tuple[Hole, int, re.Pattern[str]], ...]:
    """Where a part only prints a value, or makes a variable of it that it only prints or tests."""
    template, text = _compiled(source, part), getattr(source, part.field)
    own = uses.own(template)
    once = {name for name, times in own.items() if times == 1}
    for use in uses.of(template):
        if use.name and use.name[0] in once and (use.kind is UseKind.READ or len(use.name) > 1):
            once.discard(str(use.name[0]))
    found = []
    for node, captured in uses.nodes(template):
        expression = next(iter(node.expressions()), None)
        known = uses.plain(expression) if expression is not None else None
        if known is None or not _may_be(known, own):
            continue
        if isinstance(node, OutputNode) and not captured:
            form = _PRINT
        elif isinstance(node, AssignNode) and str(node.name) in once:
            form = _ASSIGN
        else:
            continue
        if form.match(text, node.token.start_index):
            found.append((Hole(*known, ours=part.ours), node.token.start_index, form))
    return tuple(found)


def _is_frame(name: Name) -> bool:
    return (name[:1] != () and name[0] in FRAME) or name in SAID


def _may_be(known: tuple[Name, tuple[str, ...]], own: dict[str, int]) -> bool:
    (root, *rest), through = known
    return (
        isinstance(root, str) and root not in own and root not in FRAME
        and all(isinstance(segment, str) for segment in rest)
        and (root, *rest)[:2] not in SAID and all(name in filters.LOCAL for name in through)
    )  # fmt: skip
