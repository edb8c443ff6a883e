"""The list of breakages follows the code, so that `make mutants` can always be run."""

from pathlib import Path

import pytest

from tests.mutants import symbols
from tests.mutants.breakage import Breakage
from tests.mutants.listing import listed, misfits

MOST = 240
"""A longer list is run by nobody: a new guard takes the place of one that is worth less."""

MODULE = '''\
LIMIT = (
    10
)


@first
@second
def spend(limit):
    return limit


class Purse:
    """Of coins."""

    def spend(self):
        return LIMIT
'''


def test_every_breakage_fits_the_code() -> None:
    """Each symbol exists, the old text occurs once in it, the broken file compiles, the tests exist, and no two
    breakages have one name."""
    assert misfits(listed()) == []


def test_the_list_stays_short() -> None:
    """Whoever adds more takes others out."""
    assert 0 < len(listed()) <= MOST


def test_a_misfit_is_told_by_its_name() -> None:
    """A symbol that is gone, text that occurs twice, code that does not compile, a test that nobody wrote."""
    good = listed()[0]
    given = {"name": "broken", "tests": good.tests}
    find = "tests.mutants.symbols.find"
    wrong = [
        Breakage(symbol="tests.mutants.symbols.lost", old="a", new="b", **given),
        Breakage(symbol=find, old="symbol", new="b", **given),
        Breakage(symbol=find, old="def find(", new="def find((", **given),
        Breakage(symbol=find, old="def find(", new="def found(", name="untested", tests="test_of_nobody"),
        Breakage(symbol="tests/mutants/none.html", old="a", new="a", **given),
    ]
    told = misfits(wrong)
    assert [each.split(":")[0] for each in told] == [
        "'broken' is listed 4 times", "'broken'", "'broken'", "'broken'", "'untested'", "'broken'", "'broken'",
    ]  # fmt: skip
    assert "lost is defined 0 times" in told[1]
    assert "times in tests.mutants.symbols.find" in told[2]
    assert "does not compile" in told[3]
    assert told[4].endswith("there is no test 'test_of_nobody'")
    assert told[5:] == [
        "'broken': its new text is the old one",
        "'broken': there is no file tests/mutants/none.html",
    ]


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        ("shop.purse.LIMIT", "LIMIT = (\n    10\n)\n"),
        ("shop.purse.spend", "@first\n@second\ndef spend(limit):\n    return limit\n"),
        ("shop.purse.Purse.spend", "    def spend(self):\n        return LIMIT\n"),
    ],
)
def test_a_symbol_is_found_on_disk(tmp_path: Path, symbol: str, text: str) -> None:
    """Its whole source and no line of a neighbour; the file around it is untouched."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/purse.py").write_text(MODULE, encoding="utf-8")
    found = symbols.find(symbol, tmp_path)
    assert (found.file, found.text) == (Path("shop/purse.py"), text)
    assert found.before + found.text + found.after == MODULE
