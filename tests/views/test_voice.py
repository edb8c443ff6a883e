"""In a shop that says usted all that customers read outside of mails says usted; in any other nothing differs."""

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from saleor_relacional.flows import policy
from saleor_relacional.flows.messages import voices
from saleor_relacional.management import formal, messages
from saleor_relacional.management.messages import key
from saleor_relacional.models import Profile
from tests.support.campaign_stories import open_shop
from tests.support.voice import read, says_usted
from tests.views.accessibility.pages import pages

CODE = re.compile(r"\d{12}")
"""Of an offer: another every time."""
ROOT = Path(messages.__file__).parents[1]
DOORS = ("views", "graphql/mutations/ledger", "graphql/mutations/feedback/tell.py", "graphql/mutations/consent.py",
         "graphql/mutations/newsletter.py", "graphql/mutations/offers.py", "graphql/mutations/preferences.py",
         "graphql/mutations/rhythm.py", "graphql/types/ledger", "graphql/types/profile_plan.py")  # fmt: skip
"""Where customers come in."""
OF_STAFF = (
    "flows/campaigns/campaign/", "flows/campaigns/campaigns.py", "flows/campaigns/terms.py", "flows/contact/",
    "flows/evidence/", "flows/feedback/cases.py", "flows/feedback/promises.py", "flows/messages/", "flows/money.py",
    "flows/operations/", "flows/policy.py", "flows/segments/", "flows/sending/mail_server/", "flows/shop_control/",
    "flows/calendar/", "flows/campaigns/owner/", "flows/campaigns/planning/", "flows/campaigns/deciding/",
    "flows/campaigns/arbitration/", "graphql/permissions.py",
)  # fmt: skip
"""What these import, and only staff are told: policy, campaigns, segments, results."""


def test_every_text_that_customers_can_reach_stands_in_both_voices() -> None:
    """None lacks its form, none of the forms says tú itself, and none is of a text that nobody says."""
    assert formal.lacking() == {}
    assert formal.obsolete() == []
    told, tu = messages.catalogue(formal.FOLDER), formal.learnt()
    slips = {one.id: formal.gives_away(" ".join(formal.forms(told, one.id)), tu) for one in told if one.id}
    assert {text: word for text, word in slips.items() if word} == {}
    assert {"compraste", "quieres", "cópialo", "elige", "tus"} <= tu and not {"el", "se", "pedido"} & tu


def test_whatever_the_doors_of_customers_import_is_of_customers_or_of_staff() -> None:
    """A new flow behind them has to be put down as the one or the other."""
    reached, unknown = set(_reached()), {}
    for text, files in messages.used().items():
        for file in reached & set(files):
            if not file.startswith((*formal.TO_CUSTOMERS, *OF_STAFF)):
                unknown[file] = text
    assert unknown == {} and {"flows/ledger/words.py", "flows/input_validation.py"} <= reached


def test_a_new_text_without_its_form_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By `relacional_messages`, with the word that gives it away; what says nothing of tú needs no form, and neither
    does what staff read."""
    said = {
        "Your socks": "Tus calcetines",
        "Choose a sock": "Elige uno",
        "Socks": "Calcetines",
        "Staff's": "Tus calcetines",
    }
    plain = messages.catalogue(formal.LANGUAGE)
    for text, spanish in said.items():
        plain.add(text, spanish)
    used = {text: ["dashboard/x.py" if text == "Staff's" else "views/x.py"] for text in said}
    others = messages.catalogue(formal.FOLDER)
    monkeypatch.setattr(messages, "used", lambda: used)
    monkeypatch.setattr(messages, "catalogue", {formal.LANGUAGE: plain, formal.FOLDER: others}.__getitem__)
    assert formal.lacking() == {"Your socks": "Tus", "Choose a sock": "elige"}


def test_what_has_one_form_reads_the_same() -> None:
    """Whatever other apps' catalogues hold: Django falls back from the one tongue to the other."""
    told = messages.catalogue(formal.FOLDER)
    for text in map(key, formal.texts()):
        with translation.override("es"):
            plain = translation.gettext(text)
        with translation.override(voices.FORMAL["es"]):
            assert translation.gettext(text) == (formal.forms(told, text)[0] if told.get(text) else plain), (
                text
            )


