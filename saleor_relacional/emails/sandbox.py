"""Liquid with everything shut that a mail does not need, and a bound on everything that is left.

python-liquid reaches no attribute of any object, but its limits are off until set, and some of them
do not add up: loops one after another, a chain of filters, a range that is unrolled before it is
counted. So: few tags, few filters, no ranges, no files, and one account of steps for each rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any, ClassVar, TextIO

from babel import Locale
from liquid import BoundTemplate, Environment, RenderContext, StrictUndefined, Token
from liquid.builtin import illegal
from liquid.builtin.filters import misc, string
from liquid.builtin.tags import (
    assign_tag,
    capture_tag,
    case_tag,
    comment_tag,
    for_tag,
    if_tag,
    inline_comment_tag,
    unless_tag,
)
from liquid.exceptions import LoopIterationLimitError, ResourceLimitError
from liquid.filter import with_context
from liquid.utils import ReadOnlyChainMap

from . import filters
from .look import Voice
from .output import Output, ValueTag, WordsTag

STEPS = 5_000
"""Look-ups, filters and assignments in one rendering. Our own messages need about fifty."""
LOOPS = 2_000
"""Turns of all loops of one rendering together, nested or not."""
OUTPUT = 200_000
"""Bytes of one part. Gmail clips a mail at 102 kB."""
LOCALS = 32_000
"""Bytes held by assign and capture, which is also the longest text that a filter may make."""

TAGS = (
    WordsTag, ValueTag, illegal.Illegal, if_tag.IfTag, unless_tag.UnlessTag, case_tag.CaseTag,
    for_tag.ForTag, for_tag.BreakTag, for_tag.ContinueTag, assign_tag.AssignTag, capture_tag.CaptureTag,
    comment_tag.CommentTag, inline_comment_tag.InlineCommentTag,
)  # fmt: skip


_OWN_NAMES = ("size", "first", "last")
"""What Liquid knows of a value itself."""


class Context(RenderContext):
    """Knows the reader's locale and zone, and counts steps. It has no `now`: time is in the data."""

    __slots__ = ("locale", "steps", "turns", "voice", "zone")

    def __init__(self, template: BoundTemplate, *, data: Mapping[str, object], locale: Locale) -> None:
        super().__init__(template, globals=data)
        self.scope = ReadOnlyChainMap(self.locals, data)
        self.locale = locale
        self.zone = data.get("timezone")
        self.voice = data.get("voice")
        self.steps = self.turns = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > STEPS:
            raise ResourceLimitError("too many steps", token=None)

    def get(self, path: list[object], *, token: Token | None, **default: object) -> object:
        """The short way for plain names in plain data; whatever is not found is looked for, and told, the long way."""
        self.step()
        try:
            found: Any = self.scope[path[0]]  # type: ignore[index]
            for name in path[1:]:
                if name in _OWN_NAMES or type(name) is not str:
                    break
                found = found[name]
            else:
                return found
        except (KeyError, TypeError, IndexError):
            pass
        return super().get(path, token=token, **default)

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """What a block is captured in: counts towards what the template may write."""
        return Output(OUTPUT - (buf.size if isinstance(buf, Output) else 0))

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        self.step()
        return super().filter(name, token)

    def assign(self, key: str, val: object) -> None:
        self.step()
        super().assign(key, val)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.turns += length
        if self.turns > LOOPS:
            raise LoopIterationLimitError("too many turns", token=None)


class Sandbox(Environment):
    loop_iteration_limit: ClassVar[int | None] = LOOPS
    output_stream_limit: ClassVar[int | None] = OUTPUT
    local_namespace_limit: ClassVar[int | None] = LOCALS
    context_depth_limit: ClassVar[int] = 20
    block_nesting_limit: ClassVar[int] = 20

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in TAGS:
            self.add_tag(tag)
        for name, local in filters.LOCAL.items():
            self.add_filter(name, _with_locale(local))
        for name in ("capitalize", "downcase", "upcase", "strip", "truncate", "truncatewords", "url_encode"):
            self.add_filter(name, getattr(string, name))
        self.add_filter("usted", usted)
        self.filters |= {"default": misc.default, "size": misc.size, "append": append, "prepend": prepend}


def _with_locale(local: filters.Local) -> Callable[..., str]:
    @with_context
    def bound(value: object, *, context: Context) -> str:
        zone = context.zone
        return local(value, context.locale, zone if isinstance(zone, str) else None)

    return bound


@with_context
def usted(value: object, formal: object, *, context: Context) -> object:
    """The words, or `formal` where the shop says usted: {{ "Tu cesta" | usted: "Su cesta" }}."""
    return formal if context.voice == Voice.USTED else value


def append(value: object, text: object) -> str:
    return _joined(value, text)


def prepend(value: object, text: object) -> str:
    return _joined(text, value)


def _joined(first: object, second: object) -> str:
    """Keeps a Markup a Markup, so that its other half is escaped."""
    left, right = (part if isinstance(part, str) else str(part) for part in (first, second))
    if len(left) + len(right) > LOCALS:
        raise ResourceLimitError("too long a text", token=None)
    return left + right


HTML = Sandbox(autoescape=True, undefined=StrictUndefined)
TEXT = Sandbox(autoescape=False, undefined=StrictUndefined)
