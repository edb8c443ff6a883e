"""History from elsewhere: the whole file or nothing, whatever it looks like."""

import csv
import gzip
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import apply
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.models import (
    Consent,
    CustomerSummary,
    Identity,
    ImportBatch,
    Profile,
    Purchase,
    PurchaseLine,
    Refund,
    Stale,
)
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db

HEADER = "order,customer,placed_at,total\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Old Shop.csv"


def load(file: Path, text: str, now: datetime, **said: Any) -> Imported:
    file.write_text(text, encoding="utf-8")
    return import_file(file, Options(**said), now=now)


def test_the_simple_header(shop: Any, now: datetime, file: Path) -> None:
    """One row an order, in the shop's only currency and channel, the person named by their number."""
    done = load(
        file, HEADER + "1,7,2024-05-01,10.00\n2,7,2024-05-09T23:30:00+02:00,5\n3,8,2024-05-01,1.50\n", now
    )
    assert (done.source, done.lines, done.purchases, done.buyers) == ("import:old-shop", 3, 3, 2)
    assert done.sold == {"EUR": Decimal("16.50")}
    assert done.assumed == ("amounts in EUR, the shop's only currency",)
    second = Purchase.objects.get(reference="2")
    assert (second.day, second.channel, second.number) == (date(2024, 5, 9), "eur", "2")
    assert list(Identity.objects.values_list("kind", "source", "key").order_by("key")) == [
        ("account", "import:old-shop", "7"), ("account", "import:old-shop", "8"),
    ]  # fmt: skip
    assert not PurchaseLine.objects.exists()
    assert CustomerSummary.objects.filter(scored_at=now).count() == 2


def test_lines_with_every_column_named(shop: Any, now: datetime, file: Path) -> None:
    """Semicolons, a German date, packed: lines of two orders, one of them twice the same, one taken back in part, one
    cancelled whole under a number with a prefix."""
    text = (
        "Nr;Kunde;Mail;Tag;Menge;Preis;Art;Name;Geld\n"
        "1;7;Ana@Shop.example;01.05.2024 10:00;2;3.50;tea;Tea;CHF\n"
        "1;7;Ana@Shop.example;01.05.2024 10:00;2;3.50;tea;Tea;CHF\n"
        "1;7;Ana@Shop.example;02.05.2024 10:00;-1;3.50;tea;Tea;CHF\n"
        "2;8;;01.05.2024 23:30;1;9;cup;Cup;CHF\n"
        "X2;8;;03.05.2024 10:00;1;9;cup;Cup;CHF\n"
        "3;;;03.05.2024 10:00;1;9;cup;Cup;CHF\n"
    )
    packed = file.with_name("lines.csv.gz")
    packed.write_bytes(gzip.compress(text.encode()))
    said = Options(
        order="Nr", customer="Kunde", email="Mail", placed_at="Tag", quantity="Menge", price="Preis", product="Art",
        product_name="Name", currency="Geld", date_format="%d.%m.%Y %H:%M", cancellation_prefix="X",
        time_zone="America/New_York",
    )  # fmt: skip
    done = import_file(packed, said, now=now)
    assert (done.lines, done.without_customer, done.purchases, done.profiles) == (6, 1, 2, 2)
    assert (done.sold, done.refunded, done.kept) == (
        {"CHF": Decimal("23.00")}, {"CHF": Decimal("12.50")}, {"CHF": Decimal("10.50")},
    )  # fmt: skip
    lines = PurchaseLine.objects.filter(purchase__reference="1").values_list(
        "product_key", "quantity", "total"
    )
    assert list(lines) == [
        ("tea", 2, Decimal(7)), ("tea", 2, Decimal(7)),
    ]  # fmt: skip
    assert Purchase.objects.get(reference="2").placed_at == datetime(2024, 5, 2, 3, 30, tzinfo=UTC)
    assert Purchase.objects.get(reference="2").day == date(2024, 5, 2)
    backs = Refund.objects.order_by("reference").values_list("reference", "purchase__reference", "amount")
    assert list(backs) == [("1:returned", "1", Decimal("3.5")), ("X2", "2", Decimal(9))]
    assert Identity.objects.get(kind="email").key == "ana@shop.example"


