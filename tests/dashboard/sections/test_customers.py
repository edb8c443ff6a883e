"""The list of customers: who stands in it, in which order, and what leaves with it."""

import uuid
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.dashboard.customers import asked as customers_asked
from saleor_relacional.flows.scoring import stale
from saleor_relacional.flows.segments import segments
from saleor_relacional.models import Exclusion, Label, Profile, Purchase, StaffNote
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, late, scored
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db


def ask(place: str, asker: Asker | None, language: str = "en", **given: str) -> Any:
    """What is asked by POST."""
    token = {"Authorization": asker.token} if asker and asker.token else {}
    return Client().post(
        f"/dashboard/content/customers/{place}/", given, headers={"Accept-Language": language, **token}
    )


def told(answer: Any) -> str:
    """What stands in it."""
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


@pytest.fixture
def people(shop: Any, now: datetime) -> None:
    """Ana and Bea are late, Bea may not be written to; Dora never bought."""
    late("Ana", now, value="90.00", days_ago=(300,))
    late("Bea", now, value="20.00", days_ago=(430,), agreed=False)
    person("Dora")
    scored(now)


def test_everybody_with_how_they_stand(people: None, reader: Asker) -> None:
    """The most promising first; money and rhythms as people say them; each leads to their page; Spanish too."""
    text = content(reader, "customers/")
    ana = Profile.objects.get(first_name="Ana")
    assert f'href="/dashboard/customers/{ana.public_id}" data-go>ana@shop.example' in text
    assert text.index("ana@shop") < text.index("bea@shop") < text.index("dora@shop")
    assert "€90" in text and "Not a buyer yet" in text and "Yes: agreed before" in text and "9 weeks" in text
    assert text.count("<abbr title=") == 8  # every column says what it is
    spanish = content(reader, "customers/", language="es")
    assert (
        "Clientes" in spanish and "90 €" in spanish.replace("\xa0", " ") and "Aún no ha comprado" in spanish
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=prospect", {"dora"}),
        ("write=no", {"bea", "dora"}),
        ("write=yes", {"ana"}),
        ("worth=1", {"ana", "bea"}),
        ("worth=1000000", set()),
        ("currency=EUR", {"ana", "bea"}),
        ("stage=nonsense&worth=x&currency=euro&sort=size&segment=no", {"ana", "bea", "dora"}),
    ],
)
def test_filters_of_the_address(people: None, reader: Asker, query: str, found: set[str]) -> None:
    """What an address says that cannot be is as if it said nothing: somebody may have kept it for years."""
    text = content(reader, f"customers/?{query}")
    assert {name for name in ("ana", "bea", "dora") if f"{name}@shop" in text} == found
    if not found:
        assert "Nobody fits" in text


def test_the_people_of_a_segment(people: None, reader: Asker, now: datetime) -> None:
    """By its id; the one chosen is shown; of a segment that was deleted nobody."""
    rule = {"field": "purchases", "operator": "at_least", "value": 1}
    known = segments.create(name="Buyers", rule=rule, now=now)
    text = content(reader, f"customers/?segment={known.public_id}")
    assert "ana@shop" in text and "dora@shop" not in text
    assert f'<option value="{known.public_id}" selected>Buyers</option>' in text
    segments.remove(known.public_id)
    text = content(reader, f"customers/?segment={known.public_id}")
    assert (
        "Nobody fits" in text and f'<option value="{known.public_id}" selected>A segment that is gone' in text
    )


def test_a_search_stands_in_no_address(people: None, reader: Asker) -> None:
    """By POST, within the filters; what an address says of a search is not heard."""
    assert "bea@shop" in content(reader, "customers/?search=ana")
    text = told(ask("search", reader, search="AN"))
    assert "ana@shop" in text and "bea@shop" not in text
    assert "Nobody fits" in told(ask("search", reader, search="an", stage="prospect"))
    assert Client().get("/dashboard/content/customers/search/").status_code == 405
    refused = told(ask("search", reader, search="a" * 300))
    assert "at most 254" in refused


