"""What a listed breakage is. Each family of guards lists its own beside this file, as BREAKAGES."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """One guard taken away. Some test must notice."""

    name: str
    """What is broken, in words: 'no lease on a claim'."""
    file: str
    """Path from the repository's top."""
    old: str
    """Text that occurs exactly once in the file."""
    new: str
    tests: str
    """pytest arguments, by spaces: the tests of which at least one must fail."""
