"""Every table of the desk explains its columns, and every chart has a table."""

import re
from pathlib import Path

import pytest

from saleor_relacional import dashboard

FOLDER = Path(dashboard.__file__).parent
TEMPLATES = sorted(FOLDER.rglob("*.html"))
HEAD = re.compile(r'<th\b[^>]*scope="col"[^>]*>(.*?)</th>', re.DOTALL)
NAMED = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES}
INCLUDED = re.compile(r'{% include "([^"]+)"')


def unexplained(template: str) -> list[str]:
    """Heads of columns of which nothing is said on hover."""
    return [head for head in HEAD.findall(template) if not re.search(r'<abbr title="[^"]', head)]


def shown(name: str) -> str:
    """A template with all that it includes."""
    text = NAMED[name]
    return text + "".join(shown(one) for one in INCLUDED.findall(text) if one in NAMED and one != name)


@pytest.mark.parametrize("name", [name for name, text in NAMED.items() if "<th" in text])
def test_every_column_is_explained_on_hover(name: str) -> None:
    assert unexplained(NAMED[name]) == []
    heads = re.findall(r"<thead>(.*?)</thead>", NAMED[name], re.DOTALL)
    assert all(part.count("<th ") == len(HEAD.findall(part)) for part in heads), "a head of no column"


def test_every_chart_has_a_table() -> None:
    """In the same template, or beside it in each that includes it."""
    charts = [name for name, text in NAMED.items() if "<svg" in text and "<table" not in text]
    pages = {
        chart: [name for name, text in NAMED.items() if chart in INCLUDED.findall(text)] for chart in charts
    }
    assert charts and all(
        around and all("<table" in shown(one) for one in around) for around in pages.values()
    )


def test_the_guard_bites() -> None:
    assert unexplained('<th scope="col" class="n">Day</th>') == ["Day"]
    assert unexplained('<th scope="col"><abbr title="">Day</abbr></th>') != []
