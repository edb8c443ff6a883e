"""Every public address of ours: reading changes no row, a link that we did not sign opens nothing, and nothing leads
elsewhere than we say."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from saleor_relacional import urls
from saleor_relacional.flows.consent import links
from saleor_relacional.models import Basket, Profile
from tests.support.asked import Asked
from tests.support.ledger_stories import known

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "WITH RECURSIVE gone")
READING = ("get", "head", "options")


def patterns(found: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Route and name of each of our addresses, those of the dashboard left out: staff open them, with a permission."""
    for one in found or urls.urlpatterns:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            if route != "dashboard/":
                yield from patterns(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, str(one.name)


ROUTES = sorted(patterns())


@pytest.fixture
def zenobia(shop: Any, now: Any) -> Profile:
    """Something of everything, and an open basket."""
    person = known(now)
    Basket.objects.create(
        profile=person,
        source="test",
        reference="b",
        currency="EUR",
        total=9,
        changed_at=now,
        learned_at=now,
        filled=True,
    )
    return person


def tokens(person: Profile, now: Any) -> list[str]:
    """One of each purpose that we sign."""
    basket = Basket.objects.get(profile=person)
    return [
        links.leave_token(person.public_id), links.page_token(person.public_id, now),
        links.stay_token(person.public_id), links.erase_token(person.public_id),
        links.checkout_url(basket.pk, now).rsplit("/", 2)[1],
    ]  # fmt: skip


def addresses(route: str, person: Profile, now: Any) -> list[str]:
    """The route, filled in with each token."""
    return [
        "/" + route.replace("<str:token>", token).replace("<slug:entry>", "purchase-0123456789abcdef")
        for token in tokens(person, now)
    ]


def test_they_are_all_here() -> None:
    """An address that takes something else than a token and an entry has to be filled in here."""
    assert {"relacional-leave", "relacional-page", "relacional-checkout"} <= {name for _route, name in ROUTES}
    assert get_resolver() is not None


@pytest.mark.parametrize("route", [route for route, _name in ROUTES])
def test_reading_changes_no_row(zenobia: Profile, now: Any, route: str) -> None:
    """Mail scanners, previews and prefetching follow links: GET, HEAD and OPTIONS write nothing, whatever the token."""
    browser = Client(enforce_csrf_checks=True)
    for address in addresses(route, zenobia, now):
        for method in READING:
            with Asked() as queries:
                answer = getattr(browser, method)(address)
            assert answer.status_code < 500
            wrote = [
                each["sql"]
                for each in queries.captured_queries
                if each["sql"].lstrip("( \n").startswith(WRITES)
            ]
            assert wrote == [], (method, address)


@pytest.mark.parametrize("route", [route for route, _name in ROUTES if "<str:token>" in route])
def test_a_token_of_another_purpose(zenobia: Profile, now: Any, route: str) -> None:
    """Of five tokens one opens an address; the others are refused, and tell nothing of her."""
    found = [Client().get(one) for one in addresses(route, zenobia, now)]
    shown = [one for one in found if one.status_code not in (404, 405) or b"enobia" in one.content]
    assert len(shown) <= 1


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nothing_leads_elsewhere(zenobia: Profile, now: Any, bad: str) -> None:
    """No parameter of an address decides where somebody ends up."""
    browser = Client(enforce_csrf_checks=True)
    names = ("next", "url", "return", "redirect", "continue", "to")
    for route, _name in ROUTES:
        for address in addresses(route, zenobia, now)[:2]:
            answer = browser.get(address, dict.fromkeys(names, bad))
            told = answer.content.decode()
            assert "Location" not in answer and "evil.example" not in told and "alert(1)" not in told
