"""A link of an old mail, on the real thing: its page has one button, and what it sends opens the person's page.
Switched off, the button is gone and nothing answers it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import bought, now, send, words
from tests.saleor.e2e.storefront import CHANNEL, Storefront
from tests.saleor.stack import Stack

ROOT = "/plugins/saleor_relacional"


@pytest.fixture
def switched_off(saleor: Storefront) -> Iterator[Any]:
    """Switches the plugin off; it is on again afterwards."""
    yield lambda: saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": False})
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input={"active": True})


def test_an_old_link_becomes_a_fresh_one(
    stack: Stack, saleor: Storefront, somebody: str, switched_off: Any
) -> None:
    """Ana bought, and finds last spring's mail. She presses the button; one mail comes over SMTP, and its link shows
    her page. A forged link is answered alike, and brings no mail."""
    from saleor_relacional.flows.consent import links
    from saleor_relacional.models import ServiceMessage

    behind.sender(CHANNEL)
    ana = bought(saleor, somebody, 40, 10)
    old = links.page_token(ana.public_id, now() - timedelta(days=100))
    looked = requests.get(f"{stack.url}{ROOT}/page/{old}/", timeout=30)
    assert looked.status_code == 410 and somebody not in looked.text
    [button] = re.findall(r'action="([^"]*/fresh/[^"]+)"', looked.text)
    assert (
        button == f"{ROOT}/fresh/{old}/"
        and requests.get(f"{stack.url}{button}", timeout=30).status_code == 405
    )
    before = ServiceMessage.objects.count()
    for token in (f"{old[:-2]}AA", old, old):
        told = requests.post(f"{stack.url}{ROOT}/fresh/{token}/", timeout=30)
        assert told.status_code == 200 and "Look into your mailbox" in told.text
    assert ServiceMessage.objects.count() == before + 1
    send()
    subject, text = words(stack, somebody)
    [path] = re.findall(r"https?://[^\s/]+(/plugins/saleor_relacional/page/\S+/)", text)
    assert subject.startswith("Your fresh link")
    opened = requests.get(f"{stack.url}{path}", timeout=30)
    assert opened.status_code == 200 and "Your ledger" in opened.text
    switched_off()
    closed = requests.get(f"{stack.url}{ROOT}/page/{old}/", timeout=30)
    assert closed.status_code == 410 and "/fresh/" not in closed.text and "/leave/" in closed.text
    assert requests.post(f"{stack.url}{ROOT}/fresh/{old}/", timeout=30).status_code == 404
