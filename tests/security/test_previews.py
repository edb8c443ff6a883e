"""Stored scripts in what is previewed, one row each: words that somebody wrote into a template, or into their own name,
are no markup of our page, and nothing of the mail runs where it is looked at."""

import json
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.messages import templates
from saleor_relacional.models import Profile
from tests.api.asking import Asker
from tests.dashboard.asking import post
from tests.security.test_table import Elements
from tests.support.campaign_stories import late, open_shop
from tests.views.accessibility import browser, chromium

pytestmark = pytest.mark.django_db

PLACE = "messages/win_back/en/preview/"
RAN = "top.document.title='ran'"
SCRIPTS = (
    f"<script>{RAN}</script>",
    f'<img src=x onerror="{RAN}">',
    f'"><img src=x onerror="{RAN}">',
    f'\'><svg onload="{RAN}">',
    f"</iframe><script>{RAN}</script>",
    f"</textarea><script>{RAN}</script>",
    f"</title><script>{RAN}</script>",
    f'<iframe srcdoc="&lt;script&gt;{RAN}&lt;/script&gt;"></iframe>',
    f'<a href="javascript:{RAN}" autofocus onfocus="{RAN}">x</a>',
    f'<details open ontoggle="{RAN}">x</details>',
    f'<meta http-equiv="refresh" content="0;url=javascript:{RAN}">',
    f'<object data="javascript:{RAN}"></object><embed src="javascript:{RAN}">',
    f'<form action="javascript:{RAN}"><input autofocus onfocus="{RAN}"></form>',
    f'<style>@import "javascript:{RAN}";</style><div style="background:url(javascript:{RAN})">x</div>',
    f'<math><mtext></p><style><img src onerror="{RAN}"></style></mtext></math>',
    f"<!--><script>{RAN}</script>-->",
    f"&lt;script&gt;{RAN}&lt;/script&gt;",
    f"\u2028<scr\x00ipt>{RAN}</script>",
)
PARTS = ("subject", "preheader", "mjml", "text", "name")
OURS = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>quiet</title><iframe id="mail" sandbox=""></iframe>'
    "<script>for (const mail of %s) { const frame = document.getElementById('mail').cloneNode();"
    " document.body.append(frame); frame.srcdoc = mail; } setTimeout(() => 0, 3000);</script>"
)
"""As dashboard/static/mail.js shows a mail, every one of them at once."""


def seen(reader: Asker, now: datetime, part: str, words: str, show: str = "desk") -> str:
    """What the preview answers with these words at a place: in a part of the template, or as the customer's name."""
    there = templates.of("win_back", "en")
    typed = {each: getattr(there, each) for each in templates.PARTS}
    if part == "name":
        Profile.objects.update(first_name=words.replace("\0", ""))  # PostgreSQL keeps none
        typed["text"] = "{{ customer.first_name }}\n" + typed["text"]
    elif part == "mjml":
        typed[part] = typed[part].replace("</mj-text>", f"{words}</mj-text>", 1)
    else:
        typed[part] += words
    answer = post(reader, PLACE, {**typed, "basis": 0, "show": show, "for": "ana@shop.example"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_words_are_no_markup_of_our_page(shop: Any, reader: Asker, now: datetime, part: str) -> None:
    """Whatever is written where: the page has the elements that it always has, or says why it shows no mail."""
    open_shop(now)
    late("Ana", now)
    for show in ("desk", "text"):
        clean = Elements.of(seen(reader, now, part, "", show)) | Elements.of(
            seen(reader, now, "mjml", "<mj-nothing>")
        )
        for words in SCRIPTS:
            page = seen(reader, now, part, words, show)
            assert Elements.of(page) <= clean, (show, words)


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_nothing_of_a_mail_runs(shop: Any, reader: Asker, now: datetime) -> None:
    """In a real Chromium, shown as our document shows it; without the empty sandbox one of them would run."""
    open_shop(now)
    late("Ana", now)
    mails = []
    for words in SCRIPTS:
        for part in ("mjml", "name"):
            page = seen(reader, now, part, words)
            if "data-mail=" in page:
                mails.append(unescape(page.split('data-mail="')[1].split('"')[0]))
    assert len(mails) > 15
    shown = OURS % json.dumps([*mails, *SCRIPTS]).replace("</", "<\\/")
    assert 'sandbox=""' in Client().get("/dashboard/mail-frame/").content.decode()
    assert "<title>quiet</title>" in ran(shown)
    assert "<title>ran</title>" in ran(shown.replace(' sandbox=""', ""))


def ran(page: str) -> str:
    """The page after a while."""
    return browser.opened(page, dark=False, budget=5_000, until_found=False)
