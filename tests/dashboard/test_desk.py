"""The desk: its navigation, its frames, who may change something, and that everybody can read it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.dashboard.desk import SECTIONS
from tests.api.asking import Asker
from tests.dashboard.asking import get, text
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
    """One that says so when it is filled in."""
    assert Client().get("/dashboard/nothing-of-ours").status_code == 404
    assert Client().get("/dashboard/content/").status_code == 404


MISSING = "7d6c4c5c-5c1e-4c6e-9d4f-0d6a2b1c9e55"


@pytest.mark.parametrize(
    ("place", "back"),
    [
        (f"campaigns/{MISSING}/", "Campaigns"), (f"campaigns/{MISSING}/activate/", "Campaigns"),
        (f"evidence/{MISSING}/", "Evidence"), ("messages/nothing/en/", "Messages"),
        (f"inbox/{MISSING}/", "Inbox"), (f"inbox/remarks/{MISSING}/", "Inbox"), ("policy/nothing/", "Policy"),
        ("campaigns/not-a-campaign/", "Campaigns"),
        (f"segments/{MISSING}/", "Segments"), (f"customers/{MISSING}/", "Customers"), ("nowhere/", "Home"),
    ],
)  # fmt: skip
def test_what_is_not_there_says_so_with_a_way_back(shop: Any, owner: Asker, place: str, back: str) -> None:
    """A kept link to what was deleted, or was never there, leads to a page with the navigation, in the reader's
    language; a part of a page to a line; whoever has no token to what is missing."""
    found = get(owner, place)
    said = text(found)
    assert found.status_code == 404 and 'class="tabs"' in said and "<h1" in said
    assert f'href="/dashboard/{back.lower()}" data-go' in said.partition("</nav>")[2]
    spanish = text(get(owner, place, language="es"))
    assert "Nothing stands" not in spanish and "There is no such" not in spanish
    assert get(None, place).status_code == 401
    assert Client().get(f"/dashboard/{place}").status_code in (200, 404)


def test_a_part_that_is_not_there_is_a_line(shop: Any, owner: Asker) -> None:
    """And no page within a page."""
    asked = {"Authorization": owner.token, "HX-Request": "true"}
    part = Client().get(f"/dashboard/content/campaigns/{MISSING}/outlook/", headers=asked)
    assert part.status_code == 404 and "not here any more" in part.content.decode()
    assert "tabs" not in part.content.decode()
    whole = Client().get(
        f"/dashboard/content/campaigns/{MISSING}/", headers={**asked, "HX-Target": "content"}
    )
    assert "tabs" in whole.content.decode()


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_a_desk_without_customers(
    shop: Any, owner: Asker, now: datetime, language: str
) -> None:
    """axe finds nothing, in light and dark, at a desk and on a phone; nothing is wider than the screen."""
    found = {section.place: content(owner, f"{section.place}/", language=language) for section in SECTIONS}
    assert faults(found, language=language) == {}
