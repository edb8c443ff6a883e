"""Sending what the pages of the desk send."""

from html import unescape
from typing import Any

from django.test import Client

from tests.api.asking import Asker

CANARY = "<script>canary()</script><img src=x onerror=canary()>\"'><b>"
"""What somebody types who wants to run something in a colleague's browser."""


def headers(asker: Asker | None, language: str = "en") -> dict[str, str]:
    token = {"Authorization": asker.token} if asker and asker.token else {}
    return {"Accept-Language": language, **token}


def post(
    asker: Asker | None, place: str, typed: dict[str, Any] | None = None, *, language: str = "en"
) -> Any:
    """The answer to a POST below content/; nothing of ours may need a cookie."""
    browser = Client(enforce_csrf_checks=True)
    return browser.post(f"/dashboard/content/{place}", typed or {}, headers=headers(asker, language))


def get(asker: Asker | None, place: str, *, language: str = "en") -> Any:
    """The answer to a GET below content/."""
    return Client().get(f"/dashboard/content/{place}", headers=headers(asker, language))


def text(answer: Any) -> str:
    """What it says, in one line."""
    return " ".join(unescape(answer.content.decode()).split())


def harmless(answer: Any) -> bool:
    """Whether the canary stands in it, and nowhere as markup."""
    page = answer.content.decode()
    return "canary()" in page and "<script>canary" not in page and "<img src=x" not in page
