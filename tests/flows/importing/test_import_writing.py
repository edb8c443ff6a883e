"""How people and programs write money, moments and people."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import addresses, amounts, dates
from saleor_relacional.flows.importing.amounts import Amounts, NoAmount

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("locale", "text", "value", "sign"),
    [
        ("en", "US$ 2,000", "2000", "US$"),
        ("en", "1 250 000.5", "1250000.5", ""),
        ("en", "12.30 GBP", "12.30", "GBP"),
        ("en", "(£7.00)", "-7.00", "£"),
        ("en", "\u20115.10", "-5.10", ""),
        ("de", "1.250.000,5", "1250000.5", ""),
        ("de", "5,- €", "5", "€"),
        ("de", "12,30-", "-12.30", ""),
        ("fr", "1\u202f250,40 €", "1250.40", "€"),
        ("de_CH", "CHF 1'250.40", "1250.40", "CHF"),
        ("en_IN", "₹1,25,000.00", "125000.00", "₹"),
    ],
)
def test_amounts_by_the_rules_of_their_language(locale: str, text: str, value: str, sign: str) -> None:
    """Signs, minus in all its places, thin blanks; "5,-" is five, not minus five."""
    assert Amounts(locale).parse(text) == (Decimal(value), sign)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("es", "10.50"), ("es", "1,234.50"), ("en", "10,5"), ("en", "1.234,50"), ("en", "12,34,5"), ("en", "2e4"),
        ("en", "2_000"), ("en", "٢٥"), ("en", "5%"), ("en", "-(5)"), ("en", "$5€"), ("en", ""), ("en", "5 5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_language_is_no_amount(locale: str, text: str) -> None:
    """It is refused, never read as something else."""
    with pytest.raises(NoAmount):
        Amounts(locale).parse(text)


def test_the_whole_file_says_what_stands_before_the_cents() -> None:
    """One amount that can be read in one way only decides; two that contradict each other are named."""
    assert amounts.guessed([(2, "1.234"), (3, "0,5")]) == (amounts.COMMA, True)
    assert amounts.guessed([(2, "1,234"), (3, "1,234,567"), (4, "7")]) == (amounts.POINT, True)
    assert amounts.guessed([(2, "12"), (3, "7")]) == (amounts.POINT, False)
    with pytest.raises(BadInput, match=r"'9\.90' on line 2, '9,90' on line 5. Say --locale"):
        amounts.guessed([(2, "9.90"), (5, "9,90")])
    with pytest.raises(BadInput, match=r"'1\.500' on line 2 may be more than a thousand"):
        amounts.guessed([(2, "1.500"), (3, "20")])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-07-01 23:30:00 UTC", datetime(2023, 7, 1, 23, 30, tzinfo=UTC)),
        ("2023-07-01T23:30:00+0530", datetime(2023, 7, 1, 18, tzinfo=UTC)),
        ("Jul 1, 2023, 12:10 AM PDT", datetime(2023, 7, 1, 7, 10, tzinfo=UTC)),
        ("1 de julio de 2023 10:00", datetime(2023, 7, 1, 8, tzinfo=UTC)),
        ("Sat, 01 Jul 2023 10:00:00 +0000", datetime(2023, 7, 1, 10, tzinfo=UTC)),
        ("1-Jul-23", datetime(2023, 6, 30, 22, tzinfo=UTC)),
        ("01.07.2023 10:00", datetime(2023, 7, 1, 8, tzinfo=UTC)),
        ("2023/7/1 24:00", datetime(2023, 7, 1, 22, tzinfo=UTC)),
        ("1688198400", datetime(2023, 7, 1, 8, tzinfo=UTC)),
        ("45108.75", datetime(2023, 7, 1, 16, tzinfo=UTC)),
    ],
)
def test_moments_as_systems_write_them(text: str, moment: datetime) -> None:
    """Zones are honoured; what names none is the shop's time."""
    assert dates.moment(text, MADRID) == moment


@pytest.mark.parametrize(
    "text", ["17", "2023-02-30", "13:00", "July", "2023-07-01 25:00", "2023-07-01 10:00 XYZ", ""]
)
def test_what_is_no_moment(text: str) -> None:
    """Days counted from somewhere, days that do not exist, zones that nobody knows."""
    with pytest.raises(ValueError):
        dates.moment(text, MADRID)


def test_day_and_month_are_decided_over_the_whole_file() -> None:
    """One date that can be read in one way only decides; else it is asked for, and a wrong answer is refused."""
    assert dates.order_of([(2, "03/05/2024"), (3, "31/05/2024")], "") == (dates.DMY, True)
    assert dates.order_of([(2, "3-5-2024"), (3, "5-31-2024 10:00")], "") == (dates.MDY, True)
    assert dates.order_of([(2, "2024-05-03"), (3, "03.05.2024"), (4, "4/4/2024")], "") == ("", False)
    assert dates.order_of([(2, "03/05/2024")], "", by_preset=dates.DMY) == (dates.DMY, False)
    with pytest.raises(BadInput, match="line 2: is the first number the day or the month"):
        dates.order_of([(2, "03/05/2024")], "")
    with pytest.raises(
        BadInput, match="'31/05/2024' on line 3 is no date of the order mdy: say --date-order dmy"
    ):
        dates.order_of([(2, "03/05/2024"), (3, "31/05/2024")], "mdy")
    with pytest.raises(BadInput, match="on line 3 has the day first, '05/30/2024' on line 2 the month"):
        dates.order_of([(2, "05/30/2024"), (3, "31/05/2024")], "")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Eva Luz <eva@mail.example>", "eva@mail.example"),
        ('"Luz, Eva" <eva@mail.example>', "eva@mail.example"),
        ("eva@mail.example, e@mail.example", "eva@mail.example"),
        ("\u200beva@mail.example\xa0", "eva@mail.example"),
        ("MAILTO:Eva@Mail.example", "Eva@Mail.example"),
        ("eva+old@mail.example", "eva+old@mail.example"),
        ("eva@münchen.example", "eva@münchen.example"),
        ("a@mail.example", "a@mail.example"),
        ("noemail@mail.example", ""),
        ("guest@mail.example", ""),
        ("eva@", ""),
        ("none", ""),
    ],
)
def test_addresses_as_people_paste_them(text: str, address: str) -> None:
    """The first address, and nobody's where systems write one for guests."""
    assert addresses.address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "0.0",
        "000",
        "-",
        "--",
        "NULL",
        "\\N",
        "NaN",
        "n/a",
        "#N/A",
        "Guest",
        "(guest)",
        "Invitado",
        "None",
        "-1",
    ],
)
def test_spellings_of_nobody(text: str) -> None:
    """None of them is a person."""
    assert addresses.number(text) == ""


def test_numbers_that_programs_made_fractions() -> None:
    """17850.0 is customer 17850; 0017 and A.0 stay as they are."""
    assert [addresses.number(text) for text in ("17850.0", "0017", "A.0", "1.5", "Ana Nadie")] == [
        "17850", "0017", "A.0", "1.5", "Ana Nadie",
    ]  # fmt: skip
    assert [addresses.order_number(text) for text in ("0", "1001.0", "NULL", "#12")] == [
        "0",
        "1001",
        "",
        "#12",
    ]
