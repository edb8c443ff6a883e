"""A bar for people who wait."""

import sys
import time
from types import TracebackType
from typing import Any, Self

WIDTH = 30
SECONDS = 0.2
"""Seconds between two drawings."""


class Bar:
    """Name, share, count and time left, redrawn in place on a terminal and written every ten seconds
    elsewhere."""

    def __init__(self, name: str, total: int, stream: Any = None) -> None:
        self.name, self.total, self.done = name, total, 0
        self.first: int | None = None
        """What was done already when we began to watch: it tells nothing about the pace."""
        self.begun, self.drawn = time.monotonic(), 0.0
        self.stream: Any = (
            getattr(stream, "_out", stream) or sys.stderr
        )  # a command's wrapper ends every line
        self.terminal = bool(self.stream.isatty())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.drawn:
            self._draw("\n")

    def at(self, done: int) -> None:
        """Redraws the bar for so many done, when it is time."""
        self.first = done if self.first is None else self.first
        self.done = done
        if time.monotonic() - self.drawn >= (SECONDS if self.terminal else 10):
            self._draw("" if self.terminal else "\n")

    def text(self) -> str:
        """The bar as it would be drawn now; the count alone while nobody knows how many there are."""
        if not self.total:
            return f"{self.name:<12} {self.done:,}"
        share = min(1.0, self.done / self.total)
        full = round(share * WIDTH)
        bar = "█" * full + "░" * (WIDTH - full)
        known = max(self.total, self.done)
        return f"{self.name:<12} {bar} {share:4.0%}  {self.done:,} of about {known:,}{self._left()}"

    def _left(self) -> str:
        passed, left = time.monotonic() - self.begun, self.total - self.done
        pace = (self.done - (self.first or 0)) / passed if passed > 1 else 0
        if left <= 0 or pace <= 0:
            return ""
        seconds = round(left / pace)
        return f"  {seconds // 60}:{seconds % 60:02} left"

    def _draw(self, end: str) -> None:
        self.drawn = time.monotonic()
        start = "\r" if self.terminal else ""
        self.stream.write(f"{start}{self.text()}{end}")
        self.stream.flush()
