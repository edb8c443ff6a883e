"""Files as spreadsheets, shops and operating systems save them."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import file_layout, file_rows, file_text
from saleor_relacional.flows.importing.file_layout import Options, find
from saleor_relacional.flows.importing.import_file import import_file
from saleor_relacional.models import Identity

HEAD = "order;customer;date;total"
ROWS = "1;Núria;2024-05-01;5\r\n2;Bo;2024-05-02;6\r\n"


def written(path: Path, text: str | bytes, encoding: str = "utf-8") -> list[tuple[int, list[str]]]:
    """The rows that are read of this file."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    form = file_rows.form_of(path, "", lambda row: file_layout.known(Options(), row))
    assert form.header == ("order", "customer", "date", "total")
    return list(file_rows.rows(form))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    """Excel's "Unicode text", old exports, marks or none: the same rows."""
    assert written(tmp_path / "a.csv", f"{HEAD}\r\n{ROWS}", encoding) == [
        (2, ["1", "Núria", "2024-05-01", "5"]), (3, ["2", "Bo", "2024-05-02", "6"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"sep=;\r\n{HEAD}\r\n{ROWS}", [3, 4]),
        (f"Report of 3 May;;\r\n\r\n{HEAD}\r\n{ROWS}", [4, 5]),
        (f"{HEAD}\r\n{ROWS}\ufeff{HEAD}\r\n;;;\r\n3;Bo;2024-05-02;6;;\r\n", [2, 3, 6]),
        (f"{HEAD}\r{ROWS}".replace("\r\n", "\r"), [2, 3]),
        (f"{HEAD};\n".replace(";\n", "\n") + "1;Núria;2024-05-01\n2;Bo\n", [2, 3]),
    ],
)
def test_what_stands_around_the_rows(tmp_path: Path, text: str, lines: list[int]) -> None:
    """Titles, a second header, empty rows, line ends of old Macs and cells left out: rows keep their line numbers."""
    assert [line for line, row in written(tmp_path / "a.csv", text) if len(row) == 4] == lines


def test_inches_in_a_file_of_tabs(tmp_path: Path) -> None:
    """A quote that opens a field of a file of tabs swallows no order; a field that is quoted whole loses its quotes."""
    rows = '1\t"15 inch frame\t2024-05-01\t5\n2\t"a ""b"" c"\t2024-05-01\t5\n3\t"x\t2024-05-01\t5\n'
    text = "order\tcustomer\tdate\ttotal\n" + rows
    assert [row[1] for _line, row in written(tmp_path / "a.txt", text)] == ['"15 inch frame', 'a "b" c', '"x']


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04\x14\x00", "workbook or an archive.*save the sheet of orders as CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"  <html><table>", "web page"),
        (b"", "holds no rows"),
        ("order;customer;date;total\n1;Łódź;2024-05-01;5\n".encode("cp1250"), "--encoding: cp1250"),
        (
            b'order,customer,date,total\n1,"7,2024-05-01,5\n2,"8,2024-05-01,5\n',
            r"line 3: .*a quote that opens a field",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_cure(tmp_path: Path, data: bytes, says: str) -> None:
    """Workbooks, web pages that are called .xls, other code pages, a quote that never closes."""
    with pytest.raises(BadInput, match=says):
        written(tmp_path / "a.csv", data)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Order;Customer ID;Created at;Grand Total", "order customer placed_at total"),
        ("order_id;E-Mail;DATE;order_total;Currency", "order email placed_at total currency"),
        ("Número de pedido;Correo electrónico;Fecha;Importe;Estado", "order email placed_at total status"),
        ("Bestellnummer;Kundennr.;Bestelldatum;Gesamtbetrag", "order customer placed_at total"),
        ("N° commande;Adresse e-mail;Date de commande;Montant TTC;Total TTC", "order email placed_at total"),
        (
            "Invoice No;Client;Invoice Date;Qty;Unit Price;SKU",
            "order customer placed_at quantity price product",
        ),
    ],
)
def test_columns_by_the_names_that_people_use(header: str, found: str) -> None:
    """In any case, with or without accents and signs."""
    assert find(header.split(";"), Options()).at.keys() == set(found.split())


def test_two_columns_of_one_name_are_refused() -> None:
    """Which of two totals is meant, nobody can tell."""
    with pytest.raises(BadInput, match="Two columns are called 'Total'"):
        find(["order", "customer", "date", "Total", "total"], Options())


SHOPIFY = (
    "Name,Email,Financial Status,Created at,Total,Lineitem name,Lineitem quantity,Lineitem price,Currency\n"
)


@pytest.mark.django_db
def test_a_preset_is_recognised_said_and_refusable(shop: Any, now: datetime, tmp_path: Path) -> None:
    """Shopify's rows below the first leave out what the first says; without the preset its header must be named."""
    file = tmp_path / "orders.csv"
    file.write_text(
        SHOPIFY
        + "#1,eva@mail.example,paid,2024-05-01 10:00:00 +0200,30.00,Tea,2,10.00,EUR\n#1,,,,,Cup,1,10.00,\n"
        "#2,,paid,2024-05-01 10:00:00 +0200,9.00,Tea,1,9.00,EUR\n#2,,,,,Cup,1,10.00,\n"
        "#3,bo@mail.example,authorized,2024-05-01 10:00:00 +0200,9.00,Tea,1,9.00,EUR\n"
    )
    done = import_file(file, now=now)
    assert done.assumed[0] == "a file of Shopify (--preset none refuses that)"
    assert (done.purchases, done.without_customer, done.sold) == (1, 2, {"EUR": Decimal("30.00")})
    assert list(Identity.objects.values_list("key", flat=True)) == ["eva@mail.example"]
    with pytest.raises(BadInput, match="Which column is the order's number"):
        import_file(file, Options(preset="none"), now=now)
    with pytest.raises(BadInput, match="There is no preset 'shopfy'. There are: Shopify"):
        import_file(file, Options(preset="shopfy"), now=now)


def test_the_fingerprint_of_a_packed_copy_is_the_files(tmp_path: Path) -> None:
    """Whatever is packed is the same file."""
    import gzip

    plain, packed = tmp_path / "a.csv", tmp_path / "a.csv.gz"
    plain.write_bytes(b"x")
    packed.write_bytes(gzip.compress(b"x"))
    assert file_text.fingerprint(plain) == file_text.fingerprint(packed)
