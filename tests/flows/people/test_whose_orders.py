"""Whose an order is: the table of docs/architecture.md case by case, and its stories."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people import tombstones as names
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.models import Identity, Merge, Profile, Purchase, Refund
from tests.support.instants import DAY, NOON
from tests.support.tell import SOURCE, account, order, refund

pytestmark = pytest.mark.django_db

SAM, ANA, BOX = names.account(SOURCE, "sam"), names.account(SOURCE, "ana"), names.email("box@shop.example")
ONE, TWO = 1, 2
BEFORE, AFTER = NOON - 2 * DAY, NOON
"""An order of a story was placed a day before NOON."""

NEW = [
    # account, vouched now, vouched then, vouched since (by what we read), who has the typed address → whose it is
    ("a guest", None, True, True, None, {}, BOX),
    ("a guest under an account's address", None, True, True, None, {BOX: ONE, ANA: ONE}, BOX),
    ("a confirmed account", "sam", True, True, None, {SAM: TWO}, SAM),
    ("a confirmed account that typed another's address", "sam", True, True, None, {SAM: TWO, BOX: ONE, ANA: ONE}, SAM),
    ("an unconfirmed account", "sam", False, False, None, {SAM: TWO}, BOX),
    ("an unconfirmed account that typed another's address", "sam", False, False, None, {SAM: TWO, BOX: ONE}, BOX),
    ("an account that confirmed later", "sam", True, False, None, {SAM: TWO}, BOX),
    ("… and typed another's address", "sam", True, False, None, {SAM: TWO, BOX: ONE}, BOX),
    ("a host without dates: known as confirmed before", "sam", True, None, BEFORE, {SAM: TWO, BOX: ONE}, SAM),
    ("a host without dates: known as confirmed later only", "sam", True, None, AFTER, {SAM: TWO, BOX: ONE}, BOX),
    ("a host without dates: first read after it", "sam", True, None, None, {BOX: ONE}, BOX),
    ("a host without dates: unconfirmed", "sam", False, None, None, {SAM: TWO}, BOX),
    ("a host without dates: its own address", "sam", True, None, AFTER, {SAM: TWO, BOX: TWO}, BOX),
]  # fmt: skip


@pytest.mark.parametrize(("case", "customer", "vouched", "then", "since", "known", "whose"), NEW)
def test_a_new_order(
    case: str, customer: str | None, vouched: bool, then: bool | None, since: datetime | None,
    known: dict[names.Name, int], whose: names.Name,
) -> None:  # fmt: skip
    """Each row of the table of docs/architecture.md about an order that we do not have yet."""
    fact = order("o1", "box@shop.example", customer=customer, vouched=vouched, vouched_then=then)
    assert identify.owner(fact, known, since={TWO: since} if since else {}) == whose


TABLE = [
    # an order that we hold (under profile ONE): account, vouched, who has the typed address → whose it is
    ("a guest's, nothing new", None, True, {BOX: ONE}, ONE, BOX),
    ("a guest's, an account is named later", "sam", True, {SAM: TWO, BOX: ONE}, ONE, BOX),
    ("a guest's, staff correct the address", None, True, {}, ONE, BOX),
    ("an account's own", "ana", True, {ANA: ONE}, ONE, ANA),
    ("an account's own, no longer confirmed", "ana", False, {ANA: ONE}, ONE, ANA),
    ("an account's own, the typed address is another's", "ana", True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, ANA),
    ("an account's by its address, which went to another account", None, True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE,
     None),
    ("the same, and an unconfirmed account is named", "sam", False, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, None),
    ("staff give it to another account and its address", "sam", True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, BOX),
    ("another account is named, the address is a guest's", "sam", True, {ANA: ONE, SAM: TWO, BOX: 3}, ONE, BOX),
]  # fmt: skip


@pytest.mark.parametrize(("case", "customer", "vouched", "known", "holder", "whose"), TABLE)
def test_the_table(
    case: str, customer: str | None, vouched: bool, known: dict[names.Name, int], holder: int | None,
    whose: names.Name | None,
) -> None:  # fmt: skip
    """Each row of the table of docs/architecture.md about an order that we have."""
    fact = order("o1", "box@shop.example", customer=customer, vouched=vouched)
    accounts = {profile for name, profile in known.items() if name.kind == "account"}
    assert identify.owner(fact, known, holder, accounts) == whose


def test_an_order_that_names_nobody() -> None:
    """It is nobody's; one that we hold stays where it is."""
    assert identify.owner(order("o1"), {}) is None
    assert identify.owner(order("o1"), {}, ONE) is None


