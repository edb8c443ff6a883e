"""Pictures of the customer's page for docs/customer.md. `make pictures` keeps them there."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.running.tries import THOROUGH
from tests.views.accessibility import chromium
from tests.views.accessibility.pages import pages

pytestmark = pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")

KEPT = os.environ.get("RELACIONAL_PICTURES", "")
TAKEN = {
    "page": ("yours (en)", 390, 1500, False), "page-dark": ("yours (en)", 390, 1500, True),
    "page-es": ("yours (es)", 390, 1500, False), "page-wrong": ("say (en)", 390, 900, False),
    "page-left-es": ("left (es)", 390, 900, False), "page-tell": ("rating (en)", 390, 1000, False),
    "page-tell-es": ("rating (es)", 390, 1000, False), "page-newsletter": ("confirm (en)", 390, 600, False),
    "page-newsletter-es": ("confirm (es)", 390, 600, False), "page-forget": ("sure (en)", 390, 1250, False),
    "page-forget-es": ("sure (es)", 390, 1250, False), "page-wrong-es": ("say (es)", 390, 900, False),
}  # fmt: skip
"""File → page, width, height, whether in the dark."""
SAMPLE = ("page", "page-dark", "page-newsletter-es")
"""Of each kind one: light, dark, and the smallest, in the other language."""


def test_pictures_of_the_page(shop: Any, now: Any, tmp_path: Path) -> None:
    """Each is a PNG of the size that was asked for, with something on it."""
    found, folder = pages(now), Path(KEPT).resolve() if KEPT else tmp_path
    for name in TAKEN if KEPT or THOROUGH else SAMPLE:
        page, width, height, dark = TAKEN[name]
        file = folder / f"{name}.png"
        chromium.picture(found[page], file, width=width, height=height, dark=dark)
        data = file.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 10_000
        assert int.from_bytes(data[16:20]) == width and int.from_bytes(data[20:24]) == height


def test_the_page_that_a_shop_publishes_shows_what_is_taken() -> None:
    """Every picture of docs/customer.md and its Spanish sister is one of these, and each language shows its own: saying
    what is wrong, telling us, the newsletter's question, being forgotten."""
    docs = Path(__file__).parents[3] / "docs"
    english, spanish = (
        set(re.findall(r"images/([\w-]+)\.png", (docs / name).read_text("utf-8")))
        for name in ("customer.md", "customer.es.md")
    )
    assert english | spanish <= set(TAKEN) and {"page-tell", "page-newsletter", "page-forget"} <= english
    assert {f"{name}-es" for name in ("page", "page-tell", "page-newsletter", "page-forget")} <= spanish
    assert all(TAKEN[name][0].endswith("(en)") for name in english)
    assert all(TAKEN[name][0].endswith("(es)") for name in spanish)
