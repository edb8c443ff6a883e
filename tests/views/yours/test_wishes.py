"""What was said before, by whomever and through whatever door, is neither lost nor loosened: by no form of the page
that is about something else, and by no undo."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.preferences.preferences import Preferences
from saleor_relacional.models import Declaration, Preference, Profile, Topic
from tests.support.ledger_stories import address, known, text
from tests.views.yours.test_page import WISHES


@pytest.fixture
def zenobia(shop: Any, now: datetime) -> Profile:
    """Something of everything."""
    Topic.objects.create(key="tea", names={"en": "Tea", "es": "Té"}, created_at=now)
    Topic.objects.create(key="cups", names={"en": "Cups"}, created_at=now)
    return known(now)


def before(now: datetime) -> dict[str, dict[str, Any]]:
    """What may hold already: numbers that the page does not offer, moments within a day, zones and languages that it
    does not list, parts of a day."""
    return {
        "numbers": {"per_week": 2, "per_month": 9}, "none at all": {"per_month": 0},
        "to the hour": {"paused_until": now + timedelta(days=10, hours=3, minutes=30, seconds=20)},
        "to the second": {"quiet_from": "21:30:15", "quiet_to": "07:00"},
        "universal time": {"time_zone": "UTC", "language": "pt-BR"},
        "elsewhere": {"time_zone": "Etc/GMT+3", "language": "es-MX", "quiet_from": "21:00", "quiet_to": "07:00"},
        "a part of a day": {"every_days": 60.88, "not_before": date(2026, 5, 4)},
        "topics": {"unwanted_topics": ["tea"], "do_not_sell": True},
    }  # fmt: skip


NAMES = tuple(before(datetime.min.replace(year=2000)))


def held(person: Profile, now: datetime, name: str) -> Preferences:
    """What she said before, through the API or to staff."""
    return preferences.change(person, now=now, source="staff", **before(now)[name])


class Forms(HTMLParser):
    """The forms of a page with what they are filled with, as a browser posts them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, list[str]]] = []
        self._select, self._first = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({})
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self._add(given["name"], given.get("value", ""))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and ("selected" in given or self._select not in self.found[-1]):
            self.found[-1][self._select] = [given.get("value", "?")]
            self._first = "value" not in given

    def handle_data(self, data: str) -> None:
        if self._first:
            self.found[-1][self._select], self._first = [data], False

    def _add(self, name: str, value: str) -> None:
        self.found[-1].setdefault(name, []).append(value)

    @classmethod
    def of(cls, page: str) -> list[dict[str, list[str]]]:
        """Name → values, of each form."""
        read = cls()
        read.feed(page)
        return read.found


@pytest.mark.parametrize("name", NAMES)
def test_saving_a_form_as_it_stands_changes_nothing(zenobia: Profile, now: datetime, name: str) -> None:
    """Whoever opens a form and saves it has said nothing new: each of them, with each thing that may hold."""
    was = held(zenobia, now, name)
    forms = Forms.of(Client().get(address(zenobia, now)).content.decode())
    saved = [one for one in forms if one.get("what") in (["often"], ["topics"], ["when"], ["rhythm"])]
    saved = [one for one in saved if one.get("often") != ["fewer"]]
    saved += [one for one in forms if one.get("what") == ["pause"] and one.get("until", [""]) != [""]]
    assert len(saved) == 4 + (was.paused_until is not None)
    for form in saved:
        assert Client().post(address(zenobia, now, "ask/"), form).status_code == 200
        assert preferences.of(zenobia.pk) == was, form


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", [one[0] for one in WISHES], ids=lambda one: str(one)[:40])
def test_an_undo_brings_back_exactly_what_held(
    zenobia: Profile, now: datetime, name: str, form: dict[str, Any]
) -> None:
    """Whatever held before, and whoever said it: after each form and its undo it holds again, to the second."""
    was = held(zenobia, now, name)
    told = text(Client().post(address(zenobia, now, "ask/"), form))
    box = told.split('role="status"')[1].split("</div>")[0]
    undo: dict[str, list[str]] = {}
    for field, value in re.findall(r'name="([^"]+)" value="([^"]*)"', box):
        undo.setdefault(field, []).append(value)
    if undo:
        assert Client().post(address(zenobia, now, "ask/"), undo).status_code == 200
    assert preferences.of(zenobia.pk) == was


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ({}, (None, 1), "At most one email per month."), ({"per_week": 1}, (None, 1), "At most one email per month."),
        ({"per_month": 9}, (None, 1), "At most one email per month."),
        ({"per_month": 0}, (None, 0), "No emails about offers and news."),
        ({"per_week": 0}, (0, None), "No emails about offers and news."),
    ],
)  # fmt: skip
def test_less_often_is_never_more_often(
    zenobia: Profile, now: datetime, was: dict[str, int], becomes: tuple[int | None, int | None], said: str
) -> None:
    """The button beside leaving: one a month, and whoever wanted none wants none."""
    preferences.change(zenobia, now=now, source="staff", **was)
    page = Client().get(address(zenobia, now)).content.decode()
    [form] = [one for one in Forms.of(page) if one.get("often") == ["fewer"]]
    told = text(Client().post(address(zenobia, now, "ask/"), form))
    found = preferences.of(zenobia.pk)
    assert (found.per_week, found.per_month) == becomes and said in told


def test_their_own_numbers_are_said(zenobia: Profile, now: datetime) -> None:
    """Not "as often as you said": the numbers, and they are what is chosen."""
    held(zenobia, now, "numbers")
    told = text(Client().get(address(zenobia, now)))
    assert told.count("At most 2 emails per week. At most 9 emails per month.") == 2


def test_what_is_over_is_no_wish(zenobia: Profile, now: datetime) -> None:
    """A pause and a "not before" of last month are not shown, and stand in no other form's way."""
    preferences.change(
        zenobia, now=now, source="customer", paused_until=now + timedelta(days=1), not_before=date(2026, 5, 4)
    )
    Preference.objects.update(paused_until=now - timedelta(days=30))
    Declaration.objects.update(not_before=date(2026, 2, 1))
    page = Client().get(address(zenobia, now))
    assert "No pause." in text(page) and "February 1" not in text(page)
    for form in Forms.of(page.content.decode()):
        if form.get("what") == ["rhythm"]:
            told = Client().post(address(zenobia, now, "ask/"), {**form, "every": ["20"]})
            assert told.status_code == 200
    assert preferences.of(zenobia.pk).every_days == 20
