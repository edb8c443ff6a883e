"""How often tests with random or very many cases try: a sample of them in each run, all of them where the environment
says THOROUGH (make thorough, make mutants)."""

import os
from collections.abc import Iterable
from itertools import product
from random import Random
from typing import Any

THOROUGH = bool(os.environ.get("THOROUGH"))
FEWER = 4


def tries(thorough: int) -> int:
    """How many of so many: a quarter, two at least."""
    return thorough if THOROUGH else max(2, thorough // FEWER)


def seeds(thorough: int) -> range:
    """The first of them, for a test that is parametrized by a seed."""
    return range(tries(thorough))


def some(*columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Of all combinations of the columns, in their order, a sample that is the same in every run."""
    cases = list(product(*columns))
    return [cases[place] for place in sorted(Random(0).sample(range(len(cases)), tries(len(cases))))]
