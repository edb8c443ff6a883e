"""The last question before a mail is handed over: has she ordered, is she shopping, have we read the shop's orders?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_relacional.db import sql
from saleor_relacional.errors import Misconfigured
from saleor_relacional.flows.ingest.record import record_references
from saleor_relacional.flows.operations import health
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind, OrderState
from saleor_relacional.models import Cursor, Identity, Purchase, Touch
from tests.support.campaign_stories import REGULAR
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, ends, promise_of

ANA = "ana@shop.example"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("known", ["waits for money", "unread"])
def test_who_ordered_an_hour_ago_is_not_told_that_she_is_missed(shop: Any, now: datetime, known: str) -> None:
    """Ana's order is unpaid, so it is no purchase; or it is, and its nudge was lost. Either way nothing leaves."""
    [ana] = due(campaign(now), now, "Ana")
    if known == "waits for money":
        order = shop.unsettled(email=ANA)
        record_references(FactKind.ORDER, [order], now=now)
        assert not Purchase.objects.filter(reference=order).exists()
    else:
        shop.order(email=ANA)
    assert send.send_due(now=now).ends == {"suppressed": 1}
    assert ends() == [("suppressed", "ordered")]
    assert mail.outbox == []
    assert promise_of(ana).state == "withdrawn"


def test_by_her_account_too(shop: Any, now: datetime) -> None:
    """Ana has a new address at the shop; her account is the one we know."""
    [ana] = due(campaign(now), now, "Ana")
    account = shop.customer("ana@new.example")
    Identity.objects.create(profile=ana, kind="account", source=shop.host.source, key=account)
    shop.order(customer=account)
    assert send.send_due(now=now).ends == {"suppressed": 1}


def test_a_draft_of_staff_and_others_orders_stop_nothing(shop: Any, now: datetime) -> None:
    """Staff write a quote for Ana, and Bea orders: Ana's mail leaves."""
    due(campaign(now), now, "Ana")
    shop.order(email=ANA, state=OrderState.PENDING)
    shop.order(email="bea@shop.example")
    assert send.send_due(now=now).sent == 1


def test_the_order_that_opened_it_does_not_count(shop: Any, now: datetime) -> None:
    """The shop's clock was ahead when Ana last bought: the host dates that order a minute later than we do."""
    [ana] = due(campaign(now), now, "Ana", days_ago=REGULAR)
    last = Purchase.objects.filter(profile=ana).latest("placed_at")
    order = shop.order(email=ANA, placed_at=last.placed_at + timedelta(minutes=1))
    Purchase.objects.filter(pk=last.pk).update(source=shop.host.source, reference=order)
    assert send.send_due(now=now).sent == 1


@pytest.mark.parametrize("right", ["not_mine", "gift"])
def test_an_order_that_was_corrected_is_no_answer(shop: Any, now: datetime, right: str) -> None:
    """After Ana's last order the shop holds another one that was not hers, or a gift: she is missed all the same."""
    [ana] = due(campaign(now), now, "Ana", days_ago=REGULAR)
    row = Purchase.objects.filter(profile=ana).latest("placed_at")
    row.pk, row.state, row.corrected, row.source = None, right, right, shop.host.source
    row.placed_at = row.fulfilled_at = row.placed_at + HOUR
    row.reference = shop.order(email=ANA, placed_at=row.placed_at)
    row.save()
    assert send.send_due(now=now).sent == 1


def test_an_order_that_was_taken_back_silences_for_a_week(shop: Any, now: datetime) -> None:
    """Ana's order was cancelled today: nothing for seven days, on the eighth the mail leaves."""
    shop.set_clock(now - 2 * DAY)
    order = shop.order(email=ANA)
    shop.set_clock(now)
    due(campaign(now), now, "Ana")
    shop.cancel(order)
    assert send.send_due(now=now).ends == {"waiting": 1}
    assert ends() == [("waiting", "taken_back")]
    assert send.send_due(now=now + 6 * DAY).ends == {} and mail.outbox == []
    Touch.objects.update(expires_at=now + 9 * DAY)
    assert send.send_due(now=now + 7 * DAY).sent == 1


def test_who_is_shopping_is_left_alone(shop: Any, now: datetime) -> None:
    """Ana changed her basket an hour ago: the mail waits until it has rested for four hours, then leaves."""
    due(campaign(now), now, "Ana")
    shop.set_clock(now - HOUR)
    shop.checkout(email=ANA)
    shop.set_clock(now)
    assert send.send_due(now=now).ends == {"waiting": 1}
    assert ends() == [("waiting", "shopping")]
    assert send.send_due(now=now + 3 * HOUR - timedelta(seconds=1)).ends == {}
    assert send.send_due(now=now + 3 * HOUR).sent == 1


def test_how_long_is_a_setting(shop: Any, now: datetime, settings: Any) -> None:
    """The owner waits half an hour only; what is no number of hours is refused by name."""
    due(campaign(now), now, "Ana")
    shop.set_clock(now - HOUR)
    shop.checkout(email=ANA)
    shop.set_clock(now)
    settings.RELACIONAL = {"SHOPPING_PAUSE_HOURS": "four"}
    with pytest.raises(Misconfigured, match="SHOPPING_PAUSE_HOURS"):
        send.send_due(now=now)
    settings.RELACIONAL = {"SHOPPING_PAUSE_HOURS": 0.5}
    sql.run("UPDATE saleor_relacional_touch SET state = 'queued', claim_token = NULL, lease_until = NULL")
    assert send.send_due(now=now).sent == 1


@pytest.mark.parametrize("read", ["long ago", "never"])
def test_nothing_leaves_while_the_orders_are_unread(shop: Any, now: datetime, read: str) -> None:
    """The sweep of orders is older than an hour: nobody knows who has bought. Health says so; then it leaves."""
    due(campaign(now), now, "Ana")
    if read == "never":
        Cursor.objects.filter(name="sweep:order").delete()
    else:
        Cursor.objects.filter(name="sweep:order").update(finished_at=sql.real_now() - HOUR)
    assert send.send_due(now=now) == send.Batch(hindrance="sweep_late")
    assert ends() == [("queued", "")] and mail.outbox == []
    assert "no campaign sends anything" in health.health(now).problems[0].problem
    Cursor.objects.update_or_create(name="sweep:order", defaults={"finished_at": sql.real_now() - 0.9 * HOUR})
    assert "no campaign sends anything" not in health.health(now).problems[0].problem
    assert send.send_due(now=now).sent == 1


def test_the_host_is_asked_once_a_batch(shop: Any, now: datetime) -> None:
    """Five mails, one statement at the shop's orders."""
    due(campaign(now), now, *"ABCDE")
    with CaptureQueriesContext(connection) as made:
        assert send.send_due(now=now).sent == 5
    asked = [query["sql"] for query in made if 'FROM "relacional_shop_order"' in query["sql"]]
    assert len(asked) == 1


def test_a_word_of_thanks_is_not_stopped_by_a_second_order(shop: Any, now: datetime) -> None:
    """Thanks for the first order sells nothing: `commercial` is the kind's own word, and an offer makes it so."""
    from saleor_relacional.flows.campaigns.kinds.registry import kind_of

    assert not kind_of("thanks_first_order").commercial
    assert kind_of("win_back").commercial
