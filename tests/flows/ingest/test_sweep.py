"""Sweep, sync and patrol: nothing that the host changed is missed, whoever dies on the way."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows import cursors
from saleor_relacional.flows.ingest import patrol as patrolling
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.hosts.facts import FactKind, Page, Position
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Basket,
    Cursor,
    ErrorCount,
    Identity,
    Profile,
    Purchase,
)

pytestmark = pytest.mark.django_db

LATE = timedelta(minutes=30)


def orders() -> set[str]:
    return set(Purchase.objects.values_list("reference", flat=True))


def test_a_sweep_reads_what_changed_up_to_ten_minutes_ago(shop: Any, now: datetime) -> None:
    """What changed a moment ago may still have neighbours that are not committed: the next round reads it."""
    old = shop.order(email="ana@shop.example")
    shop.touch(FactKind.ORDER, old, now - timedelta(minutes=11))
    fresh = shop.order(email="bea@shop.example")
    shop.touch(FactKind.ORDER, fresh, now - timedelta(minutes=9))
    assert sweeping.sweep(FactKind.ORDER, now=now).read == 1
    assert orders() == {old}
    swept = sweeping.sweep(FactKind.ORDER, now=now + timedelta(minutes=5))
    assert orders() == {old, fresh}
    assert (swept.read, swept.recorded.written, swept.recorded.unchanged, swept.finished) == (2, 1, 1, True)


def test_what_commits_late_is_found_by_the_overlap(shop: Any, now: datetime) -> None:
    """A transaction took its date, and committed after the sweep had passed that date."""
    first = shop.order(email="ana@shop.example")
    shop.touch(FactKind.ORDER, first, now - LATE)
    sweeping.sweep(FactKind.ORDER, now=now)
    late = shop.order(email="bea@shop.example")
    shop.touch(FactKind.ORDER, late, now - LATE - timedelta(minutes=19))
    sweeping.sweep(FactKind.ORDER, now=now)
    assert orders() == {first, late}


def _many(count: int, at: datetime) -> None:
    channel = shop_models.Channel.objects.get()
    shop_models.Order.objects.bulk_create(
        shop_models.Order(
            number=f"M{n}", status=shop_models.Status.PAID, email=f"p{n % 700}@shop.example", channel=channel,
            currency="EUR", total=10, placed_at=at, changed_at=at,
        )
        for n in range(count)
    )  # fmt: skip


def test_thousands_of_equal_moments(shop: Any, now: datetime) -> None:
    """A bulk change gives 2,000 orders one date: all are read, in runs that may be cut short anywhere, once each."""
    _many(2_000, now - LATE)
    read = 0
    for _ in range(4):
        swept = sweeping.sweep(FactKind.ORDER, now=now, pages=2_000 // sweeping.PAGE // 4 + 1)
        read += swept.read
    assert (read, Purchase.objects.count(), swept.finished) == (2_000, 2_000, True)
    assert Profile.objects.count() == 700


def test_a_killed_worker_is_replaced_when_its_lease_ran_out(shop: Any, now: datetime) -> None:
    """While the lease lasts nobody else reads; then the next goes on where the dead one stood, and the dead
    one, should it wake up, finds that it lost the cursor."""
    _many(1_200, now - LATE)
    assert not sweeping.sweep(FactKind.ORDER, now=now, pages=1).finished
    Cursor.objects.update(lease_token=uuid.uuid4(), lease_until=sql.real_now() + timedelta(minutes=1))
    assert sweeping.sweep(FactKind.ORDER, now=now) == sweeping.Swept(busy=True)
    Cursor.objects.update(lease_until=sql.real_now() - timedelta(seconds=1))
    swept = sweeping.sweep(FactKind.ORDER, now=now)
    assert (swept.read, swept.finished) == (1_200 - sweeping.PAGE, True)
    assert Purchase.objects.count() == 1_200


def test_a_worker_that_lost_its_cursor_stops(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker took over while the host was slow to answer: this one does not move the cursor any more."""
    _many(600, now - LATE)
    host, thief = conf.host(), uuid.uuid4()
    answer = type(host).changed

    def slow(self: Any, kind: FactKind, **asked: Any) -> Page:
        Cursor.objects.update(lease_token=thief)
        return answer(self, kind, **asked)

    monkeypatch.setattr(type(host), "changed", slow)
    assert sweeping.sweep(FactKind.ORDER, now=now).busy
    cursor = Cursor.objects.get()
    assert (cursor.position_at, cursor.finished_at, cursor.lease_token) == (None, None, thief)


