"""WCAG 2.2 AA, as far as a program can say: every public page, in both languages, light and dark, on a desk and on a
phone, all folds open."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.running.tries import THOROUGH
from tests.views.accessibility import chromium
from tests.views.accessibility.chromium import Look, Rules
from tests.views.accessibility.pages import pages

pytestmark = pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")

PHONE, DESK = 360, 1280


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(shop: Any, now: Any, dark: bool) -> None:
    """Nor is any page wider than a phone, or anything on it too small for a finger."""
    looks = {
        f"{name} at {width}": Look(page, width, rules)
        for name, page in pages(now).items()
        for width, rules in asked(dark, "(en)" in name)
    }
    looked = chromium.looked_at(looks, dark=dark)
    assert {name: one["violations"] for name, one in looked.items() if one["violations"]} == {}
    assert len(looked) > (12 if dark else 38) and min(one["passes"] for one in looked.values()) > (
        0 if dark else 10
    )
    assert {one["dark"] for one in looked.values()} == {dark}


def asked(dark: bool, english: bool) -> Iterator[tuple[int, Rules]]:
    """How wide, and by which rules. The languages share their colours: a desk's are looked at in English and in light,
    a phone's in English and in the dark, all of them in a thorough run."""
    if dark:
        if english or THOROUGH:
            yield PHONE, Rules.COLOURS
        return
    yield PHONE, Rules.ALL if THOROUGH else Rules.ALL_BUT_COLOURS
    if english or THOROUGH:
        yield DESK, Rules.ALL


def test_it_would_find_something() -> None:
    """A picture without words, a field without a name, grey on grey."""
    bad = (
        "<!doctype html><html><head><title>x</title></head><body><main><h1>x</h1><img src='data:,'><input>"
        "<p style='color:#999;background:#aaa'>grey</p></main></body></html>"
    )
    looked = chromium.looked_at({rules.name: Look(bad, DESK, rules) for rules in Rules})
    found = {name: {each.partition(":")[0] for each in one["violations"]} for name, one in looked.items()}
    without = {"html-has-lang", "image-alt", "label"}
    assert found["ALL"] >= {*without, "color-contrast"}
    assert found["ALL_BUT_COLOURS"] >= without and "color-contrast" not in found["ALL_BUT_COLOURS"]
    assert found["COLOURS"] == {"color-contrast", "too small to tap"}
