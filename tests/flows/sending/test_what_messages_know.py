"""The sample by which words are checked has what the mail's data will have, of every message."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.emails import library, names, sample
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns.kinds import registry
from saleor_relacional.flows.campaigns.suppression import Judgement
from saleor_relacional.flows.consent import links
from saleor_relacional.flows.feedback import cases
from saleor_relacional.flows.ledger import fresh_link
from saleor_relacional.flows.sending import compose
from saleor_relacional.flows.sending.shop_context import ShopContext
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import ServiceMessage, Stage
from tests.flows.feedback.test_cases import complaint
from tests.support.campaign_stories import open_shop
from tests.support.people import person

pytestmark = pytest.mark.django_db
SERVICE = {"newsletter_confirm", "fresh_link", "feedback_answer"}


def keys(data: Any) -> set[str]:
    """First and second names; what an occasion and the links hold counts."""
    return {
        f"{name}.{part}"
        for name, inside in data.items()
        for part in (inside if isinstance(inside, dict) else [""])
    }


def test_a_service_message_knows_what_its_sample_says(shop: Any, now: datetime) -> None:
    """No more, or a saved template would end every one of them; and no less."""
    open_shop(now)
    ana = person("Ana", channel="eur")
    signups.ask("zoe@shop.example", who="10.0.0.7", text="Yes.", now=now)
    signups.invite(now)
    fresh_link.ask(links.page_url(ana.public_id, now).rstrip("/").rpartition("/")[2], who="10.0.0.7", now=now)
    cases.answer(complaint(ana, now), text="Sorry.", apology=False, by="staff:7", now=now)

    sent = ServiceMessage.objects.select_related("touch__profile")
    assert {owed.message for owed in sent} == SERVICE
    for owed in sent:
        profile, sender = owed.touch.profile, policy.senders()["eur"]
        given = compose.service_data(owed, profile, sender, ShopContext(), now)
        assert keys(given) == keys(sample(owed.message)), owed.message


@pytest.mark.parametrize("message", sorted(set(names()) - SERVICE))
def test_a_campaigns_message_knows_what_its_sample_says(message: str, shop: Any, now: datetime) -> None:
    open_shop(now)
    ana = person("Ana", channel="eur")
    judged = Judgement(reason=None, channel="eur", basis=None)
    given = compose.data(ana, None, policy.senders()["eur"], judged, ShopContext(), now, {})
    own = {"occasion", "offer"}
    told = {name for name in keys(sample(message)) if name.partition(".")[0] not in own}
    kinds = [kind for kind in registry.kinds().values() if message in [step.message for step in kind.steps]]
    led = {"links.checkout"} if any(kind.checkout for kind in kinds) else set()
    led |= {f"links.rate_{stars}" for stars in range(1, 6)} if any(kind.rates for kind in kinds) else set()
    assert told <= keys(given) | led


def test_who_has_always_bought() -> None:
    """A message that names the day of a purchase without asking belongs to kinds that nobody is in who never bought."""
    for kind in registry.kinds().values():
        for step in kind.steps:
            if "last_purchase.on" in library.always(step.message):
                bought = Stage.PROSPECT.value not in kind.stages
                assert bought, (kind.name, step.message)


def test_every_message_says_what_is_always_there() -> None:
    for message in names():
        always = library.always(message)
        assert always or message == "segment"
        assert always <= keys(sample(message)), message
