"""What comes after a page moves nothing that somebody is about to press."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.owner import curve
from saleor_relacional.flows.messages import templates
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Campaign
from tests.api.asking import Asker
from tests.dashboard.sections.test_campaigns import draft
from tests.dashboard.sections.test_evidence import told
from tests.dashboard.walking import walk
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.views.accessibility import chromium

__all__ = ["told"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]
PRESSED = "a[href], button, summary, input:not([type=hidden]), select, textarea"
STANDING = f"""
    const where = (each) => each.getBoundingClientRect().top + frame.contentWindow.scrollY;
    const standing = () => [...inside().querySelectorAll("#content :is({PRESSED})")]
      .filter((each) => each.getClientRects().length).map((each) => [each, where(each)]);
    const moved = (before) => before.filter(([each, top]) => each.isConnected && Math.abs(where(each) - top) > 1)
      .map(([each]) => each.textContent.trim() || each.name);
"""


def moved(asker: Asker, place: str, *, width: int, comes: int) -> list[str]:
    """What could be pressed as soon as the page was there, and stands elsewhere once its parts (`comes` of them) have
    come."""
    script = f"""{STANDING}
        await until(() => one('h1'), 'a page');
        let before = null, parts = 0;
        inside().addEventListener('htmx:afterSwap', ({{detail}}) => {{
          if (detail.target.id === 'content') before = standing();
          else if (detail.target.matches('section, div, p')) parts += 1;
        }});
        const link = inside().createElement('a');
        link.dataset.go = '';
        link.setAttribute('href', '/dashboard/{place}');
        one('#content').append(link);
        link.click();
        await until(() => before, 'the page');
        const looksDown = () => one('[hx-trigger="intersect once"]')?.scrollIntoView();  // a new page begins at its top
        await until(() => (looksDown(), parts >= {comes}), 'the parts');
        await wait(300);
        return [before.length, moved(before)];
    """
    pressed, found = walk(asker, "policy/exclusions", script, width=width).found
    assert pressed > 10
    return list(found)


@pytest.mark.parametrize("width", [390, 1440])
def test_beside_a_draft_and_a_campaign_that_runs(shop: Any, owner: Asker, now: datetime, width: int) -> None:
    """What it would do, the coming days and what came of it stand below the form, the changes and the way to finish
    it."""
    open_shop(now)
    crowd(6, now, value="42.00")
    fresh = draft(now)
    assert moved(owner, f"campaigns/{fresh.public_id}", width=width, comes=2) == []
    runs = win_back(now)
    plan.consider(runs, now)
    assert moved(owner, f"campaigns/{runs.public_id}", width=width, comes=2) == []


def test_what_a_campaign_brought(
    told: Campaign, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When one will know, and the curves."""
    monkeypatch.setattr(curve, "LOOKS", 2)  # a busy machine takes a while for each
    runs = win_back(now, daily_capacity=1000)
    crowd(4, now)
    plan.consider(runs, now)
    assert moved(owner, f"evidence/{runs.public_id}", width=1440, comes=1) == []
    assert moved(owner, f"evidence/{told.public_id}", width=1440, comes=1) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_several_that_win_back_in_a_large_shop(
    shop: Any, owner: Asker, now: datetime, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """All switches stand above; what each would do comes after the other, never above what is there."""
    open_shop(now)
    crowd(6, now)
    win_back(now)
    for _each in range(2):
        campaigns.pause(win_back(now), now=now)
    monkeypatch.setattr(rebuild, "SMALL", 0)
    assert moved(owner, "slipping", width=width, comes=3) == []


def test_beside_the_words_of_a_mail(shop: Any, owner: Asker, now: datetime) -> None:
    """The preview is drawn anew while one types, with remarks or with what is wrong: the buttons of the versions stay
    where they are."""
    open_shop(now)
    words = {part: getattr(templates.of("win_back", "en"), part) for part in templates.PARTS}
    for number, subject in enumerate(("First", "Second")):
        own = templates.Words(**{**words, "subject": subject})
        templates.save("win_back", "en", own, basis=number, who="", now=now)
    walked = walk(
        owner, "messages/win_back/en",
        f"""{STANDING}
        await until(() => one('[name=subject]'), 'the form');
        for (const each of inside().querySelectorAll('aside details')) each.open = true;
        const before = standing(), told = [];
        await until(() => one('iframe.mail'), 'the preview');
        await wait(300);
        told.push(moved(before));
        type('[name=mjml]', '<mjml>');
        await until(() => one('aside .warn'), 'what is wrong');
        told.push(moved(before), before.some(([each]) => each.textContent.includes('Let it hold again')));
        return told;
        """,
    )  # fmt: skip
    assert walked.found == [[], [], True]
