"""Mails by their shape: what all mails of one shape share is rendered once, with a mark where each value of a person
will stand, and kept; the next mail of that shape is its values between what was kept.

A mail has a shape with others when everything that its message does more with than print (conditions, loops, amounts
of money with their blanks) is the same. A value gets a mark only if it is printed as it is wherever it stands: one
line of printable characters without outer blanks. Whatever is not so, or is not understood, is part of the shape; a
mail that fits none is rendered as every mail was, and so are the first of each shape, from which it is made, and the
second, which it is compared with: whatever depended on a person without being known to would differ.

Whose mail was the first is forgotten with its batch (`forget`), and what a shape is found by is a digest.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from markupsafe import escape

from saleor_relacional.emails import filters, skeleton, wire
from saleor_relacional.emails.data import clean
from saleor_relacional.emails.languages import locale_of
from saleor_relacional.emails.library import Source
from saleor_relacional.emails.problems import TemplateProblem
from saleor_relacional.emails.render import LONGEST_SUBJECT, Rendered, ours, render_from, render_with_markup

from . import holes
from .holes import Hole, Marked
from .uses import Name

SHAPES = 64
"""That are kept by a process; each is up to three times as long as its mail."""
LONGEST = 300
"""Characters of a value that gets a mark: a longer one counts for what a mail may hold."""
LONGEST_KEPT = 100_000
"""Characters of one part of a shape."""
_OWN_NAMES = ("size", "first", "last")
"""What Liquid knows of a value itself."""
_ESCAPED = re.compile(r"[&<>'\"]")
_UNWRITABLE = (filters.BadValue, ArithmeticError, TypeError, ValueError, LookupError)

_SECRET = secrets.token_bytes(32)
"""Of this process: nobody tries values against a digest."""

Pieces = tuple[str | int, ...]
"""Words and numbers of marks, in turn."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What mails have in common."""

    subject: Pieces
    preheader: Pieces
    html: Pieces
    html_quoted: tuple[bytes | int, ...]
    """The same as it is written in a mail."""
    text: Pieces
    template_version: str
    language: str


@dataclass(slots=True)
class _Place:
    """Of one shape, before and after it is known."""

    first: Mapping[str, object] | None = None
    """What the first mail was made of, until there is a second."""
    tried: bool = False
    shape: Shape | None = None


@dataclass(slots=True)
class _Message:
    """What was learnt of a message from its shapes."""

    read: frozenset[Name] = frozenset()
    """Names whose values the markup reads."""
    in_attributes: frozenset[int] = frozenset()
    """Numbers of marks that stand in attributes of the markup in some shape."""


_waiting: list[_Place] = []
"""Those that hold the values of their first mail."""


def render(source: Source, language: str, data: Mapping[str, object]) -> Rendered:
    """As `render_from`, to the last character."""
    values = clean(data)
    if not holes.FRAME.isdisjoint(values):
        return render_from(source, language, values)
    message = _message(source)
    try:
        texts = _texts(source, language, values)
        escaped = [_escaped(text) for text in texts]
        marked = holes.marked(source, message.read | _unfit(source, message, escaped))
    except TemplateProblem:  # of the message itself, which is told as ever; or with its marks it is too long
        return render_from(source, language, values)
    place = _place(marked, language, _digest(_key(marked, values)))
    if place.shape is not None:
        filled = _filled(place.shape, texts, escaped)
        if filled is not None:
            return filled
    rendered = render_from(source, language, values)
    if not place.tried:
        first, place.first = place.first, values
        if first is None:
            _waiting.append(place)
        else:
            place.tried, place.first = True, None
            shape = _shape(marked, language, first, rendered, message)
            place.shape = shape if shape and _filled(shape, texts, escaped) == rendered else None
    return rendered


def forget() -> None:
    """Let go of those whose mails were the first of their shapes: a batch is over."""
    while _waiting:
        _waiting.pop().first = None


def _unfit(source: Source, message: _Message, escaped: Sequence[str]) -> set[Name]:
    """Names of the values that cannot get a mark in this mail."""
    known = holes.holes(source)
    found = {known[number].name for number, text in enumerate(escaped) if not text}
    for number in message.in_attributes:
        if not skeleton.passed_on_in_attributes(escaped[number]):
            found.add(known[number].name)
    return found


@lru_cache(maxsize=SHAPES)
def _place(marked: Marked, language: str, key: bytes) -> _Place:
    return _Place()


@lru_cache(maxsize=SHAPES)
def _message(source: Source) -> _Message:
    return _Message()