@pytest.mark.parametrize(("minutes", "found"), [(6, True), (4, False)])
@pytest.mark.parametrize("read", [sweeping.sweep, sweeping.sync])
def test_what_commits_late_while_a_round_lies_cut_short(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, read: Any, minutes: int, found: bool
) -> None:
    """The worker was gone for a while: the round goes on a little before where it stood, as a new one would. One that
    goes on at once does not, so that a bulk change is passed."""
    monkeypatch.setattr(sweeping, "PAGE", 1)
    for number, ago in enumerate((30, 29, 28)):
        order = shop.order(email=f"buyer{number}@shop.example")
        shop.touch(FactKind.ORDER, order, now - timedelta(minutes=ago))
    answer = type(shop.host).changed
    with monkeypatch.context() as gone, pytest.raises(Unplugged):
        gone.setattr(type(shop.host), "changed", _breaking_at(answer, 2))
        read(FactKind.ORDER, now=now)
    late = shop.order(email="late@shop.example")
    shop.touch(FactKind.ORDER, late, now - timedelta(minutes=40))
    Cursor.objects.update(lease_until=sql.real_now() - timedelta(minutes=minutes))
    assert read(FactKind.ORDER, now=now).finished
    assert (late in orders(), Purchase.objects.count()) == (found, 4 if found else 3)


def _breaking_at(answer: Any, turn: int) -> Any:
    turns = iter(range(1, turn + 1))

    def changed(self: Any, kind: FactKind, **asked: Any) -> Page:
        if next(turns) == turn:
            raise Unplugged
        return answer(self, kind, **asked)

    return changed


class Unplugged(Exception):
    """The worker is gone."""


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The host breaks at the second page."""
    host = type(conf.host())
    answer = host.changed

    def broken(self: Any, kind: FactKind, *, after: Position | None, **asked: Any) -> Page:
        if after is not None:
            raise Unplugged
        return answer(self, kind, after=after, **asked)

    monkeypatch.setattr(host, "changed", broken)
    yield lambda: monkeypatch.setattr(host, "changed", answer)


def test_a_sync_that_broke_goes_on(shop: Any, now: datetime, breaks: Any) -> None:
    """The whole history, today's orders included, read once although the sync broke; the sweep goes on from there."""
    _many(1_100, now - timedelta(days=300))
    shop.order(email="ana@shop.example")
    with pytest.raises(Unplugged):
        sweeping.sync(FactKind.ORDER, now=now)
    assert Purchase.objects.count() == sweeping.PAGE
    breaks()
    told: list[int] = []
    swept = sweeping.sync(FactKind.ORDER, now=now, progress=told.append)
    assert (swept.read, swept.finished, Purchase.objects.count()) == (1_101 - sweeping.PAGE, True, 1_101)
    assert told == [*range(2 * sweeping.PAGE, 1_101, sweeping.PAGE), 1_101]
    assert sweeping.sweep(FactKind.ORDER, now=now).read == 0
    assert Cursor.objects.get(name="sweep:order").position_at == now - sweeping.MARGIN


def test_the_command_tells_what_it_read(shop: Any) -> None:
    """Counts at the end on stdout, the bar on stderr; a kind that another sync is reading is left to it."""
    shop.order(email="ana@shop.example")
    said, drawn = StringIO(), StringIO()
    cursors.take("sync:checkout")
    call_command("relacional_sync", stdout=said, stderr=drawn)
    assert said.getvalue().splitlines() == [
        "customer: 0 read, 0 written, 0 unchanged, 0 kept out because their person was forgotten, 0 gone.",
        "order: 1 read, 1 written, 0 unchanged, 0 kept out because their person was forgotten, 0 gone.",
        "checkout: another sync is reading them at this moment; it was left to it.",
        "Done. The shop is understood: rhythm, stage and prospects of 1 people are up to date.",
    ]
    assert "orders       ██████████████████████████████ 100%  1 of about 1" in drawn.getvalue()


