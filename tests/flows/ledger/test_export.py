"""The export leaves nothing out, spreadsheets compute nothing of it, and erasure leaves only what it says."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.ledger import data_requests, erase, export, files, ledger, remarks
from saleor_relacional.flows.people import merge
from saleor_relacional.models import DataRequest, Objection, Profile, Purchase
from tests.support.leak import tables_with
from tests.support.ledger_stories import known
from tests.support.people import person

OF_NOBODY = {
    "budgetmonth", "calendar", "calendarday", "campaign", "campaignchange", "campaignstep", "campaignversion",
    "channelpace", "contactpolicy", "cursor", "defaultmargin", "errorcount", "fit", "importbatch", "installation",
    "attributechoice", "policy", "productcategory", "rebuild", "rebuildrange", "rung", "rungmodel", "rungstop",
    "segment", "sender", "sendingcost", "shippingcost", "shopbudget", "shopcontrolperiod", "topic", "knock",
    "channellook", "templateversion", "mailprovider", "consenttext",
}  # fmt: skip
"""The owner's words, the host's goods, sums over many people, our own machinery: a knock is the keyed hash of whoever
it was, for hours."""
OF_THE_FORGOTTEN = {"tombstone"}
"""Hashes of whoever is gone: of somebody who is here there is none."""


@pytest.fixture
def zenobia(shop: Any, now: Any) -> Profile:
    """Something of everything."""
    return known(now)


def test_every_table_is_accounted_for(db: Any, shop: Any, now: Any) -> None:
    """Each of our tables is in the export, or known to hold nothing of a person. A new one that hangs on a profile is
    in it by itself; a new one that does not has to be named here."""
    ours = {model._meta.model_name for model in apps.get_app_config("saleor_relacional").get_models()}
    exported = set(export.of(person("Ana"), now).tables)
    assert exported | OF_NOBODY | OF_THE_FORGOTTEN == ours
    assert not exported & (OF_NOBODY | OF_THE_FORGOTTEN)


def test_whoever_hangs_on_a_person_is_found(db: Any) -> None:
    """By a key of their own, or by what they belong to."""
    paths = {model._meta.model_name: found for model, found in export.person_paths().items()}
    assert paths["purchase"] == ["profile_id"] and paths["stagechange"] == ["profile_id"]
    assert paths["rungdecision"] == ["enrolment__profile_id"] and paths["budgetentry"] == [
        "incentive__profile_id"
    ]
    assert paths["merge"] == ["from_profile_id", "into_profile_id"] and "campaign" not in paths


def test_every_column_is_in_it(zenobia: Profile, now: Any) -> None:
    """But those that are named, each with what it tells."""
    tables = export.of(zenobia, now).tables
    for model in apps.get_app_config("saleor_relacional").get_models():
        rows = tables.get(model._meta.model_name or "")
        if rows:
            columns = {field.attname for field in model._meta.concrete_fields}
            left_out = {
                name.split(".")[1]
                for name in export.LEFT_OUT
                if name.startswith(f"{model._meta.model_name}.")
            }
            assert set(rows[0]) == columns - left_out
    for name in export.LEFT_OUT:
        table, column = name.split(".")
        assert isinstance(apps.get_model("saleor_relacional", table)._meta.get_field(column), models.Field)


def test_what_stands_anywhere_stands_in_it(zenobia: Profile, now: Any) -> None:
    """Her name, address and code: every table in which one of them is found is in her export, with it."""
    [offer] = wallet.wallet(zenobia, now)
    remarks.say(zenobia, kind="note", now=now, words="Zenobia was here")
    tables = export.of(zenobia, now).tables
    for word, places in tables_with(["zenobia", offer.code]).items():
        found = {name for name, rows in tables.items() if word in json.dumps(rows).lower()}
        assert found == {place.removeprefix("saleor_relacional_") for place in places}


def test_nobody_elses(zenobia: Profile, now: Any) -> None:
    """Nothing of Bea stands in Zenobia's, and what was a guest's before a merge is in the account's."""
    bea = person("Bea", days_ago=[3, 9])
    assert "bea@shop.example" not in json.dumps(export.of(zenobia, now).tables).lower()
    merge.merge(bea.pk, zenobia.pk, cause="staff", now=now)
    for asked in (zenobia, bea):
        rows = export.of(asked, now).tables
        assert len(rows["profile"]) == 2 and len(rows["purchase"]) == Purchase.objects.count()


def test_as_json(zenobia: Profile, now: Any) -> None:
    """In words first; every value is one that JSON has."""
    told = json.loads(files.as_json(export.of(zenobia, now), ledger.of(zenobia, now)))
    assert list(told) == ["made_at", "in_words", "tables"]
    assert told["tables"]["purchase"][0]["currency"] == "EUR"
    assert any("Green tea" in one for one in told["in_words"])


def test_as_csv(zenobia: Profile, now: Any) -> None:
    """A file per table that holds something, with its columns, each row as long as the first; the same data give the
    same bytes."""
    found = export.of(zenobia, now)
    made = files.as_zip(found)
    archive = zipfile.ZipFile(io.BytesIO(made))
    assert {name.removesuffix(".csv") for name in archive.namelist()} == {
        n for n, rows in found.tables.items() if rows
    }
    for name in archive.namelist():
        text = archive.read(name).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == len(found.tables[name.removesuffix(".csv")]) + 1
        assert {len(row) for row in rows} == {len(rows[0])}
    assert files.as_zip(found) == made


@pytest.mark.parametrize(
    "bad", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "-1.2.3", '=HYPERLINK("x")']
)
def test_no_cell_is_a_formula(zenobia: Profile, now: Any, bad: str) -> None:
    """Whatever she calls herself: the cell begins with an apostrophe, and no other cell of hers begins a formula. Money
    that went back stays a number."""
    Profile.objects.filter(pk=zenobia.pk).update(first_name=bad)
    archive = zipfile.ZipFile(io.BytesIO(files.as_zip(export.of(zenobia, now))))
    cells = [
        cell
        for name in archive.namelist()
        for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
        for cell in row
    ]
    assert f"'{bad}" in cells
    numbers = {
        str(Decimal(cell)) for cell in cells if cell.startswith("-") and cell[1:].replace(".", "").isdecimal()
    }
    assert [cell for cell in cells if cell.startswith(files.FORMULAS) and cell not in numbers] == []
    assert files.safe("-4.00") == "-4.00" and files.safe("-4;DROP") == "'-4;DROP"


def test_erased(zenobia: Profile, now: Any) -> None:
    """No table holds a word of hers; what stays is a record of it that names nobody, and what the page says."""
    words = ["zenobia", "green tea", str(zenobia.public_id)]
    assert all(tables_with(words).values())
    remarks.say(zenobia, kind="note", now=now, words="Zenobia was here")
    data_requests.record(zenobia, kind="export", by="customer", through="page", now=now)
    assert erase.erase(zenobia, by="customer", through="page", now=now)
    assert tables_with(words) == {word: [] for word in words}
    assert sorted(DataRequest.objects.values_list("kind", "by", "through", "profile")) == [
        ("erasure", "customer", "page", None), ("export", "customer", "page", None),
    ]  # fmt: skip
    assert not erase.erase(zenobia, by="customer", through="page", now=now)
    assert DataRequest.objects.count() == 2 and not Objection.objects.exists()
    assert len(erase.remains()) == 6
