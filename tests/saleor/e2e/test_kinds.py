"""Kinds of campaigns and what they share, opened by the real thing: an order sent, money given back, a year gone by;
who comes first, who is excluded, who sleeps."""

from datetime import timedelta

import pytest
from graphql_relay import to_global_id

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import a_year, bought, now, of, plan_and_send
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import Refused, Storefront, key, within
from tests.saleor.stack import Stack


def test_an_order_that_was_sent_and_one_that_was_not(saleor: Storefront, somebody: str) -> None:
    """Staff fulfil Ana's order: within seconds it counts as sent. The fulfilment is cancelled: it does not."""
    from saleor_relacional.models import Purchase

    order = saleor.buy(somebody)
    mine = Purchase.objects.filter(reference=key(order.id))
    assert within(10.0, mine.exists) and mine.get().fulfilled_at is None
    saleor.fulfil(order)
    sent = within(10.0, lambda: mine.get().fulfilled_at)
    assert sent and abs(now() - sent) < timedelta(minutes=2)


def test_an_apology_for_what_went_back(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Ana bought, paid, and has all her money back since the day before yesterday: one apology, in the sender's name,
    with nothing to sell; and then nobody is silent towards her any more."""
    from saleor_relacional import tasks
    from saleor_relacional.models import Contact, Purchase, Refund

    sorry = switch_on("SECOND_CHANCE")
    saleor.account(somebody)
    order = saleor.buy(somebody, token=saleor.login(somebody))
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    saleor.refund(order, order.total)
    gone = Purchase.objects.filter(reference=key(order.id), state="empty")
    assert within(10.0, gone.exists)
    Refund.objects.filter(purchase=gone.get()).update(happened_at=now() - timedelta(days=2))
    tasks.score_stale()
    plan_and_send()
    assert of(sorry, behind.profile(somebody)) == ("started", "")
    [mail] = within(30.0, lambda: stack.mailbox.to(somebody))
    assert "sorry" in mail["Subject"] and "The shop" in mail["From"]
    body = mail.get_body(("plain",))
    assert body and "money back" in body.get_content()
    person = behind.profile(somebody)
    assert of(sorry, person) == ("started", "")
    assert within(5.0, Contact.objects.filter(profile=person, kind="apology").exists)
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1


def test_two_want_the_same_person_and_who_recovers_comes_first(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """A year to the day since Ana's first order, and a win-back that is for her stage too: one mail leaves, the
    win-back's; the anniversary is told that it waits for a week. When that is over, the thanks leave."""
    from saleor_relacional.models import Contact, Enrolment

    ana = bought(saleor, somebody, *a_year())
    thanks = switch_on("ANNIVERSARY")
    recovers = switch_on("WIN_BACK", stages=["ACTIVE", "LOYAL"])
    plan_and_send()
    [mail] = within(30.0, lambda: stack.mailbox.to(somebody))
    assert of(recovers, ana) == ("started", "") and of(thanks, ana) == ("suppressed", "week_cap")
    tried = Enrolment.objects.get(campaign=thanks, profile=ana).next_try_at
    assert tried and abs(tried - now() - timedelta(days=7)) < timedelta(minutes=5)
    long_ago = now() - timedelta(days=8)
    Contact.objects.filter(profile=ana).update(at=long_ago, sent_at=long_ago)
    from saleor_relacional.flows.scoring import unplanned

    unplanned.mark([ana.pk])
    plan_and_send()
    assert within(30.0, lambda: len(stack.mailbox.to(somebody)) == 2)
    assert "since your first order" in stack.mailbox.to(somebody)[1]["Subject"]
    assert mail["Subject"] != stack.mailbox.to(somebody)[1]["Subject"]


def test_who_is_excluded_is_not_written_to(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Her address is excluded over the API; once that has ended, she hears."""
    ana = bought(saleor, somebody, *a_year())
    given = {"addressPattern": f"{somebody[:9]}*@example.com", "because": "A friend of the house"}
    kept = saleor.ask(operations.EXCLUDE, token=saleor.staff(), input=given)["exclusion"]
    thanks = switch_on("ANNIVERSARY")
    plan_and_send()
    assert of(thanks, ana) == ("suppressed", "excluded") and stack.mailbox.to(somebody) == []
    saleor.ask(operations.EXCLUSION_DELETE, token=saleor.staff(), id=kept["id"])
    plan_and_send()
    assert within(30.0, lambda: len(stack.mailbox.to(somebody)) == 1)


def test_nobody_is_woken(stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str) -> None:
    """Quiet hours begin between plan and hand-over, on her own clock: the mail waits, and leaves when they are over."""
    from saleor_relacional.flows.preferences import time_zone
    from saleor_relacional.models import Touch

    ana = bought(saleor, somebody, *a_year())
    time_zone.declare(ana.pk, "Asia/Tokyo")
    switch_on("ANNIVERSARY")
    from saleor_relacional import tasks

    tasks.plan()
    touch = Touch.objects.filter(profile=ana)
    assert touch.get().state == "queued"
    tokyo = now() + timedelta(hours=9)
    quiet = {
        "quietFrom": f"{tokyo - timedelta(hours=2):%H}:00", "quietTo": f"{tokyo + timedelta(hours=2):%H}:00",
    }  # fmt: skip
    try:
        saleor.ask(operations.CONTACT_POLICY, token=saleor.staff(), input=quiet)
        tasks.send()
        assert within(10.0, lambda: touch.get().reason == "quiet_hours")
        assert touch.get().state == "waiting" and stack.mailbox.to(somebody) == []
    finally:
        over = {"quietFrom": "00:00", "quietTo": "00:00"}
        saleor.ask(operations.CONTACT_POLICY, token=saleor.staff(), input=over)
    touch.update(due_at=now())
    tasks.send()
    assert within(30.0, lambda: len(stack.mailbox.to(somebody)) == 1)


def test_asked_once_and_then_left_in_peace(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """Ana is lost, and staff have written three times: the sunset asks once; no win-back for the lost reaches her."""
    ana = bought(saleor, somebody, *range(1000, 1180, 20))
    person = to_global_id("RelationshipProfile", ana.public_id)
    for days in (120, 90, 60):
        saleor.ask(
            operations.CONTACT_NOTE, token=saleor.staff(), id=person, kind="STAFF", commercial=True,
            at=(now() - timedelta(days=days)).isoformat(),
        )  # fmt: skip
    asks = switch_on("SUNSET")
    plan_and_send()
    [mail] = within(30.0, lambda: stack.mailbox.to(somebody))
    assert "keep writing" in mail["Subject"] and of(asks, ana) == ("started", "")
    recovers = switch_on("WIN_BACK", stages=["LOST"])
    plan_and_send()
    assert of(recovers, ana) == ("suppressed", "left_in_peace")
    assert len(stack.mailbox.to(somebody)) == 1


def test_who_enters_a_segment_by_time_alone(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str
) -> None:
    """The owner's word to whoever has not bought for 25 days. Ana's last order is a few seconds younger: she is not in
    it; the seconds pass, nothing else happens, and she hears from them. While it is used it cannot be deleted."""
    from saleor_relacional import tasks

    staff = saleor.staff()
    rule = {
        "all": [
            {"field": "idle_days", "operator": "at_least", "value": 25},
            {"field": "email", "operator": "is", "value": somebody},
        ]
    }
    made = saleor.ask(operations.SEGMENT_CREATE, token=staff, name=f"Away {somebody}", rule=rule)["segment"][
        "id"
    ]
    tasks.sweep()
    account = saleor.account(somebody)
    enters = now() + timedelta(seconds=20)
    orders = [
        behind.past_order(somebody, enters - timedelta(days=days), account=account) for days in (85, 55, 25)
    ]
    behind.record("order", orders)
    tasks.score_stale()
    word = switch_on("SEGMENT", segment=made)
    plan_and_send()
    ana = behind.profile(somebody)
    assert of(word, ana) is None and now() < enters
    with pytest.raises(Refused) as refused:
        saleor.ask(operations.SEGMENT_DELETE, token=staff, id=made)
    assert refused.value.code == "IN_USE"

    def planned() -> bool:
        plan_and_send()
        return of(word, ana) is not None

    assert within(60.0, planned) and now() >= enters
    assert of(word, ana) == ("started", "")
    assert len(within(30.0, lambda: stack.mailbox.to(somebody))) == 1