@pytest.mark.parametrize("query", ["", "sort=last_purchase", "sort=since&up=1", "sort=kept&currency=EUR"])
def test_a_page_goes_on_where_it_ended(shop: Any, reader: Asker, now: datetime, query: str) -> None:
    """Everybody once, in one order; a statement more for no page."""
    crowd(30, now)
    page = content(reader, f"customers/?{query}")
    assert page.count('<th scope="row">') == 25
    given = dict(one.split("=") for one in query.split("&") if one)
    vals = page.split("hx-vals='{")[1].split("}'")[0].replace("&#x27;", "'")
    place = {
        name.strip(' "'): value.strip(' "')
        for name, value in (one.split(": ", 1) for one in vals.split(", "))
    }
    rest = told(ask("more", reader, **given, **place))
    assert rest.count('<th scope="row">') == 5 and "Show more" not in rest
    emails = [part.split("</a>")[0] for part in (page + rest).split("data-go>person")[1:]]
    assert len(set(emails)) == 30
    for wrong in ({}, {"after": "x"}, {"after": "-1"}, {"after": "1", "value": "nan"}, {"after": str(2**70)}):
        assert ask("more", reader, **wrong).status_code == 404


def test_heads_order_and_turn(people: None, reader: Asker) -> None:
    """The current one says how it stands; another click turns it; by what was kept within one currency."""
    text = content(reader, "customers/?sort=last_purchase")
    assert 'aria-sort="descending"' in text and "sort=last_purchase&amp;up=1" in text
    assert "currency=EUR&amp;sort=kept" in text
    assert text.index("ana@shop") < text.index("bea@shop")
    turned = content(reader, "customers/?sort=last_purchase&up=1")
    assert turned.index("bea@shop") < turned.index("ana@shop")


def test_amounts_of_several_currencies_have_no_order(shop: Any, reader: Asker, now: datetime) -> None:
    """Ana pays in euros, Bea in dollars and last: without a currency who bought last stands first, no amount can be
    sorted by, and an address that asks for it is not heard. Within one currency the most promising comes first."""
    late("Ana", now, value="90.00", days_ago=(300,))
    late("Carla", now, value="20.00", days_ago=(300,))
    bea = late("Bea", now, value="99.00", days_ago=(200,))
    Purchase.objects.filter(profile=bea).update(currency="USD")
    stale.mark([bea.pk], now)
    scored(now)
    for query in ("", "sort=year_value", "sort=kept"):
        page = content(reader, f"customers/?{query}")
        assert page.index("bea@shop") < page.index("ana@shop"), query
        assert "sort=year_value" not in page and "Choose a currency above to sort by it" in page
    page = content(reader, "customers/?currency=EUR")
    assert page.index("ana@shop") < page.index("carla@shop") and "bea@shop" not in page
    assert "sort=kept" in page and "Choose a currency above to sort by it" not in page
    file = told(ask("export", reader, sort="year_value"))
    assert file.index("bea@shop") < file.index("ana@shop")


def test_amounts_of_several_currencies_are_not_compared(
    people: None, reader: Asker, monkeypatch: Any
) -> None:
    """Where the shop has several, an amount needs its currency: 100 of one are not 100 of another."""
    monkeypatch.setattr(customers_asked, "currencies", lambda: ["EUR", "USD"])
    text = content(reader, "customers/?worth=1")
    assert "Choose a currency, too" in text and "ana@shop" not in text and "Nobody fits" not in text
    assert 'name="worth" type="number" min="0" step="any" inputmode="decimal" value="1"' in text
    assert "Elige también una moneda" in content(reader, "customers/?worth=1", language="es")
    assert "ana@shop" in content(reader, "customers/?worth=1&currency=EUR")
    assert "ana@shop" not in content(reader, "customers/?worth=1&currency=USD")
    assert ask("count", reader, worth="1").status_code == 404


def test_how_many_is_told_after_the_page(people: None, reader: Asker) -> None:
    """The page does not count."""
    with Asked() as queries:
        content(reader, "customers/")
    assert not [
        one for one in queries.captured_queries if "SELECT count(*) FROM (SELECT 1 FROM" in one["sql"]
    ]
    assert told(ask("count", reader)).strip() == "3 customers"
    assert told(ask("count", reader, stage="prospect")).strip() == "1 customer"
    assert told(ask("count", reader, "es", worth="1")).strip() == "2 clientes"


def test_more_people_ask_no_more(shop: Any, reader: Asker, now: datetime) -> None:
    """A constant number of statements per page."""
    crowd(3, now)
    with Asked() as few:
        content(reader, "customers/")
    crowd(25, now)
    with Asked() as many:
        content(reader, "customers/")
    assert len(many) <= len(few)