PLACEHOLDERS = (
    "", " ", "n/a", "-", "NULL", "None", "0", "@", "guest@", "@shop.example", "a b@shop.example",
    "guest@nobody.invalid", "guest@INVALID",
)  # fmt: skip


@pytest.mark.parametrize("typed", PLACEHOLDERS)
def test_a_placeholder_is_nobody(now: datetime, typed: str) -> None:
    """What stands where there is no address makes no person, and no two people one; an account with it is itself."""
    told = [order("o1", typed), order("o2", typed, customer="ana"), order("o3", typed, customer="bea"),
            order("o4", typed, customer="mallory", vouched=False),
            account("ana", typed), account("bea", typed)]  # fmt: skip
    recording.record(told, now=now)
    assert not Identity.objects.filter(kind="email").exists()
    assert {row.reference: row.profile for row in Purchase.objects.all()} == {
        "o2": Identity.objects.get(key="ana").profile, "o3": Identity.objects.get(key="bea").profile,
    }  # fmt: skip
    assert recording.record(told, now=now).written == 0


def test_a_stranger_takes_nobody_over(now: datetime) -> None:
    """Mallory registers her own address and, unconfirmed, buys with Ana's typed in. She then confirms her own. Ana's
    order and this one stay with Ana's address; what Mallory buys from now on is hers, whatever she types."""
    bought = order("o1", "ana@shop.example", days_ago=9)
    typed = order("o2", "ana@shop.example", customer="mallory", vouched=False)
    mallory = account("mallory", "mallory@shop.example", vouched=False)
    recording.record([bought, mallory, typed], now=now)
    late = order("o3", "ana@shop.example", customer="mallory", refunds=(refund("r", "o2", "1"),))
    recording.record([replace(mallory, vouched=True)], now=now)
    recording.record([replace(typed, vouched=True, refunds=(refund("r2", "o2", "1"),)), late], now=now)
    guest = Identity.objects.get(key="ana@shop.example").profile
    held = {row.reference: row.profile for row in Purchase.objects.all()}
    assert held == {"o1": guest, "o2": guest, "o3": Identity.objects.get(key="mallory").profile}
    assert guest.merged_into is None
    assert not Merge.objects.exists()


@pytest.mark.parametrize("dated", [True, False], ids=["a host with dates", "a host without"])
@pytest.mark.parametrize("readings", ["account order", "order account", "both"])
def test_a_stranger_gains_nothing_by_a_lost_nudge(now: datetime, readings: str, dated: bool) -> None:
    """Mallory registers, buys with Ana's address typed in, and confirms. Nothing of it reached us until now: the order
    is Ana's address's all the same, in whatever order the two are read."""
    clock.freeze(now)
    told = {
        "order": order("o1", "ana@shop.example", customer="mallory", vouched_then=False if dated else None),
        "account": account(
            "mallory", "mallory@shop.example", vouched_since=now if dated else None, days_ago=2
        ),
    }
    for reading in [list(told)] if readings == "both" else [[kind] for kind in readings.split()]:
        recording.record([told[kind] for kind in reading], now=now)
    assert Purchase.objects.get().profile == Identity.objects.get(key="ana@shop.example").profile
    assert not Merge.objects.exists()


@pytest.mark.parametrize("dated", [True, False], ids=["a host with dates", "a host without"])
def test_a_confirmed_buyer_keeps_what_is_read_late(now: datetime, dated: bool) -> None:
    """Ana's account was read when she confirmed it. She bought for her mother an hour later, and it is read only now,
    after another reading of her account."""
    confirmed_at = now - 3 * DAY
    ana = account("ana", "ana@shop.example", vouched_since=confirmed_at if dated else None)
    clock.freeze(confirmed_at)
    recording.record([ana], now=confirmed_at)
    clock.freeze(now)
    recording.record([replace(ana, first_name="Anna")], now=now)
    gift = order("o1", "mother@shop.example", customer="ana", vouched_then=True if dated else None)
    recording.record([gift], now=now)
    assert Purchase.objects.get().profile == Identity.objects.get(key="ana").profile


