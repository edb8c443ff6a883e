"""What pages and docs promise customers of every mail is true of every mail that they get."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.feedback import cases, tell
from saleor_relacional.flows.sending import send
from saleor_relacional.flows.signups import signups
from tests.support.campaign_stories import customer, open_shop

TOP = Path(__file__).parents[2]
TEMPLATES = TOP / "saleor_relacional" / "templates"
SAYS_EVERY = re.compile(r"(every|each|cada) (email|mail|correo)[^.]{0,40}(link|enlace)", re.IGNORECASE)
MEANT = re.compile(
    r"(every|each|cada) (email about offers and news|correo de ofertas y novedades)", re.IGNORECASE
)


@pytest.mark.parametrize("page", ["docs/customer.md", "docs/customer.es.md"])
def test_the_page_that_a_shop_publishes(page: str) -> None:
    """Service messages have no link to leave, so not "every email" has one."""
    said = (TOP / page).read_text("utf-8").replace("\n", " ")
    assert MEANT.search(said)
    assert [one[0] for one in SAYS_EVERY.finditer(said) if not MEANT.match(one[0])] == []


def test_the_pages_behind_links() -> None:
    """The same in the words of every public page."""
    for path in TEMPLATES.rglob("*.html"):
        wrong = [one[0] for one in SAYS_EVERY.finditer(path.read_text("utf-8")) if not MEANT.match(one[0])]
        assert wrong == [], path.name


def test_an_answer_leads_to_their_page(shop: Any, now: datetime) -> None:
    """It says that a person has answered, and where that stands; nobody leaves by it, and whoever was only typed into a
    form gets no page."""
    open_shop(now)
    ana = customer("Ana", now)
    told = tell.tell(ana.pk, kind="complaint", text="It broke.", source="page", now=now)
    assert told.case is not None
    cases.answer(told.case, text="We send another.", apology=False, by="staff:1", now=now)
    signups.ask("yuri@shop.example", who="10.0.0.1", text="News of tea.", now=now)
    signups.invite(now)
    send.send_due(now=now)
    answer, confirm = sorted(mail.outbox, key=lambda one: one.to != [ana.email])
    assert "/page/" in answer.body and "/leave/" not in answer.body + confirm.body
    assert "/page/" not in confirm.body and "List-Unsubscribe" not in answer.extra_headers