def _shape(
    marked: Marked, language: str, values: Mapping[str, object], rendered: Rendered, message: _Message
) -> Shape | None:  # fmt: skip
    """Of a mail of these values, beside another that is `rendered` as ever; None: one cannot be told from it."""
    try:
        said, markup = render_with_markup(marked.source, language, values)
    except TemplateProblem:
        return None
    if read := _numbers(markup.skeleton):
        message.read |= {marked.holes[number].name for number in read}
        return None
    lines, parts = (said.subject, said.preheader), (said.html, said.text)
    cut = any(len(line) >= LONGEST_SUBJECT and holes.MARKS.search(line) for line in lines)
    if cut or max(map(len, parts)) > LONGEST_KEPT:
        return None
    message.in_attributes |= _numbers("\n".join(skeleton.in_attributes(markup)))
    html = _pieces(said.html)
    return Shape(
        subject=_pieces(said.subject), preheader=_pieces(said.preheader), html=html,
        html_quoted=tuple(piece if isinstance(piece, int) else wire.quoted(piece) for piece in html),
        text=_pieces(said.text),
        template_version=rendered.template_version, language=rendered.language,
    )  # fmt: skip


def _filled(shape: Shape, texts: Sequence[str], escaped: Sequence[str]) -> Rendered | None:
    """The mail; None: a line of it would be cut."""
    subject, preheader = _joined(shape.subject, texts), _joined(shape.preheader, texts)
    if max(len(subject), len(preheader)) > LONGEST_SUBJECT:
        return None
    html = wire.Quoted(_joined(shape.html, escaped))
    html.quoted = b"".join(
        [piece if type(piece) is bytes else wire.quoted(escaped[piece]) for piece in shape.html_quoted]  # type: ignore[index]
    ).removesuffix(b"=\r\n")
    return Rendered(
        subject=subject, preheader=preheader, html=html, text=_joined(shape.text, texts),
        template_version=shape.template_version, language=shape.language,
    )  # fmt: skip


def _escaped(text: str) -> str:
    return str(escape(text)) if _ESCAPED.search(text) else text


def _texts(source: Source, language: str, values: Mapping[str, object]) -> list[str]:
    """What stands in each hole; empty: it cannot get a mark."""
    locale, zone = locale_of(language, source.language), values.get("timezone")
    own = ours(source, locale)
    zone = zone if isinstance(zone, str) else None
    return [_text(hole, values, own if hole.ours else locale, zone) for hole in holes.holes(source)]


def _text(hole: Hole, values: Mapping[str, object], locale: Locale, zone: str | None) -> str:
    value: object = values
    try:
        for segment in hole.name:
            value = value[segment]  # type: ignore[index]
        if not _is_something(value):
            return ""
        for name in hole.filters:
            value = filters.LOCAL[name](value, locale, zone)
    except _UNWRITABLE:
        return ""
    text = str(value) if type(value) is int else value
    return text if type(text) is str and _is_plain(text) else ""


def _is_something(value: object) -> bool:
    """Neither nothing, nor empty, nor blank, as Liquid understands them."""
    kind = type(value)
    if kind is str:
        return not value.isspace() and value != ""  # type: ignore[attr-defined]
    return bool(value) if kind is dict or kind is list else value is not None and kind is not bool


def _is_plain(text: str) -> bool:
    """Nothing that puts lines together, cuts or trims them changes it, or what is around it."""
    return (
        0 < len(text) <= LONGEST and text.isprintable() and text.strip(" ,") == text
        and "  " not in text and " ," not in text
    )  # fmt: skip


_MISSING = object()


def _key(marked: Marked, values: Mapping[str, object]) -> tuple[object, ...]:
    """All that the mail's words depend on beside what stands in their holes."""
    read = [_frozen(_reached(values, name)) for name in marked.read]
    tested = [_tested(_reached(values, name)) for name in marked.tested]
    return (*read, *tested)


def _digest(key: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(
        repr(key).encode("utf-8", "backslashreplace"), key=_SECRET, digest_size=32
    ).digest()


def _reached(values: Mapping[str, object], name: Name) -> object:
    """The value, or that of which Liquid tells something by the rest of the name."""
    value: object = values
    for segment in name:
        if type(value) is not dict and value is not values:
            break
        if segment in value:  # type: ignore[operator]
            value = value[segment]  # type: ignore[index]
        elif segment in _OWN_NAMES:
            break
        else:
            return _MISSING
    return value


def _tested(value: object) -> object:
    return type(value) is dict if _is_something(value) and value is not _MISSING else _frozen(value)


def _frozen(value: object) -> object:
    """The same for what is written the same, and for nothing else: 1, true and 1.0 are three."""
    if type(value) is str or value is None or value is _MISSING:
        return value
    if isinstance(value, dict):
        return dict, tuple((name, _frozen(one)) for name, one in value.items())
    if isinstance(value, list):
        return list, tuple(map(_frozen, value))
    return type(value), repr(value)


def _pieces(text: str) -> Pieces:
    return tuple(
        int(part) if place % 2 else part for place, part in enumerate(holes.MARKS.split(text))
    )  # fmt: skip


def _joined(pieces: Pieces, texts: Sequence[str]) -> str:
    return "".join([piece if type(piece) is str else texts[piece] for piece in pieces])  # type: ignore[index]


def _numbers(text: str) -> frozenset[int]:
    return frozenset(map(int, holes.MARKS.findall(text)))
