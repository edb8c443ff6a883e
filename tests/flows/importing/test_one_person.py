"""One mailbox is one person, however many numbers, files and hosts name it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.importing.import_file import Imported, Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.models import Identity, Merge, Profile, Purchase
from tests.running.tries import tries
from tests.support.instants import NOON
from tests.support.leak import tables_with
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db

HEADER = "order,customer,email,first_name,placed_at,total\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Old Shop.csv"


def load(file: Path, rows: list[str], now: datetime, **said: Any) -> Imported:
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return import_file(file, Options(**said), now=now)


def people() -> dict[tuple[str, ...], tuple[list[str], str, str]]:
    """Names of a person → their orders, address and first name."""
    names: dict[int, list[str]] = {}
    for row in Identity.objects.all():
        names.setdefault(row.profile_id, []).append(row.key)
    return {
        tuple(sorted(names[row.pk])): (
            sorted(row.purchases.values_list("reference", flat=True)), row.email, row.first_name,
        )
        for row in Profile.objects.filter(merged_into=None)
    }  # fmt: skip


def test_two_numbers_with_one_address(shop: Any, now: datetime, file: Path) -> None:
    """The old shop gave Ana a second number: one person, one mail. Forgetting her leaves nothing of her anywhere, and
    the file brings nothing back."""
    rows = ["1,7,zenobia@shop.example,Ana,2024-05-01,10", "2,8,Zenobia@shop.example ,Ana,2024-06-01,5"]
    done = load(file, rows, now)
    assert (done.buyers, done.profiles) == (1, 1)
    assert people() == {("7", "8", "zenobia@shop.example"): (["1", "2"], "Zenobia@shop.example", "Ana")}
    call_command("relacional_forget", email="zenobia@shop.example")
    assert tables_with(["zenobia", "Zenobia"]) == {"zenobia": [], "Zenobia": []}
    assert load(file, rows, now).forgotten == 2
    assert not Profile.objects.exists()


def test_a_former_address_is_theirs_too(shop: Any, now: datetime, file: Path) -> None:
    """Ana's number bought under two addresses: both are hers when the host tells of a guest, and when she is
    forgotten."""
    load(file, ["1,7,old@shop.example,Ana,2024-05-01,10", "2,7,new@shop.example,Ana,2024-06-01,5"], now)
    recording.record([order("o1", "old@shop.example")], now=now)
    assert Profile.objects.get().purchases.count() == 3
    assert forget.forget(Profile.objects.get(), now=now)
    assert tables_with(["old@shop", "new@shop"]) == {"old@shop": [], "new@shop": []}


def test_a_later_file_tells_that_two_are_one(shop: Any, now: datetime, file: Path) -> None:
    """Two people of a first file; a second one has a row with the number of one and the address of the other."""
    load(file, ["1,7,,Ana,2024-05-01,10", "2,8,ana@shop.example,Ana,2024-06-01,5"], now)
    assert len(people()) == 2
    load(file, ["3,7,ana@shop.example,Ana,2024-07-01,5"], now)
    assert people() == {("7", "8", "ana@shop.example"): (["1", "2", "3"], "ana@shop.example", "Ana")}
    assert Merge.objects.get().cause == "import"


def test_an_account_takes_the_imported_history(shop: Any, now: datetime, file: Path) -> None:
    """The host vouches for Ana's address: what a file told of her number is hers, before or after."""
    recording.record([account("ana", "ana@shop.example")], now=now)
    load(file, ["1,7,,Ana,2024-05-01,10"], now)
    load(file, ["2,7,ana@shop.example,Ana,2024-06-01,10"], now)
    assert people() == {("7", "ana", "ana@shop.example"): (["1", "2"], "ana@shop.example", "Ana")}


def test_two_accounts_are_never_one(shop: Any, now: datetime, file: Path) -> None:
    """A file gives one number to the addresses of two accounts: each row goes to its own address, and the row without
    one to neither. A second run says the same."""
    recording.record([account("ana", "ana@shop.example"), account("bea", "bea@shop.example")], now=now)
    rows = ["1,7,ana@shop.example,,2024-05-01,10", "2,7,bea@shop.example,,2024-06-01,5", "3,7,,,2024-07-01,5"]
    for _ in range(2):
        load(file, rows, now)
        told = {names: orders for names, (orders, *_) in people().items()}
        assert told == {("ana", "ana@shop.example"): ["1"], ("bea", "bea@shop.example"): ["2"], ("7",): ["3"]}
    assert not Merge.objects.exists()


def test_what_was_undone_stays_undone(shop: Any, now: datetime, file: Path) -> None:
    """Somebody decided that two are not one person: the file does not make them one again."""
    load(file, ["1,7,,Ana,2024-05-01,10", "2,8,ana@shop.example,Ana,2024-06-01,5"], now)
    load(file, ["3,7,ana@shop.example,Ana,2024-07-01,5"], now)
    merge.undo(Merge.objects.get(), now=now)
    load(file, ["3,7,ana@shop.example,Ana,2024-07-01,5"], now)
    assert Merge.objects.count() == 1
    assert len(people()) == 2


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "7", "8", "9"]), st.sampled_from(["", "a@x.example", "b@x.example", "C@x.example"])
    ).filter(any),
    min_size=2, max_size=7,
)  # fmt: skip


@settings(max_examples=tries(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, cut=st.integers(1, 6))
def test_one_file_or_two(shop: Any, file: Path, rows: list[tuple[str, str]], cut: int) -> None:
    """The same rows in one file and in two make the same people with the same orders."""
    told = [f"{n},{number},{mail},P{n},2024-05-0{n + 1},10" for n, (number, mail) in enumerate(rows)]

    def after(*files: list[str]) -> Any:
        with sql.atomic():
            for part in files:
                if part:
                    load(file, part, NOON)
            found = people()
            assert Purchase.objects.count() == len(rows)
            transaction.set_rollback(True, using=conf.database())
        return {names: orders for names, (orders, *_) in found.items()}

    whole = after(told)
    assert after(told[:cut], told[cut:]) == whole
    mailboxes = [name for names in whole for name in names if "@" in name]
    assert len(mailboxes) == len(set(mailboxes))