def test_bad_rows_are_told_with_line_and_reason(shop: Any, now: datetime, file: Path) -> None:
    """Each row that cannot be used, and only those; a row without a customer is none of them. Once the file is right,
    the rejects file goes."""
    bad = (
        "4,7,yesterday,10.00\n5,7,2024-05-01,ten\n6,7,2024-05-01\n,7,2024-05-01,10.00\n7,7,2099-05-01,10.00\n"
        "1,7,2024-05-01,10.00\n8,7,2024-05-01,NaN\n"
    )
    done = load(file, HEADER + "1,7,2024-05-01,10.00\n2,,2024-05-01,10.00\n" + bad, now)
    assert (done.lines, done.without_customer, done.rejects, done.purchases) == (9, 1, 7, 1)
    rejects = file.with_name("Old Shop.csv.rejects.csv")
    with rejects.open(newline="") as told:
        assert [row[:2] for row in csv.reader(told)] == [
            ["line", "reason"],
            ["4", "'yesterday' is not a date"],
            ["5", "total 'ten' is not a number"],
            ["6", "total '' is empty"],
            ["7", "no order number"],
            ["8", "2099-05-01 is in the future"],
            ["9", "the order stands on line 2 already"],
            ["10", "total 'NaN' is not a number"],
        ]
    load(file, HEADER + "1,7,2024-05-01,10.00\n", now)
    assert not rejects.exists()


def test_an_order_of_two_customers(shop: Any, now: datetime, file: Path) -> None:
    """The first line says whose it is; a line that contradicts is left out."""
    done = load(
        file, "order,customer,placed_at,quantity,price\n1,7,2024-05-01,1,5\n1,8,2024-05-01,1,6\n", now
    )  # fmt: skip
    assert (done.rejects, done.sold, Profile.objects.count()) == (1, {"EUR": Decimal("5.00")}, 1)


