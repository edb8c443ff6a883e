"""The goods picker in a real browser, with the keyboard alone: searched, chosen, taken away, and the form that it
stands in is sent by none of it."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import terms_of
from tests.api.asking import Asker
from tests.dashboard.campaigns.test_goods_picker import RUNG
from tests.dashboard.sections.test_campaigns import draft
from tests.dashboard.walking import walk
from tests.support.campaign_stories import open_shop
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]

OFFERED = f"""
const field = '[name="{RUNG}.products.search"]', picker = () => one(field).closest('.picker');
const chips = () => [...picker().querySelectorAll('.chips li > span')].map((one) => one.textContent);
const found = () => [...picker().querySelectorAll('.found button')].map((one) => one.lastChild.textContent.trim());
await until(() => one('[name="{RUNG}.kind"]'), 'the form');
choose('[name="{RUNG}.kind"]', 'percentage');
await until(() => one(field), 'an offer');
one(field).closest('details').open = true;
type('[name="{RUNG}.value"]', '10');
one(field).focus();
"""
"""The offer is ten per cent, and the keyboard stands in the search of what it is about."""


def test_searched_chosen_and_saved_by_keyboard(shop: Any, owner: Asker, now: datetime) -> None:
    """Typing searches by itself after a moment, Enter at once; Tab leads to what was found, Enter chooses it: a chip,
    and the keyboard is in the search again, which is empty. Saved, the offer is about it."""
    open_shop(now)
    campaign, cup, pot = draft(now), shop.product("Oak cup", "4.50"), shop.product("Oak pot", "9.00")
    walked = walk(
        owner, f"campaigns/{campaign.public_id}",
        f"""{OFFERED}
        type(field, 'oak');
        await until(() => found().length === 2, 'what is called so');
        const first = found();
        type(field, 'oak pot');
        enter();
        await until(() => found().length === 1, 'the only one');
        tab();
        const at = [inside().activeElement.innerText];
        enter();
        await until(() => chips().length === 1, 'its chip');
        at.push(focused(), one(field).value, inside().activeElement.getAttribute('type'));
        type(field, 'cup');
        enter();
        await until(() => found()[0] === 'Oak cup', 'the other one');
        tab();
        enter();
        await until(() => chips().length === 2, 'its chip');
        const chosen = chips();
        press('#campaign-form button[type=submit]:not([name=then])');
        await seen('Saved');
        return [first, at, chosen];
        """,
    )  # fmt: skip
    first, (found, focused, typed, kind), chosen = walked.found
    assert first == ["Oak cup", "Oak pot"] and "Oak pot" in found
    assert focused == f"f-{RUNG}.products-search" and (typed, kind) == ("", "search")
    assert chosen == ["Oak pot", "Oak cup"]
    [rung] = terms_of(campaigns.current(campaign)).steps[1].rungs
    assert rung.products == (pot.product, cup.product)
    sent = [each for each in walked.asked if "/save/" in each]
    assert len(sent) == 1 and not any("oak" in each.lower() for each in walked.asked)
    assert all(each.startswith("POST") for each in walked.asked if "/goods/" in each)


def test_a_chip_is_taken_away_by_keyboard(shop: Any, owner: Asker, now: datetime) -> None:
    """Its × is a Tab before the search; afterwards the keyboard is in the search, and the shop was not asked. Saved,
    the offer is about everything again."""
    open_shop(now)
    campaign = draft(now)
    shop.product("Oak cup", "4.50")
    walked = walk(
        owner, f"campaigns/{campaign.public_id}",
        f"""{OFFERED}
        type(field, 'oak');
        enter();
        await until(() => found().length === 1, 'what is called so');
        tab();
        enter();
        await until(() => chips().length === 1, 'its chip');
        picker().querySelector('.chips button').focus();
        const at = [focused()];
        tab();
        at.push(focused());
        picker().querySelector('.chips button').focus();
        enter();
        await until(() => chips().length === 0, 'no chip');
        at.push(focused());
        press('#campaign-form button[type=submit]:not([name=then])');
        await seen('Saved');
        return at;
        """,
    )  # fmt: skip
    search = f"f-{RUNG}.products-search"
    assert walked.found == ["×Take Oak cup away", search, search]
    assert sum("/goods/" in each for each in walked.asked) == 2
    [rung] = terms_of(campaigns.current(campaign)).steps[1].rungs
    assert rung.products == ()


def test_what_is_not_sold_is_said_where_one_searches(shop: Any, owner: Asker, now: datetime) -> None:
    """In a place that screen readers read out, while the keyboard stays in the search."""
    open_shop(now)
    campaign = draft(now)
    walked = walk(
        owner, f"campaigns/{campaign.public_id}",
        f"""{OFFERED}
        type(field, 'kettle');
        enter();
        await until(() => picker().querySelector('.found small'), 'that there is none');
        const there = picker().querySelector('.found');
        return [there.innerText, there.getAttribute('aria-live'), focused(), one(field).value];
        """,
    )  # fmt: skip
    assert walked.found == [
        "The shop sells nothing of this name.", "polite", f"f-{RUNG}.products-search", "kettle",
    ]  # fmt: skip
