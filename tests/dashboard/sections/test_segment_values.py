"""What a rule names is chosen from what the shop has, and called by its name wherever the rule is told."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.dashboard.segments import nodes, options
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.contact import labels
from saleor_relacional.flows.segments import membership, segments
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.models import Campaign, Purchase, PurchaseLine, Segment
from saleor_relacional.rules.fields import FIELDS, FieldKind
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.dashboard.sections.test_segments import send
from tests.support.asked import Asked
from tests.support.campaign_stories import late, open_shop
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

OPTION = re.compile(r'<option value="([^"]*)"( selected)?>([^<]*)</option>')


def form(name: str, *values: str, operator: str = "any_of", **more: str) -> list[tuple[str, str]]:
    """A rule of one condition, as the page sends it."""
    condition = [("field", name), ("of", name), ("operator", operator), *(("value", each) for each in values)]
    return [("group", "all"), *condition, *more.items(), ("end", "1")]


def offered(page: str) -> list[tuple[str, str, bool]]:
    """(value, words, chosen) of the list in which the value is chosen."""
    [select] = re.findall(r'<select[^>]* name="value"[^>]*>(.*?)</select>', page)
    return [(value, said, bool(chosen)) for value, chosen, said in OPTION.findall(unescape(select))]


@pytest.fixture
def begun(shop: Any, now: datetime) -> Campaign:
    """A campaign that has begun, beside a draft."""
    open_shop(now)
    campaigns.create(kind="win_back", name="Only thought of", now=now, terms=Terms())
    made = campaigns.create(kind="win_back", name="Come back", now=now, terms=Terms())
    Campaign.objects.filter(pk=made.pk).update(state="paused")
    return made


def test_whoever_was_in_a_campaign_is_chosen_by_its_name(
    begun: Campaign, owner: Asker, now: datetime
) -> None:
    """Drafts, in which nobody was, are left out; what is saved is the id, what is told is the name."""
    asked = form("campaign", str(begun.public_id), operator="none_of")
    page = send("new/preview/", owner, asked).content.decode()
    assert offered(page) == [(str(begun.public_id), "Come back", True)]
    assert send("new/save/", owner, [("name", "Not asked"), *asked]).status_code == 200
    row = Segment.objects.get()
    assert row.rule["all"][0]["value"] == [str(begun.public_id)]
    assert offered(content(owner, f"segments/{row.public_id}/"))[0][2]
    bea = late("Bea", now)
    [told] = membership.why([bea.pk], parsed(row.rule), now=now).values()
    assert told.reasons[0].sentence == "campaigns they were in: none of Come back"


def test_what_a_colleague_has_saved_is_told_by_name(begun: Campaign, owner: Asker, now: datetime) -> None:
    """Of two who edit, the later one reads what holds now with the names that the page has everywhere else."""
    rule = {"all": [{"field": "campaign", "operator": "none_of", "value": [str(begun.public_id)]}]}
    known = segments.create(name="Not asked", rule=rule, now=now)
    before = now.replace(year=now.year - 1).isoformat()
    mine = [("name", "Mine"), ("version", before), *form("language", "es", operator="one_of")]
    clash = send(f"{known.public_id}/save/", owner, mine)
    said = unescape(clash.content.decode())
    assert clash.status_code == 409 and "campaigns they were in: none of Come back" in said


def test_channels_labels_languages_and_currencies_are_chosen(
    begun: Campaign, owner: Asker, now: datetime
) -> None:
    """Whatever the shop has now; a value that it has no longer stays chosen, and is not carried into another field."""
    ana = late("Ana", now)
    labels.change([ana.pk], by="u", now=now, add=["Wholesale", "Press"])
    assert [each[1] for each in offered(send("new/preview/", owner, form("label")).content.decode())] == [
        "Press", "Wholesale",
    ]  # fmt: skip
    slugs = [
        each[0]
        for each in offered(send("new/preview/", owner, form("channel", operator="is")).content.decode())
    ]
    assert slugs == ["eur"]
    gone = offered(send("new/preview/", owner, form("purchase_channel", "closed")).content.decode())
    assert ("closed", "closed", True) in gone
    carried = [("group", "all"), ("field", "channel"), ("of", "label"), ("value", "Press"), ("end", "1")]
    assert not any(
        chosen for *_names, chosen in offered(send("new/preview/", owner, carried).content.decode())
    )
    spoken = offered(send("new/preview/", owner, form("language", operator="one_of")).content.decode())
    assert ("es", "Spanish", False) in spoken
    assert (
        'type="search"'
        not in send("new/preview/", owner, form("language", operator="begins")).content.decode()
    )
    assert offered(send("new/preview/", owner, form("purchase_currency")).content.decode())[0][0] == "EUR"


def test_goods_are_found_and_chosen_by_name(shop: Any, owner: Asker, now: datetime) -> None:
    """The search answers with what the shop sells; what is chosen is a chip that sends the reference."""
    shop.product("Oak cup", "4.50")
    shop.product("Elm bowl", "4.50")
    asked = form("product", goods="oak")
    found = unescape(send("new/goods/search/", owner, [*asked, ("path", "0.0")]).content.decode())
    [reference] = re.findall(r'name="reference" value="([^"]*)"', found)
    assert "Oak cup" in found and "Elm bowl" not in found
    page = send(
        "new/preview/", owner, [*asked, ("do", "choose:0.0"), ("reference", reference)]
    ).content.decode()
    assert f'name="value" value="{reference}"><span>Oak cup</span>' in unescape(page)
    assert 'id="rule-0.0-search"' in page and "autofocus" in page
    none = send("new/goods/search/", owner, [*form("product", reference, goods="oak"), ("path", "0.0")])
    assert "The shop sells nothing of this name" in none.content.decode()
    assert send("new/goods/search/", owner, [*form("label"), ("path", "0.0")]).status_code == 404


def test_why_calls_them_by_name_and_in_no_more_questions_for_more_people(
    begun: Campaign, now: datetime
) -> None:
    """A product by its name, a channel by its name, a language in the reader's own."""
    ana, bea = late("Ana", now), late("Bea", now)
    bought = Purchase.objects.filter(profile_id=ana.pk)[0]
    PurchaseLine.objects.create(
        purchase=bought, profile_id=ana.pk, product_key="tea", name="Tea", quantity=1, total=5
    )
    rule = {"all": [
        {"field": "campaign", "operator": "none_of", "value": [str(begun.public_id)]},
        {"field": "language", "operator": "is", "value": "es"},
        {"field": "channel", "operator": "one_of", "value": ["eur"]},
        {"field": "product", "operator": "any_of", "value": ["tea"]},
    ]}  # fmt: skip
    with Asked() as one:
        told = membership.why([ana.pk], parsed(rule), now=now)[ana.pk]
    with Asked() as two:
        membership.why([ana.pk, bea.pk], parsed(rule), now=now)
    said = [each.sentence for each in told.reasons]
    assert said[:2] == ["campaigns they were in: none of Come back", "language: is Spanish"]
    assert said[3] == "products bought: any of Tea" and told.reasons[3].found == "Tea"
    assert len(one) == len(two)
    with translation.override("es"):
        spanish = membership.why([ana.pk], parsed(rule), now=now)[ana.pk].reasons[1]
    assert spanish.sentence == "idioma: es español"


