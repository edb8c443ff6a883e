"""Back in a long list: where one stood in it, with all that was shown."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.scoring import rebuild
from tests.api.asking import Asker
from tests.dashboard.walking import walk
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]


@pytest.mark.parametrize("searched", [False, True])
def test_back_in_a_long_list_one_stands_where_one_stood(
    shop: Any, owner: Asker, now: datetime, searched: bool
) -> None:
    """Three pages shown, the last but one opened, and back: three pages, the same height, the keyboard on the same
    name. So it is with what was searched for, and nothing of it stands in an address."""
    for number in range(52):
        late(f"Person{number:02}", now)
    search = """
        type('[name=search]', 'person');
        press('[role=search] button');
        await until(() => frame.contentWindow.history.state?.search && !one('#found').hidden, 'the search');
        await wait(300);
    """
    walked = walk(
        owner, "customers",
        f"""
        const rows = () => inside().querySelectorAll('#found tbody tr:not(.more)').length;
        await until(() => rows() === 25, 'the list');
        {search if searched else ''}
        for (const number of [50, 52]) {{
          press('tr.more button');
          await until(() => rows() === number, number);
        }}
        const opened = [...inside().querySelectorAll('#found th a')].at(-2);
        frame.contentWindow.scrollTo(0, 1200);
        await wait(200);
        const before = [frame.contentWindow.scrollY, opened.innerText];
        opened.focus({{preventScroll: true}});
        opened.click();
        await until(() => one('h1') && !one('#found'), 'the customer');
        const places = [address()];
        frame.contentWindow.history.back();
        await until(() => rows() === 52, 'the whole list');
        await wait(300);
        places.push(address());
        return [before, [frame.contentWindow.scrollY, inside().activeElement.innerText], places];
        """,
    )  # fmt: skip
    before, after, places = walked.found
    assert after == before and before[0] > 1000
    assert places[1] == "/dashboard/customers" and "person" not in "".join([*places, *walked.asked])


def test_another_list_begins_at_its_beginning(shop: Any, owner: Asker, now: datetime) -> None:
    """Sorted anew it is another list: nothing is carried along."""
    for number in range(27):
        late(f"Person{number:02}", now)
    walked = walk(
        owner, "customers",
        """
        const rows = () => inside().querySelectorAll('#found tbody tr:not(.more)').length;
        await until(() => rows() === 25, 'the list');
        press('tr.more button');
        await until(() => rows() === 27, 'the rest');
        frame.contentWindow.scrollTo(0, 700);
        press('#found thead a');
        await until(() => address().includes('?') && rows() === 25, 'sorted anew');
        return [frame.contentWindow.scrollY, frame.contentWindow.history.state];
        """,
    )  # fmt: skip
    assert walked.found == [0, None]


def test_a_list_that_comes_after_its_page_is_waited_for(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large shop the people of a campaign come later: back, one stands among them where one stood."""
    open_shop(now)
    crowd(30, now)
    campaign = win_back(now)
    monkeypatch.setattr(rebuild, "SMALL", 0)
    walked = walk(
        owner, f"campaigns/{campaign.public_id}/people",
        """
        const rows = () => inside().querySelectorAll('tbody tr:not(.more)').length;
        await until(() => rows() === 25, 'the list');
        press('tr.more button');
        await until(() => rows() === 30, 'the rest');
        const opened = [...inside().querySelectorAll('tbody th a')].at(-2);
        frame.contentWindow.scrollTo(0, 900);
        await wait(200);
        const before = [frame.contentWindow.scrollY, opened.innerText];
        opened.focus({preventScroll: true});
        opened.click();
        await until(() => one('h1') && one('h1').innerText !== 'Who it would write to', 'the customer');
        frame.contentWindow.history.back();
        await until(() => rows() === 30, 'the whole list');
        await wait(300);
        return [before, [frame.contentWindow.scrollY, inside().activeElement.innerText]];
        """,
    )  # fmt: skip
    before, after = walked.found
    assert after == before and before[0] > 500


def test_of_two_that_go_back_the_latter_alone_goes_on(shop: Any, owner: Asker, now: datetime) -> None:
    """Back twice, quickly: the first one's pages are not asked for, nor held as if somebody had pressed for them."""
    for number in range(52):
        late(f"Person{number:02}", now)
    walked = walk(
        owner, "customers",
        """
        const rows = () => inside().querySelectorAll('#found tbody tr:not(.more)').length;
        await until(() => rows() === 25, 'the list');
        const {history, CustomEvent} = frame.contentWindow;
        for (const more of [[0, 0], []]) {
          history.replaceState({scroll: 0, more}, '');
          inside().dispatchEvent(new CustomEvent('desk:back', {cancelable: true}));
        }
        await wait(2000);
        return [rows(), history.state.more];
        """,
    )  # fmt: skip
    assert walked.found == [25, []]


def test_whoever_goes_on_by_themselves_is_not_moved(shop: Any, owner: Asker, now: datetime) -> None:
    """A key pressed while the pages come: they stay where they are."""
    for number in range(52):
        late(f"Person{number:02}", now)
    walked = walk(
        owner, "customers",
        """
        const rows = () => inside().querySelectorAll('#found tbody tr:not(.more)').length;
        await until(() => rows() === 25, 'the list');
        const {history, CustomEvent, KeyboardEvent} = frame.contentWindow;
        history.replaceState({scroll: 700, more: [0, 0]}, '');
        inside().dispatchEvent(new CustomEvent('desk:back', {cancelable: true}));
        inside().body.dispatchEvent(new KeyboardEvent('keydown', {key: 'PageDown', bubbles: true}));
        await wait(2000);
        return [rows(), frame.contentWindow.scrollY];
        """,
    )  # fmt: skip
    assert walked.found == [25, 0]
