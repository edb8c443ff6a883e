"""Which of our addresses answer on Saleor while the plugin is switched off."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

from saleor_relacional.hosts.saleor import pages

OPEN = {
    "relacional-leave", "relacional-page", "relacional-page-take", "relacional-page-forget", "relacional-checkout",
    "relacional-mail-events",
}  # fmt: skip
"""Written down once more, so that nobody opens another in passing."""
VALUES = {"token": "t0ken", "entry": "entry", "asset": "desk.css", "pk": "1"}


def _named(patterns: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and path of each address, something in each of its places."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield str(one.name), route
        else:
            yield from _named(one.url_patterns, route)


def _filled(route: str) -> str:
    if "^" in route:  # of the frames, with or without a slash at the end
        before, _, expression = route.partition("^")
        return (
            before + (re.match(r"\w*", expression) or [""])[0] if expression[0] != "(" else f"{before}people"
        )
    parts = []
    for part in route.split("/"):
        kind, _, name = part.strip("<>").rpartition(":")
        sample = {"uuid": "00000000-0000-0000-0000-000000000000", "int": "1"}.get(
            kind, VALUES.get(name, "one")
        )
        parts.append(sample if part.startswith("<") else part)
    return "/".join(parts)


ADDRESSES = sorted(_named(get_resolver(pages.URLS).url_patterns))


@pytest.mark.parametrize(("name", "route"), [one for one in ADDRESSES if one[0] not in OPEN])
def test_everything_else_is_not_there(name: str, route: str) -> None:
    """404, before any view has been asked. Had it been asked, it would have failed: there is no shop here."""
    path = "/" + _filled(route)
    found = get_resolver(pages.URLS).resolve(path)
    assert found.url_name == name or name == "None"
    for method in ("get", "post"):
        request = getattr(RequestFactory(), method)(path)
        assert pages.answer(request, path, active=False).status_code == 404


def test_the_others_are_those_that_must_answer() -> None:
    """Leaving, seeing, taking along, erasing; the way back to a checkout from a mail that has left; what a provider
    tells of such a mail."""
    assert pages.EVEN_WHEN_OFF == OPEN
    assert {name for name, _ in ADDRESSES} >= OPEN
