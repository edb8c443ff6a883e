"""What owners type: read where it can be read in one way only, and asked for again where money could be two things."""

from decimal import Decimal

import pytest

from saleor_relacional.dashboard import numbers
from saleor_relacional.dashboard.segments.nodes import _counted
from saleor_relacional.errors import BadInput
from saleor_relacional.rules import read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1000", "1000"), ("1000,5", "1000.5"), ("1000.50", "1000.50"), ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234,50", "1234.50"), ("1\u202f000", "1000"), ("1'000", "1000"), ("1.000.000", "1000000"), ("-3,5", "-3.5"),
        ("0,125", "0.125"), ("0.001", "0.001"), (".5", "0.5"), ("5.", "5"), (" 12 ", "12"),
        ("1,000,000.5", "1000000.5"),
    ],
)  # fmt: skip
def test_one_way_to_read_it(typed: str, meant: str) -> None:
    """With a comma or a dot, with thousands apart or not."""
    assert numbers.amount(typed, field="amount") == Decimal(meant)
    assert numbers.number(typed, field="share") == Decimal(meant)


@pytest.mark.parametrize("typed", ["1.000", "1,000", "-12.500", " 999,999 "])
def test_a_thousand_or_one(typed: str) -> None:
    """A budget is never guessed; a count of people or mails can only be a thousand, a number of rhythms only one."""
    with pytest.raises(BadInput) as refused:
        numbers.amount(typed, field="monthBudget")
    assert refused.value.field == "monthBudget" and "." not in refused.value.message.split("?")[0]
    assert abs(numbers.whole(typed, field="dailyCapacity")) >= 1000
    assert abs(numbers.number(typed, field="wait")) < 1000


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        ".",
        "NaN",
        "Infinity",
        "1e5",
        "1_000",
        "1.00.00",
        "1.000,000,5",
        "12.34.56",
        "1 00",
        "ten",
        "9" * 41,
        "0x1",
    ],
)
def test_no_number(typed: str) -> None:
    """Nor what only a program takes for one."""
    for of in (numbers.amount, numbers.number, numbers.whole):
        with pytest.raises(BadInput):
            of(typed, field="amount")


@pytest.mark.parametrize(
    ("typed", "kept"), [("1.000", None), ("1.234,50", "1234.50"), ("20,5", "20.5"), ("x", None)]
)
def test_money_in_a_rule(typed: str, kept: str | None) -> None:
    """A segment of everybody who left more than 1.000 is not one of everybody."""
    said = {"field": "kept", "operator": "at_least", "value": _counted(typed), "currency": "EUR"}
    rule, problems = read.read(said)
    assert (kept is None) == bool(problems) and (rule is None) == (kept is None)
    assert kept in (None, said["value"])