def test_whatever_a_shop_names_itself_can_be_chosen() -> None:
    """Every field with values of the shop's has a list or a search; an address and a first name alone are typed."""
    free = {
        name for name, field in FIELDS.items()
        if field.kind in (FieldKind.TEXT, FieldKind.SET) and not field.choices
    }  # fmt: skip
    assert free - set(options.LISTED) - {options.GOODS} == {"email", "first_name"}


@pytest.mark.parametrize("name", [*options.LISTED, options.GOODS])
def test_a_rule_of_names_comes_back_from_the_form(name: str) -> None:
    """With values that hold a comma as well."""
    many = FIELDS[name].kind is FieldKind.SET
    rule = {"all": [{"field": name, "operator": "any_of" if many else "one_of", "value": ["a, b", "c"]}]}
    root = nodes.of_rule(rule)
    assert root is not None and root.get() == rule


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_everybody_can_choose(begun: Campaign, shop: Any, owner: Asker, now: datetime) -> None:
    """axe finds nothing in a rule of goods and a campaign, with what was found."""
    shop.product("Oak cup", "4.50")
    shop.product("Oak pot", "9.50")
    found = send(
        "new/goods/search/", owner, [*form("product", goods="pot"), ("path", "0.0")]
    ).content.decode()
    key = send("new/goods/search/", owner, [*form("product", goods="cup"), ("path", "0.0")]).content.decode()
    [reference] = re.findall(r'name="reference" value="([^"]*)"', key)
    rule = {"all": [
        {"field": "product", "operator": "any_of", "value": [reference]},
        {"field": "campaign", "operator": "any_of", "value": [str(begun.public_id)]},
        {"field": "language", "operator": "one_of", "value": ["es"]},
    ]}  # fmt: skip
    known = segments.create(name="Cups", rule=rule, now=now)
    empty = '<div class="found" aria-live="polite"></div>'
    page = content(owner, f"segments/{known.public_id}/")
    assert empty in page
    spanish = content(owner, f"segments/{known.public_id}/", language="es")
    full = empty.replace("></div>", f">{found}</div>")
    assert faults({"segment-names": page.replace(empty, full)}) == {}
    assert faults({"segment-names-es": spanish}, language="es") == {}
