"""What a rung is about is chosen by name in the form of a campaign."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import goods_choice
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.hosts.standalone import models
from saleor_relacional.models import Campaign, CampaignVersion
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.dashboard.sections.test_campaigns import draft, fields, path, post
from tests.support.campaign_stories import open_shop
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

RUNG = "steps[1].rungs[0]"


@pytest.fixture
def campaign(shop: Any, now: datetime) -> Campaign:
    """A draft whose second message may give something."""
    open_shop(now)
    return draft(now)


def offering(asker: Asker, campaign: Campaign, kind: str = "percentage", **more: Any) -> dict[str, Any]:
    """What its form sends, with a rung of this kind; `more`: values of its fields."""
    sent = fields(content(asker, path(campaign))) | {f"{RUNG}.kind": kind, f"{RUNG}.value": "10"}
    sent = fields(post(asker, f"{path(campaign)}form/", **sent).content.decode())
    return sent | {f"{RUNG}.{name}": value for name, value in more.items()}


def search(
    asker: Asker | None, campaign: Campaign, sent: dict[str, Any], name: str, text: str, **more: Any
) -> Any:
    """What stands below the search after some letters."""
    typed = sent | {f"{RUNG}.{name}.search": text, "field": f"{RUNG}.{name}", **more}
    return post(asker, f"{path(campaign)}goods/", **typed)


def found(answer: Any) -> list[str]:
    """References that can be chosen of it."""
    return [unescape(one) for one in re.findall(r'name="reference" value="([^"]*)"', answer.content.decode())]


def choose(asker: Asker, campaign: Campaign, sent: dict[str, Any], name: str, reference: str) -> Any:
    return post(asker, f"{path(campaign)}goods/choose/", **sent, field=f"{RUNG}.{name}", reference=reference)


def chips(page: str) -> list[tuple[str, str]]:
    """(reference, name) of what is chosen."""
    return re.findall(
        r'<li><input type="hidden" name="[^"]*" value="([^"]*)"><span>([^<]*)</span>', unescape(page)
    )


def test_searched_chosen_saved_and_shown_again(shop: Any, owner: Asker, campaign: Campaign) -> None:
    """By a part of the name; each choice is a chip that can be taken away; what is chosen is not found again; saved as
    the shop's references and shown by name."""
    cup, pot = shop.product("Oak cup", "4.50"), shop.product("Oak pot", "9.00")
    shop.product("Elm cup", "4.50")
    sent = offering(owner, campaign)
    assert found(search(owner, campaign, sent, "products", "oak")) == [cup.product, pot.product]
    assert found(search(owner, campaign, sent, "products", "CUP o")) == [cup.product]
    one = choose(owner, campaign, sent, "products", cup.product).content.decode()
    assert chips(one) == [(cup.product, "Oak cup")] and "Take Oak cup away" in one and "autofocus" in one
    sent[f"{RUNG}.products"] = [cup.product]
    assert found(search(owner, campaign, sent, "products", "oak")) == [pot.product]
    two = choose(owner, campaign, sent, "products", pot.product).content.decode()
    assert chips(two) == [(cup.product, "Oak cup"), (pot.product, "Oak pot")]
    sent[f"{RUNG}.products"] = [cup.product, pot.product]
    assert post(owner, f"{path(campaign)}save/", **sent).status_code == 200
    [rung] = terms_of(campaigns.current(campaign)).steps[1].rungs
    assert rung.products == (cup.product, pot.product)
    assert chips(content(owner, path(campaign))) == [(cup.product, "Oak cup"), (pot.product, "Oak pot")]
    again = fields(content(owner, path(campaign)))
    assert again[f"{RUNG}.products"] == [cup.product, pot.product]


def test_every_list_by_its_name(shop: Any, owner: Asker, campaign: Campaign) -> None:
    """Variants, categories and collections too; of a gift one alone: the next takes its place."""
    cup, pot = shop.product("Oak cup", "4.50"), shop.product("Oak pot", "9.00")
    drinks, early = shop.category("Hot drinks"), shop.collection("Oak first", cup.product)
    sent = offering(owner, campaign)
    assert found(search(owner, campaign, sent, "variants", "pot")) == [pot.variant]
    assert found(search(owner, campaign, sent, "categories", "drinks")) == [drinks]
    assert found(search(owner, campaign, sent, "collections", "first")) == [early]
    gift = offering(owner, campaign, "gift", variants=[cup.variant])
    assert chips(choose(owner, campaign, gift, "variants", pot.variant).content.decode()) == [
        (pot.variant, "Oak pot")
    ]


def test_a_reference_may_hold_anything(shop: Any, owner: Asker, campaign: Campaign) -> None:
    """A space, a comma, quotes: it is one thing, and no markup."""
    cup = shop.product("Oak <b>cup</b>", "4.50")
    odd = models.Variant.objects.create(sku='a, "b" <i>', product_id=cup.product, name="odd")
    sent = offering(owner, campaign)
    answer = search(owner, campaign, sent, "variants", "odd")
    assert found(answer) == [odd.sku] and "<b>" not in answer.content.decode()
    sent[f"{RUNG}.variants"] = [odd.sku]
    models.Price.objects.create(variant=odd, channel_id="eur", amount=5)
    assert post(owner, f"{path(campaign)}save/", **sent).status_code == 200
    [rung] = terms_of(campaigns.current(campaign)).steps[1].rungs
    assert rung.variants == (odd.sku,)


