"""Staff rewrite a message over Saleor's API, and what leaves has their words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql_relay import to_global_id

from tests.saleor.e2e import behind, campaigning
from tests.saleor.e2e.storefront import ADMIN, CHANNEL, Refused, Storefront, within
from tests.saleor.stack import Stack

OPERATIONS = Path(__file__).resolve().parents[4] / "graphql" / "operations"
BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
WORDS = {
    "subject": "A word of our own", "mjml": BODY.format("Hello {{ customer.first_name | person }}, come by."),
    "text": "Hello {{ customer.first_name | person }}, come by.",
}  # fmt: skip


@pytest.fixture
def late(saleor: Storefront, somebody: str) -> Iterator[str]:
    """Ana bought every three weeks until she stayed away; the win-back says nothing but words."""
    from django.utils import timezone

    from saleor_relacional import tasks
    from saleor_relacional.flows.campaigns import campaigns

    tasks.sweep()
    campaigning.late(saleor, somebody, dict.fromkeys(range(126, -1, -21), "40.00"))
    campaign = behind.win_back(active=True)
    yield somebody
    campaigns.pause(campaign, now=timezone.now())


def ask(saleor: Storefront, name: str, **variables: Any) -> Any:
    """A documented operation, asked by staff."""
    return saleor.ask((OPERATIONS / f"{name}.graphql").read_text(), token=saleor.staff(), **variables)


def test_what_staff_write_is_what_leaves(stack: Stack, saleor: Storefront, late: str) -> None:
    """Refused with line and column; previewed; saved; a colleague's stale edit is told; a test mail reaches the
    admin; then Ana's mail has the new words and the true reason, which is told again over the API."""
    from saleor_relacional import tasks
    from saleor_relacional.models import Enrolment, TemplateVersion

    message = {"message": "win_back", "language": "en"}
    [now] = [one for one in ask(saleor, "templates", message="win_back") if one["language"] == "en"]
    wrong = {**WORDS, "text": "Hello\n  {{ customr.first_name }}"}
    with pytest.raises(Refused) as refused:
        ask(saleor, "template-update", **message, basis=now["number"], input=wrong)
    [error] = refused.value.errors
    assert error["field"] == "text" and error["message"].startswith("Line 2, column 6: ")
    seen = ask(saleor, "template-preview", **message, channel=CHANNEL, words=WORDS)
    assert seen["faults"] == [] and seen["subject"] == "A word of our own" and "default-src" in seen["html"]
    made = ask(saleor, "template-update", **message, basis=now["number"], input=WORDS)["template"]
    assert made["number"] == now["number"] + 1 and made["own"]
    with pytest.raises(Refused) as refused:
        ask(saleor, "template-update", **message, basis=now["number"], input=WORDS)
    assert refused.value.code == "CONFLICT"
    ask(saleor, "template-test-mail", **message, channel=CHANNEL)
    [test] = within(10.0, lambda: stack.mailbox.to(ADMIN[0]))
    assert test["Subject"] == "[Test] A word of our own"

    tasks.plan.delay()
    assert within(30.0, Enrolment.objects.filter(profile=behind.profile(late), state="started").first)
    tasks.send.delay()
    [mail] = within(30.0, lambda: stack.mailbox.to(late))
    body = mail.get_body(("plain",))
    assert body and mail["Subject"] == "A word of our own"
    text = " ".join(body.get_content().split())
    assert "Hello Ana, come by." in text and "You receive this because you last bought from us on" in text
    [entry] = saleor.ask(
        "query($id: ID!) { relationshipProfile(id: $id) { plan { because } } }", token=saleor.staff(),
        id=to_global_id("RelationshipProfile", behind.profile(late).public_id),
    )["plan"]  # fmt: skip
    assert entry["because"] and entry["because"] in text
    ask(saleor, "template-restore", **message, version=0, basis=made["number"])
    assert TemplateVersion.objects.filter(message="win_back", shipped=True).exists()
