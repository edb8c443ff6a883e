"""Replenishment: a word to who is about to run out, by their own rhythm in a category; never early, never twice."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.db import sql
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.attribution import purchase_arrived
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.replenishment import KIND
from saleor_relacional.flows.learning import categories
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.profiles import running_out
from saleor_relacional.models import (
    Campaign,
    Declaration,
    Enrolment,
    ProductCategory,
    Profile,
    Purchase,
    PurchaseLine,
    RunningOut,
    Touch,
)
from tests.support.campaign_stories import CHANNEL, customer
from tests.support.concurrency import at_once
from tests.support.instants import DAY, NOON
from tests.support.kind_stories import a_day, refunds, switched_on, takes_back, the_days
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def words(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on in a shop with tea and pots."""
    shelves()
    return switched_on(KIND.name, now)


def shelves() -> None:
    """Two products of one category, and one of another."""
    ProductCategory.objects.bulk_create(
        ProductCategory(source="test", product_key=key, category_key=kind, name=name, learned_at=NOON)
        for key, kind, name in (
            ("earl grey", "tea", "Tea"),
            ("sencha", "tea", "Tea"),
            ("pot", "pots", "Pots"),
        )
    )


def fills(purchase: Purchase, product: str) -> Purchase:
    """One product in this order."""
    PurchaseLine.objects.create(
        purchase=purchase, profile_id=purchase.profile_id, product_key=product, name=product, quantity=1,
        total=Decimal(20),
    )  # fmt: skip
    return purchase


def takes(profile: Profile, product: str, at: datetime) -> Purchase:
    """They order this, and we hear of it."""
    purchase = fills(buys(profile, at), product)
    purchase_arrived(profile.pk, purchase, at)
    return purchase


def drinker(
    name: str, now: datetime, days_ago: Iterable[int], product: str = "earl grey", **story: Any
) -> Profile:
    """Somebody who bought this product so many days ago."""
    profile = customer(name, now, days_ago=days_ago, **story)
    for purchase in profile.purchases.all():
        fills(purchase, product)
    return profile


def window(profile: Profile) -> RunningOut:
    return RunningOut.objects.get(profile=profile)


def noon(at: datetime) -> datetime:
    """An hour of that day, or the next, at which mails leave."""
    return at.replace(hour=12) if at.hour < 12 else at.replace(hour=12) + DAY


def test_when_the_window_opens_and_not_before(words: Campaign, now: datetime) -> None:
    """Every sixty days or so: on no day before the window opens, on the first after it, and once; it says how much is
    left, and offers nothing."""
    ana = drinker("Ana", now, every(60, 12))
    assert a_day(words, now) == 0
    opens = window(ana).opens_at
    assert 35 * DAY < opens - now < 58 * DAY
    early = [a_day(words, opens - days * DAY) for days in (20, 5, 1)]
    assert early == [0, 0, 0] and not Enrolment.objects.exists()
    assert [a_day(words, opens + days * DAY) for days in (0, 1, 4)] == [1, 0, 0]
    [sent] = mail.outbox
    assert "our category Tea on March 2, 2026" in sent.body and "you probably have" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_what_they_bought_is_shown_where_it_can_be_bought(shop: Any, words: Campaign, now: datetime) -> None:
    """Ana's tea at its price of now; Bea's is sold out, and her mail shows nothing."""
    for name, stock in (("Oolong", None), ("Mate", 0)):
        sold = shop.product(name, "7.20", stock=stock)
        ProductCategory.objects.create(
            source="test", product_key=sold.variant, category_key="tea", name="Tea", learned_at=NOON
        )
    ana = drinker("Ana", now, every(60, 12), product="oolong")
    drinker("Bea", now, every(60, 12), product="mate")
    a_day(words, now)
    assert a_day(words, window(ana).opens_at) == 2
    told = {sent.to[0]: str(sent.body) for sent in mail.outbox}
    assert "- Oolong: €7.20" in told["ana@shop.example"] and "Mate" not in told["bea@shop.example"]


def test_one_gap_is_no_habit(words: Campaign, now: datetime) -> None:
    """Two purchases of a category that has not shown a rhythm of its own: nothing is said. Three: two gaps speak."""
    bea, ana = drinker("Bea", now, every(40, 2)), drinker("Ana", now, every(40, 3))
    a_day(words, now)
    assert not RunningOut.objects.filter(profile=bea).exists()
    assert window(ana).own_gaps == 2


def test_a_category_with_enough_speaks_for_who_bought_once(words: Campaign, now: datetime) -> None:
    """The shop knows how tea is bought again: who bought it once hears in its time, but nobody tells her how many weeks
    are left."""
    for i in range(12):
        drinker(f"Regular{i}", now, every(38 + i % 5, 9, last=2), agreed=False)
    ana = drinker("Ana", now, (0,))
    categories.learn(now)
    a_day(words, now)
    assert window(ana).own_gaps == 0
    assert a_day(words, noon(window(ana).opens_at)) == 1
    assert "It may be about time" in mail.outbox[0].body and "you probably have" not in mail.outbox[0].body


