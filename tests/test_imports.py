"""No module imports itself in the end: not through others, and not from inside a function."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def cycle(imports: Mapping[str, set[str]]) -> list[str]:
    """One cycle, each module imported by the next; nothing where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_module_imports_itself_in_the_end():
    """grimp reads every import statement, also those inside functions and under TYPE_CHECKING."""
    graph = grimp.build_graph("saleor_relacional", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 300, "the package was not read"
    assert cycle(imports) == []


@pytest.mark.parametrize(
    "statement", ["import apart.second", "def late():\n    from apart import second", "from . import second"]
)
def test_a_cycle_would_be_noticed(statement, tmp_path, monkeypatch):
    """Two modules that import each other are told, wherever the statement stands."""
    package = tmp_path / "apart"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "first.py").write_text(statement)
    (package / "second.py").write_text("from apart.first import thing")
    monkeypatch.syspath_prepend(tmp_path)
    graph = grimp.build_graph("apart", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert set(cycle(imports)) == {"apart.first", "apart.second"}
