"""Bought means bought: what the words of a status, refunded amounts and cancellations make of a file."""

import sys
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import import_file as importing
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.models import ImportBatch, Profile, Purchase, PurchaseLine, Refund

pytestmark = pytest.mark.django_db

HEADER = "order,customer,placed_at,total,status\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "old.csv"


def load(file: Path, text: str, now: datetime, **said: Any) -> Imported:
    file.write_text(text, encoding="utf-8")
    return import_file(file, Options(**said), now=now)


def test_words_that_mean_one_thing_everywhere(shop: Any, now: datetime, file: Path) -> None:
    """Paid counts, failed and pending do not, refunded is sold and given back; what was understood is said."""
    rows = (
        "1,7,2024-05-01,10,Pagado\n2,8,2024-05-02,20,Fallido\n"
        "3,9,2024-05-03,30,pending\n4,7,2024-05-04,40,Refunded\n"
    )
    done = load(file, HEADER + rows, now)
    assert (done.purchases, done.buyers) == (2, 1)
    assert (done.sold, done.refunded) == ({"EUR": Decimal("50.00")}, {"EUR": Decimal("40.00")})
    assert Profile.objects.count() == 1
    words = "Pagado = counts (1), Fallido = cancelled (1), pending = pending (1), Refunded = refunded (1)"
    assert f"status from status: {words}" in done.assumed


def test_an_unknown_word_stops_the_import(shop: Any, now: datetime, file: Path) -> None:
    """It is listed with its count, and the owner says what it means."""
    text = (
        HEADER
        + "1,7,2024-05-01,10,paid\n2,8,2024-05-02,20,Zombie\n3,8,2024-05-02,20,Zombie\n4,8,2024-05-02,1,Moot\n"
    )
    with pytest.raises(BadInput, match=r"'Zombie' \(2\), 'Moot' \(1\)\. Say --status-words"):
        load(file, text, now)
    assert not ImportBatch.objects.exists()
    assert load(file, text, now, status_words="zombie=counts, moot=cancelled").sold == {
        "EUR": Decimal("50.00")
    }
    assert load(file, text, now, status="none").sold == {"EUR": Decimal("51.00")}
    with pytest.raises(BadInput, match="write word=meaning"):
        load(file, text, now, status_words="zombie=alive")


def test_an_order_that_was_cancelled_since_is_taken_back(shop: Any, now: datetime, file: Path) -> None:
    """The second file says that it is no purchase any more: it goes, with its refund, and nothing else does."""
    load(file, HEADER + "1,7,2024-05-01,10,paid\n2,8,2024-05-02,20,refunded\n", now)
    assert (Purchase.objects.count(), Refund.objects.count()) == (2, 1)
    load(file, HEADER + "1,7,2024-05-01,10,paid\n2,8,2024-05-02,20,cancelled\n", now)
    assert [purchase.reference for purchase in Purchase.objects.all()] == ["1"]
    assert not Refund.objects.exists()


def test_columns_of_refunds_and_cancellations(shop: Any, now: datetime, file: Path) -> None:
    """Found by their names and said; part of an order given back is part of it, and a cancelled order is none."""
    text = (
        "Nr. de pedido;Correo;Fecha;Importe total;Estado;Importe reembolsado;Anulado el\n"
        "1;ana@mail.example;2024-05-01;1.010,50;Pagado;0,00;\n"
        "2;bea@mail.example;2024-05-02;20,00;Parcialmente reembolsado;5,50;\n"
        "3;cid@mail.example;2024-05-03;30,00;Pagado;0,00;2024-05-04\n"
        "4;bea@mail.example;2024-05-05;40,00;Reembolsado;0,00;\n"
        "5;bea@mail.example;2024-05-05;40,00;Pagado;99,00;\n"
    )
    done = load(file, text, now, order="nr. de PEDIDO")
    assert (done.sold, done.refunded) == ({"EUR": Decimal("1070.50")}, {"EUR": Decimal("45.50")})
    assert (done.purchases, done.buyers, done.rejects) == (3, 2, 1)
    assert any("Importe reembolsado" in what for what in done.assumed)
    assert any("Anulado el" in what for what in done.assumed)


def test_part_of_an_order_given_back_needs_its_amount(shop: Any, now: datetime, file: Path) -> None:
    """Without a column that says how much, the word is asked for."""
    with pytest.raises(BadInput, match="--refunded"):
        load(file, HEADER + "1,7,2024-05-01,10,partially refunded\n", now)


