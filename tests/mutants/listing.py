"""The whole list, the tests that it names, and whether both still follow the code."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.mutants import guards
from tests.mutants.breakage import Breakage

TOP = Path(__file__).resolve().parents[2]
ELSEWHERE = {"saleor", "mutants"}
"""Folders of tests/ whose tests `make mutants` cannot run."""


def listed() -> list[Breakage]:
    """All breakages, module by module, in order."""
    modules = sorted(module.name for module in pkgutil.iter_modules(guards.__path__))
    found = [importlib.import_module(f"{guards.__name__}.{name}") for name in modules]
    return [breakage for module in found for breakage in module.BREAKAGES]


def misfits(breakages: Sequence[Breakage]) -> list[str]:
    """What is wrong with the list itself, one sentence for each fault."""
    times = Counter(each.name for each in breakages)
    twice = [f"'{name}' is listed {count} times" for name, count in times.items() if count > 1]
    return twice + [f"'{each.name}': {fault}" for each in breakages for fault in _faults(each)]


def _faults(breakage: Breakage) -> Iterator[str]:
    if breakage.old == breakage.new:
        yield "its new text is the old one"
    try:
        file, text = breakage.broken(TOP)
        if file.suffix == ".py":
            compile(text, str(file), "exec")
    except LookupError as error:
        yield str(error.args[0])
    except SyntaxError as error:
        yield f"the broken file does not compile: {error}"
    try:
        ids(breakage)
    except LookupError as error:
        yield str(error.args[0])


def ids(breakage: Breakage) -> list[str]:
    """pytest's arguments for its tests. LookupError: nothing, or nothing any more, has that name."""
    return [found for name in breakage.tests.split() or [""] for found in _ids(name)]


def _ids(name: str) -> list[str]:
    if "::" in name:
        file, *_, function = name.split("::")
        found = [name] if (TOP / file).is_file() and function in _defined() else []
    else:
        found = _functions().get(name, [])
    if not found:
        raise LookupError(f"there is no test '{name}'")
    return found


@cache
def _functions() -> dict[str, list[str]]:
    """Name of a test function → ids of all tests of that name."""
    found: dict[str, list[str]] = {}
    for file in _files("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            inside = node.body if isinstance(node, ast.ClassDef) else [node]
            prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
            for each in inside:
                if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                    found.setdefault(each.name, []).append(f"{file.relative_to(TOP)}::{prefix}{each.name}")
    return found


@cache
def _defined() -> set[str]:
    """Names of test functions anywhere, those to be inherited too."""
    texts = (file.read_text(encoding="utf-8") for file in _files("*.py"))
    return {name for text in texts for name in re.findall(r"^ *def (test_\w+)", text, re.M)}


def _files(pattern: str) -> Iterator[Path]:
    for file in sorted((TOP / "tests").rglob(pattern)):
        if file.relative_to(TOP / "tests").parts[0] not in ELSEWHERE:
            yield file
