"""A second run doubles nothing, whatever it is told otherwise than the first."""

import gzip
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import CustomerSummary, Profile, Purchase, PurchaseLine, Refund
from tests.support.tell import order

pytestmark = pytest.mark.django_db

HEADER = "order,customer,placed_at,total\n"
LINES = "order,customer,placed_at,quantity,price\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Old Shop.csv"


def load(file: Path, text: str, now: datetime, **said: Any) -> Imported:
    file.write_text(text, encoding="utf-8")
    return import_file(file, Options(**said), now=now)


def money() -> tuple[list[Any], list[Any]]:
    return (
        list(Purchase.objects.order_by("reference").values_list("reference", "sold")),
        list(Refund.objects.order_by("reference").values_list("reference", "amount", "purchase__reference")),
    )


def test_the_prefix_was_forgotten_the_first_time(shop: Any, now: datetime, file: Path) -> None:
    """Without the prefix a cancellation was a purchase with a return; said the second time, each is told once."""
    text = LINES + "1,7,2024-05-01,2,5\nC1,7,2024-05-02,-1,5\nC2,8,2024-05-02,3,1\n"
    load(file, text, now)
    score.score_stale(now)
    right = load(file, text, now + timedelta(days=1), cancellation_prefix="C")
    once = ([("1", Decimal(10))], [("C1", Decimal(5), "1"), ("C2", Decimal(3), None)])
    assert money() == once
    assert (right.sold, right.refunded) == ({"EUR": Decimal("10.00")}, {"EUR": Decimal("8.00")})
    assert CustomerSummary.objects.get(refunded=3, sold=0).purchases == 0
    assert CustomerSummary.objects.get(sold=10).refunded == 5
    load(file, text, now + timedelta(days=2), cancellation_prefix="C")
    assert money() == once


def test_a_return_that_was_a_slip(shop: Any, now: datetime, file: Path) -> None:
    """The corrected file no longer tells it: the money is kept after all."""
    load(file, LINES + "1,7,2024-05-01,2,5\n1,7,2024-05-03,-1,5\n", now)
    assert len(money()[1]) == 1
    load(file, LINES + "1,7,2024-05-01,2,5\n", now)
    assert money() == ([("1", Decimal(10))], [])


def test_a_purchase_that_turns_out_to_be_a_return(shop: Any, now: datetime, file: Path) -> None:
    """With its lines; and orders that the second file does not name stay."""
    load(file, HEADER + "1,7,2024-05-01,10\n2,7,2024-05-03,5\n", now)
    load(file, HEADER + "2,7,2024-05-03,-5\n", now)
    assert money() == ([("1", Decimal(10))], [("2:returned", Decimal(5), None)])
    assert not PurchaseLine.objects.exclude(purchase__reference="1").exists()


def test_whose_order_it_is_was_wrong(shop: Any, now: datetime, file: Path) -> None:
    """Corrected, the order leaves one person and comes to another: both are scored anew."""
    load(file, HEADER + "1,7,2024-05-01,10\n1,7,2024-05-01,-2\n", now)
    score.score_stale(now)
    load(file, HEADER + "1,8,2024-05-01,10\n1,8,2024-05-01,-2\n", now + timedelta(days=1))
    score.score_stale(now + timedelta(days=1))
    summary = CustomerSummary.objects.order_by("profile_id").values_list(
        "stage", "purchases", "sold", "refunded"
    )
    assert list(summary) == [("prospect", 0, 0, 0), ("lapsed", 1, 10, 2)]


def test_the_refund_came_in_an_earlier_file(shop: Any, now: datetime, tmp_path: Path) -> None:
    """Files of one shop in the wrong order: a refund finds its order all the same, and goes with it when the host tells
    that order itself."""
    june, may = tmp_path / "june.csv", tmp_path / "may.csv"
    load(june, HEADER + "C1,7,2024-06-01,4\n", now, name="shop", cancellation_prefix="C")
    load(may, HEADER + "1,7,2024-05-01,10\n", now, name="shop", cancellation_prefix="C")
    assert money() == ([("1", Decimal(10))], [("C1", Decimal(4), "1")])
    recording.record([order("o1", "ana@shop.example", number="1", total="10")], now=now)
    assert not Refund.objects.exists()


def test_a_packed_copy_is_the_same_file(shop: Any, now: datetime, file: Path) -> None:
    """Whatever it is called."""
    load(file, HEADER + "1,7,2024-05-01,10\n", now)
    packed = file.with_name("copy.csv.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    with pytest.raises(BadInput, match="--name old-shop"):
        import_file(packed, now=now)


def test_another_export_of_the_same_orders(shop: Any, now: datetime, file: Path) -> None:
    """The new year's file tells the last weeks of the old one again: under another name they would count twice."""
    load(file, HEADER + "1,7,2024-05-01,10\n2,8,2024-05-02,7.50\n", now)
    more = HEADER + "2,8,2024-05-02,7.50\n3,8,2024-06-02,4\n"
    with pytest.raises(BadInput, match="1 of these orders stand in the history 'old-shop'"):
        load(file.with_name("2025.csv"), more, now)
    assert Purchase.objects.count() == 2
    assert load(file.with_name("2025.csv"), more, now, name="Old Shop").new_purchases == 1
    assert Profile.objects.count() == 2


def test_two_shops_with_their_own_numbers(shop: Any, now: datetime, file: Path) -> None:
    """Customer 7 of another shop, who bought something else there under an equal number, is somebody else."""
    load(file, HEADER + "1,7,2024-05-01,10\n", now)
    load(file.with_name("other.csv"), HEADER + "1,7,2024-05-02,10\n1b,8,2024-05-01,10\n", now)
    assert (Purchase.objects.count(), Profile.objects.count()) == (3, 3)


def test_numbers_of_another_system(shop: Any, now: datetime, file: Path) -> None:
    """A shop that moved to this one began to count from 1 again: said so, neither history takes orders from the
    other; not said, the host's order is the only one of its number, and saying so later puts that right."""
    recording.record([order("o1", "bea@shop.example", number="1")], now=now)
    text = HEADER + "1,7,2019-05-01,10\n2,7,2019-06-01,10\n"
    assert load(file, text, now).known == 1
    assert load(file, text, now, foreign_numbers=True).new_purchases == 2
    recording.record([order("o2", "bea@shop.example", number="2")], now=now)
    assert sorted(Purchase.objects.values_list("source", "reference")) == [
        ("import:old-shop", "1"), ("import:old-shop", "2"), ("standalone", "o1"), ("standalone", "o2"),
    ]  # fmt: skip


def test_the_same_orders_in_another_file_under_another_name(shop: Any, now: datetime, tmp_path: Path) -> None:
    """The history is exported once more, with one order more: no longer the same file, and imported under another name
    its old orders would count twice. It is refused, and nothing of it is there; under its own name only the new order
    is new."""
    header = "order,customer,placed_at,total\n"
    old, new = tmp_path / "old.csv", tmp_path / "again.csv"
    old.write_text(header + "1,7,2024-05-01,10.00\n2,8,2024-05-02,5.00\n")
    import_file(old, Options(), now=now)
    new.write_text(header + "1,7,2024-05-01,10.00\n2,8,2024-05-02,5.00\n3,8,2024-06-01,5.00\n")
    with pytest.raises(BadInput, match="--name old"):
        import_file(new, Options(), now=now)
    assert Purchase.objects.count() == 2
    assert import_file(new, Options(name="old"), now=now).new_purchases == 1