def test_what_is_bought_again_ends_it(shop: Any, now: datetime) -> None:
    """The message waits: another tea stops it, a pot does not."""
    shelves()
    words = switched_on(KIND.name, now, steps=(Step(message="replenishment", wait_days=2),))
    ana, bea = drinker("Ana", now, every(60, 12)), drinker("Bea", now, every(60, 12))
    a_day(words, now)
    opens = window(ana).opens_at
    assert a_day(words, opens) == 0 and Touch.objects.count() == 2
    takes(ana, "sencha", opens + DAY / 4)
    takes(bea, "pot", opens + DAY / 4)
    assert [touch.state for touch in Touch.objects.order_by("profile_id")] == ["suppressed", "queued"]
    assert Touch.objects.get(profile=ana).reason == "purchased"
    assert the_days(words, opens, (1, 2, 3)) == [0, 0, 0]  # the pot has not come yet
    assert a_day(words, opens + 4 * DAY) == 1 and mail.outbox[0].to == ["bea@shop.example"]


def test_the_next_purchase_begins_the_next_cycle(words: Campaign, now: datetime) -> None:
    """She buys after the word; two months later she hears again."""
    ana = drinker("Ana", now, every(60, 12))
    a_day(words, now)
    assert a_day(words, window(ana).opens_at) == 1
    again = now + 60 * DAY
    takes(ana, "earl grey", again)
    assert the_days(words, again, (0, 10, 20)) == [0, 0, 0]
    assert a_day(words, noon(window(ana).opens_at)) == 1
    assert Enrolment.objects.filter(state="started").count() == 2


def test_an_order_taken_back_is_no_purchase(words: Campaign, now: datetime) -> None:
    """The last tea was cancelled: the window is that of the one before; a refund keeps us silent."""
    ana, bea = drinker("Ana", now, every(60, 12)), drinker("Bea", now, every(60, 12))
    a_day(words, now)
    before = window(ana).last_at
    takes_back(ana.purchases.latest("placed_at"), now + DAY)
    a_day(words, now + DAY)
    assert window(ana).last_at == before - 60 * DAY
    opens = window(bea).opens_at
    refunds(bea.purchases.latest("placed_at"), opens - 5 * DAY)
    a_day(words, opens)
    assert Enrolment.objects.get(profile=bea).reason == "silence"


def test_whoever_said_when_they_come_is_believed(words: Campaign, now: datetime) -> None:
    """Not before June: what they declare beats what we infer."""
    ana = drinker("Ana", now, every(60, 12))
    a_day(words, now)
    opens = window(ana).opens_at
    Declaration.objects.create(
        profile=ana, not_before=(opens + 9 * DAY).date(), declared_by="customer", declared_at=now
    )
    assert a_day(words, opens) == 0


def test_what_is_bought_weekly_or_never_again_needs_no_word(words: Campaign, now: datetime) -> None:
    """Milk and machines."""
    drinker("Weekly", now, every(7, 12))
    drinker("Years", now, every(400, 4))
    a_day(words, now)
    assert not RunningOut.objects.exists()


def test_three_days_without_a_run_lose_nobody(words: Campaign, now: datetime) -> None:
    """Even a narrow window is open for longer than the beat was away."""
    ana = drinker("Ana", now, every(20, 30))
    a_day(words, now)
    assert a_day(words, window(ana).opens_at + 4 * DAY) == 1


def test_who_stood_in_the_window_is_spread(shop: Any, now: datetime) -> None:
    """Five whose window is open when it is switched on, two mails per day, the most promising first."""
    shelves()
    for i in range(5):
        drinker(f"Person{i}", now, every(60, 12, last=55), value=f"{50 - 10 * i}.00")
    words = switched_on(KIND.name, now, daily_capacity=2)
    assert the_days(words, now, range(4)) == [2, 2, 1, 0]
    assert {sent.to[0] for sent in mail.outbox[:2]} == {"person0@shop.example", "person1@shop.example"}


def test_what_changed_while_it_was_paused_is_seen(words: Campaign, now: datetime) -> None:
    """Nobody foresaw anything meanwhile; switched on again, it looks at everybody anew."""
    ana = drinker("Ana", now, every(60, 12))
    a_day(words, now)
    campaigns.pause(words, now=now)
    takes(ana, "earl grey", now + 50 * DAY)
    plan.consider_all(now + 50 * DAY)
    campaigns.activate(Campaign.objects.get(pk=words.pk), now=now + 51 * DAY)
    assert a_day(words, now + 51 * DAY) == 0
    assert window(ana).last_at == now + 50 * DAY


def test_a_guest_who_registers_hears_once_and_nothing_is_left_of_the_forgotten(
    words: Campaign, now: datetime
) -> None:
    """The account inherits the purchases and the word; whoever is forgotten leaves no row."""
    guest = drinker("Ana", now, every(60, 12, last=55))
    assert a_day(words, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert the_days(words, now, (1, 2, 3)) == [0, 0, 0]
    assert list(RunningOut.objects.values_list("profile_id", flat=True)) == [account.pk]
    forget.forget(Profile.objects.get(pk=account.pk), now=now + 4 * DAY)
    a_day(words, now + 4 * DAY + timedelta(hours=1))
    assert not RunningOut.objects.exists()


def test_who_is_forgotten_while_windows_are_written_leaves_no_row(words: Campaign, now: datetime) -> None:
    """The erasure has begun and has not committed; a plan foresees her at that moment, waits for it, and writes
    nothing of her."""
    ana = drinker("Ana", now, every(60, 12))
    begun = Event()

    def erase() -> None:
        with sql.atomic():
            forget.forget(Profile.objects.get(pk=ana.pk), now=now)
            begun.set()
            time.sleep(0.5)

    def foresee() -> None:
        assert begun.wait(10)
        with sql.atomic():
            running_out.foresee([ana.pk], now)

    at_once(erase, foresee)
    assert not RunningOut.objects.exists()
