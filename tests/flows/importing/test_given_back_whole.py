"""What was given back whole left nothing with the shop: an imported order is no purchase then, as one of the host's."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.flows.importing.import_file import Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.models import CustomerSummary, Purchase
from tests.support.tell import order, refund

pytestmark = pytest.mark.django_db

HEADER = "order,email,placed_at,total\n"
BOUGHT = "1,ana@shop.example,2024-05-01,10\n"
BACK = "C1,ana@shop.example,2024-05-03,10\n"


@pytest.fixture
def load(shop: Any, now: datetime, tmp_path: Path) -> Any:
    """Imports files of one history."""
    numbers = iter(range(100))

    def one(rows: str, **said: Any) -> None:
        number = next(numbers)
        file = tmp_path / f"{number}.csv"
        file.write_text(HEADER + rows)
        said = {"name": "old", "cancellation_prefix": "C", **said}
        import_file(file, Options(**said), now=now + timedelta(minutes=number))

    return one


def ana() -> tuple[str, str, int, Any, Any]:
    """State of her order; stage, purchases, what was sold and refunded as she was scored."""
    row = CustomerSummary.objects.get()
    return Purchase.objects.get().state, row.stage, row.purchases, row.sold, row.refunded


EMPTY = ("empty", "prospect", 0, 10, 10)


def test_as_the_host_tells_it(shop: Any, now: datetime, load: Any) -> None:
    """The same story from the host and from a file leaves the same state."""
    recording.record(
        [order("o1", "bea@shop.example", total="10.00", refunds=(refund("r1", "o1", "10.00"),))], now=now
    )
    assert Purchase.objects.get().state == "empty"
    Purchase.objects.all().delete()
    load(BOUGHT + BACK)
    assert Purchase.objects.get().state == "empty"


@pytest.mark.parametrize("files", [[BOUGHT + BACK], [BOUGHT, BACK], [BACK, BOUGHT], [BACK + BOUGHT, BOUGHT]])
def test_in_one_file_or_in_several(load: Any, files: list[str]) -> None:
    """In whatever order they come; and again."""
    for rows in [*files, *files]:
        load(rows)
    assert ana() == EMPTY


def test_in_part_it_is_a_purchase(load: Any) -> None:
    """One cent is kept."""
    load(BOUGHT + "C1,ana@shop.example,2024-05-03,9.99\n")
    assert ana()[0] == "counts" and ana()[2] == 1


def test_two_halves_are_the_whole(load: Any) -> None:
    """Given back in the order itself, and by a cancellation."""
    load(BOUGHT + "1,ana@shop.example,2024-05-02,-4\nC1,ana@shop.example,2024-05-03,6\n")
    assert ana() == EMPTY


def test_the_return_was_a_slip(load: Any) -> None:
    """The corrected file tells that the same number was something else: it is a purchase after all."""
    load(BOUGHT + "1,ana@shop.example,2024-05-02,-10\n")
    assert ana() == EMPTY
    load(BOUGHT)
    assert ana()[:3] == ("counts", "lapsed", 1)


def test_a_status_says_so(load: Any, tmp_path: Path, now: datetime) -> None:
    """`returned` and `refunded` are words for it."""
    file = tmp_path / "words.csv"
    file.write_text("order,email,placed_at,total,status\n1,ana@shop.example,2024-05-01,10,refunded\n")
    import_file(file, now=now)
    assert ana() == EMPTY


@pytest.mark.parametrize(("count", "state"), [(False, "empty"), (True, "counts")])
def test_an_order_of_nothing(load: Any, settings: Any, count: bool, state: str) -> None:
    """By the same setting as the host's."""
    settings.RELACIONAL = {**settings.RELACIONAL, "COUNT_FREE_ORDERS": count}
    load("1,ana@shop.example,2024-05-01,0\n")
    assert ana()[0] == state
