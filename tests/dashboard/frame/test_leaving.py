"""Going elsewhere from a page with words that are not saved: asked first, by link and by "back"; once saved nobody
asks."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.messages import templates
from saleor_relacional.models import Profile
from tests.api.asking import Asker
from tests.dashboard.sections.test_customer import zenobia
from tests.dashboard.walking import walk
from tests.views.accessibility import chromium

__all__ = ["zenobia"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]
BEGUN = """
        await until(() => one('a[href$="messages/win_back/en"]'), 'the list');
        press('a[href$="messages/win_back/en"]');
        await until(() => one('[name=subject]'), 'the form');
        await wait(1500);
        type('[name=subject]', 'Half a word');
        await wait(1500);
"""


@pytest.mark.parametrize("way", ["press('.tabs a[href$=campaigns]')", "frame.contentWindow.history.back()"])
def test_what_was_typed_is_not_left_unasked(shop: Any, owner: Asker, way: str) -> None:
    """Staying keeps page, words and address, and asks again the next time; leaving goes where one wanted to go."""
    walked = walk(
        owner, "messages",
        f"""{BEGUN}
        {way};
        await until(() => shown('#leaving'), 'the question');
        const at = [focused(), address(), one('[name=subject]').value];
        press('[data-stay]');
        await until(() => !shown('#leaving'), 'that it is gone');
        await wait(300);
        at.push(address(), one('[name=subject]').value);
        {way};
        await until(() => shown('#leaving'), 'the question again');
        press('[data-leave]');
        await until(() => !one('[name=subject]'), 'the other page');
        await until(() => one('h1'), 'the other page');
        at.push(one('h1').innerText, shown('#leaving'));
        return at;
        """,
    )  # fmt: skip
    place = "/dashboard/messages/win_back/en"
    page = "Campaigns" if "press" in way else "Messages"
    assert walked.found == ["Stay here", place, "Half a word", place, "Half a word", page, False]


def test_comparing_keeps_what_was_typed_and_it_is_still_asked_for(shop: Any, owner: Asker) -> None:
    """The page is drawn anew around it; refused, too. Saved it may be left."""
    words = {part: getattr(templates.of("win_back", "en"), part) for part in templates.PARTS}
    first = templates.Words(**{**words, "subject": "First"})
    templates.save("win_back", "en", first, basis=0, who="", now=shop.host.now())
    templates.save("win_back", "en", templates.Words(**words), basis=1, who="", now=shop.host.now())
    walked = walk(
        owner, "messages",
        f"""{BEGUN}
        one('.fold summary').closest('aside').querySelectorAll('details').forEach((each) => (each.open = true));
        press('[hx-post$="compare/"]');
        await until(() => one('pre.diff'), 'what changed');
        const at = [one('[name=subject]').value, address()];
        press('.tabs a[href$=campaigns]');
        await until(() => shown('#leaving'), 'the question');
        press('[data-stay]');
        press('#words button[type=submit]');
        await seen('Saved');
        press('.tabs a[href$=campaigns]');
        await until(() => one('h1')?.innerText === 'Campaigns', 'the other page');
        return [...at, shown('#leaving')];
        """,
    )  # fmt: skip
    assert walked.found == ["Half a word", "/dashboard/messages/win_back/en", False]
    assert templates.of("win_back", "en").subject == "Half a word"


def test_one_of_two_remarks_is_answered_and_the_other_is_still_asked_for(
    zenobia: Profile, owner: Asker, now: datetime
) -> None:
    """Both forms are sent to the same address. Staying leads to the one that was typed in, where it was."""
    for words in ("I moved", "I dislike tea"):
        remarks.say(zenobia, kind="note", words=words, now=now)
    walked = walk(
        owner, f"customers/{zenobia.public_id}",
        """
        const texts = '[hx-post$="/remark/"] textarea';
        const fill = (at, value) => {
          const there = inside().querySelectorAll(texts)[at];
          there.focus(); there.value = value;
          there.dispatchEvent(new (frame.contentWindow.Event)('input', {bubbles: true}));
        };
        await until(() => inside().querySelectorAll(texts).length === 2, 'the remarks');
        await wait(500);
        const asked = async () => {
          press('.tabs a[href$=campaigns]');
          await until(() => shown('#leaving'), 'the question');
          press('[data-stay]');
          await until(() => !shown('#leaving'), 'that it is gone');
          return [...inside().querySelectorAll(texts)].indexOf(inside().activeElement);
        };
        fill(1, 'Half an answer');
        const at = [await asked()];
        fill(0, 'Thank you');
        inside().querySelector(texts).form.querySelector('button[type=submit]').click();
        await until(() => inside().querySelectorAll(texts).length === 1, 'that one is answered');
        await wait(300);
        at.push(await asked(), one(texts).value);
        return at;
        """,
    )  # fmt: skip
    assert walked.found == [1, 0, "Half an answer"]
