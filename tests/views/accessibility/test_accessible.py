"""WCAG 2.2 AA, as far as a program can say: every public page, in both languages, light and dark, on a desk and on a
phone, all folds open."""

from typing import Any

import pytest

from tests.views.accessibility import chromium
from tests.views.accessibility.pages import pages

pytestmark = pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")

PHONE, DESK = 360, 1280


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(shop: Any, now: Any, dark: bool) -> None:
    """Nor is any page wider than a phone, or anything on it too small for a finger."""
    looked = chromium.looked_at(pages(now), widths=(PHONE,) if dark else (PHONE, DESK), dark=dark)
    assert {name: one["violations"] for name, one in looked.items() if one["violations"]} == {}
    assert len(looked) > (25 if dark else 50) and min(one["passes"] for one in looked.values()) > (
        0 if dark else 10
    )
    assert {one["dark"] for one in looked.values()} == {dark}


def test_it_would_find_something() -> None:
    """A picture without words, a field without a name, grey on grey."""
    bad = (
        "<!doctype html><html><head><title>x</title></head><body><main><h1>x</h1><img src='data:,'><input>"
        "<p style='color:#999;background:#aaa'>grey</p></main></body></html>"
    )
    [found] = chromium.looked_at({"bad": bad}, widths=(DESK,), dark=False).values()
    assert {one.partition(":")[0] for one in found["violations"]} >= {
        "html-has-lang", "image-alt", "label", "color-contrast",
    }  # fmt: skip
    [found] = chromium.looked_at({"bad": bad}, widths=(DESK,), dark=True).values()
    assert {one.partition(":")[0] for one in found["violations"]} == {"color-contrast", "too small to tap"}