def test_a_second_sync_reads_all_and_writes_nothing(shop: Any, now: datetime) -> None:
    """Safe to run twice."""
    shop.customer("ana@shop.example", first_name="Ana")
    shop.order(email="ana@shop.example")
    shop.checkout(email="ana@shop.example")
    for kind in FactKind:
        assert sweeping.sync(kind, now=now).recorded.written == 1
    for kind in FactKind:
        swept = sweeping.sync(kind, now=now + timedelta(hours=1))
        assert (swept.read, swept.recorded.written, swept.recorded.unchanged) == (1, 0, 1)


def test_the_patrol_finds_what_moved_no_date(shop: Any, now: datetime) -> None:
    """The host joined an order to an account, and deleted another account, without a word."""
    ana, bea = shop.customer("ana@shop.example", first_name="Ana"), shop.customer("bea@shop.example")
    quiet = shop.order(email="ana@shop.example", total=20)
    shop.touch(FactKind.ORDER, quiet, now - timedelta(days=1))
    shop.order(email="cleo@shop.example")
    for kind in FactKind:
        sweeping.sync(kind, now=now)
    shop_models.Order.objects.filter(pk=quiet).update(total=17)
    shop_models.Customer.objects.filter(pk=bea).delete()
    for kind in FactKind:
        assert sweeping.sweep(kind, now=now + timedelta(hours=1)).recorded.written == 0
        assert patrolling.patrol(kind, now=now).finished
    assert Purchase.objects.get(reference=quiet).sold == 17
    assert list(Identity.objects.filter(kind="account").values_list("key", flat=True)) == [ana]


def test_a_purge_is_no_erasure(shop: Any, now: datetime) -> None:
    """The host throws old orders and checkouts away: purchases stay, the basket is gone."""
    order, checkout = shop.order(email="ana@shop.example"), shop.checkout(email="ana@shop.example")
    for kind in FactKind:
        sweeping.sync(kind, now=now)
    shop.delete_order(order)
    shop.abandon(checkout)
    for kind in FactKind:
        patrolling.patrol(kind, now=now)
    assert Purchase.objects.get().state == "counts"
    assert Basket.objects.get().state == "gone"


def test_an_ill_host_forgets_nobody(shop: Any, now: datetime) -> None:
    """Connected to an empty copy of the shop, the patrol stops instead of forgetting everybody."""
    for n in range(30):
        shop.customer(f"p{n}@shop.example")
    sweeping.sync(FactKind.CUSTOMER, now=now)
    shop_models.Customer.objects.all().delete()
    with pytest.raises(patrolling.MassDeletion):
        patrolling.patrol(FactKind.CUSTOMER, now=now)
    assert Profile.objects.count() == 30
    assert Cursor.objects.get(name="patrol:customer").lease_token is None


def test_the_patrol_takes_its_share(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks at a share of the base; the next goes on from there, and begins anew after the end."""
    monkeypatch.setattr(patrolling, "LEAST", 40)
    _many(100, now - LATE)
    sweeping.sync(FactKind.ORDER, now=now)
    sql.run("ANALYZE saleor_relacional_purchase")  # an estimate outlives the story it was made in
    runs = [patrolling.patrol(FactKind.ORDER, now=now) for _ in range(4)]
    assert [(run.looked_at, run.finished) for run in runs] == [
        (40, False),
        (40, False),
        (20, True),
        (40, False),
    ]
    assert sum(run.recorded.written for run in runs) == 0


@pytest.mark.parametrize("read", ["sweep", "sync"])
def test_one_order_that_cannot_be_recorded(shop: Any, now: datetime, read: str) -> None:
    """A slip of the keyboard gave an order a total that no column holds: the others of its page are recorded, the
    round ends, and the error is counted, without a word of whose it is."""
    for n in range(5):
        shop.order(email=f"buyer{n}@shop.example")
    shop.order(email="slip@shop.example", total=Decimal("500000000000000000.00"))
    later = now + LATE
    done = (
        sweeping.sync(FactKind.ORDER, now=later)
        if read == "sync"
        else sweeping.sweep(FactKind.ORDER, now=later)
    )
    assert (done.finished, done.read, done.recorded.written, Purchase.objects.count()) == (True, 6, 5, 5)
    assert ErrorCount.objects.values_list("place", "kind", "count").get() == (
        "record:order",
        "DataError 22003",
        1,
    )
    assert not Profile.objects.filter(email__startswith="slip").exists()
