"""Every public address of ours: reading changes no row, a link that we did not sign opens nothing, and nothing leads
elsewhere than we say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from saleor_relacional import urls
from saleor_relacional.db import tables
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.limits import limit
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import Basket, Profile, Signup
from tests.support.asked import Asked
from tests.support.ledger_stories import known

WRITES = re.compile(
    r"""\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE)\b|(?<!FOR )(?<!KEY )(?<!DO )\bUPDATE\s+["\w]""",
    re.I,
)
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
    """Something of everything, an open basket, and a signup that nobody has confirmed."""
    person = known(now)
    signups.ask("zenobia@shop.example", who="10.0.0.1", text="News of tea.", now=now)
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
        links.feedback_url(person.public_id, now).rsplit("/", 2)[1],
        links.newsletter_url(Signup.objects.get().public_id).rsplit("/", 2)[1],
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


def writes(statement: str) -> bool:
    """Whether a statement may change a row. How often somebody knocks is counted: a keyed hash and a moment, nothing of
    what anybody reads."""
    return WRITES.search(statement) is not None and not statement.lstrip().startswith(
        f"INSERT INTO {tables.KNOCK}"
    )


def test_what_writes_is_noticed() -> None:
    """Also in the middle of a statement; a lock writes nothing."""
    assert all(
        map(writes, (
            "INSERT INTO x VALUES (1)", " ( UPDATE x SET a = 1)", "WITH a AS (UPDATE x SET b = 1) SELECT 1",
            "WITH a AS (SELECT 1)\nINSERT INTO x SELECT 1", "with gone as (delete from x) select 1",
            'UPDATE "x" SET a = 1', "TRUNCATE x",
        ))
    )  # fmt: skip
    assert not any(
        map(writes, (
            "SELECT 1 FROM x FOR UPDATE", "SELECT 1 FROM x FOR NO KEY UPDATE SKIP LOCKED", "SELECT updated_at FROM x",
            f"INSERT INTO {tables.KNOCK} AS k (door) VALUES (1)", "SELECT 1 FROM x FOR UPDATE OF e",
        ))
    )  # fmt: skip


@pytest.mark.parametrize("route", [route for route, _name in ROUTES])
def test_reading_changes_no_row(zenobia: Profile, now: Any, route: str) -> None:
    """Mail scanners, previews and prefetching follow links: GET, HEAD and OPTIONS write nothing, whatever the token."""
    browser = Client(enforce_csrf_checks=True)
    for address in addresses(route, zenobia, now):
        for method in READING:
            with Asked() as queries:
                answer = getattr(browser, method)(address)
            assert answer.status_code < 500
            wrote = [each["sql"] for each in queries.captured_queries if writes(each["sql"])]
            assert wrote == [], (method, address)


@pytest.mark.parametrize("route", [route for route, _name in ROUTES if "<str:token>" in route])
def test_a_token_of_another_purpose(zenobia: Profile, now: Any, route: str) -> None:
    """Of the tokens of all purposes one opens an address; the others are refused, and tell nothing of her."""
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


PURPOSES = {"leave": 0, "page": 1, "checkout": 4, "feedback": 5, "newsletter": 6}
"""First part of a route → which of `tokens` opens it."""
UNCOUNTED = {
    ("relacional-leave", "get"), ("relacional-leave", "post"),  # nobody who leaves is ever turned away
    ("relacional-mail-events", "get"),  # says that somebody is there, and nothing else
    ("relacional-mail-events", "post"),  # whoever is not the provider asks the database nothing
    ("relacional-newsletter", "get"),  # a form without anything of anybody
}  # fmt: skip


def test_every_purpose_has_its_token(zenobia: Profile, now: Any) -> None:
    """Whoever adds a purpose adds its token, so that it is tried at every address."""
    assert len(tokens(zenobia, now)) == len(links.Purpose)


@pytest.mark.parametrize(("route", "name"), ROUTES)
def test_every_door_is_counted(
    zenobia: Profile, now: Any, route: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has knocked too often is turned away, politely, at each address and with each method; or it is named
    above, with its reason."""
    monkeypatch.setattr(limit, "allowed", lambda *given, **named: False)
    kind = route.partition("/")[0]
    all_of_hers = addresses(route, zenobia, now)
    address = all_of_hers[PURPOSES.get(kind, 0)]
    for method in ("get", "post"):
        given = {"email": "ana@example.com", "kind": "wish", "text": "x"} if method == "post" else {}
        answer = getattr(Client(), method)(address, given)
        if answer.status_code == 405:
            continue
        assert (answer.status_code == 429) == ((name, method) not in UNCOUNTED), (name, method)
