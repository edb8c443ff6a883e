"""The desk: its navigation, its frames, who may change something, and that everybody can read it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.dashboard.desk import SECTIONS
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("section", [section.place for section in SECTIONS])
def test_every_section_has_a_frame_and_a_content(shop: Any, owner: Asker, section: str) -> None:
    """With or without a slash, with the filters of a link that somebody kept; its entry is the current one."""
    for address in (section, f"{section}/", f"{section}?stage=new"):
        assert Client().get(f"/dashboard/{address}").status_code == 200
    text = content(owner, f"{section}/")
    assert f'href="/dashboard/{section}" data-go aria-current="page"' in text
    assert '<h1 tabindex="-1">' in text


def test_a_place_that_is_none_has_no_frame(shop: Any) -> None:
    """Instead of one that would stay empty."""
    assert Client().get("/dashboard/nothing-of-ours").status_code == 404
    assert Client().get("/dashboard/content/").status_code == 404


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_a_desk_without_customers(
    shop: Any, owner: Asker, now: datetime, language: str
) -> None:
    """axe finds nothing, in light and dark, at a desk and on a phone; nothing is wider than the screen."""
    found = {section.place: content(owner, f"{section.place}/", language=language) for section in SECTIONS}
    assert faults(found, language=language) == {}
