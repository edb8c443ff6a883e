"""What bench-saleor does inside Saleor's environment: fills a shop, reads it, sells in it. Writes told.json, orders.csv
and saleor.csv into the directory given."""

import csv
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from tests.saleor import home
from tests.saleor.stack import Stack

CHANNEL = "default-channel"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""The history ends here: old enough that its people are scored by a fixed clock."""
SPAN = 720.0
BATCH = 2_000
PAGE = 500
"""Orders that the floor reads at a time: more than a sync does, which is quicker."""
PREDICTIONS = """
SELECT p.email_key AS email, s.stage,
       b.alive, b.order_30, b.order_90, b.order_365, b.expected_365, b.order_value, b.year_value
FROM saleor_relacional_profile p JOIN saleor_relacional_customersummary s ON s.profile_id = p.id
JOIN saleor_relacional_prediction b ON b.profile_id = p.id WHERE p.email_key LIKE '%@bench.example' ORDER BY 1
"""


def main(place: Path) -> None:
    """Everything, one after the other, in one shop."""
    stack = Stack(os.environ["RELACIONAL_POSTGRES"], home.WORK / "bench-logs")
    stack.begin()
    try:
        stack.install()
        os.environ.update(stack.environment())
        import django

        django.setup()
        told = fill(place, int(os.environ.get("ORDERS", "100000")))
        told |= read(stack, place)
        stack.start_all()
        told |= believe(stack, int(os.environ.get("BUYERS", "20")))
        told |= sell(stack, int(os.environ.get("PAIRS", "100")))
        (place / "told.json").write_text(json.dumps(told))
    finally:
        stack.end()


def histories(orders: int) -> list[tuple[int, datetime, Decimal]]:
    """(customer, moment, total) of so many orders: own rhythms, some who left, some who bought once."""
    chance = np.random.default_rng(20260115)
    found: list[tuple[int, datetime, Decimal]] = []
    customer = 0
    while len(found) < orders:
        typical, worth = float(np.exp(chance.normal(3.8, 0.8))), float(np.exp(chance.normal(3.6, 0.5)))
        ago, stays = float(chance.uniform(5, SPAN)), int(chance.geometric(0.12))
        while ago > 0 and stays > 0 and len(found) < orders:
            total = Decimal(f"{worth * float(np.exp(chance.normal(0, 0.4))):.2f}")
            found.append((customer, NOW - timedelta(minutes=round(ago * 1440)), total))
            ago -= max(1.0, typical * float(np.exp(chance.normal(0, 0.6))))
            stays -= 1
        customer += 1
    return found


def fill(place: Path, orders: int) -> dict[str, Any]:
    """Accounts for two customers of three, the rest guests; orders and lines by Saleor's own models."""
    from saleor.account.models import CustomerType, User
    from saleor.channel.models import Channel

    made = histories(orders)
    people = made[-1][0] + 1
    with (place / "orders.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("order", "email", "placed_at", "total"))
        rows.writerows((n, address(who), at.isoformat(), total) for n, (who, at, total) in enumerate(made))
    kind = CustomerType.objects.order_by("pk").first()
    accounts = [
        User(email=address(n), first_name="Ana", customer_type=kind, date_joined=NOW - timedelta(days=SPAN))
        for n in range(people)
        if n % 3
    ]
    User.objects.bulk_create(accounts, batch_size=BATCH)
    owner = dict(User.objects.filter(email__endswith="@bench.example").values_list("email", "pk"))
    channel = Channel.objects.get(slug=CHANNEL)
    for start in range(0, len(made), BATCH):
        _orders(made[start : start + BATCH], owner, channel)
        print(f"\r{min(start + BATCH, len(made)):,} orders made", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {"orders": len(made), "customers": people}


def address(customer: int) -> str:
    return f"c{customer}@bench.example"


def _orders(some: list[tuple[int, datetime, Decimal]], owner: dict[str, int], channel: Any) -> None:
    from saleor.order import OrderChargeStatus, OrderOrigin, OrderStatus
    from saleor.order.models import Order, OrderLine

    orders = [
        Order(
            channel=channel, currency=channel.currency_code, user_id=owner.get(address(who)), user_email=address(who),
            status=OrderStatus.FULFILLED, charge_status=OrderChargeStatus.FULL, origin=OrderOrigin.CHECKOUT,
            created_at=at, lines_count=1, total_gross_amount=total, total_net_amount=total,
            total_charged_amount=total,
        )
        for who, at, total in some
    ]  # fmt: skip
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, product_name="Coffee", variant_name="250 g", product_variant_id="UHJvZHVjdFZhcmlhbnQ6MQ==",
            quantity=1, currency=order.currency, is_shipping_required=True, is_gift_card=False,
            unit_price_gross_amount=order.total_gross_amount, unit_price_net_amount=order.total_net_amount,
            total_price_gross_amount=order.total_gross_amount, total_price_net_amount=order.total_net_amount,
        )
        for order in orders
    )  # fmt: skip


