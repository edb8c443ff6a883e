"""What the frame tells the dashboard when somebody goes elsewhere: where they stood, and what opens in its own tab."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.models import Identity, Profile
from tests.api.asking import Asker
from tests.dashboard.walking import Walked, walk
from tests.support import ledger_stories
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]

LEAVES = """
        await until(() => one('a[data-redirect]'), 'the way out');
        press('a[data-redirect]');
        await until(() => told.some((each) => each.type === 'redirect'), 'that it leads there');
"""


@pytest.fixture
def zenobia(shop: Any, now: datetime) -> Profile:
    """Somebody with an account, so that her page has a way out to the shop's own."""
    person = ledger_stories.known(now)
    Identity.objects.create(profile=person, source=conf.host().source, kind="account", key="77")
    return person


def test_the_dashboard_learns_where_one_stood(shop: Any, owner: Asker, zenobia: Profile) -> None:
    """Somebody walked on from the list where the dashboard opened us, and then to the shop's own page: it hears first
    where they were, with the filter and without anything of its own."""
    walked = walk(
        owner, "customers?domain=shop.example&id=QXBwOjE%3D&theme=light",
        f"""
        await until(() => one('#found tbody a'), 'the list');
        press('#found tbody a');
        {LEAVES}
        """,
    )  # fmt: skip
    routing, redirect = _moves(walked)
    assert (routing["type"], routing["newRoute"]) == ("updateRouting", f"customers/{zenobia.public_id}")
    assert (redirect["type"], redirect["newContext"]) == ("redirect", False)
    assert redirect["to"].startswith("/customers/")


def test_a_filter_goes_along_and_a_search_does_not(shop: Any, owner: Asker, zenobia: Profile) -> None:
    """The way out of the list with what was chosen in it; the words that were searched for stand in no address."""
    walked = walk(
        owner, "customers?theme=light",
        """
        await until(() => one('#found tbody a'), 'the list');
        choose('select[name=stage]', 'active');
        await until(() => address().includes('stage=active') && one('#content[aria-busy=false] [name=search]'), 'few');
        type('[name=search]', 'zenobia');
        press('[role=search] button');
        await wait(1000);
        const out = Object.assign(inside().createElement('a'), {href: '/orders/T3JkZXI6MQ'});
        out.dataset.redirect = '';
        inside().getElementById('content').append(out);
        press('a[data-redirect]');
        await until(() => told.some((each) => each.type === 'redirect'), 'that it leads there');
        """,
    )  # fmt: skip
    routing, _ = _moves(walked)
    assert routing["newRoute"] == "customers?stage=active"


def test_where_the_dashboard_opened_us_it_knows(shop: Any, owner: Asker, zenobia: Profile) -> None:
    """No entry of history more than needed: "back" leads there anyway."""
    [redirect] = _moves(walk(owner, f"customers/{zenobia.public_id}?id=QXBwOjE%3D", LEAVES))
    assert redirect["type"] == "redirect"


@pytest.mark.parametrize(
    ("event", "init"),
    [
        ("click", "ctrlKey: true"),
        ("click", "metaKey: true"),
        ("click", "shiftKey: true"),
        ("auxclick", "button: 1"),
    ],
)
def test_a_tab_of_its_own_is_the_dashboards(
    shop: Any, owner: Asker, zenobia: Profile, event: str, init: str, now: datetime
) -> None:
    """Ctrl, Cmd, Shift and the wheel of the mouse on a name open the dashboard with her page in it, and on a way out
    the shop's page; our own address alone would have nobody to shake hands with. The right button stays the
    browser's."""
    walked = walk(
        owner, "customers?id=QXBwOjE%3D",
        f"""
        const pressed = (selector, init) => {{
          const {{MouseEvent}} = frame.contentWindow;
          const event = new MouseEvent('{event}', {{bubbles: true, cancelable: true, ...init}});
          return one(selector).dispatchEvent(event);
        }};
        await until(() => one('#found tbody a'), 'the list');
        const left = [pressed('#found tbody a', {{{init}}}), address().startsWith('/dashboard/customers?')];
        press('#found tbody a');
        await until(() => one('a[data-redirect]'), 'her page');
        left.push(pressed('a[data-redirect]', {{{init}}}));
        await wait(300);
        const {{MouseEvent}} = frame.contentWindow;
        const right = new MouseEvent('auxclick', {{bubbles: true, cancelable: true, button: 2}});
        left.push(one('a[data-redirect]').dispatchEvent(right));
        await wait(300);
        return left;
        """,
    )  # fmt: skip
    assert walked.found == [False, True, False, True]
    ours, theirs = _moves(walked)
    assert (ours["to"], ours["newContext"]) == (
        f"/extensions/app/QXBwOjE%3D/customers/{zenobia.public_id}", True
    )  # fmt: skip
    assert (theirs["to"].startswith("/customers/"), theirs["newContext"]) == (True, True)


def _moves(walked: Walked) -> Sequence[dict[str, Any]]:
    return [each for each in walked.told if each["type"] in ("redirect", "updateRouting")]
