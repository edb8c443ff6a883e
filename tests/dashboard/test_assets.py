"""Script and style: served by us, from the package, with a type, a version and nothing else beside them."""

import hashlib
import re
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.dashboard import assets

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""SHA-256 of dist/htmx.min.js in the npm package htmx.org 2.0.11."""


@pytest.mark.parametrize("name", assets.TYPES)
def test_each_is_there_with_its_type(name: str) -> None:
    """And may be kept for ever under its own version only."""
    answer = Client().get(f"/dashboard/static/{name}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == assets.TYPES[name]
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff"
        and "max-age=300" in answer.headers["Cache-Control"]
    )
    versioned = Client().get(assets.link(name))
    assert "immutable" in versioned.headers["Cache-Control"]
    again = Client().get(f"/dashboard/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize("name", ["pages.py", "..%2Fpages.py", "nothing.js", ".."])
def test_nothing_else_is(name: str) -> None:
    """No way up, no way to other files."""
    assert Client().get(f"/dashboard/static/{name}").status_code == 404


def test_htmx_is_what_npm_has(capsys: Any) -> None:
    """Taken unchanged, its licence beside it."""
    assert hashlib.sha256((assets.PLACE / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    assert "Zero-Clause BSD" in (assets.PLACE / "htmx.LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["card/", "slipping/"])
def test_pages_hold_nothing_inline(shop: Any, page: str) -> None:
    """What the policy forbids is not there: no inline script, style or handler, nothing from elsewhere."""
    text = Client().get(f"/dashboard/{page}").content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://", text)
    for template in (assets.PLACE.parent / "templates" / "relationship").glob("*.html"):
        assert not re.search(r"<style|\sstyle=|\son\w+=", template.read_text(encoding="utf-8")), template.name
