"""The script of the frame in a real browser: what fails keeps what was typed, what is not there says so, the keyboard
stays where it is, a search comes back."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.messages import templates
from tests.api.asking import Asker
from tests.dashboard.walking import walk
from tests.support.campaign_stories import late, open_shop
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]


@pytest.mark.parametrize("how", ["503", "network", "413"])
def test_what_was_typed_outlives_a_failure(shop: Any, owner: Asker, how: str) -> None:
    """The server is away, or somebody between refuses: the words stay, in sight it is said what to do, and pressing
    Save again saves them."""
    walked = walk(
        owner, "messages/win_back/en",
        f"""
        await until(() => one('[name=subject]'), 'the form');
        await wait(1500);
        type('[name=subject]', 'Come back to us');
        await wait(1500);
        await breaks('{how}');
        press('#words button[type=submit]');
        await until(() => shown('#broken'), 'that it failed');
        const bottom = one('#broken').getBoundingClientRect().bottom;
        const words = [one('[name=subject]').value, shown('#again'), one('#broken').innerText, bottom <= 900];
        await breaks('');
        press('#words button[type=submit]');
        await seen('Saved');
        return [...words, shown('#broken')];
        """,
    )  # fmt: skip
    subject, offers_to_reload, said, in_sight, still = walked.found
    assert (subject, offers_to_reload, in_sight, still) == ("Come back to us", False, True, False)
    assert "what you typed is still here" in said
    assert templates.of("win_back", "en").subject == "Come back to us"


def test_what_was_typed_outlives_a_token_that_is_too_old(shop: Any, owner: Asker) -> None:
    """A laptop slept: Save is refused and the words stay; the dashboard is asked for a fresh token, and Save saves."""
    walked = walk(
        owner, "messages/win_back/en",
        """
        await until(() => one('[name=subject]'), 'the form');
        await wait(1500);
        type('[name=subject]', 'Come back to us');
        await wait(1500);
        await breaks('token');
        press('#words button[type=submit]');
        await until(() => shown('#broken') && one('[name=subject]'), 'that it failed');
        const words = [ready, one('[name=subject]').value, one('#broken').innerText, one('#content').innerText];
        renew();
        await wait(500);
        words.push(one('[name=subject]').value);
        press('#words button[type=submit]');
        await seen('Saved');
        return [...words, shown('#broken')];
        """,
    )  # fmt: skip
    asked, subject, said, content, after, still = walked.found
    assert (subject, after, still) == ("Come back to us", "Come back to us", False)
    assert "what you typed is still here" in said and "permission" not in said + content
    assert asked > 1, "no fresh token is asked for"
    assert templates.of("win_back", "en").subject == "Come back to us"


def test_a_page_refused_for_its_token_comes_with_the_next(shop: Any, owner: Asker) -> None:
    """Nobody has to load anything again."""
    walked = walk(
        owner, "segments",
        """
        await seen('Segments');
        await breaks('token');
        press('.tabs a[href$=campaigns]');
        await seen('permission');
        renew();
        await until(() => one('h1')?.innerText === 'Campaigns', 'the page');
        return [address(), shown('#broken')];
        """,
    )  # fmt: skip
    assert walked.found == ["/dashboard/campaigns", False]


def test_a_part_refused_for_its_token_comes_with_the_next(shop: Any, owner: Asker, now: datetime) -> None:
    """And what was half typed beside it stays."""
    open_shop(now)
    walked = walk(
        owner, "messages/win_back/en",
        """
        await until(() => one('[name=subject]') && one('iframe.mail'), 'the form with its preview');
        await breaks('token');
        type('[name=subject]', 'Half typed');
        await until(() => shown('#broken'), 'that it failed');
        renew();
        await until(() => one('.subject')?.innerText.includes('Half typed'), 'the preview');
        return [one('[name=subject]').value, shown('#broken')];
        """,
    )  # fmt: skip
    assert walked.found == ["Half typed", False]
    assert sum(each.startswith("GET messages/win_back/en/") for each in walked.asked) == 1


def test_a_permission_that_was_taken_away_leaves_what_was_typed(
    shop: Any, owner: Asker, reader: Asker
) -> None:
    """It says which one, beside the words that can still be copied."""
    walked = walk(
        owner, "messages/win_back/en",
        """
        await until(() => one('[name=subject]'), 'the form');
        await wait(1500);
        type('[name=subject]', 'Come back to us');
        await breaks('rights');
        press('#words button[type=submit]');
        await until(() => shown('#broken'), 'that it failed');
        return [one('[name=subject]').value, one('#broken').innerText];
        """,
        lesser=reader,
    )  # fmt: skip
    subject, said = walked.found
    assert subject == "Come back to us" and "MANAGE_RELATIONSHIPS" in said


def test_a_part_that_failed_is_asked_for_again_alone(shop: Any, owner: Asker, now: datetime) -> None:
    """Not the whole page, in which somebody has begun to type."""
    open_shop(now)
    walked = walk(
        owner, "messages/win_back/en",
        """
        await until(() => one('[name=subject]') && one('iframe.mail'), 'the form with its preview');
        await breaks('503');
        type('[name=subject]', 'Half typed');
        await until(() => shown('#again'), 'a way to ask again');
        await breaks('');
        press('#again');
        await until(() => !shown('#broken') && one('.subject')?.innerText.includes('Half typed'), 'the preview');
        return one('[name=subject]').value;
        """,
    )  # fmt: skip
    assert walked.found == "Half typed"
    assert sum(each.startswith("GET messages/win_back/en/") for each in walked.asked) == 1


def test_a_page_that_did_not_come_is_asked_for_again(shop: Any, owner: Asker) -> None:
    """And comes."""
    walked = walk(
        owner, "segments",
        """
        await seen('Segments');
        await breaks('network');
        press('.tabs a[href$=campaigns]');
        await until(() => shown('#again'), 'a way to ask again');
        await breaks('');
        press('#again');
        await until(() => one('h1')?.innerText === 'Campaigns', 'the page');
        return address();
        """,
    )  # fmt: skip
    assert walked.found == "/dashboard/campaigns"


MISSING = "7d6c4c5c-5c1e-4c6e-9d4f-0d6a2b1c9e55"


@pytest.mark.parametrize("place", [f"evidence/{MISSING}", "nowhere"])
def test_a_kept_link_to_what_is_gone_leads_back(shop: Any, owner: Asker, place: str) -> None:
    """Navigation, words, and a link to where one may go on, instead of an empty frame."""
    walked = walk(
        owner, place,
        """
        await seen('Nothing stands at this address');
        const tabs = inside().querySelectorAll('.tabs a').length;
        press('.empty .button');
        await until(() => one('h1') && !one('.empty h2')?.innerText.includes('address'), 'the section');
        return [tabs, one('.tabs [aria-current]').innerText];
        """,
    )  # fmt: skip
    assert walked.found == [10, "Evidence" if place.startswith("evidence") else "Home"]


def test_the_keyboard_stays_in_a_segments_rule(shop: Any, owner: Asker) -> None:
    """Another field leaves it at the field; a new condition leads to it; one that is taken away leads to where one adds
    the next."""
    walked = walk(
        owner, "segments/new",
        """
        const at = [];
        await until(() => one('[name=field]'), 'the rule');
        choose('[name=field]', 'purchases');
        await until(() => one('input[name=value]'), 'its value');
        await wait(100);
        at.push(focused());
        press('#rule-0-add');
        await until(() => inside().querySelectorAll('[name=field]').length === 2, 'one more');
        await wait(100);
        at.push(focused());
        choose('#rule-0\\\\.1-field', 'overdue');
        await until(() => inside().querySelectorAll('input[name=value]').length === 2, 'its value');
        await wait(100);
        at.push(focused());
        press('[value="remove:0.1"]');
        await until(() => inside().querySelectorAll('[name=field]').length === 1, 'one less');
        await wait(100);
        at.push(focused());
        return at;
        """,
    )  # fmt: skip
    assert walked.found == ["rule-0.0-field", "rule-0.1-field", "rule-0.1-field", "rule-0-add"]


def test_the_keyboard_stays_at_a_filter(shop: Any, owner: Asker, now: datetime) -> None:
    """Passing by three stages with an arrow shows three lists and goes nowhere; one step back is where one came
    from."""
    late("Ana", now)
    walked = walk(
        owner, "segments",
        """
        await seen('Segments');
        press('.tabs a[href$=customers]');
        await until(() => one('select[name=stage]'), 'the list');
        const at = [];
        for (const stage of ['new', 'slipping', 'lapsed']) {
          choose('select[name=stage]', stage);
          const there = () => one('#content[aria-busy=false] select[name=stage]')?.value === stage;
          await until(() => address().includes(stage) && there(), stage);
          await wait(100);
          at.push(focused());
        }
        frame.contentWindow.history.back();
        await until(() => !address().includes('stage') && one('select[name=stage]').value === '', 'the whole list');
        frame.contentWindow.history.back();
        await until(() => address().includes('segments'), 'where one came from');
        return at;
        """,
    )  # fmt: skip
    assert walked.found == ["stage", "stage", "stage"]


def test_more_rows_take_the_keyboard_along(shop: Any, owner: Asker, now: datetime) -> None:
    """The button goes; whoever pressed it stands at the first row that came."""
    for number in range(27):
        late(f"Person{number:02}", now)
    walked = walk(
        owner, "customers",
        """
        await until(() => one('tr.more button'), 'that there is more');
        press('tr.more button');
        await until(() => !one('tr.more') && inside().querySelectorAll('#found tbody tr').length === 27, 'the rest');
        await wait(100);
        const rows = [...inside().querySelectorAll('#found tbody tr')];
        return rows.findIndex((row) => row.contains(inside().activeElement));
        """,
    )  # fmt: skip
    assert walked.found == 25


def test_a_search_comes_back_and_never_stands_in_an_address(shop: Any, owner: Asker, now: datetime) -> None:
    """Sorted anew it is still the search; so it is after a look at one of them; "all" forgets it."""
    late("Ana", now)
    late("Bea", now)
    walked = walk(
        owner, "customers",
        """
        const rows = () => one('#found').hidden ? '' : one('#found tbody')?.innerText || '';
        const only = () => rows().includes('ana@') && !rows().includes('bea@');
        await until(() => rows().includes('bea@'), 'the list');
        type('[name=search]', 'ana@');
        press('[role=search] button');
        await until(only, 'the search');
        const places = [address()];
        press('#found th[aria-sort] a, #found thead a');
        await until(() => address().includes('up=1') || address().includes('sort='), 'sorted anew');
        await until(only, 'the search, sorted');
        const typed = [one('[name=search]').value];
        places.push(address());
        press('#found tbody a');
        await until(() => one('h1')?.innerText.includes('na'), 'the customer');
        places.push(address());
        frame.contentWindow.history.back();
        await until(() => one('[name=search]') && only(), 'the search again');
        typed.push(one('[name=search]').value);
        press('.tabs a[href$=customers]');
        await until(() => one('#found') && rows().includes('bea@'), 'everybody');
        typed.push(one('[name=search]').value);
        return [typed, places];
        """,
    )  # fmt: skip
    typed, places = walked.found
    assert typed == ["ana@", "ana@", ""]
    assert not any("ana" in place for place in (*places, *walked.asked))


def test_a_link_to_a_part_of_a_page_leads_to_it(shop: Any, owner: Asker) -> None:
    """From another page, and by an address that was kept."""
    script = """
        await until(() => inside().activeElement?.id === 'margins', 'the part');
        return one('#margins').getBoundingClientRect().top < 900;
    """
    assert walk(owner, "incentives#margins", script).found is True


def test_what_came_of_it_is_told_to_the_dashboard(shop: Any, owner: Asker) -> None:
    """Saved and refused alike, by its own notification."""
    walked = walk(
        owner, "checklist",
        """
        const save = '[hx-post*="checklist/capacity"] ';
        await until(() => one(save), 'the forms');
        await wait(200);
        type(save + 'input[type=number]', '-5');
        one(save).noValidate = true;
        press(save + 'button[type=submit]');
        await until(() => told.some((one) => one.status === 'error'), 'a refusal');
        type(save + 'input[type=number]', '50');
        press(save + 'button[type=submit]');
        await until(() => told.some((one) => one.status === 'success'), 'that it is saved');
        """,
    )  # fmt: skip
    said = [(one["status"], bool(one["text"])) for one in walked.told if one["type"] == "notification"]
    assert said == [("error", True), ("success", True)]


@pytest.mark.parametrize("width", [390, 1440])
def test_one_scroll_bar_and_one_asking(shop: Any, owner: Asker, now: datetime, width: int) -> None:
    """A page of the desk is asked for once until it stands there, although several handshakes and a language arrive,
    and nothing but the page itself moves up and down."""
    late("Ana", now)
    walked = walk(
        owner, "customers",
        """
        await until(() => one('.tabs') && one('#found tbody tr'), 'the page');
        await wait(500);
        const scrollers = [...inside().querySelectorAll('body, body *')].filter((one) =>
          ['auto', 'scroll'].includes(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1);
        return scrollers.map((one) => one.outerHTML.slice(0, 80));
        """,
        width=width, language="es",
    )  # fmt: skip
    assert walked.found == []
    assert walked.asked[0] == "GET customers/" and walked.asked.count("GET customers/") == 1
