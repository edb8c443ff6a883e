"""A page of the desk as a browser would show it: its frame and styles around the content that staff get, in
one file without a script, for axe and for pictures."""

import base64
import os
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

from django.test import Client

from saleor_relacional.dashboard import assets
from tests.api.asking import Asker
from tests.running.tries import THOROUGH
from tests.views.accessibility import chromium

WIDTHS = (390, 1440)
LATER = re.compile(r'<span hx-get="([^"]+)" hx-trigger="load"></span>')
"""A place that is filled after the page."""
CONTENTS = "/dashboard/content/"
PICTURES = os.environ.get("RELACIONAL_PICTURES", "")
"""A folder: `looked_at` keeps a picture of each page in it."""


def content(asker: Asker | None, place: str, *, language: str = "en") -> str:
    """What is filled into the frame at a place, as "customers/?stage=new"."""
    token = {"Authorization": asker.token} if asker and asker.token else {}
    answer = Client().get(f"{CONTENTS}{place}", headers={"Accept-Language": language, **token})
    assert answer.status_code in (200, 401, 403), (place, answer.status_code)
    return answer.content.decode()


def filled(asker: Asker, place: str, *, language: str = "en") -> str:
    """The same with the counts that come after it."""

    def later(found: re.Match[str]) -> str:
        there = unescape(found[1]).removeprefix(CONTENTS)
        return f"<span>{content(asker, there, language=language)}</span>"

    return LATER.sub(later, content(asker, place, language=language))


def whole(inside: str, *, language: str = "en", dark: bool = False, kind: str = "page") -> str:
    """The content in its frame."""
    styles = "".join(
        (assets.PLACE / name).read_text("utf-8") for name in assets.LINKED if name.endswith(".css")
    )
    font = base64.b64encode((assets.PLACE / "inter.woff2").read_bytes()).decode()
    styles = styles.replace('url("inter.woff2")', f"url(data:font/woff2;base64,{font})")
    theme = "dark" if dark else "light"
    return (
        f'<!doctype html><html lang="{language}" data-theme="{theme}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>Relationships</title>'
        f'<style>{styles}</style><body class="{kind}"><main id="content">{inside}</main></body></html>'
    )


def faults(found: dict[str, str], *, language: str = "en", kind: str = "page") -> dict[str, list[str]]:
    """What axe finds wrong with each content (name → HTML); empty: nothing. Where RELACIONAL_PICTURES says in which
    folder, pictures are kept."""
    looks = {
        f"{name}, {'dark' if dark else 'light'} at {width}": chromium.Look(
            whole(inside, language=language, dark=dark, kind=kind), width, rules
        )
        for name, inside in found.items()
        for dark, width, rules in _looks(language)
    }
    if PICTURES:
        for name, inside in found.items():
            for dark in (False, True):
                _pictures(name, whole(inside, language=language, dark=dark, kind=kind), dark)
    told = chromium.looked_at(looks)
    return {name: one["violations"] for name, one in told.items() if one["violations"]}


def _looks(language: str) -> Iterable[tuple[bool, int, chromium.Rules]]:
    """Whether in the dark, how wide, and by which rules. In a thorough run all rules in light and those of colours in
    the dark, at both widths. Otherwise the colours once for what is shown at a desk and once for what is shown on a
    phone; and in other languages, which differ in their words alone, a phone, where those have least room."""
    all_rules, colours, others = chromium.Rules.ALL, chromium.Rules.COLOURS, chromium.Rules.ALL_BUT_COLOURS
    phone, desk = WIDTHS
    if THOROUGH:
        return [
            (False, phone, all_rules),
            (False, desk, all_rules),
            (True, phone, colours),
            (True, desk, colours),
        ]
    if language != "en":
        return [(False, phone, others)]
    return [(False, desk, all_rules), (False, phone, others), (True, phone, colours)]


def _pictures(name: str, page: str, dark: bool) -> None:
    folder = Path(PICTURES).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        theme = "-dark" if dark else ""
        file = folder / f"{re.sub(r'[^a-z0-9]+', '-', name)}-{width}{theme}.png"
        chromium.picture(page, file, width=width, height=1400, dark=dark)
