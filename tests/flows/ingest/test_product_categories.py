"""In which category a product stands is learnt with its orders."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from saleor_relacional.flows.ingest import record
from saleor_relacional.hosts.facts import LineFact, OrderFact
from saleor_relacional.models import ProductCategory, Purchase
from tests.support.tell import order

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


def bought(reference: str, **products: str) -> OrderFact:
    """An order of these products: SKU → category, its name capitalised."""
    lines = tuple(
        LineFact(
            product_key=sku,
            name=sku,
            quantity=1,
            total=Decimal(5),
            category=category,
            category_name=category.title(),
        )
        for sku, category in products.items()
    )
    return order(reference, "ana@shop.example", lines=lines)


def known() -> dict[str, tuple[str, str, datetime]]:
    return {
        row.product_key: (row.category_key, row.name, row.learned_at) for row in ProductCategory.objects.all()
    }


def test_what_an_order_tells_of_its_products_is_learnt(now: datetime) -> None:
    """Two products on two shelves, one on none."""
    record.record([bought("o1", assam="tea", arabica="coffee", gift="")], now=now)

    assert known() == {"assam": ("tea", "Tea", now), "arabica": ("coffee", "Coffee", now)}
    assert {row.source for row in ProductCategory.objects.all()} == {"standalone"}


def test_only_what_differs_is_written(now: datetime) -> None:
    """Assam moves to another shelf, arabica stays: one row is written, and no order because of it."""
    first = bought("o1", assam="tea", arabica="coffee")
    record.record([first], now=now)
    digest = Purchase.objects.get().digest
    moved = replace(first, lines=tuple(replace(line, category="hot", category_name="Hot")
                    if line.product_key == "assam" else line for line in first.lines))  # fmt: skip

    assert record.record([moved], now=now + LATER).written == 0
    assert known() == {"assam": ("hot", "Hot", now + LATER), "arabica": ("coffee", "Coffee", now)}
    assert Purchase.objects.get().digest == digest


def test_a_product_that_is_gone_keeps_its_last_category(now: datetime) -> None:
    """The shop sells assam no longer: what was bought was tea."""
    record.record([bought("o1", assam="tea")], now=now)
    record.record([bought("o2", assam="")], now=now + LATER)

    assert known() == {"assam": ("tea", "Tea", now)}


def test_of_two_orders_in_one_telling_the_later_change_counts(now: datetime) -> None:
    """However they come."""
    old, new = bought("o1", assam="tea"), replace(bought("o2", assam="hot"), changed_at=now)
    record.record([new, old], now=now)

    assert known() == {"assam": ("hot", "Hot", now)}