def test_a_failure_leaves_no_part_half_loaded(
    shop: Any, now: datetime, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks after the people and purchases of a part were written, nothing of the part is there. The file
    again goes on."""
    text = HEADER + "1,7,2024-05-01,10.00\n"
    with monkeypatch.context() as broken, pytest.raises(Exception, match="division by zero"):
        broken.setattr(apply, "_GIVE_BACK", "SELECT 1 / 0 -- %(source)s")
        load(file, text, now)
    for model in (Profile, Identity, Purchase, Refund, CustomerSummary):
        assert not model.objects.exists()
    assert load(file, text, now).new_purchases == 1
    assert Purchase.objects.get().batch == ImportBatch.objects.get()


def test_a_corrected_file_corrects(shop: Any, now: datetime, file: Path) -> None:
    """A second run writes what changed and nothing else."""
    load(file, HEADER + "1,7,2024-05-01,10.00\n2,8,2024-05-01,5.00\n2,8,2024-05-03,-5.00\n", now)
    later = now + timedelta(days=1)
    done = load(file, HEADER + "1,7,2024-05-01,12.00\n2,8,2024-05-01,5.00\n2,8,2024-05-03,-5.00\n", later)
    assert (done.new_purchases, done.new_refunds, done.purchases) == (1, 0, 2)
    assert Purchase.objects.get(reference="1").sold == 12
    assert [
        Identity.objects.get(profile_id=row.profile_id).key
        for row in CustomerSummary.objects.filter(scored_at=later)
    ] == ["7"]


def test_the_same_file_under_another_name_is_refused(shop: Any, now: datetime, file: Path) -> None:
    """It would count everybody's orders twice."""
    load(file, HEADER + "1,7,2024-05-01,10.00\n", now)
    with pytest.raises(BadInput, match="--name old-shop"):
        load(file, HEADER + "1,7,2024-05-01,10.00\n", now, name="other")
    assert Purchase.objects.count() == 1


def test_what_the_host_tells_itself_is_left_to_it(shop: Any, now: datetime, file: Path) -> None:
    """An order whose number the host has is skipped with its cancellation, or refuses the file."""
    recording.record([order("o1", "ana@shop.example", number="1")], now=now)
    text = HEADER + "1,7,2024-05-01,10.00\nC1,7,2024-05-02,10.00\n2,7,2024-06-01,8.00\n"
    with pytest.raises(BadInput, match="The host has 1 of these orders"):
        load(file, text, now, refuse_known=True)
    assert Purchase.objects.count() == 1
    done = load(file, text, now, cancellation_prefix="C")
    assert (done.known, done.purchases, done.sold, done.refunded) == (
        1, 1, {"EUR": Decimal("8.00")}, {"EUR": Decimal("0.00")},
    )  # fmt: skip


def test_the_hosts_own_order_replaces_an_imported_one(shop: Any, now: datetime, file: Path) -> None:
    """The host tells an order that we have from an import: it is one order, the host's, and its imported
    refund goes. The file again does not bring it back."""
    text = HEADER + "1,7,2024-05-01,10.00\nC1,7,2024-05-02,4.00\n2,7,2024-06-01,8.00\n"
    load(file, text, now, cancellation_prefix="C")
    Stale.objects.all().delete()
    recording.record([order("o1", "ana@shop.example", number="1", total="10")], now=now)
    assert sorted(Purchase.objects.values_list("source", "reference")) == [
        ("import:old-shop", "2"), ("standalone", "o1"),
    ]  # fmt: skip
    assert not Refund.objects.exists()
    assert Stale.objects.filter(since=now).count() == 2
    assert load(file, text, now, cancellation_prefix="C").known == 1
    assert Purchase.objects.count() == 2


def test_addresses_and_consent_for_a_demonstration(shop: Any, now: datetime, file: Path) -> None:
    """People without an address get one under which no mail arrives, always the same; the shop states their consent
    once. An order typed with that address is theirs."""
    text = HEADER + "1,7,2024-05-01,10.00\n"
    load(file, text, now, example_addresses=True, consent="Write to me.")
    person = Profile.objects.get()
    assert person.email.endswith("@old-shop.example")
    load(file, text, now + timedelta(days=1), example_addresses=True, consent="Write to me.")
    told = Consent.objects.values_list("profile", "purpose", "basis", "text", "source").order_by("purpose")
    assert list(told) == [
        (person.pk, purpose, "stated", "Write to me.", "import") for purpose in ("content", "offers")
    ]
    recording.record([order("o1", person.email)], now=now)
    assert person.purchases.count() == 2


def test_a_vouched_account_takes_over_imported_history(shop: Any, now: datetime, file: Path) -> None:
    """The address in the file is vouched for by the host: one person, whichever came first."""
    load(file, "order,customer,email,placed_at,total\n1,7,ana@shop.example,2024-05-01,10.00\n", now)
    recording.record([account("ana", "ana@shop.example")], now=now)
    ana = Identity.objects.get(key="ana").profile
    assert Purchase.objects.get().profile == ana
    text = "order,email,placed_at,total\n9,Ana@Shop.example,2024-07-01,10.00\n"
    load(file.with_name("later.csv"), text, now)
    assert ana.purchases.count() == 2


@pytest.mark.parametrize(
    ("text", "said", "cure"),
    [
        ("a,b\n1,2\n", {}, "--order"),
        (HEADER, {}, "holds no rows"),
        ("order,customer,placed_at\n1,2,2024-05-01\n", {}, "--total"),
        (HEADER + "1,7,2024-05-01,10.00\n", {"email": "mail"}, "no column 'mail'"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(
    shop: Any, now: datetime, file: Path, text: str, said: dict[str, str], cure: str
) -> None:
    """Nothing is imported; the message names the option."""
    with pytest.raises(BadInput, match=cure):
        load(file, text, now, **said)
    assert not ImportBatch.objects.exists()


def test_other_encodings_and_missing_files(shop: Any, now: datetime, file: Path) -> None:
    """The page of Western Europe is found; a wrong word for it is refused, and so is a file that is not there."""
    file.write_bytes((HEADER + "1,Íñigo,2024-05-01,10.00\n").encode("cp1252"))
    with pytest.raises(BadInput, match="leave --encoding out"):
        import_file(file, Options(encoding="utf-8"), now=now)
    assert "read as cp1252" in import_file(file, now=now).assumed
    assert Identity.objects.get().key == "Íñigo"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("relacional_import", str(file.with_name("nowhere.csv")))


def test_two_currencies_need_a_word(shop: Any, now: datetime, file: Path) -> None:
    """With two currencies in the shop the file must say which; a code or a column."""
    shop.channel("usd", "USD")
    with pytest.raises(BadInput, match="--currency"):
        load(file, HEADER + "1,7,2024-05-01,10.00\n", now)
    load(file, HEADER + "1,7,2024-05-01,10.00\n", now, currency="USD")
    assert (Purchase.objects.get().currency, Purchase.objects.get().channel) == ("USD", "usd")


def test_the_command_closes_with_counts(shop: Any, file: Path) -> None:
    """What was read, what was assumed, what was left out."""
    file.write_text(HEADER + "1,7,2024-05-01,10.00\n2,,2024-05-01,1.00\n3,7,x,1.00\n")
    said = StringIO()
    call_command("relacional_import", str(file), "--name", "Magento", stdout=said)
    assert said.getvalue().splitlines()[:10] == [
        "Assumed: amounts in EUR, the shop's only currency.",
        "The file holds 1 orders of 1 people, from 2024-05-01 to 2024-05-01.",
        "  EUR 10.00 sold in 1 orders, 0.00 refunded",
        "The first orders, as understood:",
        "  1: 7 on 2024-05-01 00:00:00, EUR 10.00 sold, 0.00 refunded",
        "1 rows cannot be used:",
        "  1 × 'x' is not a date",
        "3 lines, 1 without a customer.",
        "1 purchases of 1 buyers; 0 people with refunds only.",
        "EUR 10.00 sold, 0.00 refunded, 10.00 kept",
    ]
    assert said.getvalue().splitlines()[-1] == "1 lines could not be used: see Old Shop.csv.rejects.csv."
    assert Purchase.objects.get().source == "import:magento"
