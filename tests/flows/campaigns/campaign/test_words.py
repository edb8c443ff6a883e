"""What its messages say is asked before a campaign is switched on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import lint
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.messages import templates
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.models import Campaign, TemplateVersion
from tests.support.kind_stories import switched_on

BODY = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def written(message: str, now: datetime, **words: str) -> None:
    """The owner's English words of a message."""
    plain = {"subject": "Hello", "preheader": "", "mjml": BODY.format("Hello"), "text": "Hello"}
    templates.save(message, "en", Words(**{**plain, **words}), basis=0, who="staff:1", now=now)


@pytest.mark.parametrize(
    ("kind", "words", "said"),
    [
        ("win_back", {"subject": "Re: your order"}, "looks like an answer"),
        ("win_back", {"text": "Last chance!"}, "hurries people"),
        ("thanks_first_order", {"text": "And 5 % off for you"}, "offers nothing"),
        ("win_back", {"text": "And 5 % off for you"}, "offers nothing"),
        ("sunset", {"text": "Here is a code: SAVE20"}, "offers nothing"),
    ],
)
def test_what_deceives_is_not_switched_on(
    shop: Any, now: datetime, kind: str, words: dict[str, str], said: str
) -> None:
    """Told with the message, its language and its cure."""
    written(kind, now, **words)
    with pytest.raises(Refused) as refused:
        switched_on(kind, now)
    assert refused.value.code == "WORDS" and refused.value.field == "steps[0].message"
    assert f"{kind} in en: Line 1" in refused.value.message and said in refused.value.message
    assert not Campaign.objects.filter(state="active").exists()


def test_a_price_may_be_said_where_something_is_offered(shop: Any, now: datetime) -> None:
    """And of what is not grave the owner is only told."""
    written("win_back", now, text="5 % off", mjml=BODY.format('<a href="https://x.example">here</a>'))
    offering = Step(message="win_back", discount="percentage", value=Decimal(5))
    running = switched_on("win_back", now, steps=(offering,))
    assert [
        (one.step, one.language, one.remark and one.remark.code.value, one.grave)
        for one in lint.of_version(campaigns.current(running))
    ] == [(1, "en", "link_text", False)]


def test_words_that_are_in_order_no_longer(shop: Any, now: datetime) -> None:
    """Saved before the message forgot a name: it is said before anybody's mail fails."""
    TemplateVersion.objects.create(
        message="win_back", language="en", number=1, made_at=now, made_by="staff:1", subject="{{ gone }}",
        mjml=BODY.format("Hello"), text="Hello",
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        switched_on("win_back", now)
    assert refused.value.code == "WORDS" and "does not know gone" in refused.value.message
