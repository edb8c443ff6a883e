"""The first quarter of an hour stands in the owner's guide, click by click. That it is so is driven in the real Saleor
Dashboard (tests/saleor/e2e/desk/test_first_quarter.py)."""

import pytest

from tests.support.owner.script import DOCS, MOST, clicks, total


@pytest.mark.parametrize("language", DOCS)
def test_the_clicks_add_up(language: str) -> None:
    """Step by step without a gap, as many as the guide says in all, and few enough."""
    told = clicks(language)
    assert list(told) == list(range(1, len(told) + 1)) and min(told.values()) >= 1
    assert sum(told.values()) == total(language) <= MOST


def test_both_languages_tell_the_same_script() -> None:
    """Whoever reads the other guide presses as often, step by step."""
    assert clicks("en") == clicks("es")