def test_the_file_holds_the_rows_of_the_filter(
    people: None, reader: Asker, now: datetime, monkeypatch: Any
) -> None:
    """In the list's order, whatever a batch holds, and no cell is a formula."""
    from saleor_relacional.flows.profiles import profile_list

    Profile.objects.filter(first_name="Bea").update(email="=cmd|' /C calc'!A0@x.example", first_name="+Bea")
    answer = ask("export", reader, currency="EUR")
    assert answer["Content-Disposition"].startswith('attachment; filename="customers-2026-03-02')
    assert answer["Cache-Control"] == "no-store"
    heads, *rows = told(answer).removeprefix("\ufeff").splitlines()
    assert heads.startswith('"E-mail address","First name","Stage"')
    assert rows[0].startswith('"ana@shop.example","Ana","Slipping"') and '"EUR","90.00"' in rows[0]
    assert rows[1].startswith('''"'=cmd|' /C calc'!A0@x.example","'+Bea"''') and len(rows) == 2
    for size in (1, 2, 3):
        found = profile_list.everybody(
            profile_list.Filter(), profile_list.Order.YEAR_VALUE, descending=True, now=now, batch=size
        )
        assert [one.first_name for batch in found for one in batch] == ["Ana", "+Bea", "Dora"]
    assert "Dirección de correo" in told(ask("export", reader, "es")).splitlines()[0]


def test_nobody_without_the_permission(people: None, shop: Any) -> None:
    """Neither a page nor a file."""
    staff = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    assert "MANAGE_USERS" in content(staff, "customers/")
    for place in ("search", "more", "count", "export"):
        assert ask(place, staff).status_code == 403 and ask(place, None).status_code == 401


def test_an_empty_shop_says_what_comes(shop: Any, reader: Asker) -> None:
    """And where to go on."""
    text = content(reader, "customers/")
    assert "No customers yet" in text and 'href="/dashboard/checklist"' in text


def chosen(place: str, asker: Asker | None, *names: str, language: str = "en", **typed: Any) -> Any:
    """What is sent of these people: as check boxes, or as a form below them."""
    ids = [str(Profile.objects.get(first_name=name).public_id) for name in names]
    headers = {"Accept-Language": language} | ({"Authorization": asker.token} if asker else {})
    return Client().post(f"/dashboard/content/chosen/{place}/", {"people": ids, **typed}, headers=headers)


def test_several_are_chosen_and_something_is_done_to_them(people: None, owner: Asker) -> None:
    """A check box for each, said by name, on every page of the list; the same flow as the popup of the host's list; a
    guest without an account too; ids only by POST."""
    page = content(owner, "customers/")
    assert page.count('form="choose" name="people"') == 3 and "Choose ana@shop.example" in page
    assert 'id="choose"' in page and "data-choose-all" in page
    assert told(ask("search", owner, search="an")).count('name="people"') == 1
    panel = chosen("beside", owner, "Ana", "Dora")
    text = panel.content.decode()
    assert panel.status_code == 200 and "ana@shop.example, dora@shop.example" in text
    assert text.count('hx-target="#chosen"') == 3 and "#content" not in text
    done = chosen("label", owner, "Ana", "Dora", labels="Press")
    assert "Done, for 2 customers." in done.content.decode() and 'class="box chosen"' in done.content.decode()
    assert {one.profile.first_name for one in Label.objects.filter(name="Press")} == {"Ana", "Dora"}
    chosen("note", owner, "Ana", text="Rang.")
    chosen("exclude", owner, "Dora", because="A friend")
    assert StaffNote.objects.get().profile.first_name == "Ana"
    assert [one.profile.first_name for one in Exclusion.objects.all() if one.profile] == ["Dora"]
    assert "Elegidos" in content(owner, "customers/", language="es")
    again = text.split('name="people" value="')[1].split('"')[0]
    headers = {"Authorization": owner.token}
    given = {"people": again, "labels": "Post"}
    Client().post("/dashboard/content/chosen/label/", given, headers=headers)
    assert Label.objects.filter(name="Post").count() == 2
    assert (
        Client().get("/dashboard/content/chosen/beside/", {"people": again}, headers=headers).status_code
        == 405
    )
    by_address = (
        Client().get("/dashboard/content/chosen/", {"people": again}, headers=headers).content.decode()
    )
    assert "ana@shop" not in by_address and "Choose one customer or more first" in by_address


