"""What a template says while it is rendered: its own words, and the values that it puts between them, told apart."""

from __future__ import annotations

from io import StringIO
from typing import TextIO

from liquid import RenderContext
from liquid.builtin import content, output
from liquid.builtin.expressions import Path
from liquid.exceptions import OutputStreamLimitError
from liquid.stringify import to_liquid_string


class Output(StringIO):
    """Keeps the parts that were written instead of one text, and counts their bytes."""

    def __init__(self, limit: int, size: int = 0) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.values: list[int] = []
        """Places in `parts` of what stands in {{ }}."""
        self.size = size
        self.limit = limit

    def write(self, text: str) -> int:
        """Raises OutputStreamLimitError where it becomes too long."""
        self.size += len(text) if text.isascii() else len(text.encode("utf-8"))
        if self.size > self.limit:
            raise OutputStreamLimitError("output stream limit reached", token=None)
        self.parts.append(text)
        return len(text)

    def write_value(self, text: str) -> int:
        """The same of a value."""
        self.values.append(len(self.parts))
        return self.write(text)

    def getvalue(self) -> str:
        """All of it."""
        return "".join(self.parts)


class PlainPath(Path):
    """A path that is made of names and numbers alone: nothing in it has to be evaluated first."""

    __slots__ = ()

    @staticmethod
    def quicken(path: Path) -> None:
        """Make one of it, if it is one. python-liquid's parser lets nobody choose the class of a path."""
        if type(path) is Path and all(type(segment) is not Path for segment in path.path):
            path.__class__ = PlainPath

    def evaluate(self, context: RenderContext) -> object:
        """What it names."""
        return context.get(self.path, token=self.token)  # type: ignore[arg-type]


class WordsNode(content.ContentNode):
    """Words of the template."""

    __slots__ = ()

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        """Write them."""
        return buffer.write(self.text)


class WordsTag(content.Literal):
    """Text between tags."""

    node_class = WordsNode


class ValueNode(output.OutputNode):
    """{{ a value }}, written so that it can be told from words."""

    __slots__ = ()

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        """Evaluate, escape, write."""
        text = to_liquid_string(self.expression.evaluate(context), context.autoescape)
        return buffer.write_value(text) if isinstance(buffer, Output) else buffer.write(text)


class ValueTag(output.Output):
    """{{ }}."""

    node_class = ValueNode
