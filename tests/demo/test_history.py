"""Which history the demo lives on from, and when its first morning is."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from saleor_relacional.demo import history, story
from saleor_relacional.demo.problem import DemoProblem

RETAIL = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,2011-07-01 23:30:00,2.55,17850,United Kingdom
536366,22633,HAND WARMER,6,2011-06-30 10:00:00,1.85,17850,United Kingdom
"""


def test_the_first_morning_comes_after_the_last_order_in_the_shops_own_zone(tmp_path: Path) -> None:
    """London, in summer: the order of half past eleven at night is still of 1 July, the morning is eight in UTC."""
    file = tmp_path / "retail.csv.gz"
    file.write_bytes(gzip.compress(RETAIL.encode()))
    past = history.of_file(file)
    assert past.opens == datetime(2011, 7, 2, 8, tzinfo=UTC)
    assert (past.currency, past.time_zone, past.simulated) == ("GBP", "Europe/London", None)
    assert past.options.example_addresses and past.options.consent


def test_an_order_from_the_future_does_not_move_the_first_morning(tmp_path: Path) -> None:
    """A typing error in one row; the import will reject it. Without a currency the shop trades in euros."""
    file = tmp_path / "orders.csv"
    file.write_text(
        "order,customer,placed_at,total\n1,ana,2020-05-04,10\n2,ana,2999-05-04,10\n3,ana,never,10\n"
    )
    past = history.of_file(file)
    assert (past.opens, past.currency) == (datetime(2020, 5, 5, 9, tzinfo=UTC), "EUR")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "Which column is the order's number"),
        ("order,customer,placed_at,total\n1,ana,never,10\n", "no order with a date that can be read"),
    ],
)
def test_a_file_that_is_no_history_is_refused_with_the_cure(tmp_path: Path, text: str, says: str) -> None:
    """One sentence that says what is wrong, and what to type."""
    file = tmp_path / "orders.csv"
    file.write_text(text)
    with pytest.raises(DemoProblem, match=says) as refused:
        history.of_file(file)
    assert "make demo ORDERS=file" in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything has been started."""
    with pytest.raises(DemoProblem, match="There is no file missing.csv"):
        story.history_of("missing.csv", tmp_path)


def test_the_simulated_shop_is_written_as_a_file_and_its_people_live_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty people over a hundred days, up to yesterday; the life goes on where the file ends."""
    monkeypatch.setattr(history, "SIMULATED_PEOPLE", 40)
    monkeypatch.setattr(history, "SIMULATED_DAYS", 100)
    past = history.simulated(tmp_path)
    lines = past.path.read_text().splitlines()
    rows = list(csv.DictReader(lines))
    assert {*rows[0]} == {"order", "customer", "first_name", "placed_at", "product", "product_name", "total"}
    assert {row["product_name"] for row in rows} == {"Coffee", "Tea", "Soap"}
    assert {row["customer"][0] for row in rows} == {"S"}  # who joins later has not ordered yet
    last = datetime.fromisoformat(rows[-1]["placed_at"])
    assert last < past.opens.replace(hour=0)
    assert past.simulated is not None and past.simulated.day == 100
    fresh = [name for name in past.simulated.people.names if name.startswith("N")]
    assert len(fresh) == round(40 / 100 * history.NEW_DAYS)