def test_one_row_an_item_with_the_orders_total(shop: Any, now: datetime, file: Path) -> None:
    """A total called the order's counts once; one that may be either is asked for; different ones are the rows' own."""
    rows = "1,7,2024-05-01,12,tea,2,4\n1,7,2024-05-01,12,cup,1,4\n2,7,2024-05-02,5,cup,1,4\n"
    done = load(file, "order,customer,date,Order total,sku,qty,price\n" + rows, now)
    assert done.sold == {"EUR": Decimal("17.00")}
    lines = PurchaseLine.objects.order_by("purchase__reference", "-total").values_list(
        "product_key", "quantity", "total"
    )
    assert list(lines) == [("tea", 2, Decimal(8)), ("cup", 1, Decimal(4)), ("cup", 1, Decimal(4))]
    with pytest.raises(BadInput, match="--total-of order"):
        load(file, "order,customer,date,total,sku,qty,price\n" + rows, now)
    text = "order,customer,date,total,sku,qty,price\n" + rows
    assert load(file, text, now, total_of="line").sold == {"EUR": Decimal("29.00")}
    assert load(file, text, now, total_of="order").sold == {"EUR": Decimal("17.00")}
    assert load(file, text.replace("01,12,cup", "01,4,cup"), now).sold == {"EUR": Decimal("21.00")}


def test_another_currencys_sign_is_refused(shop: Any, now: datetime, file: Path) -> None:
    """Dollars are no euros, whatever the shop sells in."""
    with pytest.raises(BadInput, match=r"the amount is in \$, not in EUR: say --currency \(1\)"):
        load(file, "order,customer,date,total\n1,7,2024-05-01,$5.00\n", now)
    assert load(file, "order,customer,date,total\n1,7,2024-05-01,$5.00\n", now, currency="CAD").sold == {
        "CAD": Decimal("5.00")
    }


def test_a_long_number_that_a_spreadsheet_cut(shop: Any, now: datetime, file: Path) -> None:
    """Two people would become one: refused, with what to do."""
    with pytest.raises(BadInput, match=r"Line 3 has '6\.00123E\+8' in 'Phone'"):
        load(
            file,
            "order,Phone,date,total\n1,7,2024-05-01,5\n2,6.00123E+8,2024-05-01,5\n",
            now,
            customer="phone",
        )


def test_a_check_applies_nothing(shop: Any, now: datetime, file: Path) -> None:
    """It says what would be, by currency and word, with the first orders as understood."""
    file.write_text(
        HEADER + "1,7,2024-05-01,10,paid\n2,8,2024-05-09,20,void\n3,9,2024-06-03,30,refunded\n4,9,x,30,paid\n"
    )
    said = StringIO()
    call_command("relacional_import", str(file), "--check", stdout=said)
    told = said.getvalue().splitlines()
    assert "The file holds 2 orders of 2 people, from 2024-05-01 to 2024-06-03." in told
    assert "  EUR 10.00 sold in 1 orders, 0.00 refunded (paid = counts)" in told
    assert "  EUR 30.00 sold in 1 orders, 30.00 refunded (refunded = refunded)" in told
    assert "  EUR 20.00 in 1 orders left out (void = cancelled)" in told
    assert "  2: 8 on 2024-05-09 00:00:00, EUR 0.00 sold, 0.00 refunded; left out" in told
    assert told[-1] == "Checked only: nothing was imported."
    assert not Profile.objects.exists() and not Purchase.objects.exists() and not ImportBatch.objects.exists()


class Terminal(StringIO):
    """Somebody who can answer."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_a_terminal_is_asked(shop: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No leaves everything as it was; yes imports."""
    file.write_text(HEADER + "1,7,2024-05-01,10,paid\n")
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("relacional_import", str(file), stdout=StringIO())
    assert not Purchase.objects.exists() and not ImportBatch.objects.exists()
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    call_command("relacional_import", str(file), stdout=StringIO())
    assert Purchase.objects.count() == 1


def test_a_file_of_which_nothing_can_be_used_fails(shop: Any, now: datetime, file: Path) -> None:
    """The command exits with an error that names the commonest reasons."""
    file.write_text("order,customer,date,total\n1,7,x,5\n2,7,y,5\n3,7,2024-05-01,ten\n4,,2024-05-01,5\n")
    with pytest.raises(CommandError) as refused:
        call_command("relacional_import", str(file), stdout=StringIO())
    assert str(refused.value) == (
        "old.csv: no row can be used. 'x' is not a date (2); total 'ten' is not a number (1); no customer and no"
        " address (1). Nothing was imported."
    )
    assert importing.rejects_of(file, Options()).exists() and not ImportBatch.objects.exists()
