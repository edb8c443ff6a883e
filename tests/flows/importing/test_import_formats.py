"""History from elsewhere as spreadsheets and shops really write it."""

import csv
import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.models import ImportBatch, Profile, Purchase, Refund

pytestmark = pytest.mark.django_db

HEADER = "order,customer,placed_at,total\n"
LINES = "order,customer,placed_at,quantity,price,product\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Old Shop.csv"


def load(file: Path, text: str, now: datetime, **said: Any) -> Imported:
    file.write_text(text, encoding="utf-8")
    return import_file(file, Options(**said), now=now)


def reasons(file: Path) -> list[str]:
    with file.with_name(f"{file.name}.rejects.csv").open(newline="", encoding="utf-8") as told:
        return [row[1] for row in csv.reader(told)][1:]


def test_a_spanish_spreadsheet(shop: Any, now: datetime, file: Path) -> None:
    """Excel in Madrid: a byte order mark, semicolons, Windows line ends, points for thousands, a comma before
    cents."""
    rows = "1;7;2024-05-01;1.234,50\r\n1;7;2024-05-02;-34,50\r\n2;8;2024-05-01;3\r\n"
    done = load(file, "\ufeff" + HEADER.replace(",", ";").replace("\n", "\r\n") + rows, now)
    assert (done.lines, done.rejects) == (3, 0)
    assert (done.sold, done.refunded) == ({"EUR": Decimal("1237.50")}, {"EUR": Decimal("34.50")})


def test_a_decimal_comma_is_seen_from_the_whole_file(shop: Any, now: datetime, file: Path) -> None:
    """1,50 can only be one and a half, so 1.234 is a thousand: the file says so itself, and we say that it did."""
    done = load(file, HEADER + '1,7,2024-05-01,"1,50"\n2,7,2024-05-01,1.234\n', now)
    assert done.sold == {"EUR": Decimal("1235.50")}
    assert "amounts are written as 1.234,50" in done.assumed


def test_slips_of_a_thousand_millions(shop: Any, now: datetime, file: Path) -> None:
    """Numbers that no column of ours could hold are told as rows of the file, not as an error of the database."""
    rows = [
        "1,7,2024-05-01,3000000000,1,tea", "2,7,2024-05-01,1,1e13,tea", "3,7,2024-05-01,900000000,900000,tea",
        "4,7,2024-05-01,-2,5,tea", "5,7,2024-05-01,0.5,3,tea",
    ]  # fmt: skip
    done = load(file, LINES + "\n".join(rows) + "\n", now)
    assert (done.rejects, done.sold, done.refunded) == (
        3, {"EUR": Decimal("1.50")}, {"EUR": Decimal("10.00")},
    )  # fmt: skip
    assert reasons(file) == [
        "quantity '3000000000' is out of range",
        "price '1e13' is not a number",
        "900000000 times 900000 is out of range",
    ]


def test_dates_that_are_none(shop: Any, now: datetime, file: Path) -> None:
    """Systems write 0001, 1900 or 1970 where there is no date: nobody bought then."""
    done = load(
        file,
        HEADER + "1,7,0001-01-01,5\n2,7,1900-01-01,5\n3,7,1970-01-01,5\n4,7,1997-01-01,5\n",
        now,
        time_zone="Asia/Tokyo",
    )
    assert done.purchases == 1
    assert reasons(file)[0] == "0001-01-01 is before 1971: no date, most likely"


def test_the_night_when_the_clocks_change(shop: Any, now: datetime, file: Path) -> None:
    """Times of London, some with a zone of their own; the purchase day is Madrid's."""
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update(time_zone="Europe/Madrid")
    rows = [
        "1,7,2024-03-31 00:30,5", "2,7,2024-03-31 02:30,5", "3,7,2024-07-01 23:30,5", "4,7,2024-07-01T23:30:00Z,5",
        "5,7,2024-07-01 23:30:00-05:00,5",
    ]  # fmt: skip
    assert load(file, HEADER + "\n".join(rows) + "\n", now, time_zone="Europe/London").rejects == 0
    placed = Purchase.objects.order_by("reference").values_list("placed_at", "day")
    assert list(placed) == [
        (datetime(2024, 3, 31, 0, 30, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 3, 31, 1, 30, tzinfo=UTC), date(2024, 3, 31)),
        (datetime(2024, 7, 1, 22, 30, tzinfo=UTC), date(2024, 7, 2)),
        (datetime(2024, 7, 1, 23, 30, tzinfo=UTC), date(2024, 7, 2)),
        (datetime(2024, 7, 2, 4, 30, tzinfo=UTC), date(2024, 7, 2)),
    ]


