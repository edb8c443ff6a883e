"""Plain text for a person at a terminal: headings, rows with bars, and progress that stays on its line."""

import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TextIO

WIDTH = 78
BLOCKS = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int = 24) -> str:
    """A share from 0 to 1 as blocks, in eighths."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (BLOCKS[rest] if rest else "")


def count(number: int) -> str:
    """12,345"""
    return f"{number:,}"


class Terminal:
    """Writes to one stream. Where that is no terminal, progress is a line now and then instead of one that moves."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stdout
        self._clock = clock

    @property
    def moves(self) -> bool:
        """Whether a line can be written over."""
        return self._stream.isatty()

    def line(self, text: str = "") -> None:
        print(text, file=self._stream, flush=True)

    def say(self, sentence: str) -> None:
        """A sentence under the heading, broken where the line ends."""
        for line in textwrap.wrap(
            sentence, WIDTH, initial_indent="  ", subsequent_indent="  ", drop_whitespace=True
        ):
            self.line(line)

    def heading(self, text: str) -> None:
        """A new part of the story."""
        self.line()
        self.line(f"── {text} ".ljust(WIDTH, "─"))

    def rows(self, rows: Sequence[tuple[str, str]], *, indent: int = 2) -> None:
        """Names at the left, what is said of them beside."""
        left = max((len(name) for name, _ in rows), default=0)
        for name, said in rows:
            self.line(f"{' ' * indent}{name.ljust(left)}  {said}".rstrip())

    def bars(self, rows: Sequence[tuple[str, int, str]]) -> None:
        """(name, how many, what else): a bar each, longest for the most."""
        most = max((number for _, number, _ in rows), default=0) or 1
        left = max((len(name) for name, _, _ in rows), default=0)
        for name, number, more in rows:
            self.line(
                f"  {name.ljust(left)} {count(number):>8}  {bar(number / most).ljust(24)} {more}".rstrip()
            )

    def progress(self, label: str, total: int) -> "Progress":
        """A bar that grows: `with terminal.progress("days", 60) as step: step(3, "what is going on")`."""
        return Progress(self, label, total, self._stream, self._clock)


class Progress(AbstractContextManager["Progress"]):
    """One line that moves, or (where it cannot) a line at each quarter."""

    def __init__(
        self, terminal: Terminal, label: str, total: int, stream: TextIO, clock: Callable[[], float]
    ) -> None:
        self._terminal, self._label, self._total, self._stream, self._clock = (
            terminal,
            label,
            total,
            stream,
            clock,
        )
        self._began = self._drawn = clock()
        self._quarter = 0
        self._open = False

    def __call__(self, done: int, said: str = "") -> None:
        now = self._clock()
        if self._terminal.moves:
            if done < self._total and now - self._drawn < 0.1:
                return
            self._drawn = now
            self._open = True
            self._stream.write(f"\r\x1b[K  {self._text(done, said, now)}")
            self._stream.flush()
        elif (quarter := 4 * done // max(self._total, 1)) > self._quarter:
            self._quarter = quarter
            self._terminal.line(f"  {self._text(done, said, now)}")

    def _text(self, done: int, said: str, now: float) -> str:
        share = bar(done / max(self._total, 1), 20).ljust(20, "░")
        return f"{self._label} {share} {count(done)}/{count(self._total)} {now - self._began:4.0f} s  {said}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            self._terminal.line()