@pytest.mark.django_db
def test_no_page_of_a_shop_that_says_usted_says_tu(shop: Any, now: datetime) -> None:
    """Each of them in each of its states. Every text on them is known as one that customers read; the language that a
    page tells a program is still Spanish; and an English page, or one of a shop that says tú, is as it ever was."""
    before = _undone(now)
    says_usted(now)
    with (
        _listened() as heard,
        translation.override("en"),
    ):  # what they are noted to have read stays as it was read
        after = pages(now)
    tu = formal.learnt()
    assert formal.gives_away(read(before["yours (es)"]), tu)
    spanish = {name: page for name, page in after.items() if name.endswith("(es)")}
    slips = {name: formal.gives_away(read(page), tu) for name, page in spanish.items()}
    assert len(spanish) > 30 and {name: word for name, word in slips.items() if word} == {}
    assert all('<html lang="es">' in page for page in spanish.values())
    assert "Usted decide" in after["yours (es)"] and "Tú decides" in before["yours (es)"]
    english = [name for name in after if name.endswith("(en)")]
    assert [
        name for name in english if CODE.sub("", read(after[name])) != CODE.sub("", read(before[name]))
    ] == []
    known = set(map(key, formal.texts()))
    assert (
        len(heard) > 150
        and {text for text in heard & set(map(key, messages.used())) if text not in known} == set()
    )


@pytest.mark.django_db
def test_the_channel_is_theirs_else_the_form_s_else_the_first_that_writes(shop: Any, now: datetime) -> None:
    """Two channels, of which one says usted."""
    shop.channel("usd", "USD")
    open_shop(now)
    says_usted(now, "usd")
    browser = Client(headers={"accept-language": "es"})
    assert "Tu dirección de correo" in browser.get("/newsletter/").content.decode()
    assert "Tu dirección" in browser.get("/newsletter/?channel=usd").content.decode()  # no sender
    policy.name_sender(
        channel="usd",
        name="Tea",
        address="hello@tea.example",
        postal_address="Calle Mayor 1, Madrid",
        now=now,
    )
    formal_page = browser.get("/newsletter/?channel=usd")
    assert (
        "Su dirección de correo" in formal_page.content.decode() and formal_page["Content-Language"] == "es"
    )
    assert "Tu dirección de correo" in browser.get("/newsletter/?channel=elsewhere").content.decode()
    assert voices.tongue("es-mx", "usd") == "es-usted" and voices.tongue("en", "usd") == "en"
    assert voices.tongue("es-mx", "eur") == "es-mx" and not Profile.objects.exists()


def _undone(now: datetime) -> Mapping[str, str]:
    """The pages, with nothing left of the people on them."""
    with transaction.atomic(), translation.override("en"):
        found = pages(now)
        transaction.set_rollback(True)
    return found


@contextmanager
def _listened() -> Iterator[set[str]]:
    """Every text that is asked for in the formal tongue."""
    heard: set[str] = set()
    inner: Any = translation._trans  # type: ignore[attr-defined]

    def hears(name: str) -> Any:
        said = getattr(inner, name)

        def hear(text: str, *more: Any) -> Any:
            if translation.get_language() in voices.FORMAL.values():
                heard.add(text)
            return said(text, *more)

        return hear

    with patch.object(inner, "gettext", hears("gettext")), patch.object(inner, "ngettext", hears("ngettext")):
        yield heard


def _reached() -> Iterator[str]:
    """Our files that the doors import, and what these import, and the templates."""
    files = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py")}
    wanted = [file for file in files if file.startswith(DOORS) and file != "views/webhooks.py"]
    seen: set[str] = set()
    while wanted:
        file = wanted.pop()
        if file not in seen:
            seen.add(file)
            wanted += _imports(file) & files
    yield from seen
    yield from (str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def _imports(file: str) -> set[str]:
    found = set()
    here = ["saleor_relacional", *Path(file).parent.parts]
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            found |= {whole, *(f"{whole}.{one.name}" for one in node.names)}
    ours = [name.removeprefix("saleor_relacional.").replace(".", "/") for name in found]
    return {f"{name}.py" for name in ours} | {f"{name}/__init__.py" for name in ours}