def test_what_changed_for_some_of_the_chosen_is_told(people: None, owner: Asker) -> None:
    """Taking off a label that nobody has changes nothing, and says so; so does one that all have; of some it says of
    how many. Nothing but commas is no label, said at its field."""

    def done(*names: str, **typed: str) -> str:
        return unescape(chosen("label", owner, *names, **typed).content.decode())

    assert "Done, for 2 customers." in done("Ana", "Bea", labels="VIP")
    nobody = done("Ana", "Bea", labels="VPI", take="on")
    assert "Nothing changed: nobody of them had that." in nobody and "Done" not in nobody
    assert 'value="VPI"' in nobody and 'class="panel good"' not in nobody
    assert "All of them have that already." in done("Ana", "Bea", labels="VIP")
    assert "Done, for 1 customer. The others stay as they are." in done("Ana", "Dora", labels="VIP")
    assert "Done, for 3 customers." in done("Ana", "Bea", "Dora", labels="VIP", take="on")
    assert not Label.objects.filter(removed_at=None).exists()
    empty = chosen("label", owner, "Ana", labels=" , ")
    text = empty.content.decode()
    assert empty.status_code == 422 and 'id="wrong-labels"' in text and "Give a label." in text
    assert 'aria-describedby="wrong-labels"' in text and "Done" not in text


def test_who_is_excluded_already_is_not_counted_again(people: None, owner: Asker) -> None:
    """Of two, of whom one was excluded before: one. Of nobody else: so it is said."""

    def done(*names: str) -> str:
        return unescape(chosen("exclude", owner, *names, because="A friend").content.decode())

    assert "Done, for 1 customer." in done("Ana")
    assert "Done, for 1 customer. The others stay as they are." in done("Ana", "Bea")
    again = done("Ana", "Bea")
    assert "All of them are excluded already." in again and "Done" not in again
    assert Exclusion.objects.count() == 2


def test_what_cannot_be_done_to_the_chosen_is_said(people: None, owner: Asker) -> None:
    """What was typed stays, its field is marked, nobody has anything; nobody chosen; too many; nobody whom we know."""
    refused = chosen("label", owner, "Ana", "Bea", labels="x" * 41)
    text = refused.content.decode()
    assert refused.status_code == 422 and "x" * 41 in text and 'aria-invalid="true"' in text
    assert not Label.objects.exists() and "ana@shop.example, bea@shop.example" in text
    none = chosen("beside", owner)
    assert "Choose one customer or more first" in none.content.decode()
    many = [str(uuid.uuid4()) for _ in range(101)]
    assert "at most 100" in chosen("beside", owner, people=many).content.decode()
    assert chosen("exclude", owner, people=many).status_code == 422
    for nonsense in ("nobody", str(uuid.uuid4())):
        assert chosen("exclude", owner, people=nonsense).status_code == 422
    assert not Exclusion.objects.exists()


def test_a_reader_chooses_nobody(people: None, reader: Asker) -> None:
    """No check box; what it takes is said, on the page and where one asks all the same."""
    page = content(reader, "customers/")
    assert "checkbox" not in page and "MANAGE_RELATIONSHIPS" in page
    assert "checkbox" not in told(ask("search", reader, search="a"))
    panel = chosen("beside", reader, "Ana").content.decode()
    assert "MANAGE_RELATIONSHIPS" in panel and "<form" not in panel
    for place in ("label", "note", "exclude"):
        assert (
            chosen(place, reader, "Ana").status_code == 403 and chosen(place, None, "Ana").status_code == 401
        )
    assert chosen("beside", None, "Ana").status_code == 401


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_choose(people: None, owner: Asker) -> None:
    """axe finds nothing with two chosen and what can be done beside the list."""
    page = (
        content(owner, "customers/")
        .replace("hidden aria-label", "aria-label")
        .replace("<b data-number>", "<b>2")
    )
    page = page.replace('name="people"', 'name="people" checked', 2)
    panel = chosen("beside", owner, "Ana", "Bea").content.decode()
    refused = chosen("label", owner, "Ana", labels="x" * 41).content.decode()
    found = {
        name: page.replace('data-arrive>', f"data-arrive>{inside}") for name, inside in
        {"customers-chosen": panel, "customers-refused": refused}.items()
    }  # fmt: skip
    assert faults(found) == {}


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    """axe finds nothing, in light and dark, at a desk and on a phone."""
    crowd(27, now)
    late("Bea", now, value="1200.00", days_ago=(60, 30, 5), agreed=False)
    person("Dora")
    scored(now)
    found = {
        f"customers-{language}": content(owner, "customers/?sort=last_purchase", language=language),
        f"customers-none-{language}": content(owner, "customers/?worth=1000000", language=language),
    }
    assert faults(found, language=language) == {}
