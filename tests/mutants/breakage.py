"""What a listed breakage is. Each module of guards/ lists its own as BREAKAGES."""

from dataclasses import dataclass
from pathlib import Path

from tests.mutants import symbols


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """One guard taken away. Some test must notice."""

    name: str
    """What is broken, in words: 'no lease on a claim'."""
    symbol: str
    """Module and function, class, method or constant, by dots; a file that is not Python by its path."""
    old: str
    """Text that occurs exactly once in the source of the symbol."""
    new: str
    tests: str
    """Names of test functions, by spaces, wherever they stand; an inherited test by its pytest id. At least one must
    fail."""

    def broken(self, top: Path) -> tuple[Path, str]:
        """The file, from `top`, and its text without the guard. LookupError: the breakage does not fit the code."""
        found = symbols.find(self.symbol, top)
        if (times := found.text.count(self.old)) != 1:
            raise LookupError(f"its old text occurs {times} times in {self.symbol}")
        return found.file, found.before + found.text.replace(self.old, self.new) + found.after
