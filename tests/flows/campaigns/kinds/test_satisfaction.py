"""Satisfaction: asked once per order, some days after it has left, and never after a complaint about it."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns.kinds.satisfaction import KIND, UNDER_WAY
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.scoring import stale
from saleor_relacional.models import Campaign, ChannelPace, Purchase
from tests.support.campaign_stories import customer
from tests.support.instants import DAY
from tests.support.kind_stories import orders, refunds, switched_on, takes_back, the_days

pytestmark = pytest.mark.django_db(transaction=True)

WEEKS = range(0, 40, 2)


@pytest.fixture
def asking(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def leads_to(number: int) -> tuple[Any, int | None]:
    """Who tells by the first star of a mail, and about which order."""
    [address] = [word for word in mail.outbox[number].body.split() if word.endswith("?stars=1")]
    token = address.split("/feedback/")[1].split("/")[0]
    opened = links.who_tells(token, datetime.fromisoformat("2026-03-02T12:00:00+00:00"))
    assert opened is not None
    return opened[:2]


def test_once_per_order_after_it_was_delivered(asking: Campaign, now: datetime) -> None:
    """Six days after it left; five stars to tap, nothing to buy. The next order is asked about, too."""
    ana = customer("Ana", now, days_ago=(60,))
    first = orders(ana, now, sent=True)
    sent = the_days(asking, now, WEEKS)
    assert sum(sent) == 1 and sent[UNDER_WAY // 2] == 1
    second = orders(ana, now + 41 * DAY, sent=True)
    assert sum(the_days(asking, now, range(41, 60))) == 1
    assert [leads_to(0)[1], leads_to(1)[1]] == [first.pk, second.pk]
    assert leads_to(0)[0] == ana.public_id
    body = mail.outbox[0].body
    assert "How was it?" in body and body.count("?stars=") == 5 and "Unsubscribe" in body
    assert not any(word in body.lower() for word in ("code", "% off", "discount", "https://shop"))


def test_an_order_that_has_not_left_is_not_asked_about(asking: Campaign, now: datetime) -> None:
    """It leaves on the tenth day: the question comes six days later."""
    order = orders(customer("Ana", now, days_ago=(60,)), now, sent=False)
    assert sum(the_days(asking, now, range(0, 10, 3))) == 0
    Purchase.objects.filter(pk=order.pk).update(fulfilled_at=now + 10 * DAY)
    stale.mark([order.profile_id], now + 10 * DAY)
    assert sum(the_days(asking, now, range(10, 16, 2))) == 0
    assert sum(the_days(asking, now, (16, 17))) == 1


def complains(order: Purchase, at: datetime) -> None:
    tell.tell(
        order.profile_id, kind="complaint", text="It broke.", purchase_id=order.pk, source="page", now=at
    )


def rates(order: Purchase, at: datetime) -> None:
    tell.tell(order.profile_id, kind="rating", stars=5, purchase_id=order.pk, source="page", now=at)


def is_noted(order: Purchase, at: datetime) -> None:
    notes.note(order.profile_id, kind="complaint", at=at, now=at)


@pytest.mark.parametrize("before", [complains, rates, is_noted, refunds, takes_back])
def test_who_has_told_is_not_asked(asking: Campaign, now: datetime, before: Any) -> None:
    """A complaint about it, a rating, money back: on the third day, while the question waits."""
    order = orders(customer("Ana", now, days_ago=(60,)), now, sent=True)
    assert sum(the_days(asking, now, (0, 2))) == 0
    before(order, now + 3 * DAY)
    assert sum(the_days(asking, now, range(3, 34, 3))) == 0


def test_an_apology_comes_before_the_question(asking: Campaign, now: datetime) -> None:
    """Ana's order left after five days, where others leave within two: first somebody is sorry."""
    ChannelPace.objects.create(channel="web", days=2, measured_at=now)
    ana = customer("Ana", now, days_ago=(60,))
    order = orders(ana, now, sent=False)
    Purchase.objects.filter(pk=order.pk).update(fulfilled_at=now + 5 * DAY)
    assert sum(the_days(asking, now, range(5, 14))) == 0
    notes.note(ana.pk, kind="apology", at=now + 14 * DAY, now=now + 14 * DAY)
    assert sum(the_days(asking, now, (14, 15, 16))) == 1


def test_who_wants_no_mails_is_not_asked(asking: Campaign, now: datetime) -> None:
    """The question is a service, but it is ours: whoever left is left in peace."""
    ana = customer("Ana", now, days_ago=(60,))
    consent.record_objection(ana, source="one_click", now=now)
    orders(ana, now, sent=True)
    assert sum(the_days(asking, now, range(0, 20, 3))) == 0
