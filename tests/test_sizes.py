"""The house keeps its sizes: short files, short functions, folders that can be read at a glance."""

import ast
from collections import Counter
from pathlib import Path
from statistics import median

TOP = Path(__file__).parents[1]
LONGEST_MODULE, MEDIAN_MODULE = 400, 100
LONGEST_FUNCTION, MOST_FUNCTIONS = 30, 0.9
FULLEST_FOLDER = 20
MODULES = sorted(path for path in (TOP / "saleor_relacional").rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((TOP / "tests").rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> dict[str, int]:
    """Lines of each function and method, decorators left out, by where it stands."""
    return {
        f"{path.relative_to(TOP)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_no_module_is_long():
    """Neither ours nor a test: over 400 lines there are two subjects in it."""
    assert len(MODULES) > 300 and len(TESTS) > 200
    long = {str(path.relative_to(TOP)): lines(path) for path in MODULES + TESTS}

    assert {name: count for name, count in long.items() if count > LONGEST_MODULE} == {}


def test_half_of_the_modules_are_short():
    """The median module has at most 100 lines."""
    longest = sorted(((lines(path), str(path.relative_to(TOP))) for path in MODULES), reverse=True)[:10]

    assert median(map(lines, MODULES)) <= MEDIAN_MODULE, longest


def test_nine_functions_in_ten_are_short():
    """At most 30 lines each, docstring included."""
    found = {name: count for path in MODULES for name, count in functions(path).items()}
    long = {name: count for name, count in found.items() if count > LONGEST_FUNCTION}

    assert 1 - len(long) / len(found) >= MOST_FUNCTIONS, long


def test_no_folder_is_full():
    """At most 20 modules, `__init__` not counted; ours and the tests'."""
    full = Counter(path.parent for path in MODULES + TESTS if path.name != "__init__.py")

    assert {str(folder): count for folder, count in full.items() if count > FULLEST_FOLDER} == {}