def test_a_first_reading_of_a_shop_without_dates(now: datetime) -> None:
    """Ana was confirmed when we came. What she bought under her own address is hers; what went to her mother's, and she
    may have typed before she was confirmed, is the address's. From now on she may type what she likes."""
    clock.freeze(now)
    sync = [
        account("ana", "ana@shop.example", vouched_since=None),
        order("o1", "ana@shop.example", customer="ana", vouched_then=None),
        order("o2", "mother@shop.example", customer="ana", vouched_then=None),
    ]
    for fact in sync:
        recording.record([fact], now=now)
    later = now + DAY
    recording.record(
        [order("o3", "mother@shop.example", customer="ana", vouched_then=None, placed_at=later)], now=later
    )
    held = {row.reference: row.profile for row in Purchase.objects.all()}
    ana, mother = (Identity.objects.get(key=key).profile for key in ("ana", "mother@shop.example"))
    assert held == {"o1": ana, "o2": mother, "o3": ana}


def test_a_long_sync_takes_no_old_moment_for_now(now: datetime) -> None:
    """A sync that began this morning reads at noon that Mallory is confirmed, as she is since a minute. What she bought
    an hour ago is not hers for it."""
    clock.freeze(now)
    morning = now - timedelta(hours=4)
    recording.record([account("mallory", "mallory@shop.example", vouched_since=None)], now=morning)
    bought = order(
        "o1", "ana@shop.example", customer="mallory", vouched_then=None, days_ago=1 / 24, changed_at=now
    )
    recording.record([bought], now=morning)
    assert Purchase.objects.get().profile == Identity.objects.get(key="ana@shop.example").profile


def test_who_is_unconfirmed_again_begins_anew(now: datetime) -> None:
    """Staff take the confirmation back: what is bought meanwhile is the typed address's, read before they are confirmed
    again or after it."""
    sam = account("sam", "sam@shop.example", vouched_since=None)
    for at, vouched in ((now, True), (now + DAY, False), (now + 3 * DAY, True)):
        clock.freeze(at)
        recording.record([replace(sam, vouched=vouched)], now=at)
    meanwhile = order("o1", "box@shop.example", customer="sam", vouched_then=None, placed_at=now + 2 * DAY)
    recording.record([meanwhile], now=now + 3 * DAY)
    assert Purchase.objects.get().profile == Identity.objects.get(key="box@shop.example").profile


def test_a_confirmed_buyer_keeps_what_they_typed_otherwise(now: datetime) -> None:
    """Ana buys for her mother and types her address, then changes her own: all three orders are Ana's."""
    recording.record(
        [account("ana", "ana@shop.example"), order("o1", "ana@shop.example", customer="ana")], now=now
    )
    gift = order("o2", "mother@shop.example", customer="ana")
    recording.record([gift, account("ana", "new@shop.example")], now=now)
    recording.record([replace(gift, refunds=(refund("r", "o2", "1"),))], now=now)
    recording.record([order("o3", "ana@shop.example", customer="ana")], now=now)
    assert Profile.objects.get().purchases.count() == 3


def test_a_changed_hand_takes_no_order_along(now: datetime) -> None:
    """Ana bought as a guest under an address that is Bea's now. A refund of that order does not hand it to Bea."""
    bought = order("o1", "box@shop.example")
    recording.record([account("ana", "box@shop.example"), bought], now=now)
    recording.record([account("ana", "new@shop.example"), account("bea", "box@shop.example")], now=now)
    recording.record([replace(bought, refunds=(refund("r", "o1", "1"),))], now=now)
    assert Purchase.objects.get().profile == Identity.objects.get(key="ana").profile
    assert Refund.objects.get().profile == Identity.objects.get(key="ana").profile
