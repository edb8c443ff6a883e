"""Until somebody has said which address may frame us, a page says what to fill in, and nothing else."""

from typing import Any

import pytest
from django.test import Client

from saleor_relacional.hosts.standalone.host import StandaloneHost

pytestmark = pytest.mark.django_db

PAGES = ("card", "slipping", "calibration", "checklist")


@pytest.fixture
def nobody_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop whose dashboard's address nobody has told us."""
    monkeypatch.setattr(StandaloneHost, "dashboard_origins", lambda self: [])


@pytest.mark.parametrize("page", PAGES)
def test_the_frame_says_what_to_do(shop: Any, nobody_may: None, page: str) -> None:
    """Any dashboard shows it, since there is nothing in it: no script that would take a token, no button, no data."""
    said = Client().get(f"/dashboard/{page}", headers={"Accept-Language": "en"})
    policy, text = said["Content-Security-Policy"], said.content.decode()
    assert said.status_code == 200 and "frame-ancestors *" in policy
    assert (
        "Dashboard URL" in text
        and "<script" not in text
        and "<form" not in text
        and "data-content" not in text
    )
    spanish = Client().get(f"/dashboard/{page}", headers={"Accept-Language": "es"}).content.decode()
    assert "Falta un ajuste" in spanish


@pytest.mark.parametrize("page", PAGES)
def test_what_has_data_is_still_framed_by_nobody(shop: Any, nobody_may: None, page: str) -> None:
    """The setting opens the empty page alone."""
    policy = Client().get(f"/dashboard/content/{page}/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("page", PAGES)
def test_with_an_address_the_frame_is_the_page(shop: Any, page: str) -> None:
    """As ever: framed by the dashboard alone."""
    said = Client().get(f"/dashboard/{page}")
    assert (
        "frame-ancestors 'self'" in said["Content-Security-Policy"]
        and "data-content" in said.content.decode()
    )
