"""Every address of the desk, found in its table of addresses: none answers nobody, none changes something for a reader,
none changes anything by GET. A page that is added is asked here by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from saleor_relacional.dashboard.desk import CONTENTS
from tests.api.asking import Asker

pytestmark = pytest.mark.django_db

SAMPLES = {
    "UUIDConverter": "6f1c0c52-27b4-4d5b-9d7e-0d8e3c1b2a10",
    "IntConverter": "1",
    "PathConverter": "a/b",
}
"""Converter → a value that it lets through; any other: a word."""


def addresses(found: Any, before: str = "") -> Iterator[str]:
    for each in found:
        route = str(each.pattern)
        for name, converter in each.pattern.converters.items():
            sample = SAMPLES.get(type(converter).__name__, "word")
            for kind in ("uuid", "int", "slug", "str", "path"):
                route = route.replace(f"<{kind}:{name}>", sample)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, before + route)
        elif isinstance(each, URLPattern):
            yield before + route


ALL = sorted(each for each in set(addresses(get_resolver(CONTENTS).url_patterns)) if "^" not in each)
"""Whatever else is asked for is not there (the last pattern)."""


def asked(method: str, address: str, asker: Asker | None) -> int:
    headers = {"Authorization": asker.token} if asker else {}
    client = Client(enforce_csrf_checks=True)
    ask = client.get if method == "GET" else client.post
    return int(ask(f"/dashboard/content/{address}", headers=headers).status_code)


def test_addresses_are_found() -> None:
    """And no hole of a route is left open."""
    assert {"home/", "slipping/make/", "card/"} <= set(ALL)
    assert not any("<" in address for address in ALL)


@pytest.mark.parametrize("address", ALL)
def test_nobody_learns_or_changes_anything(shop: Any, address: str) -> None:
    """401, or not by this method."""
    told = {asked("GET", address, None), asked("POST", address, None)}
    assert told <= {401, 405} and 401 in told


@pytest.mark.parametrize("address", ALL)
def test_a_reader_changes_nothing(shop: Any, reader: Asker, address: str) -> None:
    """What answers POST alone changes something and needs MANAGE_RELATIONSHIPS; searches and previews answer by POST
    too, but say so by their name."""
    if asked("GET", address, reader) == 405:
        reads = address.rstrip("/").rsplit("/", 1)[-1] in READS
        assert (asked("POST", address, reader) != 403) if reads else (asked("POST", address, reader) == 403)


READS = frozenset({"beside", "compare", "search", "more", "preview", "count", "export", "why"})
"""Last words of addresses that are asked by POST only to keep what was typed out of the address."""
