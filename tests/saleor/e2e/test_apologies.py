"""What somebody says against us, noted by staff on the real thing: an apology in its time, and no selling before."""

from datetime import timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, now, of, plan, plan_and_send, touch, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Storefront
from tests.saleor.stack import Stack


def note(saleor: Storefront, profile: Any, days_ago: float, **said: Any) -> None:
    """Staff note what they said so many days ago."""
    saleor.ask(
        operations.CONTACT_NOTE, token=saleor.staff(), id=to_global_id("RelationshipProfile", profile.public_id),
        at=(now() - timedelta(days=days_ago)).isoformat(), **said,
    )  # fmt: skip


@pytest.mark.parametrize(
    "said", [{"kind": "COMPLAINT"}, {"kind": "RATING", "stars": 1}], ids=["complaint", "rating"]
)
def test_an_apology_for_what_she_said(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, said: dict[str, Any]
) -> None:
    """Ana complained, or gave one star, two days ago: nothing is sold to her, and one apology leaves, in the sender's
    name. It ends the silence; the thanks of her anniversary leave."""
    ana = bought(saleor, somebody, *a_year())
    note(saleor, ana, 2, **said)
    thanks = switch_on("ANNIVERSARY")
    plan_and_send()
    assert of(thanks, ana) == ("suppressed", "silence") and stack.mailbox.to(somebody) == []
    sorry = switch_on("SECOND_CHANCE")
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "sorry" in subject and "You told us that something was not as it should be" in text
    assert "The shop" in text and of(sorry, ana) == ("started", "")
    plan_and_send()
    subject, _ = words(stack, somebody, 2)
    assert "since your first order" in subject
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 2


def test_who_was_answered_or_said_nothing_bad_gets_none(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana complained this morning, and the apology waits for tomorrow; somebody of the shop calls her, and it is
    stopped. Bea gave four stars: there is nothing to be sorry for."""
    ana, bea = bought(saleor, somebody, *range(25, 160, 33)), bought(saleor, another, *range(25, 160, 33))
    sorry = switch_on("SECOND_CHANCE")
    note(saleor, ana, 0.1, kind="COMPLAINT")
    note(saleor, bea, 2, kind="RATING", stars=4)
    plan()
    assert touch(sorry, ana) == ("queued", "") and of(sorry, bea) is None
    note(saleor, ana, 0, kind="APOLOGY")
    plan_and_send()
    due(sorry, ana)
    plan_and_send()
    assert touch(sorry, ana) == ("suppressed", "cycle_over"), behind.standing(somebody)
    assert stack.mailbox.to(somebody) == [] and stack.mailbox.to(another) == []


def due(campaign: Any, profile: Any) -> None:
    """The moment of their message has come."""
    from saleor_relacional.models import Touch

    Touch.objects.filter(enrolment__campaign=campaign, profile=profile, state="queued").update(due_at=now())
