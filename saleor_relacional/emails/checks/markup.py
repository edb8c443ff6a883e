"""The elements, attributes, links and pictures of an MJML source, read before any data is in it: so every branch is
seen, and every fault has its place. What Liquid says inside is taken as it stands, never run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from saleor_relacional.emails.mjml import ALLOWED, MOST_ELEMENTS

from . import known
from .fault import Fault, FaultCode, place

HIDDEN = "\ue000"
"""Stands where Liquid stood."""
VOID = frozenset(["br", "hr", "img"])
LONGEST_TAG = 2_000
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_SITE = rf"https?://(?:{_LABEL}\.)+{_LABEL}\.?(?::\d{{1,5}})?"
"""A host with a dot inside, and nobody's name before it: `https://shop.example@evil.example` leads to the latter."""
WEB = re.compile(rf"{_SITE}(?:[/?#][^\s\ue000]*)?", re.IGNORECASE)
_BEGINS = re.compile(rf"{_SITE}[/?#]", re.IGNORECASE)
_LIKE_A_LINK = re.compile(r"(?<!\w)https?[:/][^\s<>\"«»“”]*", re.IGNORECASE)
_BEHIND = ".,;:!?)]}'’…"
"""What ends a sentence, and no link."""
OTHER_LINK = re.compile(r"(mailto:[^\s@]+@[^\s@]+|tel:\+?[0-9() .-]{3,})", re.IGNORECASE)
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BLOCK = re.compile(r"\{%-?\s*((?:end)?(?:if|unless|case|for|capture|comment))\b")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([^\s=\"'/>]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_VALUE = re.compile(r"\{\{-?\s*([\w.]+)\s*-?\}\}")
_LOADS = frozenset(
    ["background", "background-url", "srcset", "poster", "data", "srcdoc", "action", "formaction", "ping"]
)
_STYLE_LOADS = re.compile(r"url\s*\(|expression\s*\(|@import|\\", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag as it stands in the source."""

    name: str
    at: int
    closes: bool
    ends_itself: bool
    attributes: tuple[tuple[str, str, int], ...]
    """(name in small letters, value with its Liquid, where it begins)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A source, read."""

    source: str
    tags: tuple[Tag, ...]
    broken: tuple[Fault, ...]
    """Faults of what is no tag."""


def faults(read: Read, shape: Mapping[str, known.Shape]) -> list[Fault]:
    """All that may not stand in it, whatever it is shown."""
    found = [*read.broken, *_of_literals(read.source)]
    for tag in read.tags:
        if tag.name not in ALLOWED:
            found.append(_fault(read.source, FaultCode.ELEMENT, tag.at, tag.name))
        for name, value, at in tag.attributes:
            fault = _of_attribute(read.source, tag, name, value, at, shape)
            found += [fault] if fault else []
    return found


def of_text(text: str) -> list[Fault]:
    """What looks like a web address in the text part, and is none. Of one that Liquid goes on with, its beginning."""
    found = []
    for word in _LIKE_A_LINK.finditer(_LIQUID.sub(_hide, text)):
        written, goes_on, _ = word[0].partition(HIDDEN)
        written = written if goes_on else written.rstrip(_BEHIND)
        if not WEB.fullmatch(written):
            line, column = place(text, word.start())
            said = text[word.start() : word.end()][:80]
            found.append(Fault(code=FaultCode.LINK, part="text", line=line, column=column, what=said))
    return found


def read(source: str) -> Read:
    """Its tags, in their order."""
    hidden = _LIQUID.sub(_hide, source)
    tags: list[Tag] = []
    broken: list[Fault] = []
    at = hidden.find("<")
    while at >= 0 and len(broken) < 20:
        tag = _TAG.match(hidden, at, at + LONGEST_TAG)
        if tag is None or HIDDEN in _QUOTED.sub("", tag[3]):
            broken.append(_fault(source, FaultCode.MARKUP, at, source[at : at + 12].split("\n")[0]))
            at = hidden.find("<", at + 1)
            continue
        tags.append(_tag(source, tag))
        if len(tags) > 4 * MOST_ELEMENTS:
            break
        at = hidden.find("<", tag.end())
    return Read(source=source, tags=tuple(tags), broken=tuple(broken))


def astray(read: Read) -> Fault | None:
    """The first tag that closes nothing, or is never closed; None: all are in order. Branches of Liquid are read one
    after the other: a template whose branches open what is closed behind them is in order for MJML, and not here."""
    opened: list[Tag] = []
    for tag in read.tags:
        if tag.ends_itself:
            continue
        if not tag.closes:
            opened.append(tag)
        elif opened and opened[-1].name == tag.name:
            opened.pop()
        else:
            guilty = opened[-1] if opened and any(one.name == tag.name for one in opened) else tag
            return _fault(read.source, FaultCode.MARKUP, guilty.at, f"<{'/' * guilty.closes}{guilty.name}>")
    return _fault(read.source, FaultCode.MARKUP, opened[-1].at, f"<{opened[-1].name}>") if opened else None


def unclosed(source: str) -> tuple[int, int] | None:
    """(line, column) of the last block of Liquid that is opened and never closed; None: there is none."""
    opened: list[tuple[str, int]] = []
    for found in _BLOCK.finditer(source):
        word = found[1]
        if not word.startswith("end"):
            opened.append((word, found.start()))
            if len(opened) > MOST_ELEMENTS:
                return None
        elif opened and opened[-1][0] == word[3:]:
            opened.pop()
    return place(source, opened[-1][1]) if opened else None


def links(read: Read) -> list[tuple[str, int]]:
    """(value of an href, where it stands) of all links."""
    return [(value, at) for tag in read.tags for name, value, at in tag.attributes if name == "href"]


def is_link(value: str) -> bool:
    """Whether it leads somewhere: a web address, an address to write to, a number to call."""
    return bool(WEB.fullmatch(value) or OTHER_LINK.fullmatch(value))


def _tag(source: str, found: re.Match[str]) -> Tag:
    inside = found[3].rstrip()
    begins = found.start(3)
    attributes = []
    for one in _ATTRIBUTE.finditer(found[3]):
        start, end = (one.start(2) + 1, one.end(2) - 1) if one[2] and one[2][0] in "\"'" else one.span(2)
        value = source[begins + start : begins + end] if one[2] else ""
        attributes.append((one[1].lower(), value, begins + one.start()))
    return Tag(
        name=found[2].lower(), at=found.start(), closes=bool(found[1]), ends_itself=inside.endswith("/"),
        attributes=tuple(attributes),
    )  # fmt: skip


def _of_attribute(
    source: str, tag: Tag, name: str, value: str, at: int, shape: Mapping[str, known.Shape]
) -> Fault | None:
    if name.startswith("on") or name in _LOADS or (name == "style" and _STYLE_LOADS.search(value)):
        return _fault(source, FaultCode.ATTRIBUTE, at, name)
    if name == "href" and not _leads(value, shape):
        return _fault(source, FaultCode.LINK, at, value[:80])
    if name == "src" and not WEB.fullmatch(value.strip()):
        return _fault(source, FaultCode.PICTURE, at, value[:80])
    return None


def _leads(value: str, shape: Mapping[str, known.Shape]) -> bool:
    """A written link, one of the message's links alone, or a written site with something encoded behind it."""
    whole = _VALUE.fullmatch(value.strip())
    if whole:
        return _is_address(whole[1], shape)
    if "{%" in value:
        return False
    if "{{" not in value:
        return is_link(value.strip())
    site, _, _ = value.partition("{{")
    encoded = all("url_encode" in one[0] for one in _LIQUID.finditer(value))
    return encoded and bool(_BEGINS.match(site))


def _is_address(dotted: str, shape: Mapping[str, known.Shape]) -> bool:
    """Whether this name stands for a web address in the sample; what is not known here (a loop's own name) may."""
    first, *rest = dotted.split(".")
    if first not in shape:
        return bool(rest) and rest[-1] in ("link", "url")
    found: known.Shape | None = shape[first]
    for name in rest:
        found = None if found is None else known.inside(found, name)
    return isinstance(found, str) and bool(WEB.fullmatch(found))


def _of_literals(source: str) -> Iterator[Fault]:
    """Markup inside of Liquid's quotes would pass unseen."""
    for liquid in _LIQUID.finditer(source):
        for quoted in _QUOTED.finditer(liquid[0]):
            if "<" in quoted[0] or "&" in quoted[0]:
                yield _fault(source, FaultCode.MARKUP, liquid.start() + quoted.start(), quoted[0][:40])


def _hide(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", HIDDEN, found[0])


def _fault(source: str, code: FaultCode, at: int, what: str) -> Fault:
    line, column = place(source, at)
    return Fault(code=code, part="mjml", line=line, column=column, what=what)
