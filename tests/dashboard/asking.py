"""Sending what the pages of the desk send."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.db import locks
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


def met_meanwhile(monkeypatch: pytest.MonkeyPatch, colleague: Callable[[], object]) -> None:
    """Whoever saves next waits for a lock of ours, and meanwhile a colleague does this (in the same
    transaction: it is undone with what is refused)."""
    real, waiting = locks.lock, [colleague]

    def lock(*what: Any) -> None:
        if waiting:
            waiting.pop()()
        real(*what)

    monkeypatch.setattr(locks, "lock", lock)