def read(stack: Stack, place: Path) -> dict[str, Any]:
    """The sync: customers by `manage.py relacional_sync`, then the orders, timed here beside their floor; then the fit
    and everybody's predictions as of NOW."""
    from django.db import connection
    from saleor.core.db.connection import allow_writer

    from saleor_relacional.flows.scoring import score

    command = [str(home.PYTHON), "manage.py", "relacional_sync", "--kind", "customer"]
    subprocess.run(command, cwd=home.HOME, env=stack.environment(), check=True)
    with allow_writer():
        floor, seconds = min(_read_only() for _ in range(2)), _synced()
        synced = time.monotonic()
        _only_ours()
        learn_from_everybody()
        score.refit(NOW)
        rebuilt = time.monotonic()
        with connection.cursor() as cursor, (place / "saleor.csv").open("w", newline="") as file:
            cursor.execute(PREDICTIONS)
            rows = csv.writer(file)
            rows.writerow(column.name for column in cursor.description)
            rows.writerows(cursor.fetchall())
    connection.close()
    return {"sync_seconds": seconds, "sync_floor_seconds": floor, "rebuild_seconds": rebuilt - synced}


def _synced() -> float:
    """Seconds of the sync of all orders."""
    from saleor_relacional import conf
    from saleor_relacional.flows.ingest import sweep
    from saleor_relacional.hosts.facts import FactKind

    began = time.monotonic()
    sweep.sync(FactKind.ORDER, now=conf.host().now())
    return time.monotonic() - began


def _read_only() -> float:
    """Seconds of the floor: the same orders with lines and payments through Saleor's own models, a page at a time by
    key, nothing written."""
    from saleor.order.models import Order

    rows = Order.objects.select_related("user", "billing_address", "shipping_address", "channel")
    rows = rows.prefetch_related("lines", "payments__transactions", "payment_transactions__events").order_by(
        "pk"
    )
    began, last = time.monotonic(), uuid.UUID(int=0)
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        last = page[-1].pk
    return time.monotonic() - began


def learn_from_everybody() -> None:
    """A back-test looks at some buyers of a large shop, drawn by our keys, and two shops give the same people other
    keys: to be compared, both look at all."""
    from saleor_relacional.flows.learning import past_cuts

    past_cuts.MOST = 1_000_000


def _only_ours() -> None:
    """The populated shop's own sample customers are of today, after NOW: they would be in one shop and not in the
    other."""
    from saleor_relacional.flows.people import forget
    from saleor_relacional.models import Profile

    for profile in Profile.objects.exclude(email_key__endswith="@bench.example"):
        forget.forget(profile, now=NOW)


def believe(stack: Stack, buyers: int) -> dict[str, Any]:
    """Seconds from the answer to checkoutComplete to a prediction that knows of the order, by worker and nudge."""
    from django.db import connection

    from saleor_relacional.models import Prediction
    from tests.saleor.e2e.storefront import Storefront, within

    shop, took = Storefront(stack.url), []
    for n in range(buyers):
        email = address(3 * n)  # guests
        before = Prediction.objects.values_list("as_of", flat=True).get(profile__email_key=email)
        checkout = shop.checkout(email)
        shop.pay(checkout)
        shop.complete(checkout)
        began = time.monotonic()
        fresher = Prediction.objects.filter(profile__email_key=email, as_of__gt=before)
        if not within(60.0, fresher.exists):
            raise home.CannotRun("A minute after an order its prediction was still the old one.")
        took.append(time.monotonic() - began)
    connection.close()
    return {"belief_seconds": statistics.median(took), "belief_longest": max(took)}


def sell(stack: Stack, pairs: int) -> dict[str, Any]:
    """Whole checkouts with and without us, turn about, who is first alternating; a few to warm up."""
    from tests.saleor.e2e.storefront import Storefront

    shops = {"without": Storefront(stack.vanilla_url), "with": Storefront(stack.url)}
    took: dict[str, list[float]] = {name: [] for name in shops}
    for turn in range(-5, pairs):
        for name in ("without", "with") if turn % 2 else ("with", "without"):
            seconds = _buy(shops[name])
            if turn >= 0:
                took[name].append(seconds)
    without, ours = (np.array(took[name]) for name in ("without", "with"))
    chance = np.random.default_rng(1)
    draws = chance.integers(0, pairs, (2_000, pairs))
    ratios = np.median(ours[draws], axis=1) / np.median(without[draws], axis=1)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return {
        "pairs": pairs,
        "without_ms": float(np.median(without) * 1000),
        "with_ms": float(np.median(ours) * 1000),
        "ratio": float(np.median(ours) / np.median(without)),
        "ratio_low": float(low),
        "ratio_high": float(high),
    }


def _buy(shop: Any) -> float:
    began = time.monotonic()
    shop.buy(f"{uuid.uuid4().hex}@checkout.example")
    return time.monotonic() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]))