@pytest.mark.parametrize("text", ["oak CUP", "oak-cup"])
def test_what_was_typed_whole_needs_no_choice(shop: Any, owner: Asker, campaign: Campaign, text: str) -> None:
    """The whole name of one thing, or its reference, typed and saved: as good as chosen."""
    cup = shop.product("Oak cup", "4.50")
    shop.product("Oak cup with a lid", "4.50")
    sent = offering(owner, campaign, **{"variants.search": text})
    assert post(owner, f"{path(campaign)}save/", **sent).status_code == 200
    [rung] = terms_of(campaigns.current(campaign)).steps[1].rungs
    assert rung.variants == (cup.variant,)


@pytest.mark.parametrize(
    ("text", "said", "spanish"),
    [
        ("oak", "Choose from what was found", "Elige"),
        ("kettle", "sells nothing of this name: kettle", "no vende nada"),
    ],
)
def test_what_is_not_sold_is_refused_at_its_field(
    shop: Any, owner: Asker, campaign: Campaign, text: str, said: str, spanish: str
) -> None:
    """What is meant by a few letters is not guessed, what does not exist is said; what was typed stays, and what was
    found stands below it."""
    shop.product("Oak cup", "4.50")
    sent = offering(owner, campaign, **{"products.search": text})
    for language, word in (("en", said), ("es", spanish)):
        refused = post(owner, f"{path(campaign)}save/", language, **sent)
        page = unescape(refused.content.decode())
        assert refused.status_code == 422 and word in page.partition(f'id="f-{RUNG}.products-error"')[2][:200]
        assert f'name="{RUNG}.products.search" value="{text}"' in page and bool(found(refused)) == (
            text == "oak"
        )
    assert CampaignVersion.objects.count() == 1


def test_what_is_gone_meanwhile(shop: Any, owner: Asker, campaign: Campaign) -> None:
    """A product that was deleted after it had been chosen: its chip says so, and saving is refused at the field."""
    cup = shop.product("Oak cup", "4.50")
    sent = offering(owner, campaign, products=[cup.product])
    models.Product.objects.all().delete()
    refused = post(owner, f"{path(campaign)}save/", **sent)
    page = unescape(refused.content.decode())
    assert refused.status_code == 422 and f'id="f-{RUNG}.products-error">The shop does not know it' in page
    assert chips(page) == [(cup.product, f"{cup.product}: the shop does not know it")]


def test_no_more_than_a_dozen(shop: Any, owner: Asker, campaign: Campaign) -> None:
    """And it is said that there are more; without a letter there is nothing; what one looks for may be long."""
    for number in range(14):
        shop.product(f"Oak {number:02}", "1.00")
    sent = offering(owner, campaign)
    answer = search(owner, campaign, sent, "products", "oak")
    assert len(found(answer)) == goods_choice.SHOWN and "There are more" in answer.content.decode()
    assert found(search(owner, campaign, sent, "products", " ")) == []
    assert (
        "sells nothing of this name" in search(owner, campaign, sent, "products", "x" * 5000).content.decode()
    )


def test_who_may_search(shop: Any, reader: Asker, owner: Asker, campaign: Campaign) -> None:
    """Whoever may change a campaign; by POST alone; a field that is none is not there. A reader sees names."""
    cup = shop.product("Oak cup", "4.50")
    sent = offering(owner, campaign)
    assert search(reader, campaign, sent, "products", "oak").status_code == 403
    assert search(None, campaign, sent, "products", "oak").status_code == 401
    assert choose(reader, campaign, sent, "products", cup.product).status_code == 403
    for name in ("countries", "nothing", "products.search"):
        assert search(owner, campaign, sent, name, "oak").status_code == 404
    headers = {"Authorization": owner.token}
    assert Client().get(f"/dashboard/content/{path(campaign)}goods/", headers=headers).status_code == 405
    post(owner, f"{path(campaign)}save/", **sent, **{f"{RUNG}.products": [cup.product]})
    text = content(reader, path(campaign))
    assert "Oak cup" in text and "Search by name" not in text and "Take Oak cup" not in text


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, campaign: Campaign, language: str) -> None:
    """axe finds nothing: chips, what was found, an error at its field."""
    names = ("Oak cup", "Oak pot", "Oak teapot for six with a lid of cork")
    made = [shop.product(name, "4.50") for name in names]
    shop.category("Oak things")
    sent = offering(
        owner,
        campaign,
        products=[one.product for one in made[:2]],
        **{"products.search": "oak", "categories.search": "o"},
    )
    refused = post(owner, f"{path(campaign)}save/", language, **sent)
    assert refused.status_code == 422
    page = refused.content.decode().split('<fieldset class="step">')[2]
    alone = f'<h1>Win back</h1><form class="fields campaign-form"><fieldset class="whole">{page}'
    assert faults({f"goods {language}": alone}, language=language) == {}
