"""A claim on a mail between the plan and the hand-over: who stops, dies or loses it sends nothing twice."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from saleor_relacional.db import sql
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending import claims, compose, hand_over, lease, send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Enrolment,
    Touch,
)
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.mailing import (
    campaign,
    due,
    ends,
    promise_of,
    touch_of,
)


def beginning(touch: int, profile: Any) -> lease.Beginning:
    return lease.Beginning(touch=touch, profile=profile.pk, template_version="v", data_hash="h")


def test_stopped_between_the_claim_and_the_hand_over(shop: Any, now: Any, monkeypatch: Any) -> None:
    """While Ana's mail is being written she leaves: it does not leave, and her code does not work."""
    [ana] = due(campaign(now), now, "Ana")
    whole = compose.compose

    def slowly(*args: Any) -> Any:
        written = whole(*args)
        assert touch_of(ana).state == "claimed"
        consent.record_objection(ana, source="one_click", now=now)
        return written

    monkeypatch.setattr(compose, "compose", slowly)
    assert send.send_due(now=now).ends == {"lost": 1}
    assert ends() == [("suppressed", "opted_out")] and mail.outbox == []
    assert promise_of(ana).state == "withdrawn"
    assert not shop_models.VoucherCode.objects.filter(state="usable").exists()


def test_withdrawn_while_the_host_was_issuing(shop: Any, now: Any, monkeypatch: Any) -> None:
    """She leaves just when the host makes her code: it is ended again at once."""
    [ana] = due(campaign(now), now, "Ana")
    issue = shop.host.issue

    def slow(self: Any, recipe: Any, codes: list[str]) -> None:
        consent.record_objection(ana, source="one_click", now=now)
        issue(recipe, codes)

    monkeypatch.setattr(type(shop.host), "issue", slow)
    send.send_due(now=now)
    assert mail.outbox == []
    assert not shop_models.VoucherCode.objects.filter(state="usable").exists()


def test_a_campaign_paused_while_the_mail_is_written(shop: Any, now: Any, monkeypatch: Any) -> None:
    """The owner's stop counts up to the hand-over; the touch goes back as it was."""
    running = campaign(now)
    due(running, now, "Ana")
    whole = compose.compose

    def slowly(*args: Any) -> Any:
        written = whole(*args)
        campaigns.pause(running, now=now)
        return written

    monkeypatch.setattr(compose, "compose", slowly)
    assert send.send_due(now=now).sent == 0
    assert ends() == [("queued", "")] and mail.outbox == []


def test_switched_off_in_the_middle_of_a_batch(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner deactivates us while the first of three mails is being written: what has not begun goes back as it was,
    and leaves when they switch us on again."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    whole = compose.compose

    def and_off(*given: Any) -> Any:
        shop_models.Shop.objects.update(relational_active=False)
        return whole(*given)

    monkeypatch.setattr(compose, "compose", and_off)
    monkeypatch.setattr(hand_over, "ASKED_EVERY", 0.0)
    assert send.send_due(now=now).ends == {"sent": 1, "queued": 2}
    assert len(mail.outbox) == 1
    assert sorted(Touch.objects.values_list("state", "reason", "attempts")) == [
        ("queued", "", 0), ("queued", "", 0), ("sent", "", 0),
    ]  # fmt: skip
    monkeypatch.undo()
    shop_models.Shop.objects.update(relational_active=True)
    assert send.send_due(now=now).sent == 2


def test_a_dead_sender_s_claims_go_back(shop: Any, now: Any) -> None:
    """Its lease ran out before the hand-over: somebody else sends it, once."""
    due(campaign(now), now, "Ana")
    assert len(claims.claim(uuid4(), now, 10)) == 1
    assert send.send_due(now=now).sent == 0  # the lease holds
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    assert send.send_due(now=now).sent == 1
    assert Touch.objects.get().attempts == 1


def test_a_sender_dead_in_the_hand_over_leaves_an_unknown(shop: Any, now: Any) -> None:
    """It may have reached the mail server: unknown, and not sent again. Its code stays good, for she may have the
    mail."""
    [ana] = due(campaign(now), now, "Ana")
    token = uuid4()
    [claimed] = claims.claim(token, now, 10)
    assert lease.begin(beginning(claimed, ana), token)
    assert send.send_due(now=now).ends == {}
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    send.send_due(now=now)
    assert ends() == [("unknown", "interrupted")] and mail.outbox == []
    assert promise_of(ana).state == "planned"
    # The sender was only slow, and learns that it was accepted: the truth is written.
    assert lease.end(claimed, token, "sent", "", now, before=["handing_over", "unknown"])
    assert ends() == [("sent", "")]


def test_the_most_promising_first_is_by_money_that_can_be_compared(shop: Any, now: Any) -> None:
    """20,000 JPY are 122 EUR, 40 KWD 120.40: the day's two mails go to the euro and the yen, in this order. Without
    rates the first of each money come first, whatever their numbers."""
    open_shop(now, daily_capacity=100)
    crowd(3, now)
    plan.consider(win_back(now, control_share="0"), now)
    told = dict(zip(("KWD", "JPY", "EUR"), Enrolment.objects.order_by("pk"), strict=True))
    for (currency, each), year_value in zip(told.items(), (40, 20_000, 150), strict=True):
        Enrolment.objects.filter(pk=each.pk).update(currency=currency, year_value=year_value)
    touches = {currency: each.touches.get().pk for currency, each in told.items()}
    assert len(claims.claim(uuid4(), now, 3)) == 3
    Touch.objects.update(state="queued", claim_token=None, lease_until=None)
    policy.decide(
        now=now, daily_capacity=2, reporting_currency="EUR", rates=[("JPY", "0.0061"), ("KWD", "3.01")]
    )
    assert claims.claim(uuid4(), now, 10) == [touches["EUR"], touches["JPY"]]
    assert claims.claim(uuid4(), now, 10) == []


def test_a_lost_claim_cannot_be_handed_over(shop: Any, now: Any) -> None:
    """A sender that slept through its lease finds that its token is worth nothing."""
    [ana] = due(campaign(now), now, "Ana")
    asleep, awake = uuid4(), uuid4()
    [claimed] = claims.claim(asleep, now, 10)
    sql.run("UPDATE saleor_relacional_touch SET lease_until = clock_timestamp() - interval '1 second'")
    lease.recover(now)
    assert claims.claim(awake, now, 10) == [claimed]
    assert not lease.begin(beginning(claimed, ana), asleep)
    assert lease.begin(beginning(claimed, ana), awake)
