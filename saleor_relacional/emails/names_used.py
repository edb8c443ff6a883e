"""Which values of the data a template names, wherever in it they stand."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from .liquid_source import compile_source


@lru_cache(maxsize=512)
def _of(source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, uses in compile_source(source, "names", html=False).analyze().globals.items():
        for use in uses:
            found[name] |= {str(use.segments[1])} if len(use.segments) > 1 else set()
    return tuple((name, frozenset(parts)) for name, parts in found.items())


def of(source: str) -> dict[str, frozenset[str]]:
    """First part of each name → second parts: {{ a.b.c }} and {{ a.d }} are a → {b, d}; {{ a }} alone is a → {}. Raises
    TemplateProblem where the template is none."""
    return dict(_of(source))
