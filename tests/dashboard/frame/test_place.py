"""Back in a long list: where one stood in it, with all that was shown."""

from datetime import datetime
from typing import Any

import pytest

from tests.api.asking import Asker
from tests.dashboard.walking import walk
from tests.support.campaign_stories import late
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