def test_no_address_is_nobodys_address(shop: Any, now: datetime, file: Path) -> None:
    """Two customers with "n/a" for an address are two people, and a row of "n/a" alone is a row without a customer."""
    text = "order,customer,email,placed_at,total\n1,7,n/a,2024-05-01,5\n2,8,n/a,2024-05-01,5\n3,,n/a,2024-05-01,5\n"
    done = load(file, text, now)
    load(file, text + "4,9,n/a,2024-06-01,5\n", now)
    assert (done.without_customer, Profile.objects.count()) == (1, 3)
    assert set(Profile.objects.values_list("email", flat=True)) == {""}


def test_currencies_are_codes(shop: Any, now: datetime, file: Path) -> None:
    """eur is EUR; a sign or a word is none."""
    text = HEADER.strip() + ",money\n1,7,2024-05-01,5,eur\n2,7,2024-05-01,5,€€€\n3,7,2024-05-01,5,\n"
    assert load(file, text, now, currency="money").sold == {"EUR": Decimal("5.00")}
    assert reasons(file) == ["'€€€' is not a currency", "'' is not a currency"]


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ({"time_zone": "Europa/Madrid"}, "no time zone 'Europa/Madrid'"),
        ({"time_zone": "/etc/passwd"}, "no time zone"),
        ({"currency": "euro"}, "neither a currency code such as EUR nor a column"),
        ({"channel": "web"}, "no channel 'web'. It has: eur"),
        ({"rejects": "/nowhere/rejects.csv"}, "--rejects FILE. Nothing was imported"),
    ],
)
def test_options_that_name_nothing(
    shop: Any, now: datetime, file: Path, said: dict[str, str], cure: str
) -> None:
    """The command refuses with the option's cure, and has imported nothing."""
    file.write_text(HEADER + "1,7,2024-05-01,5\n2,7,never,5\n")
    options = [part for name, value in said.items() for part in (f"--{name.replace('_', '-')}", value)]
    with pytest.raises(CommandError, match=cure):
        call_command("relacional_import", str(file), *options)
    assert not ImportBatch.objects.exists() and not Purchase.objects.exists()


def test_the_rejects_go_where_they_are_told_to(shop: Any, now: datetime, file: Path, tmp_path: Path) -> None:
    """A file that lies where nobody may write."""
    target = tmp_path / "mine.csv"
    assert load(file, HEADER + "1,7,never,5\n2,7,2024-05-01,5\n", now, rejects=str(target)).rejects == 1
    assert target.read_text().splitlines()[1:] == ["2,'never' is not a date,1,7,never,5"]
    assert not file.with_name("Old Shop.csv.rejects.csv").exists()


@pytest.mark.parametrize("damage", ["cut", "scratched", "not packed"])
def test_a_damaged_packed_file(shop: Any, now: datetime, file: Path, damage: str) -> None:
    """Half a download, a scratched disk, a wrong ending: said, and nothing is loaded."""
    rows = "".join(f"{n},{n % 99},2024-05-01,{n * n % 9973}.{n % 89:02}\n" for n in range(20_000))
    whole = bytearray(gzip.compress((HEADER + rows).encode()))
    if damage == "scratched":
        whole[len(whole) // 2 : len(whole) // 2 + 300] = bytes(300)
    packed = file.with_name("lines.csv.gz")
    packed.write_bytes(
        {"cut": whole[: len(whole) // 2], "scratched": whole, "not packed": rows.encode()}[damage]
    )
    with pytest.raises(BadInput, match=r"lines\.csv\.gz cannot be read: .*Nothing was imported"):
        import_file(packed, now=now)
    assert not Purchase.objects.exists() and not Refund.objects.exists() and not ImportBatch.objects.exists()
